"""What differs between two versions of a filing, by the names of the form and with the values as on paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from services.portal.model.filing import CellChange, EarlierAnswer, EvidenceAnswer, SignOffAnswer
from services.portal.model.places import value_at
from services.portal.model.survey import FormAnswer
from services.portal.presenters.sheet_of_form import (
    DASH,
    NUMBERS,
    Said,
    SheetCell,
    SheetLine,
    part_at,
    place_label,
    reason_at,
    sheet_view,
    text_of,
)


@dataclass(frozen=True)
class Side:
    """One of two versions that are compared; `no` is 0 for the unit's working copy, `name` what another period is called."""

    no: int
    said: Said
    evidence: Sequence[EvidenceAnswer]
    rows: int | None
    name: str = ""

    @property
    def label(self) -> str:
        """What the version is called."""
        return self.name or (f"第 {self.no} 次报送" if self.no else "正在填写的内容")


@dataclass(frozen=True)
class ChangeView:
    """A place that differs, with what stands there in both versions; `code` is empty beside the indicators."""

    pointer: str
    label: str
    before: str
    after: str
    percent: str = ""
    """By how much a number changed."""


@dataclass(frozen=True)
class PairLine:
    """A place of the form with what both versions say; `is_changed` where they differ."""

    label: str
    before: str
    after: str
    is_changed: bool


@dataclass(frozen=True)
class EarlierView:
    """What a place held in an approved filing of an earlier period."""

    period: str
    text: str


def change_lines(form: FormAnswer, changes: Iterable[CellChange], old: Side, new: Side) -> tuple[ChangeView, ...]:
    """Return every place that differs in the order of the form, then evidence, nil report, rows and foot."""
    before, after = _words(old.said), _words(new.said)
    order = {each["code"]: place for place, each in enumerate(form["indicators"])}
    found: list[ChangeView] = []
    for change in sorted(changes, key=lambda each: order.get(each["indicator"], len(order))):
        found += [_with_percent(form, each, old, new) for each in _of_change(form, change, before, after)]
    return (*found, *_beside(old, new))


def pair_lines(form: FormAnswer, old: Side, new: Side) -> tuple[PairLine, ...]:
    """Return every place of the form with what both versions say, side by side."""
    before, after = _cells(form, old.said), _cells(form, new.said)
    pointers = dict.fromkeys([*before, *after])
    places = {code: place for place, code in enumerate(each["code"] for each in form["indicators"])}
    ordered = sorted(pointers, key=lambda pointer: places[pointer.split("/")[1]])
    return tuple(
        PairLine(
            place_label(form, each), before.get(each, DASH), after.get(each, DASH), before.get(each) != after.get(each)
        )
        for each in ordered
    )


def earlier_views(form: FormAnswer, pointer: str, earlier: Iterable[EarlierAnswer]) -> tuple[EarlierView, ...]:
    """Return what a place held before, the newest first."""
    found = part_at(form, pointer)
    part = found[1] if found else None
    return tuple(
        EarlierView(each["period_label"], text_of(part, each["value"]) if part else str(each["value"]))
        for each in earlier
    )


def _with_percent(form: FormAnswer, change: ChangeView, old: Side, new: Side) -> ChangeView:
    found = part_at(form, change.pointer)
    if found is None or found[1] is None or found[1]["kind"] not in NUMBERS:
        return change
    before, after = (_number(value_at(side.said.answers, change.pointer)) for side in (old, new))
    if not before or after is None:
        return change
    return replace(change, percent=f"{(after - before) / abs(before) * 100:+.1f}%")


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def _of_change(
    form: FormAnswer, change: CellChange, before: Mapping[str, str], after: Mapping[str, str]
) -> list[ChangeView]:
    """Return the places within a changed pointer that differ, or the pointer itself where none has words of its own."""
    stem = change["pointer"]
    inside = [each for each in dict.fromkeys([*before, *after]) if each == stem or each.startswith(f"{stem}/")]
    different = [each for each in inside if before.get(each) != after.get(each)]
    if not different:
        return [ChangeView(stem, place_label(form, stem), _plain(change["before"]), _plain(change["after"]))]
    return [
        ChangeView(each, place_label(form, each), before.get(each, DASH), after.get(each, DASH)) for each in different
    ]


def _beside(old: Side, new: Side) -> list[ChangeView]:
    pairs = (
        ("零报说明", old.said.nil_reason or "", new.said.nil_reason or ""),
        ("明细行数", _count(old.rows), _count(new.rows)),
        ("证明材料", _names(old.evidence), _names(new.evidence)),
        *_signed(old.said.sign_off, new.said.sign_off),
    )
    return [ChangeView("", label, left or DASH, right or DASH) for label, left, right in pairs if left != right]


def _signed(old: SignOffAnswer | None, new: SignOffAnswer | None) -> list[tuple[str, str, str]]:
    if old is None or new is None:
        return []
    return [
        ("单位负责人", old["unit_head"], new["unit_head"]),
        ("统计负责人", old["statistics_head"], new["statistics_head"]),
        ("填表人", old["filler"], new["filler"]),
        ("联系电话", old["phone"], new["phone"]),
    ]


def _words(said: Said) -> dict[str, str]:
    """Return the words of each answered place, with the reason where an item does not apply."""
    return {pointer: _with_reason(text, reason_at(said.answers, pointer)) for pointer, text in said.shown.items()}


def _cells(form: FormAnswer, said: Said) -> dict[str, str]:
    lines = [line for block in sheet_view(form, said).blocks for line in block.lines]
    return {cell.pointer: _with_reason(cell.text, cell.reason) or DASH for line in lines for cell in _places(line)}


def _places(line: SheetLine) -> list[SheetCell]:
    return [cell for row in (line.cells, *(line.rows or ())) for cell in row if not cell.is_dash]


def _with_reason(text: str, reason: str) -> str:
    return f"{text}：{reason}" if reason else text


def _names(files: Sequence[EvidenceAnswer]) -> str:
    return "；".join(f"{each['name']}（{each['sha256'][:8]}）" for each in files)


def _count(rows: int | None) -> str:
    return "" if rows is None else f"{rows} 行"


def _plain(value: object) -> str:
    if value in (None, "", [], {}):
        return DASH
    if isinstance(value, list):
        return f"{len(value)} 行"
    return str(value)
