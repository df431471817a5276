"""Submitting what was selected (上报选中): each filing by itself, with one sign-off for all, and a word on each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.filing.model.filings import Filing, SignOff
from services.filing.operations.changes import in_sight
from services.filing.operations.executions import TOLD, key_within, told_of
from services.filing.operations.findings import Checked, checked
from services.filing.operations.instruments import Instrument, instrument_for
from services.filing.operations.submission import sign_off_problems, submit_filing
from services.filing.ports.deps import Deps
from shared.calls import Call
from shared.errors import Invalid, Problem

MOST_SELECTED = 200


@dataclass(frozen=True)
class Selected:
    """A filing that is to be submitted, at the version that was read."""

    id: str
    version: int


@dataclass(frozen=True)
class Refused:
    """A filing that could not be submitted, with its findings."""

    filing: Filing
    instrument: Instrument
    found: Checked


@dataclass(frozen=True)
class Outcome:
    """What became of a selected filing: as it was submitted, or what keeps it from that.

    `refused` is what was found in one that could not be submitted as it stands.
    """

    id: str
    filing: Filing | None = None
    code: str = ""
    message: str = ""
    problems: tuple[Problem, ...] = ()
    refused: Refused | None = None


def submit_selected(
    deps: Deps, call: Call, selected: Sequence[Selected], sign_off: SignOff, *, duties_read: bool
) -> tuple[Outcome, ...]:
    """Submit each filing, in the order given; what keeps one back keeps no other back.

    Actor and states as for `submit_filing`. The same request submits each once. Raises `Invalid` where the sign-off
    itself is faulty or a filing is named twice; nothing is submitted then.
    """
    problems = [*sign_off_problems(deps, sign_off, duties_read), *_named_twice(selected)]
    if problems:
        raise Invalid(problems)
    return tuple(
        _submitted(deps, call, number, each, sign_off, duties_read=duties_read) for number, each in enumerate(selected)
    )


def _submitted(deps: Deps, call: Call, number: int, each: Selected, sign_off: SignOff, *, duties_read: bool) -> Outcome:
    own = replace(call, version=each.version, request=key_within(call.request, each.id))
    try:
        filing = submit_filing(deps, own, each.id, sign_off, duties_read=duties_read)
    except TOLD as error:
        refused = _refused(deps, call, each.id) if isinstance(error, Invalid) else None
        problems = told_of(error, f"/items/{number}")
        return Outcome(each.id, code=error.code, message=error.message, problems=problems, refused=refused)
    return Outcome(each.id, filing)


def _refused(deps: Deps, call: Call, filing_id: str) -> Refused:
    filing = in_sight(deps, call, filing_id)
    instrument = instrument_for(deps, filing)
    return Refused(filing, instrument, checked(deps, filing, instrument, filing.working))


def _named_twice(selected: Sequence[Selected]) -> list[Problem]:
    seen: set[str] = set()
    problems: list[Problem] = []
    for number, each in enumerate(selected):
        if each.id in seen:
            problems.append(Problem(f"/items/{number}/id", "named_twice", "同一张表只能选一次。", "各不相同的表"))
        seen.add(each.id)
    return problems
