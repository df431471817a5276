"""A form for reading, as it stands on paper: what a version says in each of its places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from services.portal.model.filing import EvidenceAnswer, SignOffAnswer
from services.portal.model.survey import AnswerValues, FormAnswer, IndicatorAnswer, PartAnswer
from services.portal.presenters.words import chinese_date, moment, size

NOT_APPLICABLE = "not_applicable"
DASH = "—"

NUMBERS = frozenset({"whole", "number", "money", "percent"})
"""Kinds whose values stand at the right."""


@dataclass(frozen=True)
class SheetCell:
    """One place of the form. `text` is empty where nothing was filled in; `pointer` is empty in a dash cell."""

    pointer: str
    label: str
    text: str
    reason: str = ""
    """Why the item does not apply, where the unit says so."""

    unit: str = ""
    is_number: bool = False
    is_conditional: bool = False
    """Whether the place is asked only where other answers call for it."""

    has_past: bool = False
    """Whether earlier periods may hold a value of the same place."""

    @property
    def anchor(self) -> str:
        """The id of the place on a page."""
        return anchor_of(self.pointer)

    @property
    def is_dash(self) -> bool:
        """Whether the paper has a dash here."""
        return not self.pointer


@dataclass(frozen=True)
class SheetLine:
    """An indicator: its cells side by side, or those of its rows under their labels; `code` is empty for one without."""

    code: str
    name: str
    full_name: str
    unit: str
    heading: str
    indent: int
    is_first_among: bool
    note: str
    pointer: str
    cells: tuple[SheetCell, ...]
    labels: tuple[str, ...] = ()
    rows: tuple[tuple[SheetCell, ...], ...] | None = None
    is_missing: bool = False
    """Whether rows were not answered at all, which is not the same as none."""

    @property
    def anchor(self) -> str:
        """The id of the indicator on a page."""
        return anchor_of(self.pointer)


@dataclass(frozen=True)
class SheetBlock:
    """Indicators under a heading at their side, which may be empty."""

    label: str
    lines: tuple[SheetLine, ...]


@dataclass(frozen=True)
class EvidenceView:
    """A piece of evidence."""

    id: str
    name: str
    facts: str


@dataclass(frozen=True)
class SheetView:
    """The form from its head to its foot; `list_of` is the pointer of its rows where it is one long list."""

    title: str
    number: str
    period: str
    approval: tuple[tuple[str, str], ...]
    head: tuple[tuple[str, str], ...]
    layout: str
    columns: tuple[tuple[str, str], ...]
    blocks: tuple[SheetBlock, ...]
    foot: tuple[tuple[str, str], ...]
    statements: tuple[str, ...]
    nil_reason: str | None


@dataclass(frozen=True)
class RowsView:
    """A page of a long list: heads, numbered rows, and where the neighbouring pages begin (None where there is none)."""

    heads: tuple[tuple[str, str], ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    count: int
    first: int
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Said:
    """What a version or a working copy says: its answers, the text of each place, its head and foot."""

    answers: AnswerValues
    shown: Mapping[str, str]
    head: Mapping[str, str]
    period: str
    sign_off: SignOffAnswer | None = None
    nil_reason: str | None = None


def anchor_of(pointer: str) -> str:
    """Return the id of a place on a page."""
    return "at" + pointer.replace("/", "-")


def sheet_view(form: FormAnswer, said: Said) -> SheetView:
    """Return the form with what is said in it."""
    lines = _lines(form, said)
    labels = {each["code"]: each["block"] for each in form["indicators"]}
    blocks = groupby(lines, key=lambda line: labels[line.pointer[1:]])
    return SheetView(
        title=form["title"],
        number=form["number"],
        period=said.period,
        approval=approval_lines(form),
        head=tuple((_bare(line["label"]), said.head.get(line["key"], "") or DASH) for line in form["head"]),
        layout=form["layout"],
        columns=tuple((each["key"], each["label"]) for each in form["columns"]),
        blocks=tuple(SheetBlock(label, tuple(group)) for label, group in blocks),
        foot=foot_lines(form, said.sign_off),
        statements=tuple(form["statements"]),
        nil_reason=said.nil_reason,
    )


def approval_lines(form: FormAnswer) -> tuple[tuple[str, str], ...]:
    """Return who made and approved the form, as in its upper corner."""
    until = date.fromisoformat(form["valid_to"])
    return (
        ("表号", form["number"]),
        ("制定机关", form["made_by"]),
        ("批准机关", form["approved_by"]),
        ("批准文号", form["approval"]),
        ("有效期至", f"{until.year}年{until.month:02}月"),
    )


def foot_lines(form: FormAnswer, sign_off: SignOffAnswer | None) -> tuple[tuple[str, str], ...]:
    """Return the foot of the form with who signed it off, blank before that."""
    if sign_off is None:
        return tuple((label, "") for label in form["foot"])
    known = {
        "单位负责人": sign_off["unit_head"],
        "统计负责人": sign_off["statistics_head"],
        "填表人": sign_off["filler"],
        "联系电话": sign_off["phone"],
        "报出日期": chinese_date(date.fromisoformat(sign_off["reported_on"])),
    }
    return tuple((label, known.get(label, "")) for label in form["foot"])


def rows_view(form: FormAnswer, rows: Iterable[Mapping[str, object]], first: int, count: int, limit: int) -> RowsView:
    """Return a page of a long list."""
    parts = next(each for each in form["indicators"] if each["is_rows"])["parts"]
    listed = tuple(
        (number, tuple(text_of(part, row.get(part["key"])) for part in parts))
        for number, row in enumerate(rows, first + 1)
    )
    return RowsView(
        heads=tuple((part["label"], part["mark"]) for part in parts),
        rows=listed,
        count=count,
        first=first,
        before=max(0, first - limit) if first else None,
        after=first + limit if first + limit < count else None,
    )


def text_of(part: PartAnswer, value: object) -> str:
    """Return a raw value as the form shows it: choices by their words, several of them one after the other."""
    if value is None or value == "":
        return ""
    if isinstance(value, Mapping) and NOT_APPLICABLE in value:
        return f"不适用（{value[NOT_APPLICABLE]}）"
    if isinstance(value, list):
        return "；".join(text_of(part, each) for each in value)
    words = {option["code"]: option["label"] for option in part["options"]}
    return words.get(str(value), str(value))


def part_at(form: FormAnswer, pointer: str) -> tuple[IndicatorAnswer, PartAnswer | None, int | None] | None:
    """Return indicator, part and row (from 0) of a pointer; None for one that the form does not have."""
    code, *rest = pointer.strip("/").split("/")
    indicator = next((each for each in form["indicators"] if each["code"] == code), None)
    if indicator is None:
        return None
    row = int(rest.pop(0)) if rest and indicator["is_rows"] and rest[0].isdecimal() else None
    key = rest[0] if rest else ""
    return indicator, next((part for part in indicator["parts"] if part["key"] == key), None), row


def place_label(form: FormAnswer, pointer: str) -> str:
    """Return how people call a place: code, name, row and part."""
    found = part_at(form, pointer)
    if found is None:
        return pointer
    indicator, part, row = found
    words = [f"{printed_code(indicator['code'])} {indicator['full_name']}".strip()]
    if row is not None:
        words.append(f"第 {row + 1} 行")
    if part is not None and part["key"] and part["label"] != indicator["full_name"]:
        words.append(part["label"])
    return "　".join(words)


def printed_code(code: str) -> str:
    """Return the code as on paper; items without one have a key in its place, which nobody is shown."""
    return code if code.isdecimal() else ""


def evidence_views(files: Sequence[EvidenceAnswer]) -> tuple[EvidenceView, ...]:
    """Return the evidence of a version."""
    return tuple(
        EvidenceView(
            each["file_id"],
            each["name"],
            "　".join(
                [
                    each["kind"].upper(),
                    size(each["size"]),
                    *([f"{each['pages']} 页"] if each["pages"] else []),
                    f"上传于 {moment(each['uploaded_at'])}",
                ]
            ),
        )
        for each in files
    )


def reason_at(answers: AnswerValues, pointer: str) -> str:
    """Return why an item does not apply, empty where it does."""
    value: object = answers
    for step in pointer.split("/")[1:]:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return ""
    reason = value.get(NOT_APPLICABLE) if isinstance(value, Mapping) else None
    return reason if isinstance(reason, str) else ""


def _lines(form: FormAnswer, said: Said) -> tuple[SheetLine, ...]:
    lines: list[SheetLine] = []
    before = 0
    for indicator in form["indicators"]:
        before = 0 if indicator["heading"] else before
        lines.append(_line(form, indicator, said, is_first_among=indicator["indent"] > before))
        before = indicator["indent"]
    return tuple(lines)


def _line(form: FormAnswer, indicator: IndicatorAnswer, said: Said, *, is_first_among: bool) -> SheetLine:
    code, parts = indicator["code"], indicator["parts"]
    rows: tuple[tuple[SheetCell, ...], ...] | None = None
    filled = said.answers.get(code)
    if indicator["is_rows"] and form["layout"] != "rows":
        count = len(filled) if isinstance(filled, list) else 0
        rows = tuple(tuple(_cell(part, f"/{code}/{row}", said) for part in parts) for row in range(count))
    return SheetLine(
        code=printed_code(code),
        name=indicator["name"],
        full_name=indicator["full_name"],
        unit=indicator["unit"],
        heading=indicator["heading"],
        indent=indicator["indent"],
        is_first_among=is_first_among,
        note=indicator["note"],
        pointer=f"/{code}",
        cells=()
        if indicator["is_rows"]
        else tuple(_cell(part, f"/{code}", said, not form["is_many"]) for part in parts),
        labels=tuple(part["label"] for part in parts) if rows is not None else (),
        rows=rows,
        is_missing=rows is not None and filled is None,
    )


def _cell(part: PartAnswer, stem: str, said: Said, is_periodic: bool = False) -> SheetCell:
    if part["is_dash"]:
        return SheetCell("", part["label"], DASH)
    pointer = f"{stem}/{part['key']}" if part["key"] else stem
    return SheetCell(
        pointer=pointer,
        label=part["label"],
        text=said.shown.get(pointer, ""),
        reason=reason_at(said.answers, pointer),
        unit=part["unit"],
        is_number=part["kind"] in NUMBERS,
        is_conditional=part["has_condition"],
        has_past=is_periodic and pointer in said.shown,
    )


def _bare(label: str) -> str:
    return label.rstrip("：")
