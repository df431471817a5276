"""Raising, following and withdrawing alarms of likely duplicates, on the messages that tell of filings (L8).

It runs in the worker, apart from what a unit does: its request takes no longer, meets no lock of another unit's filing,
and has the same answer whether there is a likeness or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import structlog

from services.filing.completeness.expecting import BASICS_FORM
from services.filing.ledger.alarms import (
    AlarmAction,
    AlarmState,
    DuplicateAlarm,
    Likeness,
    followed,
    groups_of,
    raised,
)
from services.filing.ledger.likeness import Mark, contract_marks, execution_marks, kin_of
from services.filing.ledger.posting import execution_in, versions_that_count
from services.filing.ledger.reading import CONTRACT_FORM, LEDGER_FORMS, terms_of
from services.filing.model.filings import AnswerValues, Filing
from services.filing.operations.telling import tell_of_duplicate
from services.filing.ports.deps import Deps
from shared.calls import Call
from shared.clock import local_date
from shared.crypto.errors import CryptoError
from shared.errors import NotFound
from shared.identity.actor import COUNTRY
from shared.messaging.events import Outgoing

log = structlog.get_logger()

MOST_ALIKE = 100
"""So many filings that share a mark are looked at; with more, the mark says little."""

YEARS_OF_BASICS = 4

ACTIONS = {
    AlarmState.OPEN: AlarmAction.FOLLOW,
    AlarmState.SETTLED: AlarmAction.FOLLOW,
    AlarmState.WITHDRAWN: AlarmAction.WITHDRAW,
}


def take_fact(deps: Deps, call: Call, filing_id: str) -> None:
    """Take a fact about a filing: read a contract or an execution anew, and after 企业1表 what else its unit filed.

    Actor: the service, within a transaction. Taking the same twice changes nothing. Raises `NotFound`, `StaleVersion`.
    """
    filing = deps.filings.get(filing_id)
    if filing.form == BASICS_FORM:
        deps.likenesses.ask_again(filing.unit_id)
    elif filing.form in LEDGER_FORMS:
        read_anew(deps, call, filing)


def read_next_due(deps: Deps, call: Call) -> bool:
    """Read one filing anew that is due, and tell whether there was one. Actor: the service."""
    filing_id = deps.likenesses.next_due()
    if filing_id is None:
        return False
    deps.together(lambda inside: _read_due(inside, call, filing_id))
    return True


def read_anew(deps: Deps, call: Call, filing: Filing) -> None:
    """Bring the likeness of a filing and the alarms about it to what it says now; within a transaction.

    Events: those of alarms that open: their departments and the ministry are told.
    """
    before = deps.likenesses.find(filing.id)
    likeness = _likeness(deps, filing)
    if before is not None and before.at_version > filing.version:
        return
    if before is None and not likeness.marks:
        return
    if before is not None and replace(before, at_version=likeness.at_version) == likeness:
        return
    deps.likenesses.put(likeness, before)
    _follow(deps, call, likeness)


def _read_due(deps: Deps, call: Call, filing_id: str) -> None:
    try:
        filing = deps.filings.get(filing_id)
    except NotFound:  # the unit's key was destroyed: nothing shows any more
        before = deps.likenesses.find(filing_id)
        if before is not None:
            gone = replace(before, marks=frozenset(), is_due=False)
            deps.likenesses.put(gone, before)
            _follow(deps, call, gone)
        return
    except CryptoError as error:  # damaged: what it showed before stays, and no other waits for it
        log.error("likeness_unread", filing_id=filing_id, error=type(error).__name__)
        before = deps.likenesses.find(filing_id)
        if before is not None:
            deps.likenesses.put(replace(before, is_due=False), before)
        return
    read_anew(deps, call, filing)


def _likeness(deps: Deps, filing: Filing) -> Likeness:
    return Likeness(
        filing_id=filing.id,
        unit_id=filing.unit_id,
        division=filing.division,
        path=filing.path,
        form=filing.form,
        period=filing.period,
        at_version=filing.version,
        marks=deps.likenesses.shown(_marks(deps, filing)),
        filers=tuple(sorted({filing.owner_id, *(version.submitted_by for version in filing.versions)})),
    )


def _marks(deps: Deps, filing: Filing) -> Iterator[Mark]:
    versions = [each for each in versions_that_count(filing) if each is not None]
    if filing.form == CONTRACT_FORM:
        kin = _kin(deps, filing) if versions else ()
        for version in versions:
            yield from contract_marks(terms_of(version.content.answers), filing.unit_id, kin)
        return
    for version in versions:
        execution = execution_in(version)
        if execution is not None:
            yield from execution_marks(execution, filing.unit_id)


def _kin(deps: Deps, filing: Filing) -> tuple[str, ...]:
    """Return the names of the unit and its investors by its latest 企业1表 that counts."""
    this_year = local_date(deps.clock.now()).year
    periods = [str(this_year - back) for back in range(YEARS_OF_BASICS)]
    unit = deps.units.find(filing.unit_id)
    names = (unit.basic("name"), unit.basic("english_name")) if unit else ()
    return kin_of(names, _basics(deps.filings.list_of_unit(filing.unit_id, (BASICS_FORM,), periods)))


def _basics(filings: Iterable[Filing]) -> AnswerValues:
    for each in sorted(filings, key=lambda filing: filing.period, reverse=True):
        in_force, pending = versions_that_count(each)
        version = pending or in_force
        if version is not None:
            return version.content.answers
    return {}


def _follow(deps: Deps, call: Call, likeness: Likeness) -> None:
    now = deps.clock.now()
    alike = {each.filing_id for each in deps.likenesses.list_alike(likeness, MOST_ALIKE)} | {likeness.filing_id}
    alarms = deps.duplicates.list_about(alike)
    if len(alike) == 1 and not alarms:
        return
    pool = deps.likenesses.hold(alike.union(*(alarm.filing_ids for alarm in alarms)))
    changed, unknown = followed(alarms, groups_of(pool), likeness.filing_id, now)
    before = {alarm.id: alarm for alarm in alarms}
    for alarm in changed:
        _save(deps, call, before[alarm.id], alarm)
    for group in unknown:
        _save(deps, call, None, raised(deps.new_id(), group, now))


def _save(deps: Deps, call: Call, before: DuplicateAlarm | None, alarm: DuplicateAlarm) -> None:
    was_open = before is not None and before.state is AlarmState.OPEN
    is_raised = alarm.state is AlarmState.OPEN and not was_open
    action = AlarmAction.RAISE if is_raised else ACTIONS[alarm.state]
    act = replace(call, request=None).entry(deps.clock.now(), action, before.state if before else None, alarm.state)
    deps.duplicates.save(alarm, act, _told(before if was_open else None, alarm), call.correlation_id)


def _told(before: DuplicateAlarm | None, alarm: DuplicateAlarm) -> tuple[Outgoing, ...]:
    """Return whom an open alarm tells: the departments of sides that are new to it, and the ministry at first."""
    if alarm.state is not AlarmState.OPEN:
        return ()
    known = before.filing_ids if before else frozenset()
    divisions = {side.division for side in alarm.sides if side.filing_id not in known}
    if before is None:
        divisions.add(COUNTRY)
    return tuple(tell_of_duplicate(alarm, "duplicate_raised", each) for each in sorted(divisions))
