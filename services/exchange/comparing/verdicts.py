"""What comes out when two values of one field are compared."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How the two sides of a field stand to each other."""

    SAME = "same"
    DIFFERS = "differs"
    ONLY_OURS = "only_ours"
    ONLY_THEIRS = "only_theirs"
    CANNOT_COMPARE = "cannot_compare"


class Why(StrEnum):
    """Why two values can't be compared."""

    NONE = ""
    MALFORMED = "malformed"
    """A value is not of the form that the field has."""
    VERSION_UNKNOWN = "version_unknown"
    """The code means different things in the versions of its list, and which one is meant is not said."""
    NO_COUNTERPART = "no_counterpart"
    """The code has no one counterpart in the other version: the unit alone can tell."""
    LESS_EXACT = "less_exact"
    """One side names what the other one lies in."""


@dataclass(frozen=True)
class Verdict:
    """An outcome; `why` only where nothing can be compared."""

    outcome: Outcome
    why: Why = Why.NONE


SAME = Verdict(Outcome.SAME)
DIFFERS = Verdict(Outcome.DIFFERS)


@dataclass(frozen=True)
class Said:
    """A value as one side says it; `version` is that of its code list, empty where none is named."""

    value: str
    version: str = ""


def unclear(why: Why) -> Verdict:
    """Return the verdict that nothing can be compared."""
    return Verdict(Outcome.CANNOT_COMPARE, why)


def equal(is_equal: bool) -> Verdict:
    """Return the verdict on two values of which everything is known."""
    return SAME if is_equal else DIFFERS
