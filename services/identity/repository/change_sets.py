"""Sets of changes to the divisions as documents, in clear: divisions are public."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.identity.model.change_sets import ChangeSet, ChangeSetState
from services.identity.model.grants import Act
from services.identity.model.mails import Due
from services.identity.repository.indexes import CHANGE_SETS, GUARDS
from services.identity.repository.mails import MailEvents
from shared.codes.division_changes import Change
from shared.contracts.identity import DIVISIONS_CHANGED, change_data, changes_of
from shared.history import HistoryEntry
from shared.idempotency import RequestKey
from shared.mongo.aggregates import Aggregates, Event, history_of
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.pages import Newest
from shared.mongo.transactions import in_transaction
from shared.observability import correlation_id
from shared.paging import Page

_NEWEST = Newest("proposed_at")


class MongoChangeSets:
    """The sets of changes; `ports.divisions.ChangeSets`."""

    def __init__(
        self, client: MongoClient[Document], database: Database[Document], mails: MailEvents, new_id: Callable[[], str]
    ) -> None:
        self._client = client
        self._collection = database[CHANGE_SETS]
        self._guards = database[GUARDS]
        self._mails = mails
        self._new_id = new_id

    def get(self, change_set_id: str) -> ChangeSet:
        """Return the set. Raises `NotFound`."""
        return _change_set(Aggregates(self._collection).get(change_set_id))

    def find_created(self, request: RequestKey) -> ChangeSet | None:
        """Return the set that this request made. Raises `KeyReused` where it asked for something else."""
        document = Aggregates(self._collection).find_created(request)
        return _change_set(document) if document else None

    def list_all(self, cursor: str, limit: int) -> Page[ChangeSet]:
        """Return a page of sets, newest first."""
        found = Aggregates(self._collection).find(_NEWEST.after(cursor), sort=_NEWEST.sort, limit=limit + 1)
        rows, following = _NEWEST.page(found, limit)
        return Page(tuple(_change_set(row) for row in rows), following)

    def add(self, change_set: ChangeSet, entry: HistoryEntry, news: Sequence[Due]) -> ChangeSet:
        """Store a new set, with who is told of it."""
        events = [self._mails.event(each, change_set.id, entry.at) for each in news]
        Aggregates(self._collection).insert(change_set.id, _fields(change_set), entry, events)
        return self.get(change_set.id)

    def save(self, change_set: ChangeSet, entry: HistoryEntry) -> ChangeSet:
        """Store the next version; where it was confirmed, with the event. Raises `StaleVersion`.

        All confirmations touch one row, so that of two at once one waits and sees the other's.
        """
        events = [self._event(change_set, entry)] if change_set.state is ChangeSetState.CONFIRMED else []

        def work(session: ClientSession) -> Document:
            self._guards.update_one({"_id": "divisions"}, {"$inc": {"v": 1}}, upsert=True, session=session)
            aggregates = Aggregates(self._collection, session)
            return aggregates.save(change_set.id, change_set.version, _fields(change_set), (), entry, events)

        with unavailable_when_down():
            return _change_set(in_transaction(self._client, work))

    def confirmed(self) -> tuple[Change, ...]:
        """Return all confirmed changes."""
        query = {"state": ChangeSetState.CONFIRMED.value}
        found = Aggregates(self._collection).find(query, sort=[("_id", 1)], projection={"changes": 1})
        return tuple(change for document in found for change in changes_of(document["changes"]))

    def _event(self, change_set: ChangeSet, entry: HistoryEntry) -> Event:
        return Event(
            id=self._new_id(),
            type=DIVISIONS_CHANGED.type,
            time=entry.at,
            subject=change_set.id,
            data={
                "change_set_id": change_set.id,
                "document": change_set.document,
                "changes": [change_data(change) for change in change_set.changes],
            },
            correlation_id=correlation_id(),
        )


def _fields(change_set: ChangeSet) -> Document:
    decided = change_set.decided
    return {
        "state": change_set.state.value,
        "document": change_set.document,
        "changes": [change_data(change) for change in change_set.changes],
        "proposed_by": change_set.proposed.by,
        "proposed_at": change_set.proposed.at,
        "decided": {"by": decided.by, "at": decided.at} if decided else None,
    }


def _change_set(document: Mapping[str, Any]) -> ChangeSet:
    decided = document["decided"]
    return ChangeSet(
        id=document["_id"],
        version=document["v"],
        state=ChangeSetState(document["state"]),
        document=document["document"],
        changes=changes_of(document["changes"]),
        proposed=Act(document["proposed_by"], document["proposed_at"]),
        decided=Act(decided["by"], decided["at"]) if decided else None,
        history=history_of(document),
    )
