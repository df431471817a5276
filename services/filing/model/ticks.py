"""What one reviewer has checked of a version, kept while it is under review."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ticks:
    """The findings of a version that a person has ticked off, by their keys; `version` is 0 before the first tick."""

    filing_id: str
    revision: int
    account_id: str
    keys: tuple[str, ...] = ()
    version: int = 0
