"""Threads of a registration: opened, answered, resolved, reopened, and marked as read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from services.registration import policy
from services.registration.form.places import PLACES, anchor_of
from services.registration.model.registration import Registration
from services.registration.model.threads import Message, Side, Thread, ThreadAct, Visibility
from services.registration.operations.changes import in_sight
from services.registration.operations.telling import tell_department, tell_operator
from services.registration.ports import Deps
from shared.calls import Call
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, Problem, StaleVersion
from shared.history import was_done
from shared.messaging.events import Outgoing

TRIES = 5
"""Messages that come at the same moment all stay: whoever is second puts theirs behind the first."""

FACTS = "/facts/"
"""Places that only departments see; a thread for the filer can't be about one of them."""


@dataclass(frozen=True)
class SeenThread:
    """A thread as one person sees it: how many messages of others are new, and what the person may do with it."""

    thread: Thread
    unread: int
    can_answer: bool
    can_resolve: bool


def list_threads(deps: Deps, call: Call, registration_id: str) -> tuple[SeenThread, ...]:
    """Return the threads of a registration that the actor may read, the oldest first. Raises `NotFound`."""
    registration = in_sight(deps, call, registration_id)
    threads = [
        thread
        for thread in deps.threads.list_of(registration.id)
        if policy.reads_threads(call.actor, registration, thread.visibility)
    ]
    if threads and not policy.own_unit(call.actor, registration):
        deps.reads.record(call, "read_threads", registration_id)
    seen = deps.threads.seen(call.actor.account_id, [thread.id for thread in threads])
    return tuple(_as_seen(call, registration, thread, seen.get(thread.id, 0)) for thread in threads)


def open_thread(
    deps: Deps, call: Call, registration_id: str, visibility: Visibility, pointer: str, text: str
) -> SeenThread:
    """Begin a thread about a place.

    Actor: a department in sight (internal), the department that reviews (for the filer). Events: a notice to the unit
    for one that it reads. The same request makes one thread only. Raises `NotFound`, `NotAllowed`, `Invalid` for a
    place that is none, or that the filer does not see, `KeyReused`.
    """
    registration = in_sight(deps, call, registration_id)
    if not policy.opens_threads(call.actor, registration, visibility):
        raise NotAllowed
    if pointer not in PLACES or (visibility is Visibility.FILER and pointer.startswith(FACTS)):
        raise Invalid([Problem("/pointer", "place_unknown", "请选择注册信息中的项目或材料。", "项目或材料")])
    if call.request is not None:
        made = deps.threads.find_created(call.request)
        if made is not None:
            return _as_seen(call, registration, made, len(made.messages))
    now = deps.clock.now()
    entry = call.entry(now, ThreadAct.OPEN, None, visibility)
    thread = Thread(
        id=deps.new_id(),
        version=1,
        registration_id=registration.id,
        unit_id=registration.unit_id,
        visibility=visibility,
        pointer=pointer,
        updated_at=now,
        messages=(Message(1, now, call.actor.account_id, Side.DEPARTMENT, text),),
        history=(entry,),
    )
    stored = deps.threads.add(thread, call, _notice(registration, thread, Side.DEPARTMENT))
    return _read(deps, call, registration, stored)


def answer_thread(deps: Deps, call: Call, registration_id: str, thread_id: str, text: str) -> SeenThread:
    """Add a message behind the last one.

    Actor: who reads the thread and writes for a side of it. Events: a notice to the other side of a thread that the
    unit reads. A resolved thread is open again by it. Raises `NotFound`, `NotAllowed`, `KeyReused`, `Conflict`.
    """

    def make(registration: Registration, thread: Thread) -> tuple[Thread, tuple[Outgoing, ...]]:
        side = policy.side_of(call.actor)
        now = deps.clock.now()
        message = Message(len(thread.messages) + 1, now, call.actor.account_id, side, text)
        answered = _noted(thread, call, deps, ThreadAct.ANSWER)
        answered = replace(answered, messages=(*thread.messages, message), is_resolved=False)
        return answered, _notice(registration, answered, side)

    return _changed(deps, call, registration_id, thread_id, policy.writes_threads, make)


