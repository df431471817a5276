"""Strict marshmallow fields of every service's schemas, and the way from their errors to problems.

A field takes one JSON type and says with a stable code what is wrong; `problems_of` flattens an error. The rules that
need no marshmallow (comparing web sites and numbers) are in `shared.codes`, and are offered here too, for schemas.
"""

from shared.codes.icp import normalise_icp
from shared.codes.sites import host_of, is_government_procurement, normalise_site
from shared.fields.codes import DivisionCode, OrganisationCode, Uscc
from shared.fields.contacts import Email, IcpLicence, IcpNumber, Phone, WebSite
from shared.fields.faults import Fault, fault, problems_of
from shared.fields.flags import Flag
from shared.fields.mappings import ByKey
from shared.fields.numbers import Money, WholeNumber
from shared.fields.strict import Strict
from shared.fields.texts import Choice, Id, Text
from shared.fields.times import AwareDateTime, Period, PlainDate, YearMonth

__all__ = [
    "AwareDateTime",
    "ByKey",
    "Choice",
    "DivisionCode",
    "Email",
    "Fault",
    "Flag",
    "IcpLicence",
    "IcpNumber",
    "Id",
    "Money",
    "OrganisationCode",
    "Period",
    "Phone",
    "PlainDate",
    "Strict",
    "Text",
    "Uscc",
    "WebSite",
    "WholeNumber",
    "YearMonth",
    "fault",
    "host_of",
    "is_government_procurement",
    "normalise_icp",
    "normalise_site",
    "problems_of",
]
