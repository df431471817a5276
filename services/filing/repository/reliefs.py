"""Extensions and exceptions of units in MongoDB; why they were asked for, given or refused is sealed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.filing.errors import ExtensionAsked
from services.filing.model.reliefs import Relief, ReliefKind, ReliefState, Said, Waiver
from services.filing.ports.reliefs import WantedReliefs
from services.filing.repository.records import Records
from shared.calls import Call
from shared.crypto.errors import KeyDestroyed
from shared.crypto.sealing import Place
from shared.crypto.structured import CONVERTER
from shared.errors import NotFound
from shared.idempotency import RequestKey
from shared.identity.actor import COUNTRY, UNIT_ROLES, Actor, Role
from shared.messaging.events import EventMaker, Outgoing
from shared.mongo.aggregates import NOTHING, Aggregates, Duplicate, history_of
from shared.mongo.client import Document
from shared.mongo.indexes import AGGREGATE_INDEXES
from shared.mongo.pages import Newest
from shared.paging import Page

COLLECTION = "reliefs"
NEWEST = Newest("asked_at")
_LAST = [("asked_at", DESCENDING), ("_id", DESCENDING)]
_HOLDING = [ReliefState.GRANTED.value, ReliefState.ENDED.value]
_CLEAR = dict.fromkeys(("kind", "unit", "form", "period", "until", "from_day", "to_day"), 1)

INDEXES = (
    *AGGREGATE_INDEXES,
    IndexModel([("open", ASCENDING)], name="open", unique=True, partialFilterExpression={"open": {"$exists": True}}),
    IndexModel([("sight", ASCENDING), *_LAST], name="in_sight"),
    IndexModel([("sight", ASCENDING), ("state", ASCENDING), *_LAST], name="in_state"),
    IndexModel([("sight", ASCENDING), ("kind", ASCENDING), *_LAST], name="of_kind"),
    IndexModel([("decider", ASCENDING), ("state", ASCENDING), *_LAST], name="waiting"),
    IndexModel([("unit", ASCENDING), ("state", ASCENDING), *_LAST], name="of_unit"),
    IndexModel([("period", ASCENDING), ("form", ASCENDING), ("state", ASCENDING)], name="of_period"),
    IndexModel([("to_day", ASCENDING), ("from_day", ASCENDING)], name="covering"),
    IndexModel([("updated_at", ASCENDING)], name="changed"),
)


class MongoReliefs:
    """The reliefs of one database."""

    def __init__(
        self,
        database: Database[Document],
        records: Records,
        events: EventMaker,
        session: ClientSession | None = None,
    ) -> None:
        self._database = database
        self._aggregates = Aggregates(database[COLLECTION], session)
        self._records = records
        self._events = events

    def get(self, relief_id: str) -> Relief:
        """Return the relief. Raises `NotFound`, also where the unit's key was destroyed."""
        try:
            return self._relief(self._aggregates.get(relief_id))
        except KeyDestroyed:
            raise NotFound from None

    def find_created(self, request: RequestKey) -> Relief | None:
        """Return the relief that this request made. Raises `KeyReused` where it asked for something else."""
        row = self._aggregates.find_created(request)
        return self._relief(row) if row else None

    def add(self, relief: Relief, call: Call, events: Sequence[Outgoing]) -> Relief:
        """Store a new one. Raises `ExtensionAsked` where the unit waits for an answer on the form and period."""
        made = [self._events.event(each, relief.id, relief.updated_at, call.correlation_id) for each in events]
        try:
            self._aggregates.insert(relief.id, self._fields(relief, 1), relief.history[-1], made)
        except Duplicate:
            earlier = self.find_created(call.request) if call.request else None
            if earlier is None:
                raise ExtensionAsked from None
            return earlier
        return relief

    def save(self, relief: Relief, call: Call, events: Sequence[Outgoing]) -> Relief:
        """Store the next version with its last history entry. Raises `StaleVersion`, `KeyReused`."""
        made = [self._events.event(each, relief.id, relief.updated_at, call.correlation_id) for each in events]
        version, act = relief.version + 1, relief.history[-1]
        fields = self._fields(relief, version)
        self._aggregates.save(relief.id, relief.version, fields, ("open",), act=act, events=made, returned=NOTHING)
        return replace(relief, version=version)

    def list_in_sight(self, actor: Actor, wanted: WantedReliefs, cursor: str, limit: int) -> Page[Relief]:
        """Return a page of what the actor sees and wants to see, last asked for first. Raises `Malformed`."""
        query = {**_query(actor, wanted), **NEWEST.after(cursor)}
        found = self._aggregates.find(query, sort=NEWEST.sort, limit=limit + 1)
        rows, following = NEWEST.page(found, limit)
        return Page(tuple(self._readable(rows)), following)

    def waivers(
        self, unit_ids: Collection[str] | None, asked: Collection[tuple[str, str]], first: date, last: date
    ) -> tuple[Waiver, ...]:
        """Return what holds for units, or for all, on these forms and periods, which are due between two days."""
        if not asked or (unit_ids is not None and not unit_ids):
            return ()
        common: dict[str, Any] = {"state": {"$in": _HOLDING}}
        if unit_ids is not None:
            common["unit"] = {"$in": sorted(unit_ids)}
        forms, periods = sorted({form for form, _ in asked}), sorted({period for _, period in asked})
        extensions = {**common, "form": {"$in": forms}, "period": {"$in": periods}}
        covering = {"to_day": {"$gte": first.isoformat()}, "from_day": {"$lte": last.isoformat()}}
        exceptions = {**common, **covering, "form": {"$in": ["", *forms]}}
        found = self._aggregates.find({"$or": [extensions, exceptions]}, projection=_CLEAR)
        return tuple(_waiver(row) for row in found)

    def _fields(self, relief: Relief, version: int) -> Document:
        said = CONVERTER.unstructure(relief.said)
        place = Place(self._database.name, COLLECTION, relief.id, version)
        open_key = {"open": f"{relief.unit_id}/{relief.form}/{relief.period}"}
        return {
            "kind": relief.kind.value,
            "state": relief.state.value,
            "unit": relief.unit_id,
            "division": relief.division,
            "path": list(relief.path),
            "sight": sorted({relief.unit_id, *relief.path}),
            "decider": relief.decider,
            "form": relief.form,
            "period": relief.period,
            "wanted": _text(relief.wanted),
            "until": _text(relief.until),
            "from_day": _text(relief.from_day),
            "to_day": _text(relief.to_day),
            "asked_by": relief.asked_by,
            "asked_at": relief.asked_at,
            "decided_by": relief.decided_by,
            "decided_at": relief.decided_at,
            "updated_at": relief.updated_at,
            "sealed": self._records.sealer.seal(said, relief.unit_id, place),
            **(open_key if relief.state is ReliefState.ASKED else {}),
        }

    def _relief(self, row: Document) -> Relief:
        place = Place(self._database.name, COLLECTION, row["_id"], row["v"])
        return Relief(
            id=row["_id"],
            version=row["v"],
            kind=ReliefKind(row["kind"]),
            state=ReliefState(row["state"]),
            unit_id=row["unit"],
            division=row["division"],
            path=tuple(row["path"]),
            decider=row["decider"],
            form=row["form"],
            said=CONVERTER.structure(self._records.sealer.open(row["sealed"], place), Said),
            asked_by=row["asked_by"],
            asked_at=row["asked_at"],
            updated_at=row["updated_at"],
            period=row["period"],
            wanted=_day(row["wanted"]),
            until=_day(row["until"]),
            from_day=_day(row["from_day"]),
            to_day=_day(row["to_day"]),
            decided_by=row["decided_by"],
            decided_at=row["decided_at"],
            history=history_of(row),
        )

    def _readable(self, rows: Sequence[Document]) -> Iterator[Relief]:
        for row in rows:
            try:
                yield self._relief(row)
            except KeyDestroyed:
                continue


def _query(actor: Actor, wanted: WantedReliefs) -> dict[str, Any]:
    division = COUNTRY if actor.role is Role.MINISTRY else actor.division
    if wanted.is_waiting and actor.role not in UNIT_ROLES:
        query: dict[str, Any] = {"decider": division, "state": ReliefState.ASKED.value}
    else:
        query = {"sight": actor.unit_id if actor.role in UNIT_ROLES else division}
        if wanted.state is not None:
            query["state"] = wanted.state.value
    if wanted.kind is not None:
        query["kind"] = wanted.kind.value
    if wanted.unit_id:
        query["unit"] = wanted.unit_id
    return query


def _waiver(row: Document) -> Waiver:
    return Waiver(
        id=row["_id"],
        kind=ReliefKind(row["kind"]),
        unit_id=row["unit"],
        form=row["form"],
        period=row["period"],
        until=_day(row["until"]),
        from_day=_day(row["from_day"]),
        to_day=_day(row["to_day"]),
    )


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
