"""Free text, and several free names."""

from __future__ import annotations

from dataclasses import dataclass

from services.filing.forms.answers import Value
from services.filing.forms.kinds.kind import Wrong, clean

MOST_NAMES = 100


@dataclass(frozen=True)
class Text:
    """Text of 1 to `longest` characters, counted after cleaning; one line unless `is_multiline`."""

    longest: int = 200
    is_multiline: bool = False
    is_number: bool = False

    def read(self, value: object) -> str:
        """Return the cleaned text. Codes: not_text, forbidden_character, empty, too_long."""
        text = clean(value, is_multiline=self.is_multiline)
        if not text:
            raise Wrong("empty")
        if len(text) > self.longest:
            raise Wrong("too_long", f"不超过 {self.longest} 字")
        return text

    def show(self, value: Value) -> str:
        """Return the text."""
        return str(value)


@dataclass(frozen=True)
class Names:
    """Several texts, each once; an empty list is the answer "none"."""

    longest: int = 200
    is_number: bool = False

    def read(self, value: object) -> tuple[str, ...]:
        """Return the names in the order given. Codes: not_list, too_many, repeated, and those of Text."""
        if not isinstance(value, list):
            raise Wrong("not_list", "列表")
        if len(value) > MOST_NAMES:
            raise Wrong("too_many", f"不超过 {MOST_NAMES} 项")
        names = tuple(map(Text(self.longest).read, value))
        if len(set(names)) < len(names):
            raise Wrong("repeated", "每项只填一次")
        return names

    def show(self, value: Value) -> str:
        """Return the names side by side."""
        return "、".join(value) if isinstance(value, tuple) else str(value)
