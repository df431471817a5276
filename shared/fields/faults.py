"""Faults of an input: raised by fields with a stable code, flattened to problems with JSON pointers.

A `Fault` is a text, so marshmallow merges it like its own messages; what it carries besides is the code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA

from shared.errors import Problem


class Fault(str):
    """A message for people with the stable code of the broken rule and what was expected."""

    code: str
    expected: str

    def __new__(cls, code: str, message: str, expected: str = "") -> Fault:
        """Make the message; `code` is snake_case, `message` and `expected` are Chinese."""
        made = super().__new__(cls, message)
        made.code = code
        made.expected = expected
        return made

    def __getnewargs__(self) -> tuple[str, str, str]:  # type: ignore[override]  # what copies must hand to __new__
        return self.code, str(self), self.expected


class _Known(NamedTuple):
    pattern: re.Pattern[str]
    code: str
    message: str


def _known(pattern: str, code: str, message: str) -> _Known:
    return _Known(re.compile(pattern), code, message)


_GENERAL = Fault("invalid", "填写有误。")

_MARSHMALLOW = (
    _known(r"Missing data for required field\.", "required", "此项为必填项。"),
    _known(r"Unknown field\.", "unknown_field", "不认识的项目。"),
    _known(r"Field may not be null\.", "null", "此项不能为空。"),
    _known(r"Invalid input type\.", "not_object", "应为一组项目（对象）。"),
    _known(r"Invalid type\.", "not_object", "应为一组项目（对象）。"),
    _known(r"Invalid value\.", "invalid", "填写有误。"),
    _known(r"Not a valid list\.", "not_list", "应为列表。"),
    _known(r"Not a valid mapping type\.", "not_object", "应为一组项目（对象）。"),
    _known(r"Not a valid string\.", "not_text", "应为文字。"),
    _known(r"Not a valid boolean\.", "not_boolean", "应为“是”或“否”。"),
    _known(r"Not a valid (number|integer|float)\.", "not_number", "应为数字。"),
    _known(r"Not a valid (datetime|date|time|period of time)\.", "not_time", "日期或时间格式不正确。"),
    _known(r"Not a valid (email address|URL|UUID)\.", "malformed", "格式不正确。"),
    _known(r"Shorter than minimum length .*", "too_short", "内容过短。"),
    _known(r"Longer than maximum length .*", "too_long", "内容过长。"),
    _known(r"Length must be .*", "wrong_length", "长度不正确。"),
    _known(r"Must be one of: .*", "not_a_choice", "不在可选范围内。"),
    _known(r"Must be (greater|less) .*", "out_of_range", "超出允许范围。"),
)
"""What marshmallow says by itself, by the whole text of its message."""


def fault(code: str, message: str, expected: str = "", *, field: str = SCHEMA) -> ValidationError:
    """Return the error to raise from a field or a schema hook; `field` names the item that a schema hook blames."""
    return ValidationError([Fault(code, message, expected)], field_name=field)


def problems_of(error: ValidationError) -> tuple[Problem, ...]:
    """Flatten a marshmallow error to one problem per fault, each with its JSON pointer (RFC 6901).

    A fault of a whole object points at the object; one of the whole body has the empty pointer.
    """
    return tuple(_walk(error.normalized_messages(), ""))  # type: ignore[no-untyped-call]  # marshmallow leaves it untyped


def _walk(node: object, pointer: str) -> Iterator[Problem]:
    if isinstance(node, Mapping):
        for key, below in node.items():
            yield from _walk(below, pointer if key == SCHEMA else f"{pointer}/{_escaped(key)}")
    elif isinstance(node, (list, tuple)):
        for item in node:
            yield from _walk(item, pointer)
    else:
        found = node if isinstance(node, Fault) else _translated(str(node))
        yield Problem(pointer=pointer, code=found.code, message=str(found), expected=found.expected)


def _escaped(key: object) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")


def _translated(text: str) -> Fault:
    """Return the fault of a plain message: marshmallow's own by the table, a Chinese one as it stands.

    Other English messages come from libraries and may quote the value, so they are not passed on.
    """
    for known in _MARSHMALLOW:
        if known.pattern.fullmatch(text):
            return Fault(known.code, known.message)
    return Fault(_GENERAL.code, text) if any("一" <= character <= "鿿" for character in text) else _GENERAL
