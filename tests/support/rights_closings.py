"""What the tables of rights and of bad input know of closings: one that is complete, of a month in which nothing was filed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from services.filing.model.closings import Closing, ClosingAction, Stage, Words, first_link
from services.filing.model.relocations import Relocation, RelocationAction, RelocationState
from services.filing.policy import SYSTEM
from services.filing.ports.deps import Deps
from shared.calls import Call
from shared.identity.actor import COUNTRY, Actor
from shared.ids import new_id

CLOSINGS = "/closings"
ONE_CLOSING = f"{CLOSINGS}/<string:closing_id>"
CLOSING_COLLECTIONS = ("closings", "closing_rows", "closing_left_out", "relocations")
CLOSING_BODY: Mapping[str, object] = {
    "period": "2025-11",
    "statement": "同意最终审定",
    "signatory": "陈司长",
    "left_out_reason": "尚在核实",
    "seen": hashlib.sha256().hexdigest(),
}
CLOSING_BODIES: Mapping[str, Mapping[str, object]] = {
    CLOSINGS: CLOSING_BODY,
    f"{ONE_CLOSING}/verification": {},
    "/relocations/<string:relocation_id>/placement": {"division": "330105"},
}
"""What each route is sent."""

CLOSING_ASKED: Mapping[str, tuple[str, str]] = {
    CLOSINGS: ("ministry", ""),
    f"{ONE_CLOSING}/verification": ("ministry", "closing"),
    "/relocations/<string:relocation_id>/placement": ("city", "relocation"),
}
CLOSING_QUERIES: Mapping[tuple[str, str], str] = {
    ("GET", f"{CLOSINGS}/preview"): "?period=2025-11",
    ("GET", f"{CLOSINGS}/preview/filings"): "?period=2025-11",
}


def closing_of(deps: Deps, ministry: Actor, at: datetime) -> str:
    """Store a closing, and return its id."""
    id_, call = new_id(), Call(ministry)
    closing = Closing(
        id=id_,
        version=1,
        period="2024",
        words=Words("同意最终审定", "陈司长"),
        actor=ministry,
        stage=Stage.COMPLETE,
        created_at=at,
        updated_at=at,
        chain=first_link(id_, "2024"),
        final_on=at.date(),
        history=(call.entry(at, ClosingAction.CLOSE, None, Stage.COMPLETE),),
    )
    return deps.closings.add(closing, call).id


RELOCATIONS = "/relocations"


def relocation_of(deps: Deps, unit_id: str, at: datetime) -> str:
    """Store that a stranger's unit is to be placed by 杭州市, and return the id."""
    id_, entry = new_id(), Call(SYSTEM).entry(at, RelocationAction.ASK, None, RelocationState.OPEN)
    path = ("330106", "330100", "330000", COUNTRY)
    to_place = Relocation(
        id_, 1, unit_id, "330106", path, RelocationState.OPEN, ("330105",), "330100", at, at, history=(entry,)
    )
    return deps.relocations.add(to_place, Call(SYSTEM), ()).id
