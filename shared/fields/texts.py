"""Fields of free text and of closed sets."""

from __future__ import annotations

import re
from enum import Enum
from typing import TypeVar, Unpack

from shared.fields.faults import fault
from shared.fields.strict import Options, Strict, read_code, read_text

E = TypeVar("E", bound=Enum)

_ID = re.compile(r"[0-9a-f]{32}")


class Text(Strict[str]):
    """Text of `min` to `max` characters, counted after cleaning; one line unless `multiline`."""

    def __init__(self, max: int, min: int = 1, multiline: bool = False, **options: Unpack[Options]) -> None:
        super().__init__({"type": "string", "minLength": min, "maxLength": max}, **options)
        self.max = max
        self.min = min
        self.multiline = multiline

    def read(self, value: object) -> str:
        """Return the cleaned text. Codes: not_text, forbidden_character, empty, too_short, too_long."""
        text = read_text(value, multiline=self.multiline)
        if not text and self.min:
            raise fault("empty", "此项不能为空。")
        if len(text) < self.min:
            raise fault("too_short", f"至少填写 {self.min} 个字。", f"{self.min}～{self.max} 字")
        if len(text) > self.max:
            raise fault("too_long", f"不能超过 {self.max} 个字。", f"不超过 {self.max} 字")
        return text


class Choice(Strict[E]):
    """One member of an enum whose values are strings or whole numbers; loads the member, dumps its value."""

    def __init__(self, enum: type[E], **options: Unpack[Options]) -> None:
        self.enum = enum
        self.members = {(type(member.value), member.value): member for member in enum}
        kind = "integer" if all(isinstance(member.value, int) for member in enum) else "string"
        super().__init__({"type": kind, "enum": [member.value for member in enum]}, **options)

    def read(self, value: object) -> E:
        """Return the member of exactly this value and type. Code: not_a_choice."""
        member = self.members.get((type(value), value)) if isinstance(value, (str, int)) else None
        if member is None:
            choices = "、".join(str(each.value) for each in self.enum)
            raise fault("not_a_choice", "不在可选范围内。", choices)
        return member

    def write(self, value: E) -> object:
        """Return the member's value; a value given in place of a member is checked."""
        return self.enum(value).value


class Id(Strict[str]):
    """An identifier of ours: 32 hexadecimal digits in small letters (`shared.ids`)."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__({"type": "string", "pattern": "^[0-9a-f]{32}$"}, **options)

    def read(self, value: object) -> str:
        """Return the identifier as it is. Codes: not_text, id_malformed."""
        text = read_code(value)
        if text != value or not _ID.fullmatch(text):
            raise fault("id_malformed", "编号格式不正确。", "32 位十六进制数字")
        return text
