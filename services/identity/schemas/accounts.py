"""Accounts: one's own, and those of staff."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.identity.schemas.texts import PasswordText, Username
from shared.codes.divisions import Level
from shared.fields import AwareDateTime, Choice, DivisionCode, Email, Id, Phone, Text, WholeNumber
from shared.identity.actor import Role


class NothingIn(Schema):
    """An empty object."""


class AccountOut(Schema):
    """An account as its owner sees it."""

    id = Id()
    role = fields.String(metadata={"enum": [role.value for role in Role]})
    role_label = fields.String()
    display_name = fields.String()
    unit_id = Id(allow_none=True)
    division = fields.String(allow_none=True)
    division_name = fields.String(allow_none=True)


class PasswordIn(Schema):
    """The present password and the new one."""

    current_password = PasswordText(required=True)
    new_password = PasswordText(required=True)


class UnitOut(Schema):
    """The unit of an account."""

    credit_code = fields.String()
    name = fields.String()


class MeOut(AccountOut):
    """One's own account."""

    username = fields.String()
    email = fields.String()
    phone = fields.String()
    unit = fields.Nested(UnitOut, allow_none=True)


class AccountIn(Schema):
    """An account for staff."""

    username = Username(required=True)
    display_name = Text(max=100, required=True)
    role = Choice(Role, required=True)
    division = DivisionCode(levels=frozenset(Level), load_default=None, allow_none=True)
    email = Email(load_default="")
    phone = Phone(load_default="")


class AccountRowOut(AccountOut):
    """An account as an administrator sees it."""

    username = fields.String()
    version = WholeNumber()
    state = fields.String()
    created_at = AwareDateTime()
    must_change_password = fields.Boolean()
    open_actions = fields.List(fields.String())


class AccountCreatedOut(AccountRowOut):
    """A new account; its first password is shown this once."""

    first_password = fields.String(allow_none=True)


class AccountPageOut(Schema):
    """A page of accounts."""

    items = fields.List(fields.Nested(AccountRowOut))
    next_cursor = fields.String()
