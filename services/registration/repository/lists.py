"""Which registrations a list holds and in which order: what the actor sees, narrowed to what is wanted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from pymongo import ASCENDING, IndexModel

from services.registration.model.standing import Standing
from services.registration.model.states import PUBLIC
from services.registration.ports import Order, Wanted
from shared.errors import Malformed
from shared.identity.actor import Actor, Role
from shared.mongo.client import Document
from shared.mongo.pages import Newest
from shared.paging import decode_cursor, encode_cursor

NEWEST = Newest("updated_at")

_PUBLIC_STATES = sorted(PUBLIC)
_EVER_REGISTERED = sorted(set(Standing) - {Standing.NONE})


@dataclass(frozen=True)
class NextDay:
    """The order by a day that is next, kept as text in `field`, and then by id; what has no such day is left out."""

    field: str

    @property
    def sort(self) -> list[tuple[str, int]]:
        """The order as a query and an index take it."""
        return [(self.field, ASCENDING), ("_id", ASCENDING)]

    def after(self, cursor: str) -> dict[str, Any]:
        """Return what narrows a query to the rows behind a cursor. Raises `Malformed`."""
        last = decode_cursor(cursor, 2)
        if last is None:
            return {self.field: {"$type": "string"}}
        try:
            day = date.fromisoformat(last[0]).isoformat()
        except ValueError:
            raise Malformed("分页游标无效。", code="bad_cursor") from None
        return {"$or": [{self.field: {"$gt": day}}, {self.field: day, "_id": {"$gt": last[1]}}]}

    def page(self, found: Iterable[Document], limit: int) -> tuple[list[Document], str]:
        """Return at most `limit` of the rows, of which one more was asked for, and the cursor of the next page."""
        rows = list(found)
        if len(rows) <= limit:
            return rows, ""
        last = rows[limit - 1]
        return rows[:limit], encode_cursor(last[self.field], last["_id"])


REVIEW_DUE, VALID_UNTIL, WATCH_ON = NextDay("review_due"), NextDay("valid_until"), NextDay("watch_on")

ORDERS: dict[Order, Newest | NextDay] = {
    Order.NEWEST: NEWEST,
    Order.REVIEW_DUE: REVIEW_DUE,
    Order.VALID_UNTIL: VALID_UNTIL,
}

INDEXES = (
    IndexModel([("unit", 1), *NEWEST.sort], name="of_unit"),
    IndexModel([("path", 1), *NEWEST.sort], name="of_division"),
    IndexModel([("path", 1), ("state", 1), *NEWEST.sort], name="of_division_and_state"),
    IndexModel([("path", 1), ("standing", 1), *NEWEST.sort], name="of_division_and_standing"),
    IndexModel([("path", 1), *REVIEW_DUE.sort], name="of_division_by_due_day"),
    IndexModel([("path", 1), *VALID_UNTIL.sort], name="of_division_by_end"),
    IndexModel([("state", 1), *NEWEST.sort], name="of_state"),
    IndexModel(WATCH_ON.sort, name="to_watch"),
)


def query_of(actor: Actor, wanted: Wanted, cursor: str) -> dict[str, Any]:
    """Return the query of a page. Raises `Malformed` for a foreign cursor."""
    parts = [_sight(actor), ORDERS[wanted.order].after(cursor)]
    if wanted.state is not None:
        parts.append({"state": wanted.state.value})
        if actor.role is not Role.OPERATOR:
            parts.append({"state": {"$in": _PUBLIC_STATES}})
    if wanted.standing is not None:
        parts.append({"standing": wanted.standing.value})
    if wanted.valid_until is not None:
        parts.append({"valid_until": {"$lte": wanted.valid_until.isoformat()}})
    return {"$and": [part for part in parts if part]}


def to_watch(today: date) -> dict[str, Any]:
    """Return the query of the registrations whose day has come."""
    return {WATCH_ON.field: {"$lte": today.isoformat()}}


def _sight(actor: Actor) -> dict[str, Any]:
    if actor.role is Role.OPERATOR:
        return {"unit": actor.unit_id}
    public = {"$or": [{"state": {"$in": _PUBLIC_STATES}}, {"standing": {"$in": _EVER_REGISTERED}}]}
    return public if actor.role is Role.MINISTRY else {"path": actor.division, **public}
