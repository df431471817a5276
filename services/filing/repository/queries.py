"""Which filings a list holds: what the actor sees, narrowed to what is wanted; and the indexes of all queries."""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.filing.model.states import WITH_DEPARTMENT, State
from services.filing.model.units import CITY_UNIT
from services.filing.ports import Wanted
from shared.identity.actor import COUNTRY, UNIT_ROLES, Actor, Role
from shared.mongo.indexes import AGGREGATE_INDEXES
from shared.mongo.pages import Newest

NEWEST = Newest("updated_at")

_LAST = [("updated_at", DESCENDING), ("_id", DESCENDING)]
_SUBMITTED = {"revision": {"$gt": 0}}

INDEXES = (
    *AGGREGATE_INDEXES,
    IndexModel([("slot", ASCENDING)], name="slot", unique=True, partialFilterExpression={"slot": {"$exists": True}}),
    IndexModel([("unit", ASCENDING), *_LAST], name="of_unit"),
    IndexModel([("path", ASCENDING), *_LAST], name="in_path", partialFilterExpression=_SUBMITTED),
    IndexModel(_LAST, name="in_country", partialFilterExpression=_SUBMITTED),
    IndexModel([("reviewer", ASCENDING), ("state", ASCENDING), *_LAST], name="waiting"),
    IndexModel([("unit", ASCENDING), ("form", ASCENDING), ("period", DESCENDING)], name="of_form"),
    IndexModel([("unit", ASCENDING), ("form", ASCENDING), ("lookups", ASCENDING)], name="looked_up"),
    IndexModel([("path", ASCENDING), ("form", ASCENDING), ("period", ASCENDING)], name="parts_of_city"),
    IndexModel([("files", ASCENDING)], name="of_file"),
    IndexModel([("segments", ASCENDING)], name="of_segment"),
)


def query_of(actor: Actor, wanted: Wanted, cursor: str) -> dict[str, Any]:
    """Return the query of a page. Raises `Malformed` for a foreign cursor."""
    narrow: dict[str, Any] = {
        name: value
        for name, value in (("form", wanted.form), ("period", wanted.period), ("unit", wanted.unit_id))
        if value
    }
    if wanted.state is not None:
        narrow["state"] = wanted.state.value
    waiting = _waiting(actor) if wanted.is_waiting else {}
    parts = (_sight(actor), waiting, narrow, NEWEST.after(cursor))
    return {"$and": [{"state": {"$ne": State.DISCARDED.value}}, *(part for part in parts if part)]}


def _sight(actor: Actor) -> dict[str, Any]:
    if actor.role in UNIT_ROLES:
        return {"unit": actor.unit_id}
    if actor.role is Role.MINISTRY:
        return _SUBMITTED
    return {"$or": [{"path": actor.division, **_SUBMITTED}, {"unit": f"{CITY_UNIT}{actor.division}"}]}


def _waiting(actor: Actor) -> dict[str, Any]:
    division = COUNTRY if actor.role is Role.MINISTRY else actor.division
    return {"reviewer": division, "state": {"$in": sorted(WITH_DEPARTMENT)}}
