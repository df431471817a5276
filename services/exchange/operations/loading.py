"""Loading all units of the 名录库: page by page, each stored together with how far the load has come."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256

from services.exchange.model.inquiries import Asks, Inquiry, Load, LoadState, Question
from services.exchange.operations.asking import ask
from services.exchange.operations.mirroring import Taken
from services.exchange.ports.deps import Deps
from shared.calls import Call
from shared.errors import Conflict, NotFound
from shared.ids import new_id

PAGE_SIZE = 500
"""Units of a page: what is in memory at once, and what one transaction stores."""


@dataclass(frozen=True)
class Page:
    """What a page brought: its units, what came of them, after which id the next one begins, how many there are in all."""

    units: int
    taken: Taken
    next: str
    total: int
    reason: str = ""


def start_load(deps: Deps, call: Call, page_size: int = PAGE_SIZE) -> Load:
    """Begin to load all units of the 名录库.

    Actor: the desk. From: nothing. To: running. Events: the inquiry for the first page. The same request again returns the same
    load. Raises `Conflict` while one is running.
    """
    load_id = _id_of(call)
    with suppress(NotFound):
        return deps.directory.loads.get(load_id)
    at = deps.clock.now()
    load = Load(load_id, 1, LoadState.RUNNING, at, at, call.actor.account_id, page_size)
    load = replace(load, inquiry_id=_ask_page(deps, call, load).id)
    deps.directory.loads.add(load)
    return load


def stop_load(deps: Deps, call: Call, load_id: str) -> Load:
    """Stop a load; the page that was asked for is still stored, and no other is asked for.

    Actor: the desk. From: running. To: stopped. Events: none. Raises `NotFound`, `Conflict`, `VersionRequired`, `StaleVersion`.
    """
    return _changed(deps, call, load_id, LoadState.RUNNING, LoadState.STOPPED)


def go_on(deps: Deps, call: Call, load_id: str) -> Load:
    """Go on with a load where it stopped, or ask once more for the page that never came.

    Actor: the desk. From: stopped. To: running. Events: the inquiry. Raises as `stop_load` does.
    """
    load = _changed(deps, call, load_id, LoadState.STOPPED, LoadState.RUNNING)
    asked = replace(load, inquiry_id=_ask_page(deps, call, load).id, reason="")
    return deps.directory.loads.save(asked)


def read_load(deps: Deps) -> Load | None:
    """Return the newest load."""
    return deps.directory.loads.last()


def take_page(deps: Deps, call: Call, inquiry: Inquiry, page: Page) -> Load | None:
    """Note a page that was stored, and ask for the next one.

    Actor: the directory, by an answer. From: running, stopped. To: the same, done after the last page, stopped where the 名录库 refuses.
    Events: the inquiry for the next page. Only the page that the load waits for counts.
    """
    try:
        load = deps.directory.loads.get(inquiry.load_id)
    except NotFound:
        return None
    if load.inquiry_id != inquiry.id:
        return load
    load = replace(
        load,
        updated_at=deps.clock.now(),
        after=page.next or load.after,
        inquiry_id="",
        pages=load.pages + 1,
        total=page.total,
        taken=load.taken + page.units,
        stored=load.stored + page.taken.stored,
        differing=load.differing + page.taken.differing,
        reason=page.reason,
    )
    if page.reason:
        load = replace(load, state=LoadState.STOPPED)
    elif not page.next:
        load = replace(load, state=LoadState.DONE)
    elif load.state is LoadState.RUNNING:
        load = replace(load, inquiry_id=_ask_page(deps, call, load).id)
    return deps.directory.loads.save(load)


def _id_of(call: Call) -> str:
    """Return the id of the load that a request begins."""
    if call.request is None:
        return new_id()
    return sha256(f"load/{call.actor.account_id}/{call.request.key}".encode()).hexdigest()[:32]


def _changed(deps: Deps, call: Call, load_id: str, source: LoadState, target: LoadState) -> Load:
    load = deps.directory.loads.get(load_id)
    call.check_version(load.version)
    if load.state is not source:
        raise Conflict
    return deps.directory.loads.save(replace(load, state=target, updated_at=deps.clock.now()))


def _ask_page(deps: Deps, call: Call, load: Load) -> Inquiry:
    question = Question(Asks.PAGE, after=load.after, size=load.page_size)
    return ask(deps, call, question, f"{load.id}/{load.version}", load.id)
