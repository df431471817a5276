"""Threads in memory, with the versions and creation keys of the real ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from shared.calls import Call
from shared.errors import KeyReused, NotFound, StaleVersion
from shared.idempotency import RequestKey
from shared.messaging.events import Outgoing
from shared.threads.model import Thread


@dataclass
class FakeThreads:
    """What was said, and who has seen it."""

    kept: dict[str, Thread] = field(default_factory=dict)
    events: list[Outgoing] = field(default_factory=list)
    created: dict[str, tuple[str, str]] = field(default_factory=dict)
    marks: dict[tuple[str, str], int] = field(default_factory=dict)
    stale: int = 0
    """How many of the next writes somebody else is faster with."""

    def get(self, thread_id: str) -> Thread:
        if thread_id not in self.kept:
            raise NotFound
        return self.kept[thread_id]

    def find_created(self, request: RequestKey) -> Thread | None:
        made = self.created.get(request.key)
        if made is None:
            return None
        if made[1] != request.digest:
            raise KeyReused
        return self.kept[made[0]]

    def list_of(self, about_id: str) -> tuple[Thread, ...]:
        return tuple(thread for thread in self.kept.values() if thread.about_id == about_id)

    def add(self, thread: Thread, call: Call, events: Sequence[Outgoing]) -> Thread:
        self.kept[thread.id] = thread
        self.events.extend(events)
        if call.request:
            self.created[call.request.key] = (thread.id, call.request.digest)
        return thread

    def save(self, thread: Thread, call: Call, events: Sequence[Outgoing]) -> Thread:
        if self.stale:
            self.stale -= 1
            kept = self.kept[thread.id]
            self.kept[thread.id] = replace(kept, version=kept.version + 1)
        if self.kept[thread.id].version != thread.version:
            raise StaleVersion
        self.kept[thread.id] = replace(thread, version=thread.version + 1)
        self.events.extend(events)
        return self.kept[thread.id]

    def seen(self, account_id: str, thread_ids: Sequence[str]) -> Mapping[str, int]:
        return {each: self.marks[account_id, each] for each in thread_ids if (account_id, each) in self.marks}

    def mark_seen(self, account_id: str, thread_id: str, no: int) -> None:
        self.marks[account_id, thread_id] = max(no, self.marks.get((account_id, thread_id), 0))
