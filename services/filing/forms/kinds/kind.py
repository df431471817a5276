"""What every kind can do, and how it refuses."""

from __future__ import annotations

import re
import unicodedata
from typing import Protocol

from services.filing.forms.answers import Value

LONGEST_CODE = 400

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_CONTROL = "\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029"
_NO_CHARACTER = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
_REFUSED = re.compile(f"[{_BIDI}{_CONTROL}{_NO_CHARACTER}]")
_REFUSED_IN_LINES = re.compile(f"(?![\n\t])[{_BIDI}{_CONTROL}{_NO_CHARACTER}]")
_WITHOUT_WIDTH = re.compile("[\u00ad\u200b\u2060\ufeff]")


class Wrong(ValueError):
    """The value is none of this kind: a stable code, and what was expected, in Chinese; never the value."""

    def __init__(self, code: str, expected: str = "") -> None:
        self.code = code
        self.expected = expected
        super().__init__(code)


class Kind(Protocol):
    """One kind of answer, with its limits."""

    @property
    def is_number(self) -> bool:
        """Tell whether sums and differences can be made of it."""

    def read(self, value: object) -> Value:
        """Return the normalised value of a JSON value; raises Wrong. A number is never read from a float."""

    def show(self, value: Value) -> str:
        """Return the text that stands in the cell on paper, without the unit of measure."""


def clean(value: object, *, is_multiline: bool = False) -> str:
    """Return text in NFC without blanks at its ends and without characters of no width.

    Raises Wrong: not_text for anything but a string, forbidden_character for control characters (line breaks pass in
    several lines), overrides of the writing direction, and code points that are no characters.
    """
    if not isinstance(value, str):
        raise Wrong("not_text", "文字")
    plain = value.replace("\r\n", "\n") if is_multiline else value
    text = _WITHOUT_WIDTH.sub("", unicodedata.normalize("NFC", plain)).strip()
    if (_REFUSED_IN_LINES if is_multiline else _REFUSED).search(text):
        raise Wrong("forbidden_character", "可见的文字")
    return text


def code_text(value: object) -> str:
    """Return the text of a code in NFKC, never empty and never long; raises Wrong as `clean`, empty, too_long."""
    text = unicodedata.normalize("NFKC", clean(value)).strip()
    if not text:
        raise Wrong("empty")
    if len(text) > LONGEST_CODE:
        raise Wrong("too_long", f"不超过 {LONGEST_CODE} 字")
    return text
