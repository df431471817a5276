"""Talking about a thing, place by place: open, answer, resolve, reopen a thread, and mark it as read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from shared.calls import Call
from shared.clock import Clock
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, Problem, StaleVersion
from shared.history import was_done
from shared.idempotency import RequestKey
from shared.messaging.events import Outgoing
from shared.threads.model import Message, Side, Thread, ThreadAct, Visibility

TRIES = 5
"""Messages that come at the same moment all stay: whoever is second puts theirs behind the first."""


class Threads(Protocol):
    """What was said about things. Every write is one atomic step with its history and its events."""

    def get(self, thread_id: str) -> Thread:
        """Return the thread. Raises `NotFound`."""
        ...

    def find_created(self, request: RequestKey) -> Thread | None:
        """Return the thread that this request made. Raises `KeyReused` where it asked for something else."""
        ...

    def list_of(self, about_id: str) -> tuple[Thread, ...]:
        """Return the threads about a thing, the oldest first."""
        ...

    def add(self, thread: Thread, call: Call, events: Sequence[Outgoing]) -> Thread:
        """Store a new thread; a request that made one before returns that one."""
        ...

    def save(self, thread: Thread, call: Call, events: Sequence[Outgoing]) -> Thread:
        """Store the next version with its last history entry. Raises `StaleVersion`."""
        ...

    def seen(self, account_id: str, thread_ids: Sequence[str]) -> Mapping[str, int]:
        """Return up to which message a person has seen each of these threads; those never seen are left out."""
        ...

    def mark_seen(self, account_id: str, thread_id: str, no: int) -> None:
        """Note that a person has seen a thread up to a message, or further."""
        ...


class Subject(Protocol):
    """What is talked about, as one actor stands to it."""

    @property
    def id(self) -> str:
        """The id of the thing."""
        ...

    @property
    def unit_id(self) -> str:
        """The unit that filed it, and whose key seals what is said."""
        ...

    @property
    def side(self) -> Side:
        """For whom the actor writes."""
        ...

    def reads(self, visibility: Visibility) -> bool:
        """Tell whether the actor reads threads of this visibility."""
        ...

    def opens(self, visibility: Visibility) -> bool:
        """Tell whether the actor begins, resolves and reopens such threads."""
        ...

    def writes(self, visibility: Visibility) -> bool:
        """Tell whether the actor answers in such threads."""
        ...

    def fault_of(self, visibility: Visibility, pointer: str) -> Problem | None:
        """Return why there can be no such thread about a place, None where there can."""
        ...

    def labels_of(self, visibility: Visibility) -> Mapping[str, object]:
        """Return what lists of threads are found by, in clear."""
        ...

    def events_of(self, thread: Thread, act: ThreadAct) -> Sequence[Outgoing]:
        """Return what tells of an act, whose thread is as it will be stored."""
        ...


@dataclass(frozen=True)
class SeenThread:
    """A thread as one person sees it: how many messages of others are new, and what the person may do with it."""

    thread: Thread
    unread: int
    can_answer: bool
    can_resolve: bool


@dataclass(frozen=True)
class Talk:
    """The threads about one thing that its caller sees already."""

    call: Call
    subject: Subject
    threads: Threads
    clock: Clock
    new_id: Callable[[], str]

    def list(self) -> tuple[SeenThread, ...]:
        """Return the threads that the actor may read, the oldest first."""
        found = [each for each in self.threads.list_of(self.subject.id) if self.subject.reads(each.visibility)]
        seen = self.threads.seen(self.call.actor.account_id, [each.id for each in found])
        return tuple(self._as_seen(each, seen.get(each.id, 0)) for each in found)

    def open(self, visibility: Visibility, pointer: str, text: str) -> SeenThread:
        """Begin a thread about a place; the same request makes one thread only.

        Raises `NotAllowed`, `Invalid` for a place that it can't be about, `KeyReused`.
        """
        subject = self.subject
        if not subject.opens(visibility):
            raise NotAllowed
        fault = subject.fault_of(visibility, pointer)
        if fault is not None:
            raise Invalid([fault])
        if self.call.request is not None:
            made = self.threads.find_created(self.call.request)
            if made is not None:
                return self._as_seen(made, len(made.messages))
        now = self.clock.now()
        thread = Thread(
            id=self.new_id(),
            version=1,
            about_id=subject.id,
            unit_id=subject.unit_id,
            visibility=visibility,
            pointer=pointer,
            updated_at=now,
            messages=(self._message(1, text),),
            history=(self.call.entry(now, ThreadAct.OPEN, None, visibility),),
            labels=subject.labels_of(visibility),
        )
        return self._read(self.threads.add(thread, self.call, subject.events_of(thread, ThreadAct.OPEN)))

    def answer(self, thread_id: str, text: str) -> SeenThread:
        """Add a message behind the last one; a resolved thread is open again by it.

        Raises `NotFound`, `NotAllowed`, `KeyReused`, `Conflict`.
        """

        def make(thread: Thread) -> Thread:
            messages = (*thread.messages, self._message(len(thread.messages) + 1, text))
            return replace(self._noted(thread, ThreadAct.ANSWER), messages=messages, is_resolved=False)

        return self._changed(thread_id, self.subject.writes, ThreadAct.ANSWER, make)

    def resolve(self, thread_id: str, *, is_resolved: bool) -> SeenThread:
        """Close a thread as dealt with, or open it again; the messages stay. Doing it twice changes nothing.

        Raises `NotFound`, `NotAllowed`, `Conflict`.
        """
        act = ThreadAct.RESOLVE if is_resolved else ThreadAct.REOPEN

        def make(thread: Thread) -> Thread:
            if thread.is_resolved is is_resolved:
                return thread
            return replace(self._noted(thread, act), is_resolved=is_resolved)

        return self._changed(thread_id, self.subject.opens, act, make)

    def mark_read(self, thread_id: str, no: int) -> None:
        """Note that the actor has seen a thread up to a message; a lower number than before changes nothing.

        Raises `NotFound`.
        """
        thread = self._readable(thread_id)
        self.threads.mark_seen(self.call.actor.account_id, thread.id, min(no, len(thread.messages)))

    def _changed(
        self, thread_id: str, may: Callable[[Visibility], bool], act: ThreadAct, make: Callable[[Thread], Thread]
    ) -> SeenThread:
        for _ in range(TRIES):
            thread = self._readable(thread_id)
            if not may(thread.visibility):
                raise NotAllowed
            if was_done(thread.history, self.call.request):
                return self._read(thread)
            changed = make(thread)
            if changed is thread:
                return self._read(thread)
            try:
                return self._read(self.threads.save(changed, self.call, self.subject.events_of(changed, act)))
            except StaleVersion:
                continue
        raise Conflict

    def _readable(self, thread_id: str) -> Thread:
        thread = self.threads.get(thread_id)
        if thread.about_id != self.subject.id or not self.subject.reads(thread.visibility):
            raise NotFound
        return thread

    def _message(self, no: int, text: str) -> Message:
        actor, side = self.call.actor, self.subject.side
        division = actor.division or "" if side is Side.DEPARTMENT else ""
        return Message(no, self.clock.now(), actor.account_id, side, text, division)

    def _noted(self, thread: Thread, act: ThreadAct) -> Thread:
        entry = self.call.entry(self.clock.now(), act, thread.visibility, thread.visibility)
        labels = self.subject.labels_of(thread.visibility)
        return replace(thread, updated_at=entry.at, history=(*thread.history, entry), labels=labels)

    def _read(self, thread: Thread) -> SeenThread:
        """Return the thread to somebody who has just written in it, and so has seen it."""
        self.threads.mark_seen(self.call.actor.account_id, thread.id, len(thread.messages))
        return self._as_seen(thread, len(thread.messages))

    def _as_seen(self, thread: Thread, seen: int) -> SeenThread:
        own = self.call.actor.account_id
        return SeenThread(
            thread=thread,
            unread=sum(message.no > seen and message.author_id != own for message in thread.messages),
            can_answer=self.subject.writes(thread.visibility),
            can_resolve=self.subject.opens(thread.visibility),
        )
