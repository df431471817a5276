"""What the interface takes and gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Unpack

from marshmallow import Schema, fields

from services.identity.model.passwords import LONGEST
from shared.codes.divisions import Level
from shared.fields import AwareDateTime, Choice, DivisionCode, Email, Id, Phone, Strict, Text, Uscc, WholeNumber, fault
from shared.fields.strict import Options
from shared.identity.actor import Role

_CODE = re.compile(r"[0-9]{8}")
_USERNAME = re.compile(r"[a-z0-9]([a-z0-9._-]{1,62}[a-z0-9])(@[a-z0-9.-]{1,190}[a-z0-9])?")
_LONGEST_TOKEN = 200


class PasswordText(Strict[str]):
    """A password, taken exactly as it was typed: nothing is trimmed or unified (OWASP ASVS 5.0, 6.2.8)."""

    def __init__(self, **options: Unpack[Options]) -> None:
        facets = {"type": "string", "format": "password", "minLength": 1, "maxLength": LONGEST}
        super().__init__(facets, **options)

    def read(self, value: object) -> str:
        """Return the password. Codes: not_text, empty, too_long, forbidden_character."""
        if not isinstance(value, str):
            raise fault("not_text", "应为文字。", "文字")
        if not value:
            raise fault("empty", "此项不能为空。")
        if len(value) > LONGEST:
            raise fault("too_long", f"不能超过 {LONGEST} 个字符。", f"不超过 {LONGEST} 个字符")
        if not value.isprintable():
            raise fault("forbidden_character", "含有不允许的字符（如控制字符）。", "可见的文字")
        return value


class CodeText(Strict[str]):
    """An activation code: eight digits; blanks between them are forgiven."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__({"type": "string", "pattern": "^[0-9]{8}$"}, **options)

    def read(self, value: object) -> str:
        """Return the digits. Codes: not_text, code_malformed."""
        if not isinstance(value, str):
            raise fault("not_text", "应为文字。", "文字")
        code = value.replace(" ", "") if len(value) < 40 else ""
        if not _CODE.fullmatch(code):
            raise fault("code_malformed", "激活码应为 8 位数字。", "8 位数字")
        return code


class Username(Strict[str]):
    """A user name for staff: small letters, digits, and . _ - between them; or an e-mail address."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__({"type": "string", "pattern": f"^{_USERNAME.pattern}$"}, **options)

    def read(self, value: object) -> str:
        """Return the user name. Codes: not_text, username_malformed."""
        if not isinstance(value, str):
            raise fault("not_text", "应为文字。", "文字")
        if len(value) > 254 or not _USERNAME.fullmatch(value):
            raise fault("username_malformed", "用户名格式不正确。", "3～64 个小写字母、数字或 . _ -")
        return value


class NothingIn(Schema):
    """An empty object."""


class SignUpIn(Schema):
    """What an applicant tells."""

    credit_code = Uscc(required=True)
    unit_name = Text(max=100, min=2, required=True)
    division = DivisionCode(finest=True, required=True)
    contact_person = Text(max=50, required=True)
    email = Email(required=True)
    phone = Phone(required=True)


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


class SignInIn(Schema):
    """User name and password."""

    username = Text(max=254, required=True)
    password = PasswordText(required=True)


class RefreshIn(Schema):
    """A refresh token."""

    refresh_token = Text(max=_LONGEST_TOKEN, required=True)


class AccountOut(Schema):
    """An account as its owner sees it."""

    id = Id()
    role = fields.String(metadata={"enum": [role.value for role in Role]})
    role_label = fields.String()
    display_name = fields.String()
    unit_id = Id(allow_none=True)
    division = fields.String(allow_none=True)
    division_name = fields.String(allow_none=True)


class SessionOut(Schema):
    """Tokens and account; where the password must be changed first, only the token for that."""

    access_token = fields.String()
    expires_in = fields.Integer(metadata={"description": "seconds"})
    refresh_token = fields.String()
    must_change_password = fields.Boolean()
    password_change_token = fields.String()
    account = fields.Nested(AccountOut)


class PasswordIn(Schema):
    """The present password and the new one."""

    current_password = PasswordText(required=True)
    new_password = PasswordText(required=True)


class FirstPasswordIn(Schema):
    """The token that sign-in gave, and the new password."""

    password_change_token = Text(max=_LONGEST_TOKEN, required=True)
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


_TOKEN = "kq3vT0mZ8yRr1l0bW5pX7cD2eF4gH6jK9nQ_sUaVxYz"  # noqa: S105  an invented one
_PASSWORD = "一句只有我知道的话-2026"  # noqa: S105  an invented one
_ACCOUNT: Mapping[str, object] = {
    "id": "01990000000070008000000000000009",
    "role": "county_reviewer",
    "role_label": "区（县）级商务主管部门",
    "display_name": "张审核",
    "unit_id": None,
    "division": "330106",
    "division_name": "浙江省杭州市西湖区",
}
_ACCOUNT_ROW: Mapping[str, object] = {
    **_ACCOUNT,
    "username": "zhang.shenhe",
    "version": 1,
    "state": "active",
    "created_at": "2026-03-01T08:00:00Z",
    "must_change_password": True,
    "open_actions": ["reset_password", "disable"],
}

EXAMPLES: Mapping[str, object] = {
    "NothingIn": {},
    "SignUpIn": {
        "credit_code": "91330106000000019W",
        "unit_name": "杭州云采科技有限公司",
        "division": "330106",
        "contact_person": "李晓红",
        "email": "contact@yuncai.example",
        "phone": "0571-88888888",
    },
    "SignUpOut": {"signup_id": "01990000000070008000000000000004"},
    "ActivationIn": {"code": "40718265", "password": _PASSWORD},
    "ActivationOut": {"account_id": "01990000000070008000000000000005", "username": "contact@yuncai.example"},
    "SignInIn": {"username": "zhang.shenhe", "password": _PASSWORD},
    "SessionOut": {
        "access_token": "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIwMTk5In0.c2lnbmF0dXJl",
        "expires_in": 300,
        "refresh_token": _TOKEN,
        "must_change_password": False,
        "account": _ACCOUNT,
    },
    "RefreshIn": {"refresh_token": _TOKEN},
    "PasswordIn": {"current_password": _PASSWORD, "new_password": "另一句只有我知道的话-2026"},
    "FirstPasswordIn": {"password_change_token": _TOKEN, "new_password": _PASSWORD},
    "MeOut": {**_ACCOUNT, "username": "zhang.shenhe", "email": "", "phone": "", "unit": None},
    "AccountIn": {
        "username": "zhang.shenhe",
        "display_name": "张审核",
        "role": "county_reviewer",
        "division": "330106",
        "email": "zhang@department.example",
        "phone": "0571-88888880",
    },
    "AccountRowOut": _ACCOUNT_ROW,
    "AccountCreatedOut": {**_ACCOUNT_ROW, "first_password": "kT7=mPq2Zr-Xw9Yh+Bc4"},
    "AccountPageOut": {"items": [_ACCOUNT_ROW], "next_cursor": ""},
}
"""Bodies for the interface's description, by the name of their schema."""
