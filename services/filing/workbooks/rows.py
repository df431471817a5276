"""Long lists in batches: rows of 城市1–3表, and filings of 企业2、3表 with one line each.

However long the list, a batch is all that is held. Each row has its number, counted from 0 over the whole list, so that
whoever seals a batch can go on after it another time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from services.filing.forms.answers import Answers, Cells, Place
from services.filing.forms.checks import Finding, check_row
from services.filing.forms.context import Case, Context
from services.filing.forms.model import Edition, Form
from services.filing.forms.reading import read, read_row
from services.filing.workbooks.cells import Line
from services.filing.workbooks.drawing import shape_of
from services.filing.workbooks.faults import CellFault, cell_fault
from services.filing.workbooks.findings import found_at, wanted_of
from services.filing.workbooks.lines import LineReader, Refusal, nested
from services.filing.workbooks.opening import Lines, open_workbook
from services.filing.workbooks.reading import says_none
from services.filing.workbooks.shape import MAIN, Area, Arrangement, Shape, in_line
from services.filing.workbooks.spots import Spot
from services.filing.workbooks.wording import refused
from shared.errors import Problem

ROWS_IN_BATCH = 1_000


@dataclass(frozen=True)
class Row:
    """One row of a list, with what could be read of it; `line` is the sheet's."""

    number: int
    line: int
    cells: Cells = field(repr=False)
    faults: tuple[CellFault, ...] = ()


@dataclass(frozen=True)
class Batch:
    """Up to 1,000 rows that follow each other."""

    first: int
    rows: tuple[Row, ...]
    area: Area = field(repr=False)

    @property
    def next(self) -> int:
        """Return the number of the row after this batch, to go on from."""
        return self.first + len(self.rows)

    @property
    def faults(self) -> tuple[CellFault, ...]:
        """Return what could not be read, of all rows."""
        return tuple(fault for row in self.rows for fault in row.faults)


@dataclass(frozen=True)
class FilingRow:
    """One filing of a list, with what could be read of it."""

    number: int
    line: int
    answers: Answers = field(repr=False)
    faults: tuple[CellFault, ...] = ()


@dataclass(frozen=True)
class FilingBatch:
    """Up to 1,000 filings that follow each other."""

    first: int
    rows: tuple[FilingRow, ...]

    @property
    def next(self) -> int:
        """Return the number of the filing after this batch, to go on from."""
        return self.first + len(self.rows)

    @property
    def faults(self) -> tuple[CellFault, ...]:
        """Return what could not be read, of all filings."""
        return tuple(fault for row in self.rows for fault in row.faults)


@dataclass(frozen=True)
class ListHead:
    """What a list says before its rows: how many there are, and whether it says that there are none ("无")."""

    count: int
    says_none: bool
    faults: tuple[CellFault, ...]


def look_at_list(edition: Edition, form: Form, file: BinaryIO) -> ListHead:
    """Count the rows of a list, or the filings where the form has no rows.

    Raises Invalid where the workbook is not the template, or has more rows than may be.
    """
    shape = _shape(edition, form)
    printed, lines = open_workbook(edition, shape, file).split(MAIN)
    area = shape.areas[0]
    count = sum(1 for _ in _bounded(area, lines))
    faults: list[CellFault] = []
    is_none = says_none(area, printed, faults, has_rows=count > 0)
    return ListHead(count, is_none, tuple(faults))


def count_rows(edition: Edition, form: Form, file: BinaryIO) -> int:
    """Return how many rows or filings a list has. Raises Invalid as `look_at_list`."""
    return look_at_list(edition, form, file).count


def rows(edition: Edition, form: Form, file: BinaryIO, start: int = 0) -> Iterator[Batch]:
    """Yield the rows of a list from number `start` on, in batches. Raises Invalid where it is not the template."""
    shape = shape_of(edition, form)
    if not shape.is_one_list:
        raise LookupError(form.key)
    opened = open_workbook(edition, shape, file)
    _, lines = opened.split(MAIN)
    area = shape.areas[0]
    indicator = area.one_indicator
    reader = LineReader(((entry.spot.column, entry) for entry in area.columns), opened.decoders)
    for first, batch in _batches(_bounded(area, lines), start):
        found = []
        for number, (line, content) in enumerate(batch, first):
            body, refusals = reader.read(content)
            cells, problems = read_row(indicator, {part: value for (_, part), value in body.items()}, number)
            faults: tuple[CellFault, ...] = ()
            if refusals or problems:
                faults = (*_refused(area, refusals, line, number), *_wrong(area, problems, line, number))
            found.append(Row(number, line, cells, faults))
        yield Batch(first, tuple(found), area)


