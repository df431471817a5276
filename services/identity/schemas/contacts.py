"""Addresses, for machines."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.identity.schemas.texts import DivisionText
from shared.fields import Choice, Id
from shared.identity.actor import Role
from shared.web.paging import PageIn


class ContactsIn(PageIn):
    """Exactly one of: a unit, an account, or a role with its division."""

    unit_id = Id(load_default=None)
    account_id = Id(load_default=None)
    role = Choice(Role, load_default=None)
    division = DivisionText(load_default=None)


class ContactOut(Schema):
    """Somebody who can be written to; the address is empty where none is known."""

    account_id = Id()
    email = fields.String()
    display_name = fields.String()


class ContactPageOut(Schema):
    """A page of contacts."""

    items = fields.List(fields.Nested(ContactOut))
    next_cursor = fields.String()
