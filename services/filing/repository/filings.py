"""Filings in MongoDB: one document each, changed in one atomic write with its outbox and history."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog
from pymongo import ASCENDING, DESCENDING
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.filing.errors import AlreadyFiled
from services.filing.model.filings import Filing, Version
from services.filing.model.states import Action, State
from services.filing.model.units import city_unit_id
from services.filing.policy import reviewing_division
from services.filing.ports.filings import Wanted
from services.filing.repository import queries
from services.filing.repository.early import EarlyVersions
from services.filing.repository.older import chain_fields
from services.filing.repository.queueing import queue_fields
from services.filing.repository.records import COLLECTION, Records
from shared.calls import Call
from shared.crypto.errors import CryptoError, KeyDestroyed
from shared.errors import NotFound
from shared.history import is_continued
from shared.idempotency import RequestKey
from shared.identity.actor import Actor
from shared.messaging.events import EventMaker, Outgoing
from shared.mongo.aggregates import NOTHING, Aggregates, Duplicate
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.filling import fill_in
from shared.paging import Page
from shared.recent import Recent

log = structlog.get_logger()

_SUBMITTED = {"revision": {"$gt": 0}}
CONTINUING = frozenset({Action.SAVE})
"""Acts that stand once in the history, however often the same person repeats them in a row."""

MOST_RECENT = 500
"""So many filings stay at hand, so that a draft that is saved every few seconds is not read before each write."""


class MongoFilings:
    """The filings of one database."""

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
        self._early = EarlyVersions(database, records.sealer, session)
        self._events = events
        self._recent: Recent[str, Filing] = Recent(MOST_RECENT)

    def within(self, session: ClientSession) -> MongoFilings:
        """Return the same filings, read and written within a transaction."""
        return MongoFilings(self._database, self._records, self._events, session)

    def get(self, filing_id: str) -> Filing:
        """Return the filing. Raises `NotFound`, also where the unit's key was destroyed, `SealBroken`."""
        try:
            filing = self._records.filing(self._aggregates.get(filing_id))
        except KeyDestroyed:
            raise NotFound from None
        self._recent.keep(filing_id, filing)
        return filing

    def find_recent(self, filing_id: str, version: int | None) -> Filing | None:
        """Return the filing at this version where this process has it at hand; by now it may have been changed."""
        filing = self._recent.find(filing_id)
        return filing if filing is not None and filing.version == version else None

    def find_created(self, request: RequestKey) -> Filing | None:
        """Return the filing that this request made. Raises `KeyReused` where it asked for something else."""
        document = self._aggregates.find_created(request)
        return self._records.filing(document) if document else None

    def add(self, filing: Filing, call: Call) -> Filing:
        """Store a new filing; a request that made one before returns that one. Raises `AlreadyFiled`."""
        fields = {**self._fields(filing, 1), "slot": _slot(filing)}
        try:
            self._aggregates.insert(filing.id, fields, filing.history[-1])
        except Duplicate:
            made = self.find_created(call.request) if call.request else None
            if made is None:
                raise AlreadyFiled from None
            return made
        return filing

    def save(self, filing: Filing, call: Call, events: Sequence[Outgoing] = ()) -> Filing:
        """Store the next version with its last history entry. Raises `StaleVersion`."""
        version = filing.version + 1
        if events:
            filing = self._early.lighten(filing)
        fields = self._fields(filing, version)
        if events:  # versions and decisions change with events only; a draft leaves them as they are
            fields |= self._records.versions(filing, version)
        act = None if is_continued(filing.history, CONTINUING) else filing.history[-1]
        history = filing.history if act is not None else filing.history[:-1]
        unset = ("slot",) if filing.state is State.DISCARDED else ()
        made = [self._events.event(each, filing.id, filing.updated_at, call.correlation_id) for each in events]
        self._aggregates.save(filing.id, filing.version, fields, unset, act=act, events=made, returned=NOTHING)
        saved = replace(filing, version=version, history=history)
        self._recent.keep(filing.id, saved)
        return saved

    def early_version(self, filing: Filing, no: int) -> Version:
        """Return a version whose content is kept beside the filing. Raises `NotFound`, `SealBroken`."""
        with unavailable_when_down():
            return self._early.get(filing, no)

    def list_in_sight(self, actor: Actor, wanted: Wanted, cursor: str, limit: int) -> Page[Filing]:
        """Return a page of what the actor sees and wants to see, last changed first. Raises `Malformed`.

        What can't be read is left out, and the page is shorter by it.
        """
        order = queries.NEWEST
        query = queries.query_of(actor, wanted, cursor)
        found = self._aggregates.find(query, sort=order.sort, limit=limit + 1)
        rows, following = order.page(found, limit)
        return Page(tuple(self._readable(rows)), following)

    def list_of_unit(self, unit_id: str, forms: Iterable[str], periods: Iterable[str]) -> tuple[Filing, ...]:
        """Return the filings of a unit of these forms for these periods, without discarded ones."""
        query = {
            "unit": unit_id,
            "form": {"$in": sorted(forms)},
            "period": {"$in": sorted(periods)},
            "state": {"$ne": State.DISCARDED.value},
        }
        return tuple(self._readable(self._aggregates.find(query, sort=queries.NEWEST.sort)))

    def find_approved(self, unit_id: str, form: str, item: str, period: str) -> Version | None:
        """Return the version in force of a form for a period, None where there is none."""
        query = {"unit": unit_id, "form": form, "period": period, "item": item, "in_force": {"$gt": 0}}
        document = self._aggregates.find_one(query)
        return self._records.filing(document).approved if document else None

    def list_approved_before(self, filing: Filing, limit: int) -> Sequence[tuple[str, Version]]:
        """Return the versions in force of the same form, unit and item by period, the newest first."""
        query = {
            "unit": filing.unit_id,
            "form": filing.form,
            "period": {"$lt": filing.period},
            "item": filing.item,
            "in_force": {"$gt": 0},
        }
        rows = self._aggregates.find(query, sort=[("period", DESCENDING)], limit=limit)
        found = ((each.period, each.approved) for each in self._readable(rows))
        return tuple((period, version) for period, version in found if version is not None)

    def find_last_submitted(self, unit_ids: Iterable[str], form: str) -> Mapping[str, Filing]:
        """Return, by unit, its filing of a form for the latest period that it submitted one for."""
        query = {"unit": {"$in": sorted(unit_ids)}, "form": form, **_SUBMITTED}
        order = [("unit", ASCENDING), ("form", ASCENDING), ("period", DESCENDING)]
        last: dict[str, Document] = {}
        for document in self._aggregates.find(query, sort=order):
            last.setdefault(document["unit"], document)
        return {each.unit_id: each for each in self._readable(last.values())}

    def has_submitted(self, unit_id: str, form: str) -> bool:
        """Tell whether the unit has submitted the form for any period."""
        return self._has({"unit": unit_id, "form": form, **_SUBMITTED})

    def count_submitted(self, unit_id: str, form: str, year: int) -> int:
        """Return how many filings of the form the unit has submitted for a year or its months."""
        within = {"$gte": str(year), "$lt": str(year + 1)}
        return self._count({"unit": unit_id, "form": form, "period": within, **_SUBMITTED})

    def list_parts(self, form: str, period: str, division: str) -> Iterator[Filing]:
        """Yield the filings that a city has approved, or that are in force, from which its own of the form is assembled."""
        query = {
            "path": division,
            "form": form,
            "period": period,
            "unit": {"$ne": city_unit_id(division)},
            "$or": [{"in_force": {"$gt": 0}}, {"passed": division}],
        }
        found = self._aggregates.find(query, sort=[("_id", 1)])
        yield from self._readable(found)

    def tell(self, filing: Filing, call: Call, events: Sequence[Outgoing]) -> None:
        """Put events into the outbox of the filing, which does not change. Raises `StaleVersion`."""
        made = [self._events.event(each, filing.id, filing.updated_at, call.correlation_id) for each in events]
        self._aggregates.tell(filing.id, filing.version, made)

    def ids_of_submitted(self, periods: Collection[str] = ()) -> Iterator[str]:
        """Yield the ids of all filings that were ever submitted, or of those of some periods."""
        query = {**_SUBMITTED, "period": {"$in": sorted(periods)}} if periods else _SUBMITTED
        for document in self._aggregates.find(query, sort=[("_id", ASCENDING)], projection=NOTHING):
            yield document["_id"]

    def is_claimed(self, file_id: str) -> bool:
        """Tell whether any filing refers to the file."""
        return self._has({"files": file_id}) or self._early.refer_to("files", file_id)

    def fill_in(self) -> int:
        """Fill in by what filings are listed and reviewed, where that was not kept when they were stored; return how many."""
        return fill_in(self._database[COLLECTION], "queue", self._listing, CryptoError)

    def holds_segment(self, segment_id: str) -> bool:
        """Tell whether any filing refers to the segment of rows."""
        return self._has({"segments": segment_id}) or self._early.refer_to("segments", segment_id)

    def _listing(self, document: Document) -> Document:
        filing = self._records.filing(document)
        chain = {} if "waiting_since" in document else chain_fields(filing)
        placed = replace(filing, passed=tuple(chain.get("passed", filing.passed)))
        listed = {"sight": queries.sight_of(placed), "reviewer": reviewing_division(placed)}
        return {**chain, **listed, **queue_fields(placed), "queries": queries.queries_of(filing)}

    def _fields(self, filing: Filing, version: int) -> Document:
        return self._records.fields(filing, version)

    def _has(self, query: Mapping[str, Any]) -> bool:
        return bool(list(self._aggregates.find(query, limit=1, projection={"_id": 1})))

    def _count(self, query: Mapping[str, Any]) -> int:
        with unavailable_when_down():
            return self._database[COLLECTION].count_documents(query)

    def _readable(self, rows: Iterable[Document]) -> Iterator[Filing]:
        for row in rows:
            try:
                yield self._records.filing(row)
            except KeyDestroyed:
                continue
            except CryptoError as error:
                log.error("filing_unreadable", filing_id=row["_id"], error=type(error).__name__)


def _slot(filing: Filing) -> str:
    """Return what only one filing may hold: unit, form, period and item."""
    return "/".join((filing.unit_id, filing.form, filing.period, filing.item))
