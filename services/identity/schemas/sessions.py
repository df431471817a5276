"""Signing in and out."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.identity.schemas.accounts import AccountOut
from services.identity.schemas.texts import PasswordText
from shared.fields import Text

_LONGEST_TOKEN = 200


class SignInIn(Schema):
    """User name and password."""

    username = Text(max=254, required=True)
    password = PasswordText(required=True)


class RefreshIn(Schema):
    """A refresh token."""

    refresh_token = Text(max=_LONGEST_TOKEN, required=True)


class SessionOut(Schema):
    """Tokens and account; where the password must be changed first, only the token for that."""

    access_token = fields.String()
    expires_in = fields.Integer(metadata={"description": "seconds"})
    refresh_token = fields.String()
    must_change_password = fields.Boolean()
    password_change_token = fields.String()
    account = fields.Nested(AccountOut)


class FirstPasswordIn(Schema):
    """The token that sign-in gave, and the new password."""

    password_change_token = Text(max=_LONGEST_TOKEN, required=True)
    new_password = PasswordText(required=True)
