"""What a cell offers in its list: codes with their names, and every way of writing one that is understood."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from services.filing.forms.kinds.choices import Choice, Choices
from services.filing.forms.kinds.coded import Coded, Named
from services.filing.forms.kinds.kind import Kind, Wrong
from services.filing.forms.kinds.places import City, CountryOrRegion, Several
from services.filing.forms.kinds.texts import Names
from services.filing.forms.model import Part
from shared.codes import countries, divisions

NONE = "无"
"""Stands in a cell for an empty list, which is an answer."""


_OFFICIAL = re.compile("[0-9A-Z][0-9A-Z.]*")
"""Codes that the survey prints; others are our own and nobody needs to see them."""


@dataclass(frozen=True)
class Offer:
    """The entries of a list in its order, code and what is shown; `is_closed` says that nothing else may be typed."""

    shown: Mapping[str, str] = field(repr=False)
    codes: Mapping[str, str] = field(repr=False)
    is_closed: bool = True

    def code(self, text: str) -> str:
        """Return the code that a text means, or the text itself, for its kind to judge."""
        return self.codes.get(text.strip(), text)

    def show(self, code: str) -> str:
        """Return what stands in the cell for a code."""
        return self.shown.get(code, code)


def takes_several(part: Part) -> bool:
    """Tell whether a cell takes several values, one per line of text."""
    return isinstance(part.kind, Choices | Names | Several)


class Offers:
    """What the parts of a form offer, each looked up once; for one workbook, since lists of places change."""

    def __init__(self) -> None:
        self._by_part: dict[int, Offer | None] = {}
        self._by_place: dict[City | CountryOrRegion, Offer] = {}

    def of(self, part: Part) -> Offer | None:
        """Return what the cells of a part offer, None for those that are typed freely."""
        if id(part) not in self._by_part:
            self._by_part[id(part)] = self._made(part.kind.one if isinstance(part.kind, Several) else part.kind)
        return self._by_part[id(part)]

    def _made(self, kind: Kind | None) -> Offer | None:
        match kind:
            case Choice() | Choices():
                return _closed((option.code, f"{option.group}{option.label}") for option in kind.options)
            case Coded():
                entries = kind.lists.entries(kind.source.scheme, kind.source.version)
                return _closed((entry.code, entry.name) for entry in entries if kind.source.takes(entry))
            case Named():
                return Offer({code: name for code, name in kind.names.items() if kind.read(name) == code}, {}, False)
            case City() | CountryOrRegion():
                if kind not in self._by_place:
                    self._by_place[kind] = _closed(_cities(kind) if isinstance(kind, City) else _countries(kind))
                return self._by_place[kind]
            case _:
                return None


def _cities(kind: City) -> Iterator[tuple[str, str]]:
    found = ((code, divisions.find_current(code)) for code in divisions.meanings())
    return ((code, each.name) for code, each in found if each and each.valid_to is None and _takes(kind, code))


def _countries(kind: CountryOrRegion) -> Iterator[tuple[str, str]]:
    return ((each.alpha3, each.name) for each in countries.countries() if _takes(kind, each.alpha3))


def _takes(kind: Kind, code: str) -> bool:
    try:
        kind.read(code)
    except Wrong:
        return False
    return True


def _closed(entries: Iterable[tuple[str, str]]) -> Offer:
    names = dict(entries)
    counts = Counter(names.values())
    shown = {
        code: name if counts[name] == 1 and not _OFFICIAL.fullmatch(code) else f"{code} {name}"
        for code, name in names.items()
    }
    ways = {name: code for code, name in names.items() if counts[name] == 1 and name not in names}
    ways |= {f"{code}.{name}": code for code, name in names.items()}
    return Offer(shown, ways | {text: code for code, text in shown.items()})
