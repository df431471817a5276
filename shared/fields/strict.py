"""What all fields of this package share: one reading, one writing, and facets for the interface's description."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import Generic, TypedDict, TypeVar, Unpack

from marshmallow import fields

from shared.fields.faults import fault

T = TypeVar("T")

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REFUSED = frozenset({"Cc", "Cs", "Zl", "Zp"})
_WITHOUT_WIDTH = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_LONGEST_CODE = 400


class Options(TypedDict, total=False):
    """The keywords that every field hands on to marshmallow."""

    required: bool
    allow_none: bool
    load_default: object
    dump_default: object
    data_key: str
    attribute: str
    load_only: bool
    dump_only: bool
    validate: Callable[..., object] | list[Callable[..., object]]
    metadata: Mapping[str, object]


class Strict(fields.Field[T], Generic[T]):
    """A field that takes one JSON type and nothing that merely looks like it.

    A subclass gives `read` and, where the loaded value is no JSON value, `write`.
    """

    def __init__(self, facets: Mapping[str, object], **options: Unpack[Options]) -> None:
        """Make the field; `facets` are keywords of JSON Schema (`type`, `pattern`, …) for the description."""
        options["metadata"] = {**facets, **options.get("metadata", {})}
        super().__init__(**options)

    def read(self, value: object) -> T:
        """Return the loaded value; raises marshmallow's ValidationError made by `fault`."""
        raise NotImplementedError

    def write(self, value: T) -> object:
        """Return the JSON value."""
        return value

    def _deserialize(self, value: object, attr: str | None, data: Mapping[str, object] | None, **_: object) -> T:
        return self.read(value)

    def _serialize(self, value: T | None, attr: str | None, obj: object, **_: object) -> object:
        return None if value is None else self.write(value)


def read_text(value: object, *, multiline: bool = False) -> str:
    """Return `value` as clean text: NFC, without blanks at the ends and without characters of no width.

    Raises `not_text` for anything but a string, and `forbidden_character` for control characters (line breaks and
    tabs pass in `multiline`), overrides of the writing direction, and lone surrogates.
    """
    if not isinstance(value, str):
        raise fault("not_text", "应为文字。", "文字")
    plain = value.replace("\r\n", "\n") if multiline else value
    text = unicodedata.normalize("NFC", plain).translate(_WITHOUT_WIDTH).strip()
    kept = frozenset("\n\t") if multiline else frozenset()
    if any(_is_forbidden(character) for character in set(text) - kept):
        raise fault("forbidden_character", "含有不允许的字符（如控制字符）。", "可见的文字")
    return text


def read_code(value: object) -> str:
    """Return `value` as the raw text of a code or number, which is never long; raises as `read_text`."""
    text = read_text(value)
    if not text:
        raise fault("empty", "此项不能为空。")
    if len(text) > _LONGEST_CODE:
        raise fault("too_long", "内容过长。", f"不超过 {_LONGEST_CODE} 字")
    return text


def _is_forbidden(character: str) -> bool:
    noncharacter = ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
    return unicodedata.category(character) in _REFUSED or character in _BIDI or noncharacter
