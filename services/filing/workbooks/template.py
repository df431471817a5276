"""Templates of the forms: empty, or filled with answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice

from services.filing.forms.answers import Answer, Answers, Cells, Given, NotApplicable, Place
from services.filing.forms.model import Edition, Form
from services.filing.workbooks.drawing import PERIOD, shape_of
from services.filing.workbooks.encoding import content_of
from services.filing.workbooks.looks import Look
from services.filing.workbooks.mould import mould_of
from services.filing.workbooks.offers import NONE, Offers
from services.filing.workbooks.printed import heights_of, printed_lines, printed_notes
from services.filing.workbooks.shape import DASH, Area, Arrangement, Entry, Role, Shape, Style
from services.filing.workbooks.spots import Spot
from services.filing.workbooks.writing import Cell, Filling, Written, write

__all__ = ["PERIOD", "filled_filings", "filled_list", "list_template", "template"]


def template(
    edition: Edition, form: Form, answers: Answers | None = None, head: Mapping[str, str] | None = None
) -> bytes:
    """Return the workbook of a form, filled with answers where they are given.

    `head` says what stands in the head of the form, by the keys of `form.head`, and the period under `period`.
    """
    answers = answers or Answers()
    return b"".join(_made(edition, shape_of(edition, form), answers.rows, head or {}, answers))


def list_template(
    edition: Edition, form: Form, head: Mapping[str, str] | None = None, lines: Iterable[Answers] = ()
) -> bytes:
    """Return a workbook in which every line is a filing, begun with these. Raises LookupError for forms that are no list."""
    return b"".join(filled_filings(edition, form, lines, head))


def filled_filings(
    edition: Edition, form: Form, lines: Iterable[Answers], head: Mapping[str, str] | None = None
) -> Iterator[bytes]:
    """Yield the workbook of many filings block by block, one on each line. Raises LookupError as `list_template`."""
    shape = shape_of(edition, form, Arrangement.LIST)
    yield from _made(edition, shape, {}, head or {}, Answers(), lines)


def filled_list(
    edition: Edition, form: Form, rows: Iterable[Cells], head: Mapping[str, str] | None = None
) -> Iterator[bytes]:
    """Yield the workbook of one long list block by block, as `template` makes it; one row is held at a time.

    Raises LookupError for a form that is no list of rows.
    """
    shape = shape_of(edition, form)
    if not shape.is_one_list:
        raise LookupError(form.key)
    yield from _made(edition, shape, {shape.areas[0].one_indicator.code: rows}, head or {}, Answers())


def _made(
    edition: Edition,
    shape: Shape,
    rows: Mapping[str, Iterable[Cells]],
    head: Mapping[str, str],
    answers: Answers,
    filings: Iterable[Answers] = (),
) -> Iterator[bytes]:
    offers = Offers()
    filled = Filled(shape, offers)
    begun = {code: _begun(each) for code, each in rows.items()}
    none = {code for code, (first, _) in begun.items() if not first}
    given = {**filled.facts(head), **filled.fields(answers), **filled.nones(none)}
    fillings = ((sheet, _filling(filled, sheet, given, begun, filings)) for sheet in shape.sheets)
    return write(mould_of(edition, shape, offers), fillings)


_Begun = tuple[list[Cells], Iterator[Cells]]
"""The first row, where there is one, and those after it."""


def _begun(rows: Iterable[Cells]) -> _Begun:
    rest = iter(rows)
    return list(islice(rest, 1)), rest


def _filling(
    filled: Filled,
    sheet: str,
    given: Mapping[Spot, tuple[Look, Written]],
    begun: Mapping[str, _Begun],
    filings: Iterable[Answers],
) -> Filling:
    shape = filled.shape
    lines = printed_lines(shape, sheet, given)
    rows = (
        (area.first_line + row, filled.row(area, cells))
        for area in shape.areas
        if area.sheet == sheet and area.indicator is not None
        for row, cells in enumerate(chain(*begun.get(area.indicator.code, ())))
    )
    whole = (
        (area.first_line + number, filled.filing(area, answers))
        for area in shape.areas
        if area.sheet == sheet and area.indicator is None
        for number, answers in enumerate(filings)
    )
    return Filling(chain(lines, rows, whole), printed_notes(shape, sheet), heights_of(lines, shape, sheet))


@dataclass(frozen=True)
class Filled:
    """What stands in the cells of a shape for given answers."""

    shape: Shape
    offers: Offers

    def facts(self, head: Mapping[str, str]) -> dict[Spot, tuple[Look, Written]]:
        """Return the cells of the head."""
        return {spot: (Look(Style.FACT), head.get(key, "")) for key, spot in self.shape.facts.items()}

    def fields(self, answers: Answers) -> dict[Spot, tuple[Look, Written]]:
        """Return the cells outside areas."""
        return {
            entry.spot: (
                Look(entry.style),
                self.written(entry, answers.find(Place(entry.indicator.code, entry.part.key))),
            )
            for entry in self.shape.fields
        }

    def nones(self, codes: Collection[str]) -> dict[Spot, tuple[Look, Written]]:
        """Return the cells for "无", which stands there for some indicators."""
        return {
            area.none: (Look(Style.TEXT), NONE if area.indicator.code in codes else "")
            for area in self.shape.areas
            if area.none is not None and area.indicator is not None
        }

    def row(self, area: Area, cells: Cells) -> list[Cell]:
        """Return the cells of a row."""
        return [
            (entry.spot.column, Look(entry.style), self.written(entry, cells.get(entry.part.key)))
            for entry in area.columns
        ]

    def filing(self, area: Area, answers: Answers) -> list[Cell]:
        """Return the cells of a line that is a whole filing."""
        return [
            (
                entry.spot.column,
                Look(entry.style),
                self.written(entry, answers.find(Place(entry.indicator.code, entry.part.key))),
            )
            for entry in area.columns
        ]

    def written(self, entry: Entry, answer: Answer | None) -> Written:
        """Return what stands in the cell of an answer."""
        if entry.role is Role.DASH:
            return DASH
        match answer:
            case Given() if entry.role is not Role.REASON:
                return content_of(entry.part, answer.value, self.offers.of(entry.part))
            case NotApplicable() if entry.role is Role.REASON:
                return answer.reason
            case _:
                return ""
