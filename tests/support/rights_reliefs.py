"""An extension that was asked for and an exception that was given, as the tables of rights and of bad input know them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from services.filing.model.reliefs import Ground, Relief, ReliefAction, ReliefKind, ReliefState, Said
from shared.history import HistoryEntry
from shared.identity.actor import COUNTRY

IDS = {"extension": "9" * 32, "exception": "a" * 32}
PATH = ("330106", "330100", "330000", COUNTRY)

RELIEF = "/reliefs/<string:relief_id>"
RELIEF_BODIES: Mapping[str, Mapping[str, object]] = {
    "/extensions": {"form": "platform-1", "period": "2025", "until": "2026-02-10", "reason": "年末系统迁移"},
    "/exceptions": {
        "unit_id": "1" * 32,
        "kind": "respite",
        "form": "",
        "from_day": "2026-01-01",
        "to_day": "2026-01-25",
        "ground": "disaster",
        "reason": "台风后停电",
    },
    f"{RELIEF}/grant": {"until": "2025-01-20", "answer": "同意"},
    f"{RELIEF}/refusal": {"answer": "理由不充分"},
    f"{RELIEF}/withdrawal": {},
    f"{RELIEF}/ending": {"answer": "已恢复供电"},
}
"""What each route is sent."""

RELIEF_ASKED: Mapping[str, tuple[str, str]] = {
    "/extensions": ("own", ""),
    "/exceptions": ("county", ""),
    f"{RELIEF}/grant": ("county", "extension"),
    f"{RELIEF}/refusal": ("county", "extension"),
    f"{RELIEF}/withdrawal": ("own", "extension"),
    f"{RELIEF}/ending": ("county", "exception"),
}
"""Who asks for what, where the request is right."""


def reliefs_of(unit_id: str, asked_by: str, given_by: str, at: datetime) -> tuple[Relief, Relief]:
    """Return an extension that a person of a unit in 330106 asked for, and an exception that its county gave."""
    asked = _relief("extension", ReliefKind.EXTENSION, unit_id, asked_by, at)
    given = _relief("exception", ReliefKind.RESPITE, unit_id, given_by, at)
    return asked, given


def _relief(name: str, kind: ReliefKind, unit_id: str, by: str, at: datetime) -> Relief:
    is_asked = kind is ReliefKind.EXTENSION
    state = ReliefState.ASKED if is_asked else ReliefState.GRANTED
    action = ReliefAction.ASK if is_asked else ReliefAction.GIVE
    return Relief(
        id=IDS[name],
        version=1,
        kind=kind,
        state=state,
        unit_id=unit_id,
        division=PATH[0],
        path=PATH,
        decider=PATH[0],
        form="platform-1" if is_asked else "",
        said=Said(Ground.ON_REQUEST if is_asked else Ground.DISASTER, "年末系统迁移"),
        asked_by=by,
        asked_at=at,
        updated_at=at,
        period="2024" if is_asked else "",
        wanted=date(2025, 1, 20) if is_asked else None,
        from_day=None if is_asked else date(2026, 1, 1),
        to_day=None if is_asked else date(2026, 1, 25),
        history=(HistoryEntry(at, by, action, None, state),),
    )
