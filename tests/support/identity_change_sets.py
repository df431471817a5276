"""Sets of changes to the divisions in memory, with the promises of the real ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.identity.model.change_sets import ChangeSet
from services.identity.model.mails import Due
from shared.errors import NotFound, StaleVersion
from shared.history import HistoryEntry, was_done
from shared.idempotency import RequestKey
from shared.paging import Page
from tests.support.identity_telling import Telling


class MemoryChangeSets(Telling):
    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, ChangeSet] = {}

    def get(self, change_set_id: str) -> ChangeSet:
        if change_set_id not in self.rows:
            raise NotFound
        return self.rows[change_set_id]

    def find_created(self, request: RequestKey) -> ChangeSet | None:
        return next((each for each in self.rows.values() if was_done(each.history[:1], request)), None)

    def list_all(self, cursor: str, limit: int) -> Page[ChangeSet]:
        return Page(tuple(self.rows.values())[:limit])

    def add(self, change_set: ChangeSet, entry: HistoryEntry, news: Sequence[Due]) -> ChangeSet:
        self.tell(news)
        self.rows[change_set.id] = replace(change_set, history=(entry,))
        return self.rows[change_set.id]

    def save(self, change_set: ChangeSet, entry: HistoryEntry) -> ChangeSet:
        if self.get(change_set.id).version != change_set.version:
            raise StaleVersion
        history = (*change_set.history, entry)
        self.rows[change_set.id] = replace(change_set, version=change_set.version + 1, history=history)
        return self.rows[change_set.id]
