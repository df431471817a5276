"""View-models of likely duplicates: the list, one alarm with its sides side by side, the line on a filing's review."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.portal.model.duplicates import DuplicateAnswer, SideAnswer
from services.portal.presenters.words import Badge, moment

STATES: Mapping[str, str] = {"open": "待商务部认定", "settled": "已认定", "withdrawn": "已解除"}
TONES: Mapping[str, str] = {"open": "warning", "settled": "success", "withdrawn": "secondary"}
OUTCOME_TONES: Mapping[str, str] = {"stands": "success", "to_correct": "warning", "distinct": "success"}


@dataclass(frozen=True)
class SideView:
    """A side that the reader sees; `filed` are its values in the order of the rows of the comparison."""

    filing_id: str
    name: str
    place: str
    form: str
    outcome: Badge | None
    filed: tuple[str, ...]
    stands: bool


@dataclass(frozen=True)
class AlarmView:
    """An alarm; `rows` are the words of what its sides are compared by."""

    id: str
    since: str
    badge: Badge
    reasons: tuple[str, ...]
    sides: tuple[SideView, ...]
    rows: tuple[str, ...]
    has_another: bool
    verdict: str
    decided_at: str
    version: int | None
    settlements: tuple[tuple[str, str, str], ...]

    @property
    def is_open(self) -> bool:
        """Whether the ministry can decide now."""
        return self.version is not None and self.badge.label == STATES["open"]


def alarm_views(alarms: Iterable[DuplicateAnswer]) -> tuple[AlarmView, ...]:
    """Return the lines of a list."""
    return tuple(alarm_view(each) for each in alarms)


def alarm_view(alarm: DuplicateAnswer, stands: Iterable[str] = ()) -> AlarmView:
    """Return an alarm; `stands` are the filings that were chosen to stay and could not be sent yet."""
    rows = tuple(dict.fromkeys(each["label"] for side in alarm["sides"] for each in side["filed"]))
    chosen = frozenset(stands)
    return AlarmView(
        id=alarm["id"],
        since=moment(alarm["opened_at"]),
        badge=Badge(alarm["state_label"], TONES.get(alarm["state"], "secondary")),
        reasons=tuple(each["label"] for each in alarm["reasons"]),
        sides=tuple(_side(each, rows, chosen) for each in alarm["sides"]),
        rows=rows,
        has_another=alarm["has_another"],
        verdict=alarm["verdict_label"],
        decided_at=moment(alarm["decided_at"]),
        version=alarm.get("version"),
        settlements=tuple(
            (moment(each["decided_at"]), each["verdict_label"], each["reason"])
            for each in reversed(alarm.get("settlements", []))
        ),
    )


def _side(side: SideAnswer, rows: Iterable[str], stands: frozenset[str]) -> SideView:
    filed = {each["label"]: each["text"] for each in side["filed"]}
    outcome = side["outcome"]
    return SideView(
        filing_id=side["filing_id"],
        name=side["unit_name"] or side["division_name"],
        place=side["division_name"],
        form=f"{side['period_label']} {side['form_label']}",
        outcome=Badge(side["outcome_label"], OUTCOME_TONES.get(outcome, "secondary")) if outcome else None,
        filed=tuple(filed.get(row, "—") for row in rows),
        stands=side["filing_id"] in stands,
    )
