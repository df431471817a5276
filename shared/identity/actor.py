"""The person or machine behind a request, with role and scope."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Roles of the survey (regulation 总说明（五）–（十）), of the system's own upkeep, and of its machines."""

    OPERATOR = "operator"
    ENTERPRISE = "enterprise"
    TRAINING_INSTITUTION = "training_institution"
    COUNTY_REVIEWER = "county_reviewer"
    CITY_REVIEWER = "city_reviewer"
    PROVINCE_REVIEWER = "province_reviewer"
    MINISTRY = "ministry"
    DIRECTORY_DESK = "directory_desk"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    SERVICE = "service"


REVIEWERS = frozenset({Role.COUNTY_REVIEWER, Role.CITY_REVIEWER, Role.PROVINCE_REVIEWER})
UNIT_ROLES = frozenset({Role.OPERATOR, Role.ENTERPRISE, Role.TRAINING_INSTITUTION})

MACHINES = frozenset({Role.SERVICE})
"""Roles of programs; nobody has an account in one of them."""

PEOPLE = frozenset(Role) - MACHINES
"""Roles of people."""

COUNTRY = "000000"
"""The division code that stands for the whole country."""


@dataclass(frozen=True)
class Actor:
    """Who acts, in which role and over what.

    A unit's person has `unit_id`; a reviewer has `division`, a six-digit code (GB/T 2260), `000000` for the ministry.
    """

    account_id: str
    role: Role
    unit_id: str | None = None
    division: str | None = None
