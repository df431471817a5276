"""What is set for routes and partners in MongoDB: one document each, the words of people sealed; and the caps' counts.

In clear stay figures, moments, accounts and what was done; reasons and notices are sealed under a key of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pymongo import IndexModel, WriteConcern
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.exchange.model.controls import (
    Control,
    ControlAct,
    Figures,
    Gate,
    Hold,
    Maintenance,
    RouteTrouble,
    Setting,
    Upkeep,
    laid,
)
from services.exchange.model.partners import PINGS, ROUTES, Alarm, Partner, RouteName
from services.exchange.ports.messages import Outgoing
from services.exchange.repository.outgoing import news
from services.exchange.repository.portions import Portions
from shared.calls import Call
from shared.clock import Clock
from shared.crypto.sealing import Place, Sealer
from shared.crypto.structured import CONVERTER
from shared.history import HistoryEntry
from shared.mongo.aggregates import Aggregates, Duplicate, history_of
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.indexes import AGGREGATE_INDEXES

COLLECTION, PARTNERS, COUNTS = "routes", "partners", "route_counts"
KEY_OWNER = "exchange_desk"
KEPT_SECONDS = 3600

INDEXES = AGGREGATE_INDEXES
COUNT_INDEXES = (IndexModel([("at", 1)], name="over", expireAfterSeconds=KEPT_SECONDS),)
"""The counts of a minute are of no use later."""

COUNTED = WriteConcern(w=1, j=False)
"""A count is not waited for until it is on disk: where the server is killed, a few more may leave in that minute."""


@dataclass(frozen=True)
class MongoControls:
    """What is set, of one database. Read and written outside of transactions: a switch is seen at once."""

    database: Database[Document]
    sealer: Sealer
    clock: Clock
    portions: Portions = field(default_factory=Portions, compare=False, repr=False)

    def get(self, route: RouteName) -> Control:
        """Return how a route is set; as it is laid where nobody set anything."""
        return self._control(self._found(COLLECTION, route.value, _figures_document(laid(ROUTES[route]))))

    def save(self, control: Control, call: Call, events: Sequence[Outgoing] = ()) -> Control:
        """Store the next version with its last history entry, but for an alarm. Raises `StaleVersion`."""
        act = control.history[-1]
        fields = {
            **_figures_document(control.figures),
            "troubles": [each.value for each in control.troubles],
            **self._sealed(COLLECTION, control.route.value, control.version + 1, control.settings),
        }
        rows = Aggregates(self.database[COLLECTION])
        told = news(control.route.value, act.at, call, events)
        # Alarms come and go by themselves, and would fill the history; those that are on stand in `troubles`.
        kept = None if act.action == ControlAct.ALARM else act
        return self._control(rows.save(control.route.value, control.version, fields, (), kept, told))

    def upkeep(self, partner: Partner) -> Upkeep:
        """Return what a partner has told of its maintenance."""
        return self._upkeep(self._found(PARTNERS, partner.value, {"on": []}))

    def save_upkeep(self, upkeep: Upkeep, call: Call) -> Upkeep:
        """Store the next version with its last history entry. Raises `StaleVersion`."""
        on = [{"begins": each.begins, "ends": each.ends} for each in upkeep.maintenances if each.cancelled_at is None]
        fields = {"on": on, **self._sealed(PARTNERS, upkeep.partner.value, upkeep.version + 1, upkeep.maintenances)}
        rows = Aggregates(self.database[PARTNERS])
        return self._upkeep(rows.save(upkeep.partner.value, upkeep.version, fields, (), upkeep.history[-1]))

    def gates(self, now: datetime) -> Mapping[RouteName, Gate]:
        """Return what stands before each route at a moment."""
        on = {"on": {"$elemMatch": {"begins": {"$lte": now}, "ends": {"$gt": now}}}}
        with unavailable_when_down():
            rows = {row["_id"]: row for row in self.database[COLLECTION].find({}, {"is_stopped": 1, "cap": 1})}
            away = {row["_id"] for row in self.database[PARTNERS].find(on, {"_id": 1})}
        return {name: _gate(name, rows.get(name.value), away) for name in ROUTES}

    def admits(self, route: RouteName, cap: int, now: datetime) -> bool:
        """Whether one message more may leave on a route in this minute; counts it where it may."""
        minute = now.replace(second=0, microsecond=0)
        return self.portions.take(route, cap, minute, lambda size: self._reserve(route, cap, minute, size))

    def _reserve(self, route: RouteName, cap: int, minute: datetime, size: int) -> bool:
        """Count so many messages of a minute at once; False where they don't fit below the cap any more."""
        below = {"_id": f"{route.value}/{minute.isoformat()}", "used": {"$lte": cap - size}}
        counts = self.database[COUNTS].with_options(write_concern=COUNTED)
        with unavailable_when_down():
            try:
                counts.update_one(below, {"$inc": {"used": size}, "$setOnInsert": {"at": minute}}, upsert=True)
            except DuplicateKeyError:  # the minute's count is there, and too high
                return False
        return size <= cap

    def _found(self, collection: str, id: str, fields: Mapping[str, Any]) -> Document:
        """Return a document, which is laid down where it is missing."""
        rows = Aggregates(self.database[collection])
        found = rows.find_one({"_id": id})
        if found is not None:
            return found
        try:
            rows.insert(id, fields, HistoryEntry(self.clock.now(), "exchange", ControlAct.LAY, None, None))
        except Duplicate:  # another process laid it down meanwhile
            return rows.get(id)
        return rows.get(id)

    def _sealed(self, collection: str, id: str, version: int, payload: object) -> Document:
        place = Place(self.database.name, collection, id, version)
        sealed = self.sealer.seal(CONVERTER.unstructure(payload), KEY_OWNER, place)
        return {"sealed": sealed, "sealed_at": version}

    def _opened(self, collection: str, document: Document) -> object:
        if "sealed" not in document:
            return []
        place = Place(self.database.name, collection, document["_id"], document["sealed_at"])
        return self.sealer.open(document["sealed"], place)

    def _control(self, document: Document) -> Control:
        return Control(
            route=RouteName(document["_id"]),
            version=document["v"],
            figures=_figures(document),
            settings=CONVERTER.structure(self._opened(COLLECTION, document), tuple[Setting, ...]),
            troubles=tuple(RouteTrouble(each) for each in document.get("troubles", [])),
            history=history_of(document),
        )

    def _upkeep(self, document: Document) -> Upkeep:
        return Upkeep(
            partner=Partner(document["_id"]),
            version=document["v"],
            maintenances=CONVERTER.structure(self._opened(PARTNERS, document), tuple[Maintenance, ...]),
            history=history_of(document),
        )


def _gate(name: RouteName, row: Document | None, away: Collection[str]) -> Gate:
    """Return what stands before a route, of which a row was found; tests of the way go on while a partner is away."""
    hold: Hold | None = None
    if row is not None and row["is_stopped"]:
        hold = Hold.STOPPED
    elif name not in PINGS.values() and ROUTES[name].partner.value in away:
        hold = Hold.MAINTENANCE
    return Gate(hold, row["cap"] if row is not None else ROUTES[name].cap)


def _figures_document(figures: Figures) -> Document:
    return {
        "is_stopped": figures.is_stopped,
        "cap": figures.cap,
        "retention_days": figures.retention_days,
        "alarm": vars(figures.alarm).copy(),
    }


def _figures(document: Document) -> Figures:
    alarm = Alarm(**document["alarm"])
    return Figures(document["is_stopped"], document["cap"], document["retention_days"], alarm)
