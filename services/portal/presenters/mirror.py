"""View-models of the mirror of the 名录库."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

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
class LookUpView:
    """What was looked up; `rows` are code, title and value of each field that has one."""

    badge: Badge
    is_asked: bool
    asked_at: str
    inquiry_id: str
    state: str
    told_at: str
    rows: tuple[tuple[str, str, str], ...]


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
        load=_load(mirror["load"]) if mirror["load"] else None,
    )


def look_up_view(answer: LookUpAnswer) -> LookUpView:
    """Return what was looked up."""
    unit = answer["unit"]
    return LookUpView(
        badge=Badge(answer["state_label"], LOOK_UP_TONES[answer["state"]]),
        is_asked=answer["state"] == "asked",
        asked_at=moment(answer["asked_at"]),
        inquiry_id=answer["inquiry_id"],
        state=unit["state_label"] if unit else EMPTY,
        told_at=moment(unit["told_at"]) if unit else EMPTY,
        rows=_rows(unit) if unit else (),
    )


def _rows(unit: DirectoryUnitAnswer) -> tuple[tuple[str, str, str], ...]:
    return tuple((each["code"] or EMPTY, each["title"], each["value"]) for each in unit["items"] if each["value"])


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
