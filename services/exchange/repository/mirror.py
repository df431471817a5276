"""The mirror of the 名录库 in MongoDB: one document per unit, its record sealed, found by blind indexes.

A unit's document is known by the blind index of the directory's id. The records are sealed under 256 keys, by the first
digits of that: one key per unit would be 100,000 calls to whoever keeps the key-encryption key (see ADR 0039).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from bson import Binary
from pymongo import IndexModel, InsertOne, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.exchange.model.directory import DirectoryRecord, plain, record_of
from services.exchange.model.mirror import Known, UnitState
from services.exchange.ports.directory import Told
from services.exchange.repository.outgoing import guarded, news
from shared.calls import Call
from shared.crypto.blind_index import BlindIndex
from shared.crypto.sealing import Place, Sealer
from shared.mongo.aggregates import event_entry
from shared.mongo.client import Document
from shared.mongo.indexes import OUTBOX_INDEX

COLLECTION = "directory_units"

INDEXES = (
    OUTBOX_INDEX,
    IndexModel([("code", 1)], name="code", partialFilterExpression={"code": {"$exists": True}}),
    IndexModel([("name", 1)], name="name"),
    IndexModel([("division", 1), ("state", 1)], name="division_state"),
    IndexModel([("at", -1)], name="newest"),
)


def holder_of(id: str) -> str:
    """Return the holder of the key under which what has this id is sealed."""
    return f"directory-{id[:2]}"


@dataclass(frozen=True)
class Units:
    """Makes documents of units and units of documents; says by which ids and indexes they are known."""

    database: str
    sealer: Sealer
    index: BlindIndex

    def id_of(self, unit: str) -> str:
        """Return the id under which a unit of the 名录库 is kept."""
        return self.index.of("directory_unit", unit).hex()

    def ids_of(self, units: Iterable[str]) -> list[str]:
        """Return the ids under which units of the 名录库 are kept, in their order."""
        return [index.hex() for index in self.index.of_all("directory_unit", units)]

    def codes_of(self, credit_codes: Iterable[str]) -> list[Binary]:
        """Return the blind indexes of credit codes, in their order."""
        return [Binary(index) for index in self.index.of_all("directory_code", credit_codes)]

    def names_of(self, names: Iterable[str]) -> list[Binary]:
        """Return the blind indexes of names, in their order."""
        return [Binary(index) for index in self.index.of_all("directory_name", names)]

    def code_of(self, credit_code: str) -> Binary:
        """Return the blind index of a credit code."""
        return Binary(self.index.of("directory_code", credit_code))

    def fields(self, id: str, known: Known, name: Binary, code: Binary | None) -> Document:
        """Return what is stored of a unit, with the blind indexes of its name and, where it has one, its code."""
        payload = {"unit": known.unit, "record": plain(known.record)}
        return {
            "sequence": known.sequence,
            "state": known.state.value,
            "division": known.division,
            "at": known.at,
            "name": name,
            "sealed": self.sealer.seal(payload, holder_of(id), self._place(id, known.sequence)),
            **({} if code is None else {"code": code}),
        }

    def known(self, document: Document) -> Known:
        """Return the unit of a document. Raises `SealBroken`."""
        opened = self.sealer.open(document["sealed"], self._place(document["_id"], document["sequence"]))
        payload = cast("Mapping[str, Any]", opened)  # Any: as it was sealed
        return Known(
            unit=payload["unit"],
            sequence=document["sequence"],
            state=UnitState(document["state"]),
            record=cast(DirectoryRecord, record_of(payload["record"])),
            at=document["at"],
        )

    def _place(self, id: str, sequence: int) -> Place:
        return Place(self.database, COLLECTION, id, sequence)


@dataclass(frozen=True)
class MongoMirror:
    """`ports.directory.Mirror` in one database."""

    database: Database[Document]
    units: Units
    session: ClientSession | None = None

    def within(self, session: ClientSession) -> MongoMirror:
        """Return the same mirror, read and written within a transaction."""
        return MongoMirror(self.database, self.units, session)

    def find(self, units: Collection[str]) -> Mapping[str, Known]:
        """Return those of the units that are known, by the directory's id."""
        return {known.unit: known for known in self._known({"_id": {"$in": self.units.ids_of(units)}})}

    def id_of(self, unit: str) -> str:
        """Return the id under which a unit is kept, which says nothing of it."""
        return self.units.id_of(unit)

    def sequences(self, units: Collection[str]) -> Mapping[str, int]:
        """Return how far the mirror has come with each of the units that it knows."""
        by_id = dict(zip(self.units.ids_of(units), units, strict=True))
        query = {"_id": {"$in": list(by_id)}}
        with guarded(self.session):
            found = self.database[COLLECTION].find(query, {"sequence": 1}, session=self.session)
            return {by_id[row["_id"]]: row["sequence"] for row in found}

    def find_by_code(self, credit_code: str) -> Sequence[Known]:
        """Return the units with this credit code, those in force first; several where the 名录库 has doubles."""
        found = self._known({"code": self.units.code_of(credit_code)})
        return sorted(found, key=lambda known: (known.state is UnitState.CEASED, known.unit))

    def put(self, told: Sequence[Told], call: Call) -> None:
        """Store the units as they are now."""
        if not told:
            return
        ids = self.units.ids_of(each.known.unit for each in told)
        names = self.units.names_of(each.known.record.name for each in told)
        codes = [each.known.record.credit_code for each in told]
        indexed = iter(self.units.codes_of(filter(None, codes)))
        with guarded(self.session):
            stored = self.database[COLLECTION].find({"_id": {"$in": ids}}, {"_id": 1}, session=self.session)
            existing = {row["_id"] for row in stored}
            writes = []
            for id, each, name, code in zip(ids, told, names, codes, strict=True):
                fields = self.units.fields(id, each.known, name, next(indexed) if code else None)
                writes.append(_write(id, each, fields, call, exists=id in existing))
            self.database[COLLECTION].bulk_write(writes, ordered=False, session=self.session)

    def count(self) -> Mapping[tuple[str, UnitState], int]:
        """Return how many units there are, by county and state."""
        key = {"division": "$division", "state": "$state"}
        steps: list[Document] = [
            {"$sort": {"division": 1, "state": 1}},
            {"$group": {"_id": key, "units": {"$sum": 1}}},
        ]
        with guarded(self.session):
            rows = self.database[COLLECTION].aggregate(steps, hint="division_state", session=self.session)
            return {(row["_id"]["division"], UnitState(row["_id"]["state"])): row["units"] for row in rows}

    def last_at(self) -> datetime | None:
        """Return when the mirror was changed last."""
        with guarded(self.session):
            found = self.database[COLLECTION].find_one({}, {"at": 1}, sort=[("at", -1)], session=self.session)
        return None if found is None else cast(datetime, found["at"])

    def _known(self, query: Mapping[str, Any]) -> Iterable[Known]:
        with guarded(self.session):
            found = list(self.database[COLLECTION].find(query, {"outbox": 0}, session=self.session))
        return [self.units.known(document) for document in found]


def _write(id: str, told: Told, fields: Document, call: Call, *, exists: bool) -> InsertOne[Document] | UpdateOne:
    events = [event_entry(event) for event in news(id, told.known.at, call, told.events)]
    if not exists:
        return InsertOne({"_id": id, "v": 1, **fields, "outbox": events})
    gone = {} if "code" in fields else {"$unset": {"code": ""}}
    pushed = {"$push": {"outbox": {"$each": events}}} if events else {}
    return UpdateOne({"_id": id}, {"$set": fields, "$inc": {"v": 1}, **gone, **pushed})
