"""Two records of one unit, field by field. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from services.exchange.comparing import coded, plain
from services.exchange.comparing.fields import RULES, Field
from services.exchange.comparing.verdicts import DIFFERS, Outcome, Said, Verdict, Why, equal

Record = Mapping[Field, Said]
"""What one side says of a unit; a field that it does not tell is missing or empty."""


@dataclass(frozen=True)
class Compared:
    """A field with what both sides say of it; `why` where it can't be compared."""

    which: Field
    outcome: Outcome
    theirs: Said | None = field(default=None, repr=False)
    ours: Said | None = field(default=None, repr=False)
    why: Why = Why.NONE

    @property
    def needs_a_word(self) -> bool:
        """Whether somebody has to decide: it differs, or nobody can tell whether it does.

        What is merely less exact on one side is shown and contradicts nothing.
        """
        unclear = self.outcome is Outcome.CANNOT_COMPARE and self.why is not Why.LESS_EXACT
        return unclear or self.outcome is Outcome.DIFFERS


def compare(theirs: Record, ours: Record, on: date) -> tuple[Compared, ...]:
    """Return every field that either side tells, in the order of the form; `on` is the day by which codes are read."""
    found = (_compared(each, theirs, ours, on) for each in Field)
    return tuple(each for each in found if each is not None)


def _compared(which: Field, theirs: Record, ours: Record, on: date) -> Compared | None:
    left, right = _told(theirs, which), _told(ours, which)
    if left is None and right is None:
        return None
    if left is None:
        return Compared(which, Outcome.ONLY_OURS, None, right)
    if right is None:
        return Compared(which, Outcome.ONLY_THEIRS, left, None)
    verdict = _addresses(theirs, ours, on) if which is Field.ADDRESS else RULES[which].compare(left, right, on)
    return Compared(which, verdict.outcome, left, right, verdict.why)


def _addresses(theirs: Record, ours: Record, on: date) -> Verdict:
    """Compare addresses without the divisions in front of them, of which each side may name as many as it likes.

    Where the sides name different divisions, what these have in common is left out alone.
    """
    texts = [side[Field.ADDRESS].value for side in (theirs, ours)]
    placed = [_told(side, Field.DIVISION) for side in (theirs, ours)]
    names = [coded.names_of(division.value, on) if division else () for division in placed]
    if placed[0] and placed[1] and coded.division(placed[0], placed[1], on) == DIFFERS:
        shared = tuple(left for left, right in zip(*names, strict=False) if left == right)
        names = [shared]
    bare = [{plain.address(text, each) for each in names} for text in texts]
    return equal(bool(bare[0] & bare[1]))


def _told(record: Record, which: Field) -> Said | None:
    said = record.get(which)
    return said if said is not None and said.value.strip() else None
