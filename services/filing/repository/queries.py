"""Which filings a list holds: what the actor sees, narrowed to what is wanted; and the indexes of all queries."""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.filing.forms.model import Severity
from services.filing.model.filings import Filing
from services.filing.model.states import WITH_DEPARTMENT, State
from services.filing.model.units import CITY_UNIT
from services.filing.policy import division_of
from services.filing.ports.filings import Wanted
from shared.identity.actor import UNIT_ROLES, Actor
from shared.mongo.indexes import AGGREGATE_INDEXES
from shared.mongo.pages import Newest

NEWEST = Newest("updated_at")

_LAST = [("updated_at", DESCENDING), ("_id", DESCENDING)]
_LISTED = sorted(state.value for state in State if state is not State.DISCARDED)

INDEXES = (
    *AGGREGATE_INDEXES,
    IndexModel([("slot", ASCENDING)], name="slot", unique=True, partialFilterExpression={"slot": {"$exists": True}}),
    IndexModel([("sight", ASCENDING), *_LAST], name="in_sight"),
    IndexModel([("sight", ASCENDING), ("state", ASCENDING), *_LAST], name="in_state"),
    IndexModel([("sight", ASCENDING), ("form", ASCENDING), ("state", ASCENDING), *_LAST], name="in_form"),
    IndexModel([("sight", ASCENDING), ("period", ASCENDING), ("state", ASCENDING), *_LAST], name="in_period"),
    IndexModel(
        [("sight", ASCENDING), ("form", ASCENDING), ("period", ASCENDING), ("state", ASCENDING), *_LAST],
        name="in_form_and_period",
    ),
    IndexModel(
        [("reviewer", ASCENDING), ("state", ASCENDING), *_LAST, ("form", ASCENDING), ("period", ASCENDING)],
        name="waiting",
    ),
    IndexModel([("unit", ASCENDING), *_LAST], name="of_unit"),
    IndexModel(
        [("unit", ASCENDING), ("form", ASCENDING), ("period", DESCENDING), ("revision", ASCENDING)], name="of_form"
    ),
    IndexModel(
        [("path", ASCENDING), ("form", ASCENDING), ("period", ASCENDING), ("_id", ASCENDING)], name="parts_of_city"
    ),
    IndexModel([("files", ASCENDING)], name="of_file"),
    IndexModel([("segments", ASCENDING)], name="of_segment"),
)


def sight_of(filing: Filing) -> list[str]:
    """Return by what a filing is listed: its unit, and once it was submitted the divisions whose departments see it.

    Any list is then found by one value, whoever asks, and in its order.
    """
    if filing.state is State.DISCARDED:
        return []
    return [filing.unit_id, *(filing.path if filing.versions else ())]


def queries_of(filing: Filing) -> int:
    """Return how many queries the last version carries to the reviewers."""
    noted = filing.last.noted if filing.last else ()
    return sum(each.severity == Severity.QUERY for each in noted)


def query_of(actor: Actor, wanted: Wanted, cursor: str) -> dict[str, Any]:
    """Return the query of a page. Raises `Malformed` for a foreign cursor."""
    narrow: dict[str, Any] = {
        name: value
        for name, value in (("form", wanted.form), ("period", wanted.period), ("unit", wanted.unit_id))
        if value
    }
    if wanted.is_waiting:
        narrow |= {"reviewer": division_of(actor), "state": {"$in": sorted(WITH_DEPARTMENT)}}
    elif narrow:
        narrow["state"] = {"$in": _LISTED}  # each state in its order: the index gives them merged
    parts = [{"sight": {"$in": _sight(actor)}}, narrow, NEWEST.after(cursor)]
    if wanted.state is not None:
        parts.append({"state": wanted.state.value})
    return {"$and": [part for part in parts if part]}


def _sight(actor: Actor) -> list[str]:
    if actor.role in UNIT_ROLES:
        return [actor.unit_id] if actor.unit_id else []
    division = division_of(actor)
    return [division, f"{CITY_UNIT}{division}"] if division else []
