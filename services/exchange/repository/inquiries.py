"""Inquiries to the 名录库, loads of all its units, and who follows its news, in MongoDB."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.exchange.model.inquiries import Follower, Inquiry, InquiryState, Load, LoadState, Question
from services.exchange.repository.mirror import Units, holder_of
from services.exchange.repository.outgoing import guarded
from shared.crypto.errors import KeyDestroyed
from shared.crypto.sealing import Place
from shared.crypto.structured import CONVERTER
from shared.errors import Conflict, NotFound, StaleVersion
from shared.mongo.client import Document

INQUIRIES, LOADS, FOLLOWERS = "directory_inquiries", "directory_loads", "directory_followers"

INDEXES: Mapping[str, Sequence[IndexModel]] = {
    INQUIRIES: (
        IndexModel(
            [("code", 1), ("by", 1), ("asked_at", -1)],
            name="code",
            partialFilterExpression={"code": {"$exists": True}},
        ),
    ),
    LOADS: (
        IndexModel([("started_at", -1)], name="newest"),
        IndexModel(
            [("state", 1)], name="one_running", unique=True, partialFilterExpression={"state": LoadState.RUNNING.value}
        ),
    ),
    FOLLOWERS: (IndexModel([("code", 1)], name="code"),),
}


@dataclass(frozen=True)
class MongoInquiries:
    """`ports.directory.Inquiries` in one database."""

    database: Database[Document]
    units: Units
    session: ClientSession | None = None

    def find(self, inquiry_id: str) -> Inquiry | None:
        """Return the inquiry."""
        return self._one({"_id": inquiry_id})

    def find_recent(self, credit_code: str, by: str, since: datetime) -> Inquiry | None:
        """Return the account's inquiry for this code that was asked since then."""
        return self._one({"code": self.units.code_of(credit_code), "by": by, "asked_at": {"$gte": since}})

    def add(self, inquiry: Inquiry) -> None:
        """Store a new one; one with this id stays as it is."""
        question = inquiry.question
        new: Document = {
            "asks": question.asks.value,
            "by": inquiry.by,
            "asked_at": inquiry.asked_at,
            "load": inquiry.load_id,
            "sealed": self.units.sealer.seal(
                CONVERTER.unstructure(question), holder_of(inquiry.id), self._place(inquiry.id)
            ),
            **_answer(inquiry),
        }
        if question.credit_code:
            new["code"] = self.units.code_of(question.credit_code)
        with guarded(self.session):
            self.database[INQUIRIES].update_one(
                {"_id": inquiry.id}, {"$setOnInsert": new}, upsert=True, session=self.session
            )

    def save(self, inquiry: Inquiry) -> None:
        """Store what became of one."""
        with guarded(self.session):
            self.database[INQUIRIES].update_one({"_id": inquiry.id}, {"$set": _answer(inquiry)}, session=self.session)

    def _one(self, query: Mapping[str, Any]) -> Inquiry | None:
        with guarded(self.session):
            row = self.database[INQUIRIES].find_one(query, sort=[("asked_at", -1)], session=self.session)
        if row is None:
            return None
        return Inquiry(
            id=row["_id"],
            question=CONVERTER.structure(self.units.sealer.open(row["sealed"], self._place(row["_id"])), Question),
            state=InquiryState(row["state"]),
            asked_at=row["asked_at"],
            by=row["by"],
            answered_at=row["answered_at"],
            found=row["found"],
            reason=row["reason"],
            load_id=row["load"],
        )

    def _place(self, id: str) -> Place:
        return Place(self.units.database, INQUIRIES, id, 1)


