"""One's own account."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.identity.schemas.texts import PasswordText
from shared.fields import Id
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
