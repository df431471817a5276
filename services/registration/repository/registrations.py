"""Registrations in MongoDB: one document each, changed in one atomic write with its outbox and history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

import structlog
from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.registration.errors import PlatformTaken
from services.registration.model.directory import DirectoryState
from services.registration.model.facts import DirectoryRecord
from services.registration.model.registration import Registration, Revision
from services.registration.model.standing import IN_FORCE
from services.registration.model.states import Action
from services.registration.ports import (
    Wanted,
)
from services.registration.repository import lists
from services.registration.repository.early import EarlyRevisions, too_many
from services.registration.repository.records import COLLECTION, Records
from shared.calls import Call
from shared.crypto.errors import CryptoError, KeyDestroyed
from shared.errors import Conflict, NotFound, Problem
from shared.history import is_continued
from shared.idempotency import RequestKey
from shared.identity.actor import Actor
from shared.messaging.events import EventMaker, Outgoing
from shared.mongo.aggregates import NOTHING, Aggregates, Duplicate, Event
from shared.mongo.client import Document
from shared.mongo.filling import fill_in
from shared.mongo.indexes import AGGREGATE_INDEXES
from shared.paging import Page
from shared.recent import Recent

log = structlog.get_logger()

INDEXES = (
    *AGGREGATE_INDEXES,
    *lists.INDEXES,
    IndexModel([("claims", 1)], name="claims", unique=True, partialFilterExpression={"claims": {"$exists": True}}),
    IndexModel([("code", 1)], name="of_code", partialFilterExpression={"code": {"$exists": True}}),
    IndexModel([("files", 1)], name="of_file"),
)

CONTINUING = frozenset({Action.SAVE, Action.SAVE_REVIEW})
"""Acts that stand once in the history, however often the same person repeats them in a row."""

MOST_RECENT = 500
"""So many registrations stay at hand, so that a draft that is saved every few seconds is not read before each write."""

RECORDED = (
    "operator_name",
    "legal_representative",
    "credit_code",
    "opened_on",
    "registered_capital",
    "postal_address",
)
"""The items of the form that the 名录库 is told, and that stand on a licence."""

_TAKEN = {
    "website": Problem("/form/website", "website_taken", "该网址已被其他平台注册。", "未注册过的网址", "网址"),
    "icp_number": Problem(
        "/form/icp_number", "icp_number_taken", "该备案号已被其他平台注册。", "未注册过的备案号", "网站备案号"
    ),
}


class MongoRegistrations:
    """The registrations of one database."""

    def __init__(
        self,
        database: Database[Document],
        records: Records,
        events: EventMaker,
        session: ClientSession | None = None,
    ) -> None:
        self._database = database
        self._collection = database[COLLECTION]
        self._aggregates = Aggregates(self._collection, session)
        self._records = records
        self._early = EarlyRevisions(database, records.sealer, session)
        self._events = events
        self._recent: Recent[str, Registration] = Recent(MOST_RECENT)

    def within(self, session: ClientSession) -> MongoRegistrations:
        """Return the same registrations, read and written within a transaction."""
        return MongoRegistrations(self._database, self._records, self._events, session)

    def get(self, registration_id: str) -> Registration:
        """Return the registration. Raises `NotFound`, also where the unit's key was destroyed, `SealBroken`."""
        try:
            registration = self._records.registration(self._aggregates.get(registration_id))
        except KeyDestroyed:
            raise NotFound from None
        self._recent.keep(registration_id, registration)
        return registration

    def find_recent(self, registration_id: str, version: int | None) -> Registration | None:
        """Return the registration at this version where this process has it at hand; by now it may have been changed."""
        registration = self._recent.find(registration_id)
        return registration if registration is not None and registration.version == version else None

    def find_created(self, request: RequestKey) -> Registration | None:
        """Return the registration that this request made. Raises `KeyReused` where it asked for something else."""
        document = self._aggregates.find_created(request)
        return self._records.registration(document) if document else None

    def add(self, registration: Registration, call: Call) -> Registration:
        """Store a new registration; a request that made one before returns that one."""
        try:
            self._aggregates.insert(registration.id, self._records.fields(registration, 1), registration.history[-1])
        except Duplicate:
            made = self.find_created(call.request) if call.request else None
            if made is None:
                raise Conflict from None
            return made
        return registration

    def save(self, registration: Registration, call: Call, events: Sequence[Outgoing] = ()) -> Registration:
        """Store the next version with its last history entry. Raises `StaleVersion`, `PlatformTaken`, `KeyReused`."""
        version = registration.version + 1
        registration = self._lightened(registration)
        fields = self._records.fields(registration, version)
        claims = self._records.claims(registration)
        code = self._records.code(registration)
        optional: dict[str, object] = {"claims": list(claims) or None, "code": code}
        fields |= {name: value for name, value in optional.items() if value is not None}
        unset = tuple(name for name, value in optional.items() if value is None)
        act = None if is_continued(registration.history, CONTINUING) else registration.history[-1]
        history = registration.history if act is not None else registration.history[:-1]
        try:
            self._aggregates.save(
                registration.id,
                registration.version,
                fields,
                unset,
                act=act,
                events=[self._event(each, registration, call) for each in events],
                returned=NOTHING,
            )
        except Duplicate:
            raise PlatformTaken(problems=self._taken(registration, claims)) from None
        saved = replace(registration, version=version, history=history)
        self._recent.keep(registration.id, saved)
        return saved

    def tell(self, registration: Registration, call: Call, events: Sequence[Outgoing]) -> None:
        """Tell of the registration as it is, at the time of its last change. Raises `StaleVersion`, `NotFound`."""
        made = [self._event(each, registration, call) for each in events]
        self._aggregates.tell(registration.id, registration.version, made)

    def list_in_force(self) -> Iterator[str]:
        """Yield the ids of all registrations in force."""
        query = {"standing": {"$in": sorted(IN_FORCE)}}
        return (row["_id"] for row in self._aggregates.find(query, sort=[("_id", 1)], projection={"_id": 1}))

    def list_in_sight(self, actor: Actor, wanted: Wanted, cursor: str, limit: int) -> Page[Registration]:
        """Return a page of what the actor sees and wants to see. Raises `Malformed` for a foreign cursor.

        What can't be read is left out, and the page is shorter by it.
        """
        order = lists.ORDERS[wanted.order]
        found = self._aggregates.find(lists.query_of(actor, wanted, cursor), sort=order.sort, limit=limit + 1)
        rows, following = order.page(found, limit)
        return Page(tuple(self._readable(rows)), following)

    def list_to_watch(self, today: date, limit: int) -> Sequence[str]:
        """Return the ids of registrations with which something is to be done today, the longest waiting first."""
        rows = self._aggregates.find(
            lists.to_watch(today), sort=lists.WATCH_ON.sort, limit=limit, projection={"_id": 1}
        )
        return tuple(row["_id"] for row in rows)

    def fill_in(self) -> int:
        """Fill in standing and days, where registrations were stored before those were kept; return how many."""
        return fill_in(self._collection, "standing", self._completed, CryptoError)

    def _completed(self, document: Document) -> Document:
        return self._records.fields(self._records.registration(document), document["v"])

    def _readable(self, rows: Iterable[Document]) -> Iterator[Registration]:
        for row in rows:
            try:
                yield self._records.registration(row)
            except KeyDestroyed:
                continue
            except CryptoError as error:
                log.error("registration_unreadable", registration_id=row["_id"], error=type(error).__name__)

    def others_of_the_same_code(self, registration: Registration) -> int:
        """Return how many other submitted registrations carry the same credit code."""
        code = self._records.code(registration)
        if code is None:
            return 0
        query = {"code": code, "_id": {"$ne": registration.id}}
        return len(list(self._aggregates.find(query, limit=100, projection={"_id": 1})))

    def find_record(self, registration: Registration) -> DirectoryRecord | None:
        """Return what the 名录库 took last of the unit with this credit code, by its receipts; None where it took none."""
        code = self._records.code(registration)
        if code is None:
            return None
        query = {"code": code, "directory.state": DirectoryState.ACCEPTED.value}
        rows = self._aggregates.find(query, sort=[("directory.at", -1)], limit=1)
        for known in self._readable(rows):
            form = (known.in_force or known.revisions[-1]).form
            values = {key: form.get(key) for key in RECORDED if form.get(key) is not None}
            return DirectoryRecord(known.directory.at if known.directory else known.updated_at, values)
        return None

    def early_revisions(self, registration_id: str) -> tuple[Revision, ...]:
        """Return the revisions that are kept beside the document, the first one first."""
        return self._early.list_of(registration_id)

    def is_claimed(self, file_id: str) -> bool:
        """Whether any registration refers to the file."""
        return self._aggregates.find_one({"files": file_id}) is not None or self._early.refer_to(file_id)

    def _event(self, outgoing: Outgoing, registration: Registration, call: Call) -> Event:
        return self._events.event(outgoing, registration.id, registration.updated_at, call.correlation_id)

    def _lightened(self, registration: Registration) -> Registration:
        early = too_many(registration)
        if not early:
            return registration
        for revision in early:
            self._early.keep(registration, revision)
        return replace(registration, revisions=tuple(each for each in registration.revisions if each not in early))

    def _taken(self, registration: Registration, claims: Mapping[bytes, str]) -> list[Problem]:
        held: set[bytes] = set()
        query = {"claims": {"$in": list(claims)}, "_id": {"$ne": registration.id}}
        for row in self._aggregates.find(query, projection={"claims": 1}):
            held.update(bytes(claim) for claim in row["claims"])
        items = dict.fromkeys(item for claim, item in claims.items() if claim in held)
        return [_TAKEN[item] for item in items]
