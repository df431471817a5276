"""The lines of a form with their fields, in the blocks of the paper, and how many cells of each are filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from services.portal.model.filing import FilingAnswer
from services.portal.model.survey import FormAnswer, IndicatorAnswer
from services.portal.presenters.controls import MISSING, Control, Desk, FoundView, control
from services.portal.presenters.sheet_of_form import anchor_of, printed_code

PATTERN = 999_999
"""The number of the row that scripts make new ones of."""


@dataclass(frozen=True)
class RowView:
    """A row of a repeated indicator; `number` counts from 0, a blank one is there to be filled in."""

    number: int
    controls: tuple[Control, ...]


@dataclass(frozen=True)
class RowsPart:
    """The rows of a repeated indicator, and the row that scripts make new ones of."""

    code: str
    labels: tuple[tuple[str, str, bool], ...]
    rows: tuple[RowView, ...]
    pattern: RowView
    is_none: bool
    is_open: bool
    can_add: bool


@dataclass(frozen=True)
class LineView:
    """An indicator: its fields side by side, or its rows."""

    code: str
    anchor: str
    name: str
    full_name: str
    unit: str
    heading: str
    indent: int
    is_first_among: bool
    note: str
    source: str
    controls: tuple[Control, ...]
    rows: RowsPart | None
    found: tuple[FoundView, ...]
    is_missing: bool
    is_single: bool
    is_named: bool
    """Whether the department asked for the line to be corrected."""

    @property
    def is_wrong(self) -> bool:
        """Whether something in the line keeps the filing from being submitted."""
        return any(each.is_wrong for each in self.controls) or any(each.severity == "error" for each in self.found)


@dataclass(frozen=True)
class Block:
    """Lines under a heading at their side, which may be empty."""

    label: str
    anchor: str
    lines: tuple[LineView, ...]
    done: int
    total: int


def form_lines(form: FormAnswer, desk: Desk) -> tuple[LineView, ...]:
    if form["layout"] == "rows":
        return ()
    lines: list[LineView] = []
    before = 0
    for indicator in form["indicators"]:
        before = 0 if indicator["heading"] else before
        lines.append(_line(desk, indicator, is_first_among=indicator["indent"] > before))
        before = indicator["indent"]
    return tuple(lines)


def _line(desk: Desk, indicator: IndicatorAnswer, *, is_first_among: bool) -> LineView:
    pointer = f"/{indicator['code']}"
    is_single = any(part["key"] == "" for part in indicator["parts"])
    controls = () if indicator["is_rows"] else tuple(control(desk, indicator, part) for part in indicator["parts"])
    return LineView(
        code=printed_code(indicator["code"]),
        anchor=anchor_of(desk.prefix + pointer),
        name=indicator["name"],
        full_name=indicator["full_name"],
        unit=indicator["unit"],
        heading=indicator["heading"],
        indent=indicator["indent"],
        is_first_among=is_first_among,
        note=indicator["note"],
        source=indicator["source"],
        controls=controls,
        rows=_rows(desk, indicator) if indicator["is_rows"] else None,
        found=() if is_single else desk.found.get(pointer, ()),
        is_missing=pointer in desk.missing and not is_single,
        is_single=is_single,
        is_named=any(each.split("/")[1] == indicator["code"] for each in desk.filing["open_pointers"] or ()),
    )


def _rows(desk: Desk, indicator: IndicatorAnswer) -> RowsPart:
    code, parts = indicator["code"], indicator["parts"]
    listed = desk.answers.get(code)
    count = len(listed) if isinstance(listed, list) else 0
    is_open = desk.is_open(f"/{code}")
    shown = count + (1 if is_open and listed is None else 0)
    wanted = [RowView(row, tuple(control(desk, indicator, part, row) for part in parts)) for row in range(shown)]
    pattern = RowView(-1, tuple(control(desk, indicator, part, PATTERN) for part in parts))
    return RowsPart(
        code=f"{desk.prefix}/{code}".removeprefix("/"),
        labels=tuple((part["label"], part["unit"], part["is_required"]) for part in parts),
        rows=tuple(wanted),
        pattern=pattern,
        is_none=listed == [],
        is_open=is_open,
        can_add=is_open and shown < (indicator["max_rows"] or shown + 1),
    )


def form_blocks(form: FormAnswer, desk: Desk) -> tuple[Block, ...]:
    """Return the lines in their blocks: by the heading at the side, or by those between the lines of a table."""
    labels: dict[str, str] = {}
    heading = ""
    for indicator in form["indicators"]:
        heading = indicator["heading"] or heading
        labels[anchor_of(f"{desk.prefix}/{indicator['code']}")] = indicator["block"] or heading
    done = done_by_code(desk.filing)
    counted = {
        anchor_of(f"{desk.prefix}/{each['code']}"): done.get(each["code"], (0, 0)) for each in form["indicators"]
    }
    blocks: list[Block] = []
    for number, (label, group) in enumerate(groupby(form_lines(form, desk), key=lambda line: labels[line.anchor])):
        members = tuple(group)
        pairs = [counted[line.anchor] for line in members]
        blocks.append(
            Block(
                label,
                f"{anchor_of(desk.prefix)}-block-{number}",
                members,
                sum(p[0] for p in pairs),
                sum(p[0] + p[1] for p in pairs),
            )
        )
    return tuple(blocks)


def done_by_code(filing: FilingAnswer) -> Mapping[str, tuple[int, int]]:
    """Return how many cells of each indicator are filled in, and how many are missing."""
    counts: dict[str, tuple[int, int]] = {}
    for pointer in filing["shown"]:
        code = pointer.split("/")[1]
        counts[code] = (counts.get(code, (0, 0))[0] + 1, counts.get(code, (0, 0))[1])
    for code, value in filing["answers"].items():
        if value == []:
            counts[code] = (1, 0)
    for finding in filing["findings"]:
        if finding["rule"] in MISSING:
            code = finding["pointers"][0].split("/")[1]
            counts[code] = (counts.get(code, (0, 0))[0], counts.get(code, (0, 0))[1] + 1)
    return counts
