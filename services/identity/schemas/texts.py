"""Texts that only identity takes: passwords, codes, user names."""

from __future__ import annotations

import re
from typing import Unpack

from services.identity.model.passwords import LONGEST
from shared.fields import Strict, fault
from shared.fields.strict import Options

_DIVISION = re.compile(r"[0-9]{6}")
_CODE = re.compile(r"[0-9]{8}")
_USERNAME = re.compile(r"[a-z0-9]([a-z0-9._-]{1,62}[a-z0-9])(@[a-z0-9.-]{1,190}[a-z0-9])?")


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


class DivisionText(Strict[str]):
    """A division's code of six digits; whether there is one of this code on a day is for the operation to say."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__({"type": "string", "pattern": "^[0-9]{6}$", "example": "330106"}, **options)

    def read(self, value: object) -> str:
        """Return the code. Codes: not_text, division_malformed."""
        if not isinstance(value, str):
            raise fault("not_text", "应为文字。", "文字")
        if not _DIVISION.fullmatch(value):
            raise fault("division_malformed", "行政区划代码应为 6 位数字。", "6 位数字，如 330106")
        return value
