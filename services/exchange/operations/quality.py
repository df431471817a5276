"""The quality checks over the mirror of the directory and the units of the survey, made by the clock and looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import NamedTuple, TypeVar

from services.exchange.model.quality import Check, Coded, Finding, Report, Shown, Side, checks_of
from services.exchange.operations.survey_units import known_unit
from services.exchange.ports.deps import Deps
from services.exchange.ports.quality import Quality, run_of
from shared.calls import Call
from shared.errors import StaleVersion
from shared.paging import Page
from shared.scheduling.jobs import Progress

AT_ONCE = 1000
"""Units that are looked at before the run is noted as going on."""


T = TypeVar("T")


class _Looked(NamedTuple):
    """A unit that was looked at."""

    side: Side
    unit_id: str
    division: str
    coded: Coded


def check_quality(deps: Deps, progress: Progress) -> None:
    """Look at all units of both sides and keep what was found.

    Actor: none (a scheduled job). It begins anew where it was broken off; twice finds the same once. Events: none.
    """
    for unit_id in deps.survey_units.untold():  # told before units were kept
        with suppress(StaleVersion):  # a message of its own has just kept it
            known_unit(deps, unit_id)
    quality, run = deps.quality, run_of(progress.slot)
    units: Counter[Side] = Counter()
    found: Counter[tuple[Check, Side]] = Counter()
    for check in (Check.DOUBLE_CODE, Check.DOUBLE_NAME):
        for some in _in_lots(quality.doubles(check)):
            found.update((each.check, each.side) for each in some)
            quality.put(run, some)
            progress.note("")
    for lot in _in_lots(_Looked(*each) for each in quality.units()):
        units.update(each.side for each in lot)
        findings = [*_of_units(lot), *_without_parent(quality, lot)]
        found.update((each.check, each.side) for each in findings)
        quality.put(run, findings)
        progress.note("")
    quality.end(run, Report(deps.clock.now(), units, found))
    progress.counts["units"] = units.total()
    progress.counts.update({check.value: sum(found[check, side] for side in Side) for check in Check})


def last_report(deps: Deps) -> Report | None:
    """Return what the last run found, None before the first. Actor: the desk, the ministry."""
    return deps.quality.last()


def list_found(deps: Deps, call: Call, check: Check, cursor: str, limit: int) -> Page[Shown]:
    """Return a page of what a check found, with names and codes; the read is recorded. Raises `Malformed`."""
    deps.reads.record(call, "list_quality", check.value)
    return deps.quality.list_found(check, cursor, limit)


def _of_units(lot: list[_Looked]) -> Iterator[Finding]:
    for each in lot:
        for check in checks_of(each.coded):
            yield Finding(check, each.side, each.unit_id, each.division)


def _without_parent(quality: Quality, lot: list[_Looked]) -> Iterator[Finding]:
    local = [each for each in lot if each.coded.is_local]
    known = quality.are_known({each.coded.parent_code for each in local if each.coded.parent_code})
    for each in local:
        if each.coded.parent_code not in known:
            yield Finding(Check.NO_PARENT, each.side, each.unit_id, each.division)


def _in_lots(items: Iterable[T]) -> Iterator[list[T]]:
    going = iter(items)
    while lot := list(islice(going, AT_ONCE)):
        yield lot
