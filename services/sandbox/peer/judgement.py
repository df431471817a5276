"""Whether the 名录库 takes a unit: its own checks, each with a stable reason. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from shared.codes import uscc

KIND_UNKNOWN = "kind_unknown"
MALFORMED = "malformed"
CREDIT_CODE_INVALID = "credit_code_invalid"
CREDIT_CODE_REFUSED = "credit_code_refused"
UNIT_UNKNOWN = "unit_unknown"
UNIT_KNOWN_OTHERWISE = "unit_known_otherwise"
SEQUENCE_OLD = "sequence_old"
CHANGE_REFUSED = "change_refused"


@dataclass(frozen=True)
class Known:
    """What the directory knows: who holds the credit code, and the last sequence number of the unit (0: none)."""

    holder: str | None
    last_sequence: int


@dataclass(frozen=True)
class Told:
    """What a message tells of a unit; `is_new` where it need not be known before, `is_change` where it changes one.

    `region` is the province of its division.
    """

    unit_id: str
    credit_code: str
    sequence: int
    is_new: bool = True
    is_change: bool = False
    region: str = ""


Check = Callable[[Told, Known, Collection[str]], bool]

CHECKS: tuple[tuple[str, Check], ...] = (
    (CREDIT_CODE_INVALID, lambda told, known, refused: bool(uscc.faults(told.credit_code))),
    (CREDIT_CODE_REFUSED, lambda told, known, refused: told.credit_code in refused),
    (UNIT_UNKNOWN, lambda told, known, refused: not told.is_new and not known.last_sequence),
    (UNIT_KNOWN_OTHERWISE, lambda told, known, refused: known.holder not in (None, told.unit_id)),
    (SEQUENCE_OLD, lambda told, known, refused: told.sequence <= known.last_sequence),
)
"""A message is refused for the first check that it meets."""


def refusal(told: Told, known: Known, refused_codes: Collection[str]) -> str:
    """Return why the unit is refused, empty where it is taken."""
    return next((reason for reason, is_met in CHECKS if is_met(told, known, refused_codes)), "")
