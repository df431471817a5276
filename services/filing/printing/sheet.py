"""The view of one print: everything that the template draws, in the order of paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from services.filing.forms.answers import Answers, Cells, Place
from services.filing.forms.model import Edition, Form, Head, Indicator, Layout
from services.filing.forms.printed import FormContent
from services.filing.model.filings import SignOff
from services.filing.printing import drawing
from services.filing.printing.drawing import Drawn, draw, shown
from services.filing.printing.papers import Paper, Spot, printed_parts
from services.filing.printing.room import with_room

BLANK_ROWS = 3
BLANK_LINES = 12
"""Rows of an empty table within a form, and of an empty list."""

SHEET, BLOCK, CODE, EDGES = 182.0, 9.0, 11.0, 7.0
"""Millimetres of the table, of the columns of block and code, and of what is left free in a field."""

_LONGEST_BESIDE = 60
"""Characters of an answer that stands beside another one."""

_HEAD_ROOM = 62.0
_HEAD_CODES = {"uscc": drawing.CREDIT_CODE, "organisation_code": drawing.ORGANISATION_CODE}
_AMONG = "其中："
EDGE, STEP, AMONG = 1.5, 10.0, 9.5
"""Millimetres before a name, for each step that it is moved in, and of the word before the first of several."""


@dataclass(frozen=True)
class HeadLine:
    """A fact of the head: its label, and how it is drawn."""

    label: str
    drawn: Drawn


@dataclass(frozen=True)
class FieldCell:
    """An indicator in its place: its code, and what stands in its field, in columns side by side."""

    code: str
    columns: tuple[tuple[Drawn, ...], ...]


@dataclass(frozen=True)
class FieldLine:
    """A line of a form of fields: one indicator or several side by side; `block` begins a heading of `height` lines."""

    cells: tuple[FieldCell, ...]
    block: str = ""
    height: int = 0


@dataclass(frozen=True)
class TableLine:
    """A line of a form of columns: name and how far it is moved in (millimetres), unit, code, and the cells."""

    name: str
    left: float
    unit: str
    code: str
    cells: tuple[str, ...]


def head_lines(form: Form, paper: Paper, content: FormContent | None) -> tuple[tuple[HeadLine, ...], ...]:
    """Return the facts of the head line by line, empty where nothing is filled in."""
    facts = content.head if content else {}
    by_key = {line.key: line for line in form.head}
    return tuple(
        tuple(_head_line(by_key[key], facts.get(key, ""), _HEAD_ROOM / len(line)) for key in line)
        for line in paper.head
    )


def _head_line(line: Head, fact: str, room: float) -> HeadLine:
    length = _HEAD_CODES.get(line.key)
    drawn = drawing.boxes(fact, length, line.key == "organisation_code") if length else Drawn("line", fact, width=room)
    return HeadLine(line.label, drawn)


def field_lines(form: Form, paper: Paper, answers: Answers) -> tuple[FieldLine, ...]:
    """Return the lines of a form of fields."""
    placed = [[one for code in line if (one := form.indicator(code)) is not None] for line in paper.lines]
    lines = [line for found in placed for line in _fitting(found, answers)]
    blocks = [line[0].block for line in lines]
    sheet = SHEET - (BLOCK if any(blocks) else 0)
    return tuple(
        FieldLine(
            tuple(
                FieldCell(one.code, tuple(_field(one, paper, answers, sheet / len(line) - CODE - EDGES)))
                for one in line
            ),
            block,
            _height(blocks, number),
        )
        for number, (line, block) in enumerate(zip(lines, blocks, strict=True))
    )


def _fitting(line: list[Indicator], answers: Answers) -> list[list[Indicator]]:
    """Return the line, or one for each of its indicators where one of them says too much for a part of the width."""
    cells = ((part, answers.find(Place(one.code, part.key))) for one in line for part in printed_parts(one))
    is_long = any(len(shown(part, answer)) > _LONGEST_BESIDE for part, answer in cells)
    return [[one] for one in line] if is_long else [line]


def _height(blocks: list[str], number: int) -> int:
    """Return over how many lines the heading goes that begins here, 0 where none begins."""
    if number and blocks[number] == blocks[number - 1]:
        return 0
    height = 1
    while number + height < len(blocks) and blocks[number + height] == blocks[number]:
        height += 1
    return height


def _field(indicator: Indicator, paper: Paper, answers: Answers, width: float) -> Iterator[tuple[Drawn, ...]]:
    pattern = paper.patterns[indicator.code]
    for column in pattern:
        drawn = (
            _spot(indicator, piece, paper, answers) if isinstance(piece, Spot) else Drawn("words", piece.text)
            for piece in column
        )
        yield with_room(drawn, (width - EDGES * (len(pattern) - 1)) / len(pattern))


def _spot(indicator: Indicator, spot: Spot, paper: Paper, answers: Answers) -> Drawn:
    if spot.manner == "rows":
        return drawing.rows_of(indicator, answers.rows.get(indicator.code), BLANK_ROWS)
    part = indicator.part(spot.key)
    if part is None:
        raise LookupError(f"{indicator.code}: no cell {spot.key!r}")
    return draw(part, answers.find(Place(indicator.code, spot.key)), spot.manner, paper.groups)


def table_lines(form: Form, answers: Answers) -> tuple[TableLine, ...]:
    """Return the lines of a form of columns; a heading has a line of its own, dashed throughout."""
    lines: list[TableLine] = []
    before = 0
    for one in form.indicators:
        if one.code in form.headings:
            lines.append(TableLine(form.headings[one.code], EDGE, "—", "—", ("—",) * len(form.columns)))
            before = 0
        cells = answers.cells.get(one.code, {})
        is_first = one.indent > before
        left = EDGE + STEP * one.indent + (0 if is_first or not one.indent else AMONG)
        values = tuple(shown(part, cells.get(part.key)) for part in one.parts)
        lines.append(TableLine(f"{_AMONG if is_first else ''}{one.name}", left, one.unit, one.code, values))
        before = one.indent
    return tuple(lines)


def list_heads(form: Form) -> tuple[tuple[str, str], ...]:
    """Return label and mark of each column of a form of rows."""
    return tuple((part.label, part.mark) for part in printed_parts(rows_indicator(form)))


def list_lines(form: Form, answers: Answers, is_blank: bool) -> tuple[tuple[str, ...], ...]:
    """Return the cells of each row of a form of rows; a blank form has empty ones to write on."""
    indicator = rows_indicator(form)
    parts = printed_parts(indicator)
    if is_blank:
        return (("",) * len(parts),) * BLANK_LINES
    rows: tuple[Cells, ...] | None = answers.rows.get(indicator.code)
    if rows == ():
        return ((drawing.NONE, *("",) * (len(parts) - 1)),)
    return tuple(tuple(shown(part, row.get(part.key)) for part in parts) for row in rows or ())


def rows_indicator(form: Form) -> Indicator:
    """Return the indicator that a form of rows consists of."""
    return next(one for one in form.indicators if one.is_rows)


def is_list(form: Form) -> bool:
    """Tell whether the form is one long list."""
    return form.layout is Layout.ROWS


def period_text(form: Form, content: FormContent | None) -> str:
    """Return the period as the head prints it: 2023年6月, or with room to write."""
    if content:
        return content.period.label
    return "20　　年　　月" if form.period.value == "month" else "20　　年"


def validity_text(edition: Edition) -> str:
    """Return the last month of the approval."""
    return f"{edition.valid_to.year}年{edition.valid_to.month:02}月"


def foot(form: Form, sign_off: SignOff | None) -> tuple[tuple[str, str], ...]:
    """Return the labels of the foot with who signed off."""
    known: Mapping[str, str] = (
        {}
        if sign_off is None
        else {
            "单位负责人": sign_off.unit_head,
            "统计负责人": sign_off.statistics_head,
            "填表人": sign_off.filler,
            "联系电话": sign_off.phone,
            "报出日期": _day(sign_off.reported_on),
        }
    )
    empty = {"报出日期": "20　　年　　月　　日"}
    return tuple((label, known.get(label) or empty.get(label, "")) for label in form.foot)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
