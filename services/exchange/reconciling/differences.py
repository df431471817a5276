"""Our statement against the partner's own: what only one of the two knows, and what they know otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.exchange.reconciling.lines import Line, Standing
from services.exchange.reconciling.sheets import By, Group

WITH_TOTALS = (By.FORM, By.FORM_REGION, By.FORM_CLASS)
"""The groups of cells, which both sides reckon from the files."""


class Fault(StrEnum):
    """How the two statements differ."""

    MISSING_THERE = "missing_there"
    UNKNOWN_HERE = "unknown_here"
    OTHER_DIGEST = "other_digest"
    OTHER_OUTCOME = "other_outcome"
    ANSWER_NOT_HERE = "answer_not_here"
    OTHER_TOTAL = "other_total"


@dataclass(frozen=True)
class TheirLine:
    """A message as the partner has it; `is_of_day` where it came there within the day itself and not close to it."""

    message_id: str
    digest: str
    outcome: str
    received_at: str
    is_of_day: bool = True


@dataclass(frozen=True)
class Difference:
    """One difference: of a message, or of a group whose key stands in its place."""

    subject: str
    fault: Fault
    ours: str
    theirs: str


def differences(
    ours: Iterable[Line], theirs: Mapping[str, TheirLine], known_otherwise: Collection[str] = ()
) -> Iterator[Difference]:
    """Yield how the lines of a day differ.

    A message that was sent close to midnight may have come there on the day after: theirs tell of that too, and
    `known_otherwise` are ids that we sent on other days. Lines carried from before were compared then.
    """
    mine = {line.message_id: line for line in ours}
    for message_id, line in mine.items():
        found = theirs.get(message_id)
        if found is not None:
            yield from _compare(line, found)
        elif not line.carried:
            yield Difference(message_id, Fault.MISSING_THERE, line.standing.value, "")
    for message_id, found in theirs.items():
        if found.is_of_day and message_id not in mine and message_id not in known_otherwise:
            yield Difference(message_id, Fault.UNKNOWN_HERE, "", found.outcome)


def differing_totals(ours: Iterable[Group], theirs: Iterable[Group]) -> Iterator[Difference]:
    """Yield the control totals of statistics that one side reckons otherwise, or that only one side has."""
    mine, others = _totals(ours), _totals(theirs)
    for key in sorted(mine.keys() | others.keys()):
        sides = [found.get(key) for found in (mine, others)]
        if _reckoned(sides[0]) != _reckoned(sides[1]):
            yield Difference(key, Fault.OTHER_TOTAL, *(f"{side.count}/{side.total}" if side else "" for side in sides))


def _totals(groups: Iterable[Group]) -> Mapping[str, Group]:
    return {f"{group.by.value}:{group.key}": group for group in groups if group.by in WITH_TOTALS}


def _reckoned(group: Group | None) -> tuple[int, Decimal] | None:
    """Return count and amount of a group; 10 and 10.0 are the same."""
    return (group.count, Decimal(group.total or 0)) if group else None


def _compare(line: Line, found: TheirLine) -> Iterator[Difference]:
    if line.digest != found.digest:
        yield Difference(line.message_id, Fault.OTHER_DIGEST, line.digest, found.digest)
    elif line.standing is Standing.UNANSWERED and found.outcome:
        yield Difference(line.message_id, Fault.ANSWER_NOT_HERE, line.standing.value, found.outcome)
    elif line.standing.value != found.outcome:
        yield Difference(line.message_id, Fault.OTHER_OUTCOME, line.standing.value, found.outcome)