@dataclass(frozen=True)
class MongoLoads:
    """`ports.directory.Loads` in one database."""

    database: Database[Document]
    units: Units
    session: ClientSession | None = None

    def get(self, load_id: str) -> Load:
        """Return the load. Raises `NotFound`."""
        with guarded(self.session):
            row = self.database[LOADS].find_one({"_id": load_id}, session=self.session)
        if row is None:
            raise NotFound
        return self._load(row)

    def last(self) -> Load | None:
        """Return the newest."""
        with guarded(self.session):
            row = self.database[LOADS].find_one({}, sort=[("started_at", -1)], session=self.session)
        return None if row is None else self._load(row)

    def add(self, load: Load) -> None:
        """Store a new one. Raises `Conflict` where one is running."""
        document = {
            "_id": load.id,
            "by": load.by,
            "started_at": load.started_at,
            "size": load.page_size,
            **self._fields(load, 1),
        }
        with guarded(self.session):
            try:
                self.database[LOADS].insert_one(document, session=self.session)
            except DuplicateKeyError:
                raise Conflict from None  # not chained: the server's text prints the value of the key

    def save(self, load: Load) -> Load:
        """Store the next version. Raises `StaleVersion`, `Conflict` where another one is running."""
        version = load.version + 1
        with guarded(self.session):
            try:
                found = self.database[LOADS].update_one(
                    {"_id": load.id, "v": load.version}, {"$set": self._fields(load, version)}, session=self.session
                )
            except DuplicateKeyError:
                raise Conflict from None  # as above
        if not found.matched_count:
            raise StaleVersion
        return self.get(load.id)

    def _fields(self, load: Load, version: int) -> Document:
        sealed = self.units.sealer.seal({"after": load.after}, holder_of(load.id), self._place(load.id, version))
        return {
            "v": version,
            "state": load.state.value,
            "updated_at": load.updated_at,
            "inquiry": load.inquiry_id,
            "pages": load.pages,
            "total": load.total,
            "taken": load.taken,
            "stored": load.stored,
            "differing": load.differing,
            "reason": load.reason,
            "sealed": sealed,
        }

    def _load(self, row: Mapping[str, Any]) -> Load:
        opened = self.units.sealer.open(row["sealed"], self._place(row["_id"], row["v"]))
        return Load(
            id=row["_id"],
            version=row["v"],
            state=LoadState(row["state"]),
            started_at=row["started_at"],
            updated_at=row["updated_at"],
            by=row["by"],
            page_size=row["size"],
            after=cast("Mapping[str, str]", opened)["after"],
            inquiry_id=row["inquiry"],
            pages=row["pages"],
            total=row["total"],
            taken=row["taken"],
            stored=row["stored"],
            differing=row["differing"],
            reason=row["reason"],
        )

    def _place(self, id: str, version: int) -> Place:
        return Place(self.units.database, LOADS, id, version)


@dataclass(frozen=True)
class MongoFollowers:
    """`ports.directory.Followers` in one database; what is kept of a unit is sealed with its own key."""

    database: Database[Document]
    units: Units
    session: ClientSession | None = None

    def find(self, unit_id: str) -> Follower | None:
        """Return what is kept of a unit; None also where its key was destroyed."""
        return next(iter(self._list({"_id": unit_id})), None)

    def of_codes(self, credit_codes: Collection[str]) -> Sequence[Follower]:
        """Return the units that follow one of the codes."""
        if not credit_codes:
            return ()
        return self._list({"code": {"$in": self.units.codes_of(credit_codes)}})

    def put(self, follower: Follower) -> None:
        """Store a unit as it follows now."""
        id = follower.unit_id
        secret = {
            "credit_code": follower.credit_code,
            "told_of": follower.told_of,
            "claims": dict(follower.claims),
        }
        fields = {
            "code": self.units.code_of(follower.credit_code),
            "division": follower.division,
            "at": follower.at,
            "told": follower.told,
            "sealed": self.units.sealer.seal(secret, id, self._place(id, follower.told)),
        }
        with guarded(self.session):
            self.database[FOLLOWERS].update_one({"_id": id}, {"$set": fields}, upsert=True, session=self.session)

    def _list(self, query: Mapping[str, Any]) -> Sequence[Follower]:
        with guarded(self.session):
            rows = list(self.database[FOLLOWERS].find(query, session=self.session))
        found = []
        for row in rows:
            try:
                opened = self.units.sealer.open(row["sealed"], self._place(row["_id"], row["told"]))
            except KeyDestroyed:
                continue  # who was erased is told of nothing
            secret = cast("Mapping[str, Any]", opened)  # Any: as it was sealed
            found.append(
                Follower(
                    unit_id=row["_id"],
                    division=row["division"],
                    credit_code=secret["credit_code"],
                    at=row["at"],
                    told=row["told"],
                    told_of=secret["told_of"],
                    claims=secret["claims"],
                )
            )
        return found

    def _place(self, id: str, told: int) -> Place:
        return Place(self.units.database, FOLLOWERS, id, told)


def _answer(inquiry: Inquiry) -> Document:
    return {
        "state": inquiry.state.value,
        "answered_at": inquiry.answered_at,
        "found": inquiry.found,
        "reason": inquiry.reason,
    }