def resolve_thread(deps: Deps, call: Call, registration_id: str, thread_id: str, *, is_resolved: bool) -> SeenThread:
    """Close a thread as dealt with, or open it again; the messages stay. Doing it twice changes nothing.

    Actor: a department that may open such a thread. Events: none. Raises `NotFound`, `NotAllowed`, `Conflict`.
    """
    act = ThreadAct.RESOLVE if is_resolved else ThreadAct.REOPEN

    def make(_: Registration, thread: Thread) -> tuple[Thread, tuple[Outgoing, ...]]:
        if thread.is_resolved is is_resolved:
            return thread, ()
        return replace(_noted(thread, call, deps, act), is_resolved=is_resolved), ()

    return _changed(deps, call, registration_id, thread_id, policy.opens_threads, make)


def mark_read(deps: Deps, call: Call, registration_id: str, thread_id: str, no: int) -> None:
    """Note that the actor has seen a thread up to a message; a lower number than before changes nothing.

    Raises `NotFound`.
    """
    registration = in_sight(deps, call, registration_id)
    thread = _readable(deps, call, registration, thread_id)
    deps.threads.mark_seen(call.actor.account_id, thread.id, min(no, len(thread.messages)))


Change = Callable[[Registration, Thread], tuple[Thread, tuple[Outgoing, ...]]]


def _changed(
    deps: Deps,
    call: Call,
    registration_id: str,
    thread_id: str,
    may: Callable[..., bool],
    make: Change,
) -> SeenThread:
    registration = in_sight(deps, call, registration_id)
    for _ in range(TRIES):
        thread = _readable(deps, call, registration, thread_id)
        if not may(call.actor, registration, thread.visibility):
            raise NotAllowed
        if was_done(thread.history, call.request):
            return _read(deps, call, registration, thread)
        changed, events = make(registration, thread)
        if changed is thread:
            return _read(deps, call, registration, thread)
        try:
            return _read(deps, call, registration, deps.threads.save(changed, call, events))
        except StaleVersion:
            continue
    raise Conflict


def _readable(deps: Deps, call: Call, registration: Registration, thread_id: str) -> Thread:
    thread = deps.threads.get(thread_id)
    if thread.registration_id != registration.id:
        raise NotFound
    if not policy.reads_threads(call.actor, registration, thread.visibility):
        raise NotFound
    return thread


def _noted(thread: Thread, call: Call, deps: Deps, act: ThreadAct) -> Thread:
    entry = call.entry(deps.clock.now(), act, thread.visibility, thread.visibility)
    return replace(thread, updated_at=entry.at, history=(*thread.history, entry))


def _read(deps: Deps, call: Call, registration: Registration, thread: Thread) -> SeenThread:
    """Return the thread to somebody who has just written in it, and so has seen it."""
    deps.threads.mark_seen(call.actor.account_id, thread.id, len(thread.messages))
    return _as_seen(call, registration, thread, len(thread.messages))


def _as_seen(call: Call, registration: Registration, thread: Thread, seen: int) -> SeenThread:
    own = call.actor.account_id
    may = (call.actor, registration, thread.visibility)
    return SeenThread(
        thread=thread,
        unread=sum(message.no > seen and message.author_id != own for message in thread.messages),
        can_answer=policy.writes_threads(*may),
        can_resolve=policy.opens_threads(*may),
    )


def _notice(registration: Registration, thread: Thread, side: Side) -> tuple[Outgoing, ...]:
    """Tell the other side that there is something to read; what was said stays in the system."""
    if thread.visibility is Visibility.INTERNAL:
        return ()
    place, once = PLACES[thread.pointer], f"{thread.id}/{len(thread.messages)}"
    if side is Side.DEPARTMENT:
        return (tell_operator(registration, "message", once, anchor_of(thread.pointer), place=place),)
    if registration.division is None:
        return ()
    return (
        tell_department(registration, "answer", once, registration.division, anchor_of(thread.pointer), place=place),
    )
