"""Somebody's workbook of a form, read into answers: all faults at once, each with its cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from services.filing.forms.answers import Answers, Place
from services.filing.forms.checks import Finding
from services.filing.forms.model import Edition, Form
from services.filing.forms.reading import read
from services.filing.workbooks.cells import Line
from services.filing.workbooks.drawing import shape_of
from services.filing.workbooks.faults import CellFault, cell_fault
from services.filing.workbooks.findings import found_at, wanted_of
from services.filing.workbooks.lines import LineReader, nested
from services.filing.workbooks.offers import NONE
from services.filing.workbooks.opening import Lines, Opened, content_at, is_none, open_workbook
from services.filing.workbooks.shape import Area, Shape


@dataclass(frozen=True)
class WorkbookReading:
    """The answers that could be read, and what could not; only a reading without faults may be kept.

    `lines` says on which line each row of a repeated indicator stands.
    """

    answers: Answers = field(repr=False)
    faults: tuple[CellFault, ...]
    lines: Mapping[str, tuple[int, ...]]


@dataclass
class _Draft:
    """What was understood so far."""

    body: dict[str, object] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)
    lines: dict[str, tuple[int, ...]] = field(default_factory=dict)


def read_workbook(edition: Edition, form: Form, file: BinaryIO) -> WorkbookReading:
    """Read the workbook of a form. Raises Invalid where it is not the template of this form and edition."""
    opened = open_workbook(edition, shape_of(edition, form), file)
    draft = _Draft()
    for sheet in opened.shape.sheets:
        printed, below = opened.split(sheet)
        _read_fields(opened, sheet, printed, draft)
        for area in opened.shape.areas:
            if area.sheet == sheet:
                _read_area(opened, area, printed, below, draft)
    reading = read(form, draft.body)
    for problem in reading.problems:
        spot = opened.shape.find(_place(form, problem.pointer), draft.lines)
        draft.faults.append(cell_fault(spot, problem.pointer, problem.indicator, problem.code, problem.expected))
    return WorkbookReading(reading.answers, _in_order(opened.shape, draft.faults), draft.lines)


def faults_of(
    edition: Edition, form: Form, reading: WorkbookReading, findings: Iterable[Finding]
) -> tuple[CellFault, ...]:
    """Return the findings of the form's checks at the cells they point at.

    A cell that could not be read is not called missing as well.
    """
    shape = shape_of(edition, form)
    unread = frozenset(fault.pointer for fault in reading.faults)
    return found_at(findings, unread, lambda place: shape.find(place, reading.lines), wanted_of(edition, form))


def _read_fields(opened: Opened, sheet: str, printed: Mapping[int, Line], draft: _Draft) -> None:
    fields = [entry for entry in opened.shape.fields if entry.spot.sheet == sheet]
    cells = {
        number: content
        for number, entry in enumerate(fields)
        if (content := content_at(printed, entry.spot)) is not None
    }
    body, refusals = LineReader(enumerate(fields), opened.decoders).read(cells)
    draft.body |= nested(body)
    for refusal in refusals:
        entry = refusal.entry
        pointer = Place(entry.indicator.code, entry.part.key).pointer
        draft.faults.append(cell_fault(entry.spot, pointer, entry.indicator.code, refusal.code, refusal.expected))


def _read_area(opened: Opened, area: Area, printed: Mapping[int, Line], below: Lines, draft: _Draft) -> None:
    indicator = area.one_indicator
    reader = LineReader(((entry.spot.column, entry) for entry in area.columns), opened.decoders)
    rows: list[dict[str, object]] = []
    lines: list[int] = []
    for line, cells in below:
        body, refusals = reader.read(cells)
        for refusal in refusals:
            spot = area.spot(refusal.entry, line)
            pointer = Place(indicator.code, refusal.entry.part.key, len(rows)).pointer
            draft.faults.append(cell_fault(spot, pointer, indicator.code, refusal.code, refusal.expected))
        rows.append({part: value for (_, part), value in body.items()})
        lines.append(line)
    draft.lines[indicator.code] = tuple(lines)
    if says_none(area, printed, draft.faults, has_rows=bool(rows)) or rows:
        draft.body[indicator.code] = rows


def says_none(area: Area, printed: Mapping[int, Line], faults: list[CellFault], *, has_rows: bool) -> bool:
    """Tell whether an area says "无"; what else stands there, or rows beside it, is added to the faults."""
    content = None if area.none is None else content_at(printed, area.none)
    if area.none is None or content is None:
        return False
    code = area.one_indicator.code
    if not is_none(content):
        faults.append(cell_fault(area.none, Place(code).pointer, code, "not_none", NONE))
    elif has_rows:
        faults.append(cell_fault(area.none, Place(code).pointer, code, "none_with_rows"))
    return is_none(content)


def _place(form: Form, pointer: str) -> Place:
    """Return the place of a pointer into the body of a form, as `Place.pointer` makes it."""
    code, *steps = (step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
    indicator = form.indicator(code)
    if indicator is not None and indicator.is_rows and steps:
        return Place(code, steps[1] if len(steps) > 1 else "", int(steps[0]))
    return Place(code, steps[0] if steps else "")


def _in_order(shape: Shape, faults: Iterable[CellFault]) -> tuple[CellFault, ...]:
    order = {sheet: number for number, sheet in enumerate(shape.sheets)}
    return tuple(sorted(faults, key=lambda each: (order[each.sheet], each.spot.line, each.spot.column)))