def check_rows(edition: Edition, form: Form, batch: Batch, context: Context) -> tuple[CellFault, ...]:
    """Return the findings of each row of a batch at its cells; rules over the whole list are left out."""
    code = batch.area.one_indicator.code
    answers = Answers(rows={code: tuple(row.cells for row in batch.rows)})
    wanted = wanted_of(edition, form)
    faults: list[CellFault] = []
    for at, row in enumerate(batch.rows):
        findings = check_row(form, batch.area.one_indicator, Case(edition, answers, context, code, at))
        if findings:
            unread = frozenset(fault.pointer for fault in row.faults)
            faults += found_at(findings, unread, _on_line(batch.area, row.line), wanted, first=batch.first)
    return tuple(faults)


def filings(edition: Edition, form: Form, file: BinaryIO, start: int = 0) -> Iterator[FilingBatch]:
    """Yield the filings of a list from number `start` on, in batches. Raises Invalid as `rows`."""
    shape = shape_of(edition, form, Arrangement.LIST)
    opened = open_workbook(edition, shape, file)
    _, lines = opened.split(MAIN)
    area = shape.areas[0]
    reader = LineReader(((entry.spot.column, entry) for entry in area.columns), opened.decoders)
    for first, batch in _batches(_bounded(area, lines), start):
        found = []
        for number, (line, content) in enumerate(batch, first):
            body, refusals = reader.read(content)
            reading = read(form, nested(body))
            faults = (*_refused(area, refusals, line, number), *_wrong(area, reading.problems, line, number))
            found.append(FilingRow(number, line, reading.answers, faults))
        yield FilingBatch(first, tuple(found))


def filing_faults(edition: Edition, form: Form, row: FilingRow, findings: Iterable[Finding]) -> tuple[CellFault, ...]:
    """Return the findings of one filing of a list at its cells."""
    area = shape_of(edition, form, Arrangement.LIST).areas[0]
    unread = frozenset(fault.pointer for fault in row.faults)
    return found_at(findings, unread, _on_line(area, row.line), wanted_of(edition, form), row=row.number)


def line_fault(edition: Edition, form: Form, row: FilingRow, place: Place, code: str) -> CellFault:
    """Return what is wrong with a filing of a list as such, at one of its cells."""
    area = shape_of(edition, form, Arrangement.LIST).areas[0]
    return cell_fault(in_line(area, place, row.line), place.pointer, place.indicator, code, row=row.number)


def _shape(edition: Edition, form: Form) -> Shape:
    shape = shape_of(edition, form)
    return shape if shape.is_one_list else shape_of(edition, form, Arrangement.LIST)


def _on_line(area: Area, line: int) -> Callable[[Place], Spot]:
    return lambda place: in_line(area, place, line)


def _bounded(area: Area, lines: Lines) -> Lines:
    """Yield the lines. Raises Invalid: workbook_too_many_rows, as soon as there is one too many."""
    for number, found in enumerate(lines):
        if number >= area.most:
            raise refused("workbook_too_many_rows", f"不超过 {area.most} 行")
        yield found


def _batches(lines: Lines, start: int) -> Iterator[tuple[int, list[tuple[int, Line]]]]:
    """Yield batches with the number of their first row; the rows before `start` are passed over."""
    first = start
    rest = islice(lines, start, None)
    while batch := list(islice(rest, ROWS_IN_BATCH)):
        yield first, batch
        first += len(batch)


def _refused(area: Area, refusals: Iterable[Refusal], line: int, row: int) -> tuple[CellFault, ...]:
    """Return what could not be understood on a line; the pointer numbers the row where the list is one of rows."""
    number = None if area.indicator is None else row
    return tuple(
        cell_fault(
            area.spot(each.entry, line),
            Place(each.entry.indicator.code, each.entry.part.key, number).pointer,
            each.entry.indicator.code,
            each.code,
            each.expected,
            row,
        )
        for each in refusals
    )


def _wrong(area: Area, problems: Iterable[Problem], line: int, row: int) -> tuple[CellFault, ...]:
    """Return what the form's own reading found wrong on a line."""
    number = None if area.indicator is None else row
    places = (Place(entry.indicator.code, entry.part.key, number) for entry in area.columns)
    spots = {place.pointer: in_line(area, place, line) for place in places} if problems else {}
    return tuple(
        cell_fault(spots[each.pointer], each.pointer, each.indicator, each.code, each.expected, row)
        for each in problems
    )
