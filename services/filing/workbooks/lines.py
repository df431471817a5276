"""The cells of a line, or the fields of a form, as the JSON that the form's own reading takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from services.filing.forms.kinds.kind import Wrong
from services.filing.forms.reading import NOT_APPLICABLE
from services.filing.workbooks.cells import Content, Line
from services.filing.workbooks.decoding import Decoder, text_of
from services.filing.workbooks.shape import DASH, Entry, Role

Key = tuple[str, str]
"""An indicator's code and the key of its part."""


@dataclass(frozen=True)
class Refusal:
    """A cell that could not be understood: what belongs there, the code of the fault, and what was expected."""

    entry: Entry
    code: str
    expected: str = field(default="", repr=False)


class LineReader:
    """Understands lines that all have the same entries, each at its number: a column, or a place in a list of fields."""

    def __init__(self, entries: Iterable[tuple[int, Entry]], decoders: dict[Key, Decoder]) -> None:
        found = [(number, entry, key_of(entry)) for number, entry in entries]
        self._values = [(number, key, decoders[key], entry) for number, entry, key in found if entry.role is Role.VALUE]
        self._reasons = [(number, key, entry) for number, entry, key in found if entry.role is Role.REASON]
        self._dashes = [(number, entry) for number, entry, _ in found if entry.role is Role.DASH]

    def read(self, cells: Line) -> tuple[dict[Key, object], list[Refusal]]:
        """Return the JSON of the cells that say something, and what could not be understood."""
        body: dict[Key, object] = {}
        refusals: list[Refusal] = []
        for number, key, decode, entry in self._values:
            content = cells.get(number)
            if content is None or is_blank(content):
                continue
            try:
                body[key] = decode(content)
            except Wrong as wrong:
                refusals.append(Refusal(entry, wrong.code, wrong.expected))
        if self._reasons:
            self._read_reasons(cells, body, refusals)
        refusals += (
            Refusal(entry, "dash")
            for number, entry in self._dashes
            if (content := cells.get(number)) is not None and not is_blank(content) and content != DASH
        )
        return body, refusals

    def _read_reasons(self, cells: Line, body: dict[Key, object], refusals: list[Refusal]) -> None:
        taken = {*body, *(key_of(refusal.entry) for refusal in refusals)}
        for number, key, entry in self._reasons:
            content = cells.get(number)
            if content is None or is_blank(content):
                continue
            if key in taken:
                refusals.append(Refusal(entry, "value_and_reason"))
                continue
            try:
                body[key] = {NOT_APPLICABLE: text_of(content)}
            except Wrong as wrong:
                refusals.append(Refusal(entry, wrong.code, wrong.expected))


def key_of(entry: Entry) -> Key:
    """Return the key of an entry's part."""
    return entry.indicator.code, entry.part.key


def is_blank(content: Content) -> bool:
    """Tell whether a cell only looks filled."""
    return isinstance(content, str) and (not content or content.isspace())


def nested(body: dict[Key, object]) -> dict[str, object]:
    """Return the JSON of a whole form from that of its parts."""
    found: dict[str, object] = {}
    for (code, part), value in body.items():
        if part:
            parts = found.setdefault(code, {})
            if isinstance(parts, dict):
                parts[part] = value
        else:
            found[code] = value
    return found
