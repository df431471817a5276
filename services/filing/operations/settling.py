"""Carrying a closing out, step by step: settle what is approved, name what is left out, freeze the snapshot; verify it.

Each filing is settled through the very operation that settles a single one, on the right of whoever closed the period and
under a key of its own. Every step is written whole with the place that it came to, so whatever ends a worker, the next
one goes on from there: each filing is settled once, named once and frozen once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import structlog

from services.filing.model.closings import (
    MOST_NAMED,
    Closing,
    ClosingAction,
    Difference,
    Mismatch,
    SnapshotRow,
    Stage,
    Verification,
    added,
    counted,
    linked,
    scope_of,
)
from services.filing.model.periods import period_of
from services.filing.operations.controls import amounts_of
from services.filing.operations.events import told_of_closing
from services.filing.operations.review import finalise_filing
from services.filing.policy import SYSTEM
from services.filing.ports.closings import Due, Frozen
from services.filing.ports.deps import Deps
from shared import failpoints
from shared.calls import Call
from shared.clock import local_date
from shared.crypto.errors import CryptoError
from shared.errors import Conflict, NotAllowed, NotFound, StaleVersion
from shared.idempotency import RequestKey

LEASE = timedelta(seconds=10)
"""A closing whose worker said nothing for so long is taken up by another; the same step twice does no harm."""

STEP = 50
"""So many filings are settled, named or frozen in one step."""

log = structlog.get_logger()


def run_closing_step(deps: Deps) -> bool:
    """Take one step with a closing that is at work; tell whether there was one. Actor: the service.

    Events: `period_finalised` with the last step. Any number of workers may do this at once.
    """
    closing = deps.closings.take(deps.clock.now(), LEASE)
    if closing is None:
        return False
    try:
        _STEPS[closing.stage](deps, closing)
    except StaleVersion:
        log.info("closing_taken_by_another", closing_id=closing.id)
    return True


def key_of(closing_id: str, filing_id: str) -> str:
    """Return the key under which a closing settles a filing."""
    return hashlib.sha256(f"{closing_id}\n{filing_id}".encode()).hexdigest()


def _settle(deps: Deps, closing: Closing) -> None:
    due = deps.period_filings.to_settle(
        scope_of(period_of(closing.period)), closing.cursor, STEP, lambda filing_id: key_of(closing.id, filing_id)
    )
    settled = sum(each.is_done or _is_settled(deps, closing, each) for each in due)
    _advance(deps, replace(closing, settled=closing.settled + settled), due[-1].filing_id if due else "")


def _is_settled(deps: Deps, closing: Closing, due: Due) -> bool:
    """Settle one filing; tell whether it is settled. One that changed meanwhile, or can't be opened, is named later."""
    request = RequestKey(key_of(closing.id, due.filing_id), closing.id)
    call = Call(closing.actor, correlation_id=closing.id, version=due.version, request=request)
    try:
        finalise_filing(deps, call, due.filing_id)
    except (Conflict, StaleVersion, NotAllowed, NotFound, CryptoError) as error:
        log.info("closing_passed_by", closing_id=closing.id, filing_id=due.filing_id, error=type(error).__name__)
        return False
    failpoints.hit("closing.settled_not_noted")
    return True


def _name(deps: Deps, closing: Closing) -> None:
    found = deps.period_filings.unsettled(scope_of(period_of(closing.period)), closing.cursor, STEP)
    named = replace(closing, left_out=closing.left_out + len(found))
    _advance(deps, named, found[-1].filing_id if found else "", left_out=found)


def _freeze(deps: Deps, closing: Closing) -> None:
    scope = scope_of(period_of(closing.period))
    found = deps.period_filings.in_force(scope, closing.cursor, STEP)
    rows: list[SnapshotRow] = []
    chain, totals = closing.chain, closing.totals
    for each in found:
        row = _row_of(each, closing.rows + len(rows) + 1)
        if row is None:
            continue
        rows.append(row)
        chain = linked(chain, row)
        if each.filing is not None and each.filing.approved is not None:
            totals = added(totals, amounts_of(deps, each.filing, each.filing.approved, scope))
    frozen = replace(
        closing,
        chain=chain,
        rows=closing.rows + len(rows),
        unreadable=counted(closing.unreadable, (each for each in rows if not each.digest)),
        counts=counted(closing.counts, rows),
        totals=totals,
    )
    failpoints.hit("closing.frozen_not_noted")
    if found:
        _advance(deps, frozen, found[-1].filing_id, rows=rows)
    else:
        _complete(deps, frozen)


