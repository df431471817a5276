"""Deciding on many filings at once: a batch is stored whole, and carried out item by item by the worker (D9).

Each item goes through the very operation that decides on a single filing, on the right of whoever made the batch, checked
when its turn comes, at the version that was seen when it was chosen, and under a key of its own. So whatever ends a
worker, and however often an item is tried, each filing is decided at most once, and every item has a result: done, or
refused with the reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from services.filing import policy
from services.filing.forms.model import Severity
from services.filing.model.batches import Batch, BatchAction, BatchItem, Refusal, Words
from services.filing.model.filings import Filing
from services.filing.operations.queue import Asked, narrowed
from services.filing.operations.review import Signed, approve_filing, return_filing
from services.filing.operations.selection import Selected
from services.filing.ports.deps import Deps
from shared import failpoints
from shared.batches.model import BatchState, Outcome, Tally
from shared.batches.running import run_next
from shared.calls import Call
from shared.crypto.errors import CryptoError
from shared.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    Problem,
    StaleVersion,
    TongbaoError,
    Unavailable,
    VersionRequired,
)
from shared.history import was_done
from shared.idempotency import RequestKey
from shared.paging import Page

MOST_ITEMS = 2000

RIGHTS_LAST = timedelta(hours=24)
"""A batch stands on the right with which it was made, which nobody knows to be withdrawn; so it does not stand for ever."""

_SEEN_BY_OTHERS = {StaleVersion: Refusal.CHANGED, VersionRequired: Refusal.CHANGED, NotFound: Refusal.NOT_FOUND}

log = structlog.get_logger()


@dataclass(frozen=True)
class Wish:
    """A decision on many filings.

    They are `selected`, or all that wait as `asked`, up to what had come when the list was shown (`as_of`).
    """

    action: BatchAction
    words: Words
    with_queries: bool = False
    selected: Sequence[Selected] = ()
    asked: Asked | None = None
    as_of: datetime | None = None


@dataclass(frozen=True)
class BatchView:
    """A batch with how far it is."""

    batch: Batch
    tally: Tally


@dataclass(frozen=True)
class ItemView:
    """An item with its filing; None where the reader does not see it any more."""

    item: BatchItem
    filing: Filing | None


def begin_batch(deps: Deps, call: Call, wish: Wish) -> BatchView:
    """Store a decision on many filings; the worker carries it out. The same request begins one batch.

    Actor: a department. Raises `Invalid` where nothing or too much is chosen or a filing is named twice, `NotAllowed` for
    a reviewer who is bound to no division. What can't be decided becomes the result of its item.
    """
    if not policy.division_of(call.actor):
        raise NotAllowed
    made = deps.batches.find_created(call.request) if call.request else None
    if made is not None:
        return _view(deps, made)
    batch_id, now = deps.new_id(), deps.clock.now()
    items = _chosen(deps, call, batch_id, wish)
    _require_some(items)
    batch = Batch(
        id=batch_id,
        version=1,
        action=wish.action,
        words=wish.words,
        actor=replace(call.actor, division=policy.division_of(call.actor)),
        with_queries=wish.with_queries,
        narrowed=_said(wish.asked) if wish.asked else {},
        count=len(items),
        state=BatchState.WAITING,
        created_at=now,
        updated_at=now,
    )
    return _view(deps, deps.batches.add(batch, items, call))


def read_batch(deps: Deps, call: Call, batch_id: str) -> BatchView:
    """Return a batch of the actor's department with how far it is. Raises `NotFound`."""
    return _view(deps, _in_sight(deps, call, batch_id))


def list_batches(deps: Deps, call: Call, cursor: str, limit: int) -> Page[BatchView]:
    """Return a page of the batches of the actor's department, the newest first. Raises `Malformed`."""
    page = deps.batches.list_of(policy.division_of(call.actor), cursor, limit)
    return Page(tuple(_view(deps, each) for each in page.items), page.next_cursor)


def list_items(
    deps: Deps, call: Call, batch_id: str, outcome: Outcome | None, after: int, limit: int
) -> tuple[ItemView, ...]:
    """Return items of a batch by number with their filings; the read is recorded. Raises `NotFound`."""
    batch = _in_sight(deps, call, batch_id)
    deps.reads.record(call, "read_batch", batch.id)
    return tuple(
        ItemView(each, _find_in_sight(deps, call, each.filing_id))
        for each in deps.batches.items(batch.id, outcome, after, limit)
    )


def run_next_batch(deps: Deps) -> bool:
    """Carry out the batch that waits longest, for a while or to its end; tell whether there was one.

    Actor: the service. Any number of workers may do this at once.
    """
    return run_next(deps.batches, deps.clock, lambda batch, item: _carried_out(deps, batch, item))


def _carried_out(deps: Deps, batch: Batch, item: BatchItem) -> BatchItem:
    """Decide on one filing, and return the item with its result."""
    refusal = _expired(deps, batch)
    if refusal is None:
        key = hashlib.sha256(f"{batch.id}\n{item.no}".encode()).hexdigest()
        call = Call(batch.actor, correlation_id=batch.id, version=item.version, request=RequestKey(key, batch.id))
        try:
            refusal = _decide(deps, batch, call, item)
        except Unavailable:
            raise
        except (TongbaoError, CryptoError) as error:
            refusal = _refusal(deps, call, item, error)
        failpoints.hit("batch.decided_not_noted")
    outcome = Outcome.DONE if refusal is None else Outcome.REFUSED
    log.info("batch_item", batch_id=batch.id, filing_id=item.filing_id, outcome=outcome, refusal=refusal)
    return replace(item, outcome=outcome, refusal=refusal, decided_at=deps.clock.now())


