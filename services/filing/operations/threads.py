"""Threads of a filing: what departments ask the unit, and what they say among themselves, on a field or on the whole.

They lie beside the filing, which does not change by them: a question can be asked and answered in any state.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.filing import policy
from services.filing.model.filings import Filing
from services.filing.model.units import Unit
from services.filing.operations.casework_notices import (
    tell_departments_of_answer,
    tell_departments_of_remark,
    tell_unit_of_question,
)
from services.filing.operations.changes import in_sight
from services.filing.operations.events import told_of_thread
from services.filing.operations.instruments import Instrument, instrument_for, instrument_of
from services.filing.operations.places import WHOLE, Forms, forms_of, is_place, place_label
from services.filing.ports.casework import WantedThreads
from services.filing.ports.deps import Deps
from shared.calls import Call
from shared.errors import Problem
from shared.identity.actor import UNIT_ROLES, Actor
from shared.messaging.events import Outgoing
from shared.paging import Page
from shared.threads.model import Side, Thread, ThreadAct, Visibility
from shared.threads.talking import SeenThread, Talk

PAGE = 200
MOST = 50_000
"""Threads of one export; who wants more narrows the list."""

FACTS = {ThreadAct.RESOLVE: "thread_resolved", ThreadAct.REOPEN: "thread_reopened"}


@dataclass(frozen=True)
class AboutFiling:
    """A filing as one actor stands to it: `shared.threads.talking.Subject`."""

    actor: Actor
    filing: Filing
    instrument: Instrument

    @property
    def id(self) -> str:
        """The id of the filing."""
        return self.filing.id

    @property
    def unit_id(self) -> str:
        """The unit that filed it."""
        return self.filing.unit_id

    @property
    def forms(self) -> Forms:
        """The forms that the filing answers."""
        return forms_of(self.instrument, self.filing.division, self.filing.period)

    @property
    def side(self) -> Side:
        """For whom the actor writes."""
        return policy.side_of(self.actor, self.filing)

    def reads(self, visibility: Visibility) -> bool:
        """Tell whether the actor reads such threads."""
        return policy.reads_threads(self.actor, self.filing, visibility)

    def opens(self, visibility: Visibility) -> bool:
        """Tell whether the actor begins, resolves and reopens such threads."""
        return policy.opens_threads(self.actor, self.filing, visibility)

    def writes(self, visibility: Visibility) -> bool:
        """Tell whether the actor answers in such threads."""
        return policy.writes_threads(self.actor, self.filing, visibility)

    def fault_of(self, visibility: Visibility, pointer: str) -> Problem | None:
        """Return a problem for a place that the form does not have."""
        if pointer == WHOLE or is_place(self.forms, pointer):
            return None
        return Problem("/pointer", "place_unknown", "表中没有这一项。", "表中的指标，如 /601/2")

    def labels_of(self, visibility: Visibility) -> Mapping[str, object]:
        """Return what lists of threads are found by."""
        return labels_of(self.filing, visibility)

    def events_of(self, thread: Thread, act: ThreadAct) -> Sequence[Outgoing]:
        """Tell the other side that there is something to read, and everybody what was resolved or opened again."""
        filing, instrument = self.filing, self.instrument
        if act in FACTS:
            return (told_of_thread(filing, thread, FACTS[act]),)
        place = place_label(self.forms, thread.pointer)
        if thread.visibility is Visibility.INTERNAL:
            acting = policy.reviewing_division(filing)
            return tell_departments_of_remark(filing, instrument, thread, place, acting)
        if self.side is Side.DEPARTMENT:
            return (tell_unit_of_question(filing, instrument, thread, place),)
        return tell_departments_of_answer(filing, instrument, thread, place)


@dataclass(frozen=True)
class FilingThread:
    """A thread of a filing as one person sees it, with what its place is called."""

    seen: SeenThread
    place: str


@dataclass(frozen=True)
class ListedThread:
    """A thread in a list over filings; `unit` is the one that filed, None for a demonstration city."""

    thread: Thread
    instrument: Instrument
    unit: Unit | None
    place: str


def labels_of(filing: Filing, visibility: Visibility) -> Mapping[str, object]:
    """Return what lists of threads are found by: the form, and whose list a thread is in."""
    is_internal = visibility is Visibility.INTERNAL
    return {
        "form": filing.form,
        "edition": filing.edition,
        "period": filing.period,
        "division": filing.division,
        "readers": list(policy.chain_of(filing)) if is_internal else [filing.unit_id, *filing.path],
        "hidden_from": sorted(policy.filers_of(filing)) if is_internal else [],
    }


def list_threads(deps: Deps, call: Call, filing_id: str) -> tuple[FilingThread, ...]:
    """Return the threads of a filing that the actor may read, the oldest first. Raises `NotFound`."""
    about, talk = _talk(deps, call, filing_id)
    found = talk.list()
    if found and about.side is Side.DEPARTMENT:
        deps.reads.record(call, "read_threads", filing_id)
    return tuple(_placed(about, each) for each in found)


def open_thread(
    deps: Deps, call: Call, filing_id: str, visibility: Visibility, pointer: str, text: str
) -> FilingThread:
    """Begin a thread about a field or the whole.

    Actor: a department of the chain (internal), one to which the version has come (for the filer). Events: a notice to
    the unit; of an internal one to the department that acts next. The same request makes one thread only.
    Raises `NotFound`, `NotAllowed`, `Invalid` for a place that the form does not have, `KeyReused`.
    """
    about, talk = _talk(deps, call, filing_id)
    return _placed(about, talk.open(visibility, pointer, text))


def answer_thread(deps: Deps, call: Call, filing_id: str, thread_id: str, text: str) -> FilingThread:
    """Add a message behind the last one, in any state of the filing.

    Actor: who reads the thread and writes for a side of it. Events: a notice to the other side. A resolved thread is open
    again by it. Raises `NotFound`, `NotAllowed`, `KeyReused`, `Conflict`.
    """
    about, talk = _talk(deps, call, filing_id)
    return _placed(about, talk.answer(thread_id, text))


def resolve_thread(deps: Deps, call: Call, filing_id: str, thread_id: str, *, is_resolved: bool) -> FilingThread:
    """Close a thread as dealt with, or open it again; the messages stay. Doing it twice changes nothing.

    Actor: a department that may open such a thread. Events: thread resolved, thread reopened.
    Raises `NotFound`, `NotAllowed`, `Conflict`.
    """
    about, talk = _talk(deps, call, filing_id)
    return _placed(about, talk.resolve(thread_id, is_resolved=is_resolved))


def mark_read(deps: Deps, call: Call, filing_id: str, thread_id: str, no: int) -> None:
    """Note that the actor has seen a thread up to a message; a lower number changes nothing. Raises `NotFound`."""
    _, talk = _talk(deps, call, filing_id)
    talk.mark_read(thread_id, no)


def list_all_threads(deps: Deps, call: Call, wanted: WantedThreads, cursor: str, limit: int) -> Page[ListedThread]:
    """Return a page of the threads that the actor reads on any filing, the last changed first; the read is recorded.

    Raises `Malformed`.
    """
    page = deps.threads.list_in_sight(call.actor, wanted, cursor, limit)
    if call.actor.role not in UNIT_ROLES:
        deps.reads.record(call, "list_threads", call.actor.division or "")
    units = deps.units.find_all({each.unit_id for each in page.items})
    return Page(tuple(_listed(deps, each, units.get(each.unit_id)) for each in page.items), page.next_cursor)


def all_threads(deps: Deps, call: Call, wanted: WantedThreads) -> Iterator[ListedThread]:
    """Yield the threads that the actor reads on any filing, for an export. Raises what `list_all_threads` raises."""
    cursor, given = "", 0
    while given < MOST:
        page = list_all_threads(deps, call, wanted, cursor, PAGE)
        yield from page.items
        given += len(page.items)
        cursor = page.next_cursor
        if not cursor:
            return


def _talk(deps: Deps, call: Call, filing_id: str) -> tuple[AboutFiling, Talk]:
    filing = in_sight(deps, call, filing_id)
    about = AboutFiling(call.actor, filing, instrument_for(deps, filing))
    return about, Talk(call, about, deps.threads, deps.clock, deps.new_id)


def _placed(about: AboutFiling, seen: SeenThread) -> FilingThread:
    return FilingThread(seen, place_label(about.forms, seen.thread.pointer))


def _listed(deps: Deps, thread: Thread, unit: Unit | None) -> ListedThread:
    labels: Mapping[str, Any] = thread.labels
    instrument = instrument_of(deps, labels["edition"], labels["form"])
    forms = forms_of(instrument, labels["division"], labels["period"])
    return ListedThread(thread, instrument, unit, place_label(forms, thread.pointer))
