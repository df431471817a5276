"""View-models of the mirror of the 名录库."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from unicodedata import normalize

from services.portal.model.mirror import (
    ANNOUNCED,
    PUT_ASIDE,
    CountyAnswer,
    DirectoryUnitAnswer,
    LoadAnswer,
    LookUpAnswer,
    MirrorAnswer,
)
from services.portal.presenters.words import EMPTY, Badge, moment
from shared.codes import divisions

TONES = {"running": "primary", "stopped": "warning", "done": "success"}
LOOK_UP_TONES = {"found": "success", "asked": "primary", "unknown": "secondary"}


@dataclass(frozen=True)
class PlaceRow:
    """A province or county with the number of its units."""

    code: str
    name: str
    in_force: int
    ceased: int


@dataclass(frozen=True)
class LoadView:
    """A load in numbers."""

    answer: LoadAnswer
    badge: Badge
    percent: int
    started_at: str
    updated_at: str


@dataclass(frozen=True)
class WaitView:
    """An announcement that waits."""

    kind: str
    received_at: str
    missing: int
    asked: int
    asked_at: str


@dataclass(frozen=True)
class MirrorView:
    """The page of the mirror; `counties` are those of the province that was chosen."""

    in_force: int
    ceased: int
    changed_at: str
    provinces: tuple[PlaceRow, ...]
    province: str
    counties: tuple[PlaceRow, ...]
    waiting: int
    waits: tuple[WaitView, ...]
    put_aside: tuple[tuple[str, str, str], ...]
    """Message, reason, when."""
    load: LoadView | None


@dataclass(frozen=True)
class CheckedView:
    """A fact of a registration beside that of the 名录库."""

    title: str
    ours: str
    theirs: str
    badge: Badge


@dataclass(frozen=True)
class Verdict:
    """What a check came to in a sentence, and what is to be done with it."""

    tone: str
    text: str
    next_step: str


@dataclass(frozen=True)
class LookUpView:
    """What was looked up; `rows` are code, title and value of each field that has one."""

    badge: Badge
    is_asked: bool
    asked_at: str
    inquiry_id: str
    state: str
    told_at: str
    rows: tuple[tuple[str, str, str], ...]
    checked: tuple[CheckedView, ...] = ()
    verdict: Verdict | None = None


AGREES, DIFFERS, OPEN = Badge("一致", "success"), Badge("不一致", "danger"), Badge("名录库未载", "secondary")

CHECKED = {
    "credit_code": "credit_code",
    "operator_name": "name",
    "legal_representative": "legal_representative",
    "opened_on": "opened_on",
    "division": "registered_division",
}
"""Fields of a platform's registration, and those of the 名录库's record that say the same (核对材料所载事项)."""


def mirror_view(mirror: MirrorAnswer, province: str, today: date) -> MirrorView:
    """Return the page of the mirror."""
    counties = mirror["divisions"]
    chosen = [each for each in counties if province and each["division"][:2] == province[:2]]
    return MirrorView(
        in_force=mirror["in_force"],
        ceased=mirror["ceased"],
        changed_at=moment(mirror["changed_at"]),
        provinces=tuple(_provinces(counties, today)),
        province=divisions.last_name(province, today) if chosen else "",
        counties=tuple(_row(each["division"], [each], today) for each in chosen),
        waiting=mirror["waiting"],
        waits=tuple(
            WaitView(
                kind=ANNOUNCED.get(each["kind"], each["kind"]),
                received_at=moment(each["received_at"]),
                missing=each["missing"],
                asked=each["asked"],
                asked_at=moment(each["asked_at"]),
            )
            for each in mirror["waits"]
        ),
        put_aside=tuple(
            (each["id"], PUT_ASIDE.get(each["code"], each["code"]), moment(each["at"])) for each in mirror["troubles"]
        ),
        load=_load(mirror["last_load"]) if mirror["last_load"] else None,
    )


def look_up_view(
    answer: LookUpAnswer, form: Mapping[str, object] | None = None, today: date | None = None
) -> LookUpView:
    """Return what was looked up, beside what the form of a registration says where one is given."""
    unit = answer["unit"]
    checked = tuple(_checked(unit, form, today)) if unit and form else ()
    return LookUpView(
        badge=Badge(answer["state_label"], LOOK_UP_TONES[answer["state"]]),
        is_asked=answer["state"] == "asked",
        asked_at=moment(answer["asked_at"]),
        inquiry_id=answer["inquiry_id"],
        state=unit["state_label"] if unit else EMPTY,
        told_at=moment(unit["told_at"]) if unit else EMPTY,
        rows=_rows(unit) if unit else (),
        checked=checked,
        verdict=_verdict(checked) if checked else None,
    )


def _rows(unit: DirectoryUnitAnswer) -> tuple[tuple[str, str, str], ...]:
    return tuple((each["code"] or EMPTY, each["title"], each["value"]) for each in unit["items"] if each["value"])


def _checked(unit: DirectoryUnitAnswer, form: Mapping[str, object], today: date | None) -> Iterable[CheckedView]:
    fields = {each["name"]: each for each in unit["items"]}
    for ours, theirs in CHECKED.items():
        said, known = str(form.get(ours) or ""), fields[theirs]["value"] if theirs in fields else ""
        shown = [_place(text, today) if ours == "division" else text for text in (said, known)]
        yield CheckedView(fields[theirs]["title"], shown[0] or EMPTY, shown[1] or EMPTY, _result(ours, said, known))


def _place(code: str, today: date | None) -> str:
    """Return a division with its name before its code, the code alone where no name is known."""
    county = code[:6]
    return f"{divisions.full_name(county, today)}（{code}）" if today and divisions.find(county, today) else code


def _verdict(checked: Sequence[CheckedView]) -> Verdict:
    differing = [each.title for each in checked if each.badge is DIFFERS]
    unsaid = [each.title for each in checked if each.badge is OPEN]
    if differing:
        text = f"核对 {len(checked)} 项，{len(differing)} 项不一致：{'、'.join(differing)}。"
        step = (
            "请对照申请材料：申请填错的，退回并写明事项；材料与申请一致的，按材料审核，并在意见中注明名录库资料待更新。"
        )
        return Verdict("warning", text, step)
    if unsaid:
        text = f"核对 {len(checked)} 项，没有不一致；名录库未载：{'、'.join(unsaid)}。"
        return Verdict("info", text, "名录库未载的事项请以申请材料为准。")
    return Verdict("success", f"核对 {len(checked)} 项，全部一致。", "可以继续审核。")


def _result(name: str, said: str, known: str) -> Badge:
    """Return whether two values agree; a month agrees with each of its days, and a county with what is below it."""
    if not known:
        return OPEN
    ours, theirs = ("".join(normalize("NFKC", text).split()) for text in (said, known))
    if name in ("opened_on", "division"):
        return AGREES if ours and (ours.startswith(theirs) or theirs.startswith(ours)) else DIFFERS
    return AGREES if ours == theirs else DIFFERS


def _load(load: LoadAnswer) -> LoadView:
    return LoadView(
        answer=load,
        badge=Badge(load["state_label"], TONES[load["state"]]),
        percent=100 * load["taken"] // load["total"] if load["total"] else 0,
        started_at=moment(load["started_at"]),
        updated_at=moment(load["updated_at"]),
    )


def _provinces(counties: Iterable[CountyAnswer], today: date) -> Iterable[PlaceRow]:
    by_province: dict[str, list[CountyAnswer]] = {}
    for each in counties:
        by_province.setdefault(f"{each['division'][:2]}0000", []).append(each)
    return [_row(code, members, today) for code, members in sorted(by_province.items())]


def _row(code: str, members: Iterable[CountyAnswer], today: date) -> PlaceRow:
    counted = list(members)
    return PlaceRow(
        code=code,
        name=divisions.full_name(code, today) if divisions.find(code, today) else code,
        in_force=sum(each["in_force"] for each in counted),
        ceased=sum(each["ceased"] for each in counted),
    )