def _decide(deps: Deps, batch: Batch, call: Call, item: BatchItem) -> Refusal | None:
    words = batch.words
    signed = Signed(words.text, words.signatory, words.reason_code)
    if batch.action is BatchAction.RETURN:
        return_filing(deps, call, item.filing_id, signed)
        return None
    filing = deps.filings.get(item.filing_id)
    if not batch.with_queries and not was_done(filing.history, call.request) and _has_unseen(deps, call, filing):
        return Refusal.QUERIES_UNSEEN if policy.is_in_sight(call.actor, filing) else Refusal.NOT_FOUND
    approve_filing(deps, call, item.filing_id, signed)
    return None


def _has_unseen(deps: Deps, call: Call, filing: Filing) -> bool:
    """Tell whether the filing under this version has queries that the actor did not tick off."""
    if filing.version != call.version or filing.last is None:
        return False
    seen = deps.ticks.get(filing, call.actor.account_id).keys
    return any(each.severity == Severity.QUERY and each.key not in seen for each in filing.last.noted)


def _refusal(deps: Deps, call: Call, item: BatchItem, error: Exception) -> Refusal | None:
    """Return why an item was not carried out; None where another worker has just done so for this very batch."""
    if isinstance(error, StaleVersion) and was_done(deps.filings.get(item.filing_id).history, call.request):
        return None
    if isinstance(error, NotAllowed):
        filing = deps.filings.get(item.filing_id)
        if policy.has_filed(call.actor, filing) or policy.own_unit(call.actor, filing):
            return Refusal.OWN_FILING
        if policy.has_decided(call.actor, filing):
            return Refusal.DECIDED_BEFORE
        return Refusal.NOT_YOURS
    if isinstance(error, CryptoError):
        return Refusal.UNREADABLE
    for kind, refusal in _SEEN_BY_OTHERS.items():
        if isinstance(error, kind):
            return refusal
    return Refusal.WRONG_STATE if isinstance(error, Conflict) else Refusal.OTHER


def _expired(deps: Deps, batch: Batch) -> Refusal | None:
    return Refusal.EXPIRED if deps.clock.now() - batch.created_at > RIGHTS_LAST else None


def _chosen(deps: Deps, call: Call, batch_id: str, wish: Wish) -> list[BatchItem]:
    if wish.asked is None:
        _require_once(wish.selected)
        return [BatchItem(batch_id, no, each.id, each.version) for no, each in enumerate(wish.selected, 1)]
    wanted = narrowed(deps, call, wish.asked)
    found = deps.queue.chosen(policy.division_of(call.actor), wanted, MOST_ITEMS + 1)
    items = []
    for no, each in enumerate(found, 1):
        item = BatchItem(batch_id, no, each.filing_id, each.version)
        if wish.as_of is not None and each.waiting_since > wish.as_of:
            item = replace(item, outcome=Outcome.REFUSED, refusal=Refusal.CAME_LATER, decided_at=deps.clock.now())
        items.append(item)
    return items


def _require_some(items: Sequence[BatchItem]) -> None:
    if not items:
        raise Invalid([Problem("/items", "nothing_chosen", "没有选中报表。", "至少一份")])
    if len(items) > MOST_ITEMS:
        text = f"一次最多办理 {MOST_ITEMS} 份，请缩小筛选范围。"
        raise Invalid([Problem("/items", "too_many", text, f"≤ {MOST_ITEMS}")])


def _require_once(selected: Iterable[Selected]) -> None:
    seen: set[str] = set()
    problems: list[Problem] = []
    for number, each in enumerate(selected):
        if each.id in seen:
            problems.append(Problem(f"/items/{number}/id", "named_twice", "同一张表只能选一次。", "各不相同的表"))
        seen.add(each.id)
    if problems:
        raise Invalid(problems)


def _said(asked: Asked) -> dict[str, str]:
    """Return by what the list was narrowed, as far as it may stand in clear: not which unit was searched for."""
    wanted = asked.wanted
    flags = {"late": wanted.is_late, "queries": wanted.has_queries}
    said = {"form": wanted.form, "period": wanted.period, "division": wanted.division}
    said |= {name: str(flag).lower() for name, flag in flags.items() if flag is not None}
    return {name: value for name, value in said.items() if value}


def _in_sight(deps: Deps, call: Call, batch_id: str) -> Batch:
    batch = deps.batches.get(batch_id)
    if not policy.division_of(call.actor) or batch.actor.division != policy.division_of(call.actor):
        raise NotFound
    return batch


def _find_in_sight(deps: Deps, call: Call, filing_id: str) -> Filing | None:
    try:
        filing = deps.filings.get(filing_id)
    except (NotFound, CryptoError):
        return None
    return filing if policy.is_in_sight(call.actor, filing) else None


def _view(deps: Deps, batch: Batch) -> BatchView:
    return BatchView(batch, deps.batches.tally(batch.id))
