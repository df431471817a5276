"""Where everything is in the workbook of a form: what is printed, and which cell takes which answer.

The template is drawn by it, and what comes back is read by it, so the two can't disagree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from services.filing.forms.answers import Place
from services.filing.forms.model import Form, Indicator, Part
from services.filing.workbooks.spots import Spot

MAIN = "填报"
DASH = "—"
"""Stands in a cell that takes no value, as on paper."""
VERSION = "1"
"""Of how workbooks are laid out; another one can't be read."""


_KEY = re.compile("[a-z_]+")


def official(code: str) -> str:
    """Return the code of an indicator as people know it: nothing for the key of one that the survey gave no code."""
    return "" if _KEY.fullmatch(code) else code


class Arrangement(StrEnum):
    """A form as a workbook of its own, or many filings of a form as lines of one list."""

    FORM = "form"
    LIST = "list"


class Role(StrEnum):
    """What a cell takes: the value, why there is none, or nothing at all."""

    VALUE = "value"
    REASON = "reason"
    DASH = "dash"
    COMPUTED = "computed"


class Style(StrEnum):
    """How a cell looks and whether it is locked."""

    TITLE = "title"
    PLAIN = "plain"
    HEADING = "heading"
    HEAD = "head"
    LABEL = "label"
    FACT = "fact"
    TEXT = "text"
    NUMBER = "number"
    SHUT = "shut"


@dataclass(frozen=True)
class Label:
    """Something printed and locked. A label that `is_checked` must still stand there in what comes back."""

    spot: Spot
    text: str
    style: Style = Style.LABEL
    note: str = ""
    width: int = 1
    is_checked: bool = False


@dataclass(frozen=True)
class Entry:
    """One cell that belongs to a part, at a spot of its own or as a column of an area."""

    indicator: Indicator
    part: Part
    role: Role
    spot: Spot

    @property
    def style(self) -> Style:
        """Return how the cell looks."""
        if self.role in (Role.DASH, Role.COMPUTED):
            return Style.SHUT
        is_number = self.role is Role.VALUE and self.part.kind is not None and self.part.kind.is_number
        return Style.NUMBER if is_number else Style.TEXT


@dataclass(frozen=True)
class Area:
    """Lines of one kind below each other, from `first_line` on: rows of an indicator, or whole filings.

    The spots of its columns stand on the first line. `none` is the cell where the explicit answer "无" is given.
    """

    indicator: Indicator | None
    sheet: str
    first_line: int
    columns: tuple[Entry, ...]
    most: int
    none: Spot | None = None

    @property
    def one_indicator(self) -> Indicator:
        """Return the indicator whose rows these are. Raises LookupError where the lines are whole filings."""
        if self.indicator is None:
            raise LookupError(self.sheet)
        return self.indicator

    def spot(self, entry: Entry, line: int) -> Spot:
        """Return the cell of a column on a line."""
        return Spot(self.sheet, line, entry.spot.column)


@dataclass(frozen=True)
class Shape:
    """The whole workbook: its sheets with the widths of their columns, what is printed, and what takes answers."""

    form: Form
    arrangement: Arrangement
    sheets: Mapping[str, tuple[int, ...]]
    labels: tuple[Label, ...]
    facts: Mapping[str, Spot]
    fields: tuple[Entry, ...]
    areas: tuple[Area, ...]
    frozen: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_one_list(self) -> bool:
        """Tell whether the workbook is one long list on its main sheet."""
        return len(self.areas) == 1 and self.areas[0].sheet == MAIN

    def fields_at(self) -> Mapping[Spot, Entry]:
        """Return the cells outside areas by their spot."""
        return {entry.spot: entry for entry in self.fields}

    def checked(self, sheet: str) -> Mapping[tuple[int, int], Label]:
        """Return the labels of a sheet that must not have been changed, by line and column."""
        return {(each.spot.line, each.spot.column): each for each in self.labels if self._is_of(each, sheet)}

    def find(self, place: Place, lines: Mapping[str, tuple[int, ...]]) -> Spot:
        """Return the cell of a place; `lines` says on which line each row of an indicator stands.

        A place that has no cell of its own is shown at the nearest one: rows that are missing at the cell for "无".
        """
        for area in self.areas:
            if area.indicator is not None and area.indicator.code == place.indicator:
                return self._in_area(area, place, lines.get(place.indicator, ()))
        of_indicator = [entry for entry in self.fields if entry.indicator.code == place.indicator]
        exact = next((entry for entry in of_indicator if entry.part.key == place.part), None)
        found = exact or next(iter(of_indicator), None)
        return found.spot if found else Spot(MAIN, 1, 1)

    @staticmethod
    def _is_of(label: Label, sheet: str) -> bool:
        return label.is_checked and label.spot.sheet == sheet

    @staticmethod
    def _in_area(area: Area, place: Place, lines: tuple[int, ...]) -> Spot:
        if place.row is None or place.row >= len(lines):
            return area.none or Spot(area.sheet, area.first_line, 1)
        return in_line(area, place, lines[place.row])


def in_line(area: Area, place: Place, line: int) -> Spot:
    """Return the cell of a place on a line of an area; the first column of the indicator where the part has none."""
    of_indicator = [entry for entry in area.columns if entry.indicator.code == place.indicator]
    exact = next((entry for entry in of_indicator if entry.part.key == place.part), None)
    found = exact or next(iter(of_indicator), area.columns[0])
    return area.spot(found, line)


def entries_of(indicator: Indicator) -> Iterator[tuple[Part, Role]]:
    """Yield what the parts of an indicator take, the reason for "not applicable" after its part."""
    for part in indicator.parts:
        if part.is_dash:
            yield part, Role.DASH
        elif part.computed is not None:
            yield part, Role.COMPUTED
        else:
            yield part, Role.VALUE
            if part.may_not_apply:
                yield part, Role.REASON
