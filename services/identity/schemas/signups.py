"""Signing a unit up."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.identity.model.signups import UnitRole
from services.identity.schemas.texts import CodeText, PasswordText
from shared.fields import Choice, DivisionCode, Email, Id, Phone, Text, Uscc


class SignUpIn(Schema):
    """What an applicant tells; `role` says what the unit is, a platform's operator where it says nothing."""

    credit_code = Uscc(required=True)
    unit_name = Text(max=100, min=2, required=True)
    division = DivisionCode(finest=True, required=True)
    contact_person = Text(max=50, required=True)
    email = Email(required=True)
    phone = Phone(required=True)
    role = Choice(UnitRole, load_default=UnitRole.OPERATOR)


class SignUpOut(Schema):
    """The same for everybody."""

    signup_id = Id()


class ActivationIn(Schema):
    """The mailed code, and the password that the account shall have."""

    code = CodeText(required=True)
    password = PasswordText(required=True)


class ActivationOut(Schema):
    """The new account."""

    account_id = Id()
    username = fields.String()
