"""Threads of a registration: opened, answered, resolved, reopened, and marked as read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.registration import policy
from services.registration.form.places import PLACES, anchor_of
from services.registration.model.registration import Registration
from services.registration.operations.changes import in_sight
from services.registration.operations.telling import tell_department, tell_operator
from services.registration.ports import Deps
from shared.calls import Call
from shared.errors import Problem
from shared.identity.actor import Actor
from shared.messaging.events import Outgoing
from shared.threads.model import Side, Thread, ThreadAct, Visibility
from shared.threads.talking import SeenThread, Talk

FACTS = "/facts/"
"""Places that only departments see; a thread for the filer can't be about one of them."""

MESSAGES = frozenset({ThreadAct.OPEN, ThreadAct.ANSWER})
"""What the other side is told of."""


@dataclass(frozen=True)
class AboutRegistration:
    """A registration as one actor stands to it: `shared.threads.talking.Subject`."""

    actor: Actor
    registration: Registration

    @property
    def id(self) -> str:
        """The id of the registration."""
        return self.registration.id

    @property
    def unit_id(self) -> str:
        """The unit that filed it."""
        return self.registration.unit_id

    @property
    def side(self) -> Side:
        """For whom the actor writes."""
        return policy.side_of(self.actor)

    def reads(self, visibility: Visibility) -> bool:
        """Tell whether the actor reads such threads."""
        return policy.reads_threads(self.actor, self.registration, visibility)

    def opens(self, visibility: Visibility) -> bool:
        """Tell whether the actor begins, resolves and reopens such threads."""
        return policy.opens_threads(self.actor, self.registration, visibility)

    def writes(self, visibility: Visibility) -> bool:
        """Tell whether the actor answers in such threads."""
        return policy.writes_threads(self.actor, self.registration, visibility)

    def fault_of(self, visibility: Visibility, pointer: str) -> Problem | None:
        """Return a problem for a place that is none, or that the filer does not see."""
        if pointer in PLACES and not (visibility is Visibility.FILER and pointer.startswith(FACTS)):
            return None
        return Problem("/pointer", "place_unknown", "请选择注册信息中的项目或材料。", "项目或材料")

    def labels_of(self, visibility: Visibility) -> Mapping[str, object]:
        """Return nothing: threads are listed registration by registration."""
        return {}

    def events_of(self, thread: Thread, act: ThreadAct) -> Sequence[Outgoing]:
        """Tell the other side that there is something to read; what was said stays in the system."""
        registration = self.registration
        if thread.visibility is Visibility.INTERNAL or act not in MESSAGES:
            return ()
        place, once = PLACES[thread.pointer], f"{thread.id}/{len(thread.messages)}"
        anchor = anchor_of(thread.pointer)
        if self.side is Side.DEPARTMENT:
            return (tell_operator(registration, "message", once, anchor, place=place),)
        if registration.division is None:
            return ()
        return (tell_department(registration, "answer", once, registration.division, anchor, place=place),)


def list_threads(deps: Deps, call: Call, registration_id: str) -> tuple[SeenThread, ...]:
    """Return the threads of a registration that the actor may read, the oldest first. Raises `NotFound`."""
    registration = in_sight(deps, call, registration_id)
    found = _talk(deps, call, registration).list()
    if found and not policy.own_unit(call.actor, registration):
        deps.reads.record(call, "read_threads", registration_id)
    return found


def open_thread(
    deps: Deps, call: Call, registration_id: str, visibility: Visibility, pointer: str, text: str
) -> SeenThread:
    """Begin a thread about a place.

    Actor: a department in sight (internal), the department that reviews (for the filer). Events: a notice to the unit
    for one that it reads. The same request makes one thread only. Raises `NotFound`, `NotAllowed`, `Invalid` for a
    place that is none, or that the filer does not see, `KeyReused`.
    """
    registration = in_sight(deps, call, registration_id)
    return _talk(deps, call, registration).open(visibility, pointer, text)


def answer_thread(deps: Deps, call: Call, registration_id: str, thread_id: str, text: str) -> SeenThread:
    """Add a message behind the last one.

    Actor: who reads the thread and writes for a side of it. Events: a notice to the other side of a thread that the
    unit reads. A resolved thread is open again by it. Raises `NotFound`, `NotAllowed`, `KeyReused`, `Conflict`.
    """
    registration = in_sight(deps, call, registration_id)
    return _talk(deps, call, registration).answer(thread_id, text)


def resolve_thread(deps: Deps, call: Call, registration_id: str, thread_id: str, *, is_resolved: bool) -> SeenThread:
    """Close a thread as dealt with, or open it again; the messages stay. Doing it twice changes nothing.

    Actor: a department that may open such a thread. Events: none. Raises `NotFound`, `NotAllowed`, `Conflict`.
    """
    registration = in_sight(deps, call, registration_id)
    return _talk(deps, call, registration).resolve(thread_id, is_resolved=is_resolved)


def mark_read(deps: Deps, call: Call, registration_id: str, thread_id: str, no: int) -> None:
    """Note that the actor has seen a thread up to a message; a lower number than before changes nothing.

    Raises `NotFound`.
    """
    registration = in_sight(deps, call, registration_id)
    _talk(deps, call, registration).mark_read(thread_id, no)


def _talk(deps: Deps, call: Call, registration: Registration) -> Talk:
    return Talk(call, AboutRegistration(call.actor, registration), deps.threads, deps.clock, deps.new_id)