def _row_of(each: Frozen, no: int) -> SnapshotRow | None:
    """Return the row of a filing whose version in force is final, None for one that is only approved."""
    known = (no, each.filing_id, each.unit_id, each.form, each.period, each.revision)
    if each.filing is None:
        return SnapshotRow(*known, "")
    version = each.filing.approved
    if version is None or version.final_at is None:
        return None
    return SnapshotRow(*known, version.digest)


def _complete(deps: Deps, closing: Closing) -> None:
    now = deps.clock.now()
    done = replace(closing, stage=Stage.COMPLETE, cursor="", updated_at=now, final_on=local_date(now))
    act = Call(SYSTEM).entry(now, ClosingAction.COMPLETE, closing.stage, Stage.COMPLETE)
    deps.closings.save(done, events=(told_of_closing(done),), act=act)
    log.info("period_closed", closing_id=done.id, period=done.period, rows=done.rows, left_out=done.left_out)


def _advance(deps: Deps, closing: Closing, cursor: str, **written: object) -> None:
    """Store a step; where nothing was left to look at, the next stage begins."""
    stage = closing.stage if cursor else _NEXT[closing.stage]
    changed = replace(closing, stage=stage, cursor=cursor, updated_at=deps.clock.now())
    deps.closings.save(changed, **written)  # type: ignore[arg-type]  # rows or names, from the two callers above


def _verify(deps: Deps, closing: Closing) -> None:
    """Look at some rows of a snapshot again, each beside its filing as it is now."""
    verification = closing.verification
    if verification is None:
        return
    rows = deps.closings.rows(closing.id, verification.rows, STEP)
    there = deps.period_filings.find_all([each.filing_id for each in rows])
    chain, found = verification.digest, []
    before = verification.rows
    for row in rows:
        chain = linked(chain, row)
        difference = Difference.OUT_OF_ORDER if row.no != before + 1 else _difference(row, there)
        before = row.no
        if difference is not None:
            found.append(Mismatch(row.no, row.filing_id, difference))
    looked = replace(
        verification,
        digest=chain,
        rows=before,
        differing=verification.differing + len(found),
        named=(*verification.named, *found)[:MOST_NAMED],
    )
    now = deps.clock.now()
    over = looked if rows else _ended(closing, replace(looked, ended_at=now))
    deps.closings.save(replace(closing, verification=over, updated_at=now))


def _difference(row: SnapshotRow, there: Mapping[str, Frozen]) -> Difference | None:
    found = there.get(row.filing_id)
    if found is None:
        return Difference.MISSING
    if found.filing is None:
        return None if not row.digest else Difference.UNREADABLE
    version = found.filing.version_of(row.revision)
    if version is None:
        return Difference.MISSING
    is_same = (found.unit_id, found.form, found.period) == (row.unit_id, row.form, row.period)
    return None if is_same and version.digest == row.digest else Difference.CHANGED


def _ended(closing: Closing, verification: Verification) -> Verification:
    """Name also that rows are missing behind the last one, which no row can show."""
    if verification.rows == closing.rows:
        return verification
    missing = Mismatch(closing.rows, "", Difference.OUT_OF_ORDER)
    named = (*verification.named, missing)[:MOST_NAMED]
    return replace(verification, differing=verification.differing + 1, named=named)


def is_intact(closing: Closing) -> bool:
    """Tell whether the last look at a snapshot found everything as it was frozen."""
    last = closing.verification
    return last is not None and last.is_over and not last.differing and last.digest == closing.chain


_NEXT: Mapping[Stage, Stage] = {Stage.SETTLING: Stage.NAMING, Stage.NAMING: Stage.FREEZING}

_STEPS: Mapping[Stage, Callable[[Deps, Closing], None]] = {
    Stage.SETTLING: _settle,
    Stage.NAMING: _name,
    Stage.FREEZING: _freeze,
    Stage.COMPLETE: _verify,
}
