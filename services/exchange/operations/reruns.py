"""Sending many messages again: looked at first, stored whole, and carried out item by item by the worker (F3).

Each message goes through the very operation that sends a single one again, on the right of whoever asked, at the version
that was seen when it was chosen, and under a key of its own. So whatever ends a worker, and however often an item is
tried, each message is sent at most once by a re-run; and none waits in two of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from services.exchange.model.messages import Action, Message
from services.exchange.model.reruns import MOST_ITEMS, Obstacle, Rerun, RerunItem
from services.exchange.operations.sending import resend_by_hand
from services.exchange.policy import a_person_at_the_desk
from services.exchange.ports.deps import Deps
from services.exchange.ports.messages import Wanted
from services.exchange.workflow import open_actions
from shared import failpoints
from shared.batches.model import BatchState, Outcome, Tally
from shared.batches.running import run_next
from shared.calls import Call
from shared.crypto.errors import CryptoError
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, Problem, StaleVersion, Unavailable
from shared.history import was_done
from shared.idempotency import RequestKey
from shared.ids import new_id
from shared.paging import Page

RIGHTS_LAST = timedelta(hours=24)
"""A re-run stands on the right with which it was asked for; so it does not stand for ever."""

_OBSTACLES: Sequence[tuple[type[Exception], Obstacle]] = (
    (StaleVersion, Obstacle.CHANGED),
    (NotFound, Obstacle.NOT_FOUND),
    (NotAllowed, Obstacle.NOT_YOURS),
    (CryptoError, Obstacle.UNREADABLE),
    (Conflict, Obstacle.WRONG_STATE),
)

log = structlog.get_logger()


@dataclass(frozen=True)
class Chosen:
    """A message that is to be sent again, as it was seen."""

    id: str
    version: int


@dataclass(frozen=True)
class Candidate:
    """A message as a re-run would meet it now: `obstacle` says why it would not go, `waits` that it would wait."""

    message: Message
    obstacle: Obstacle | None
    waits: bool


@dataclass(frozen=True)
class RerunView:
    """A re-run with how far it is."""

    rerun: Rerun
    tally: Tally


def preview_selected(deps: Deps, call: Call, message_ids: Sequence[str]) -> tuple[Candidate, ...]:
    """Return what sending these messages again would do; unknown ones are passed over. Raises `Invalid`."""
    _require_few(len(message_ids))
    found = [deps.messages.find(each) for each in dict.fromkeys(message_ids)]
    return _candidates(deps, call, [message for message in found if message is not None])


def preview_wanted(deps: Deps, call: Call, wanted: Wanted) -> tuple[Candidate, ...]:
    """Return what sending again all that is wanted of the ledger would do. Raises `Invalid` where it is too much."""
    page = deps.messages.list_newest(wanted, "", MOST_ITEMS)
    _require_few(len(page.items) + bool(page.next_cursor))
    return _candidates(deps, call, page.items)


def begin_rerun(deps: Deps, call: Call, chosen: Sequence[Chosen], reason: str) -> RerunView:
    """Store a re-run; the worker carries it out. The same request begins one.

    Actor: a person at a desk. What can't be sent becomes the result of its item. Raises `Invalid` where nothing or too
    much is chosen, `Conflict` where one was put into another re-run at this very moment.
    """
    made = deps.reruns.find_created(call.request) if call.request else None
    if made is not None:
        return _view(deps, made)
    if not chosen:
        raise Invalid([Problem("/items", "nothing_chosen", "没有选中报文。", "至少一件")])
    _require_few(len(chosen))
    rerun_id, now = new_id(), deps.clock.now()
    busy = deps.reruns.waiting_elsewhere([each.id for each in chosen])
    items = []
    for no, each in enumerate({each.id: each for each in chosen}.values(), 1):
        item = RerunItem(rerun_id, no, each.id, each.version)
        if each.id in busy:
            item = replace(item, outcome=Outcome.REFUSED, obstacle=Obstacle.IN_ANOTHER, done_at=now)
        items.append(item)
    rerun = Rerun(rerun_id, 1, len(items), BatchState.WAITING, now, now, call.actor, reason)
    return _view(deps, deps.reruns.add(rerun, items, call))


def read_rerun(deps: Deps, rerun_id: str) -> RerunView:
    """Return a re-run with how far it is. Raises `NotFound`."""
    return _view(deps, deps.reruns.get(rerun_id))


def list_reruns(deps: Deps, cursor: str, limit: int) -> Page[RerunView]:
    """Return a page of the re-runs, the newest first. Raises `Malformed`."""
    page = deps.reruns.list_newest(cursor, limit)
    return Page(tuple(_view(deps, each) for each in page.items), page.next_cursor)


def list_items(deps: Deps, rerun_id: str, outcome: Outcome | None, after: int, limit: int) -> tuple[RerunItem, ...]:
    """Return items of a re-run by number. Raises `NotFound`."""
    return deps.reruns.items(deps.reruns.get(rerun_id).id, outcome, after, limit)


def run_next_rerun(deps: Deps) -> bool:
    """Carry out the re-run that waits longest, for a while or to its end; tell whether there was one.

    Actor: the exchange. Any number of workers may do this at once.
    """
    return run_next(deps.reruns, deps.clock, lambda rerun, item: _carried_out(deps, rerun, item))


def _carried_out(deps: Deps, rerun: Rerun, item: RerunItem) -> RerunItem:
    """Send one message again, and return the item with its result."""
    obstacle: Obstacle | None = Obstacle.EXPIRED
    if deps.clock.now() - rerun.created_at <= RIGHTS_LAST:
        obstacle = _send_again(deps, rerun, item)
        failpoints.hit("rerun.sent_not_noted")
    outcome = Outcome.DONE if obstacle is None else Outcome.REFUSED
    log.info("rerun_item", rerun_id=rerun.id, message_id=item.message_id, outcome=outcome, obstacle=obstacle)
    return replace(item, outcome=outcome, obstacle=obstacle, done_at=deps.clock.now())


def _send_again(deps: Deps, rerun: Rerun, item: RerunItem) -> Obstacle | None:
    key = RequestKey(hashlib.sha256(f"{rerun.id}\n{item.no}".encode()).hexdigest(), rerun.id)
    call = Call(rerun.actor, correlation_id=rerun.id, version=item.version, request=key)
    try:
        resend_by_hand(deps, call, item.message_id, rerun.reason)
    except Unavailable:
        raise
    except (StaleVersion, NotFound, NotAllowed, CryptoError, Conflict) as error:
        message = deps.messages.find(item.message_id)
        if message is not None and was_done(message.history, key):  # another worker has just done so
            return None
        return next(obstacle for kind, obstacle in _OBSTACLES if isinstance(error, kind))
    return None


def _candidates(deps: Deps, call: Call, messages: Sequence[Message]) -> tuple[Candidate, ...]:
    busy = deps.reruns.waiting_elsewhere([message.id for message in messages])
    gates = deps.controls.gates(deps.clock.now())
    return tuple(
        Candidate(message, _obstacle(call, message, busy), gates[message.route].hold is not None)
        for message in messages
    )


def _obstacle(call: Call, message: Message, busy: frozenset[str]) -> Obstacle | None:
    if message.id in busy:
        return Obstacle.IN_ANOTHER
    if message.body_removed_at is not None:
        return Obstacle.BODY_REMOVED
    if Action.RESEND_BY_HAND in open_actions(message, call.actor):
        return None
    return Obstacle.WRONG_STATE if a_person_at_the_desk(call.actor, message) else Obstacle.NOT_YOURS


def _require_few(count: int) -> None:
    if count > MOST_ITEMS:
        text = f"一次最多重发 {MOST_ITEMS} 件，请缩小范围。"
        raise Invalid([Problem("/items", "too_many", text, f"≤ {MOST_ITEMS}")])


def _view(deps: Deps, rerun: Rerun) -> RerunView:
    return RerunView(rerun, deps.reruns.tally(rerun.id))
