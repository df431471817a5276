"""The form of a filing as on paper, with its fields: head, lines in their blocks, what is wrong, how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from services.portal.model.filing import FilingAnswer
from services.portal.model.filing_words import STATE_TONES
from services.portal.model.survey import AnswerValues, FormAnswer, IndicatorAnswer
from services.portal.presenters.controls import (
    MISSING,
    Control,
    Desk,
    FoundView,
    control,
    desk_of,
    found_view,
)
from services.portal.presenters.filed import VerdictView, verdict_view
from services.portal.presenters.sheet_of_form import (
    EvidenceView,
    anchor_of,
    approval_lines,
    evidence_views,
    place_label,
    printed_code,
)
from services.portal.presenters.words import Badge, moment
from shared.errors import Problem

MOST_LINKS = 100
"""So many lines the list of what is wrong has at most."""

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


@dataclass(frozen=True)
class Link:
    """A line of the list of what is wrong."""

    anchor: str
    text: str


@dataclass(frozen=True)
class Progress:
    """How many of the cells that are asked are filled in."""

    done: int
    total: int


@dataclass(frozen=True)
class FilingForm:
    """A filing that is being filled in, or shown in the same shape."""

    id: str
    version: int
    form: str
    edition: str
    title: str
    number: str
    period: str
    item: str
    unit: str
    badge: Badge
    approval: tuple[tuple[str, str], ...]
    head: tuple[tuple[str, str], ...]
    layout: str
    columns: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    foot: tuple[str, ...]
    statements: tuple[str, ...]
    note: str
    duties: tuple[str, ...]
    returned: VerdictView | None
    places_opened: tuple[Link, ...]
    progress: Progress
    missing: tuple[Link, ...]
    errors: tuple[Link, ...]
    queries: tuple[Link, ...]
    notes: tuple[Link, ...]
    unplaced: tuple[FoundView, ...]
    unexplained: int
    evidence: tuple[EvidenceView, ...]
    evidence_wanted: str
    takes_nil: bool
    nil_reason: str | None
    rows: int | None
    offers: int
    actions: tuple[str, ...]
    saved_at: str
    revision: int

    @property
    def can_write(self) -> bool:
        """Whether the unit fills the form in now."""
        return "save" in self.actions


def filing_form(
    filing: FilingAnswer, form: FormAnswer, typed: AnswerValues | None = None, problems: Iterable[Problem] = ()
) -> FilingForm:
    """Return the form; `typed` are answers that are not saved as they stand, `problems` what was refused of them."""
    listed = tuple(problems)
    desk = desk_of(filing, typed, listed)
    lines = _lines(form, desk)
    returned = _returned(filing, form)
    findings = filing["findings"]
    asked = [each for each in findings if each["severity"] == "query"]
    return FilingForm(
        id=filing["id"],
        version=filing["version"],
        form=filing["form"],
        edition=filing["edition"],
        title=form["title"],
        number=form["number"],
        period=filing["period_label"],
        item=filing["item_name"],
        unit=filing["unit_name"],
        badge=Badge(filing["state_label"], STATE_TONES.get(filing["state"], "secondary")),
        approval=approval_lines(form),
        head=tuple((line["label"].rstrip("："), filing["head"].get(line["key"], "")) for line in form["head"]),
        layout=form["layout"],
        columns=tuple((each["key"], each["label"]) for each in form["columns"]),
        blocks=_blocks(form, filing, lines),
        foot=tuple(form["foot"]),
        statements=tuple(form["statements"]),
        note=form["note"],
        duties=tuple(form["duties"]),
        returned=returned,
        places_opened=tuple(Link(anchor_of(at), place_label(form, at)) for at in filing["open_pointers"] or ()),
        progress=_progress(filing),
        missing=tuple(
            Link(anchor_of(each["pointers"][0]), place_label(form, each["pointers"][0]))
            for each in findings
            if each["rule"] in MISSING
        ),
        errors=(*_refused(form, listed), *_links(filing, "error")),
        queries=_links(filing, "query"),
        notes=_links(filing, "note"),
        unplaced=tuple(found_view(each, has_box=True) for each in findings if not each["pointers"]),
        unexplained=sum(not each["explanation"] for each in asked),
        evidence=evidence_views(filing["evidence"]),
        evidence_wanted=form["evidence"],
        takes_nil=form["takes_nil"],
        nil_reason=filing["nil_reason"],
        rows=filing["rows"],
        offers=sum(desk.is_open(each["pointer"]) for each in filing["suggestions"]),
        actions=tuple(each["action"] for each in filing["open_actions"]),
        saved_at=moment(filing["updated_at"]),
        revision=filing["revision"],
    )


def _returned(filing: FilingAnswer, form: FormAnswer) -> VerdictView | None:
    if filing["state"] != "returned" or not filing["versions"]:
        return None
    newest = max(filing["versions"], key=lambda version: version["no"])
    return verdict_view(form, newest["decision"])


def _lines(form: FormAnswer, desk: Desk) -> tuple[LineView, ...]:
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
        anchor=anchor_of(pointer),
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
        code=code,
        labels=tuple((part["label"], part["unit"], part["is_required"]) for part in parts),
        rows=tuple(wanted),
        pattern=pattern,
        is_none=listed == [],
        is_open=is_open,
        can_add=is_open and shown < (indicator["max_rows"] or shown + 1),
    )


def _blocks(form: FormAnswer, filing: FilingAnswer, lines: tuple[LineView, ...]) -> tuple[Block, ...]:
    """Return the lines in their blocks: by the heading at the side, or by those between the lines of a table."""
    labels: dict[str, str] = {}
    heading = ""
    for indicator in form["indicators"]:
        heading = indicator["heading"] or heading
        labels[anchor_of(f"/{indicator['code']}")] = indicator["block"] or heading
    done = _done_by_code(filing)
    counted = {anchor_of(f"/{each['code']}"): done.get(each["code"], (0, 0)) for each in form["indicators"]}
    blocks: list[Block] = []
    for number, (label, group) in enumerate(groupby(lines, key=lambda line: labels[line.anchor])):
        members = tuple(group)
        pairs = [counted[line.anchor] for line in members]
        blocks.append(
            Block(label, f"block-{number}", members, sum(p[0] for p in pairs), sum(p[0] + p[1] for p in pairs))
        )
    return tuple(blocks)


def _done_by_code(filing: FilingAnswer) -> Mapping[str, tuple[int, int]]:
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


def _progress(filing: FilingAnswer) -> Progress:
    counts = _done_by_code(filing).values()
    done = sum(each[0] for each in counts)
    return Progress(done, done + sum(each[1] for each in counts))


def _links(filing: FilingAnswer, severity: str) -> tuple[Link, ...]:
    wanted = [each for each in filing["findings"] if each["severity"] == severity and each["rule"] not in MISSING]
    return tuple(
        Link(anchor_of(each["pointers"][0]) if each["pointers"] else "unplaced", each["text"])
        for each in wanted[:MOST_LINKS]
    )


def _refused(form: FormAnswer, problems: Iterable[Problem]) -> tuple[Link, ...]:
    return tuple(
        Link(anchor_of(at), f"{place_label(form, at)}：{problem.message}（未保存）")
        for problem in problems
        if (at := problem.pointer.removeprefix("/answers"))
    )
