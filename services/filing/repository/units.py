"""Units in MongoDB, and what is known of firms that rows name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import structlog
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.filing.forms.context import FirmFacts
from services.filing.model.units import Basic, Platform, Unit, UnitType
from services.filing.repository.records import COLLECTION as FILINGS
from services.filing.repository.records import Records
from services.filing.repository.respondents import MOVED_INDEX, UNIT_INDEX, respondent_fields
from shared.calls import Call
from shared.codes import lists
from shared.codes.schemes import Scheme
from shared.crypto.errors import CryptoError, KeyDestroyed
from shared.crypto.sealing import Place
from shared.crypto.structured import CONVERTER
from shared.errors import NotFound
from shared.identity.actor import COUNTRY, Actor, Role
from shared.messaging.events import EventMaker, Outgoing
from shared.mongo.aggregates import Aggregates, Duplicate, history_of
from shared.mongo.client import Document
from shared.mongo.filling import fill_in
from shared.mongo.indexes import AGGREGATE_INDEXES
from shared.mongo.pages import Newest
from shared.paging import Page
from shared.recent import Recent

log = structlog.get_logger()

COLLECTION = "units"
CERTIFICATES_FORM = "enterprise-5"

NEWEST = Newest("updated_at")
_LAST = [("updated_at", DESCENDING), ("_id", DESCENDING)]

INDEXES = (
    *AGGREGATE_INDEXES,
    IndexModel([("listed", ASCENDING), *_LAST], name="listed"),
    IndexModel([("name", ASCENDING)], name="of_name"),
    IndexModel([("codes", ASCENDING)], name="of_code"),
    UNIT_INDEX,
    MOVED_INDEX,
)


MOST_RECENT, RECENT_SECONDS = 500, 60.0


@dataclass(frozen=True)
class _Secret:
    """The confidential part of a unit."""

    basics: Mapping[str, Basic]
    platforms: tuple[Platform, ...]


class MongoUnits:
    """The units of one database."""

    def __init__(
        self,
        database: Database[Document],
        records: Records,
        events: EventMaker,
        session: ClientSession | None = None,
        recent: Recent[str, Unit] | None = None,
    ) -> None:
        self._database = database
        self._aggregates = Aggregates(database[COLLECTION], session)
        self._filings = Aggregates(database[FILINGS], session)
        self._records = records
        self._events = events
        self._recent = Recent(MOST_RECENT, RECENT_SECONDS) if recent is None else recent

    def within(self, session: ClientSession) -> MongoUnits:
        """Return the same units, read and written within a transaction."""
        return MongoUnits(self._database, self._records, self._events, session, self._recent)

    def get(self, unit_id: str) -> Unit:
        """Return the unit. Raises `NotFound`, also where its key was destroyed."""
        unit = self.find(unit_id)
        if unit is None:
            raise NotFound
        return unit

    def find(self, unit_id: str) -> Unit | None:
        """Return the unit, None where it is not known or its key was destroyed."""
        document = self._aggregates.find_one({"_id": unit_id})
        try:
            return self._unit(document) if document else None
        except KeyDestroyed:
            return None

    def find_recent(self, unit_id: str) -> Unit | None:
        """Return the unit as it is, or as it was at most a minute ago; None where it is not known."""
        recent = self._recent.find(unit_id)
        if recent is not None:
            return recent
        unit = self.find(unit_id)
        if unit is not None:
            self._recent.keep(unit_id, unit)
        return unit

    def find_all(self, unit_ids: Iterable[str]) -> Mapping[str, Unit]:
        """Return the known ones of these units, by id; without those whose key was destroyed."""
        found = self._aggregates.find({"_id": {"$in": sorted(unit_ids)}})
        return {each.id: each for each in self._readable(found)}

    def add(self, unit: Unit, call: Call, events: Sequence[Outgoing] = ()) -> Unit:
        """Store a new unit with the events that leave; one that is there already is returned as it is."""
        made = [self._events.event(each, unit.id, unit.updated_at, call.correlation_id) for each in events]
        try:
            self._aggregates.insert(unit.id, self._fields(unit, 1), unit.history[-1], made)
        except Duplicate:
            return self.get(unit.id)
        return unit

    def save(self, unit: Unit, call: Call) -> Unit:
        """Store the next version with its last history entry. Raises `StaleVersion`."""
        fields = self._fields(unit, unit.version + 1)
        before = next(iter(self._aggregates.find({"_id": unit.id}, projection={"path": 1}, limit=1)), None)
        if before is not None and before["path"] != fields["path"]:
            fields["moved_at"] = unit.updated_at  # what was counted where it was is counted anew
        self._aggregates.save(unit.id, unit.version, fields, (), act=unit.history[-1])
        self._recent.forget(unit.id)
        return replace(unit, version=unit.version + 1)

    def list_in_sight(self, actor: Actor, kind: UnitType | None, cursor: str, limit: int) -> Page[Unit]:
        """Return a page of the units that the actor sees, last changed first. Raises `Malformed`."""
        division = COUNTRY if actor.role is Role.MINISTRY else actor.division
        query = {"listed": f"{division}/{kind.value if kind else ''}", **NEWEST.after(cursor)}
        found = self._aggregates.find(query, sort=NEWEST.sort, limit=limit + 1)
        rows, following = NEWEST.page(found, limit)
        return Page(tuple(self._readable(rows)), following)

    def fill_in(self) -> int:
        """Fill in by what units are listed and found and what is expected of them, where that was not kept; return how many."""
        units = self._database[COLLECTION]
        listed = fill_in(units, "listed", self._listing, CryptoError)
        found = fill_in(units, "codes", lambda each: {"codes": self._codes(self._unit(each))}, CryptoError)
        expected = fill_in(units, "since", lambda each: respondent_fields(self._unit(each)), CryptoError)
        return listed + found + expected

    def firms(self, names: Iterable[str], year: int) -> Mapping[str, FirmFacts]:
        """Return what is known of the firms with these names, by name: their city, and their 502 of the year."""
        indexes = {self._records.index.of("unit_name", name): name for name in set(names)}
        rows = self._aggregates.find({"name": {"$in": list(indexes)}}, projection={"path": 1, "name": 1})
        known = {row["_id"]: (indexes[bytes(row["name"])], row["path"]) for row in rows}
        certificates = self._certificates(list(known), year)
        return {name: FirmFacts(_city_of(path), certificates.get(unit_id)) for unit_id, (name, path) in known.items()}

    def _certificates(self, unit_ids: Sequence[str], year: int) -> dict[str, frozenset[str]]:
        query = {
            "unit": {"$in": list(unit_ids)},
            "form": CERTIFICATES_FORM,
            "period": str(year),
            "in_force": {"$gt": 0},
        }
        found: dict[str, frozenset[str]] = {}
        for document in self._filings.find(query):
            filing = self._records.filing(document)
            rows = filing.approved.content.answers.get("502") if filing.approved else None
            names = (
                (row.get("certificate") for row in rows if isinstance(row, Mapping)) if isinstance(rows, list) else ()
            )
            found[filing.unit_id] = frozenset(name for name in names if isinstance(name, str))
        return found

    def _fields(self, unit: Unit, version: int) -> Document:
        secret = CONVERTER.unstructure(_Secret(unit.basics, unit.platforms))
        name = unit.basic("name")
        return {
            "types": sorted(each.value for each in unit.types),
            "division": unit.division,
            "placed_at": unit.placed_at,
            **respondent_fields(unit),
            "path": list(unit.path),
            "listed": _listed(unit),
            "created_at": unit.created_at,
            "updated_at": unit.updated_at,
            "name": self._records.index.of("unit_name", name) if name else None,
            "codes": self._codes(unit),
            "sealed": self._records.sealer.seal(secret, unit.id, self._place(unit.id, version)),
        }

    def _unit(self, document: Document) -> Unit:
        place = self._place(document["_id"], document["v"])
        secret = CONVERTER.structure(self._records.sealer.open(document["sealed"], place), _Secret)
        return Unit(
            id=document["_id"],
            version=document["v"],
            types=frozenset(UnitType(each) for each in document["types"]),
            division=document["division"],
            path=tuple(document["path"]),
            created_at=document["created_at"],
            updated_at=document["updated_at"],
            basics=secret.basics,
            platforms=secret.platforms,
            history=history_of(document),
            placed_at=document.get("placed_at"),
            since={UnitType(kind): date.fromisoformat(day) for kind, day in document.get("since", {}).items()},
        )

    def _codes(self, unit: Unit) -> list[bytes]:
        """Return the unit's credit code and organisation code as keyed hashes."""
        codes = (unit.basic("uscc"), unit.basic("organisation_code"))
        return [self._records.index.of("unit_code", code) for code in codes if code]

    def _listing(self, document: Document) -> Document:
        return {"listed": _listed(self._unit(document))}

    def _readable(self, rows: Iterable[Document]) -> Iterator[Unit]:
        for row in rows:
            try:
                yield self._unit(row)
            except KeyDestroyed:
                continue
            except CryptoError as error:
                log.error("unit_unreadable", unit_id=row["_id"], error=type(error).__name__)

    def _place(self, unit_id: str, version: int) -> Place:
        return Place(self._records.database, COLLECTION, unit_id, version)


def _listed(unit: Unit) -> list[str]:
    return [f"{division}/{kind}" for division in unit.path for kind in ("", *sorted(unit.types))]


def _city_of(path: Sequence[str]) -> str:
    """Return the city of a unit's divisions: the demonstration city among them, else the one above its own."""
    listed = lists.versions(Scheme.DEMONSTRATION_CITY)[0].key
    cities = [code for code in path if lists.find_last(Scheme.DEMONSTRATION_CITY, code, listed)]
    return cities[0] if cities else path[min(1, len(path) - 1)]
