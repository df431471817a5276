"""The terms of reminders and digests, as their table says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from shared.scheduling.cadence import Cadence, cadence_of

_FILE = Path(__file__).parent / "terms.toml"


class TermsBroken(ValueError):
    """The table can't be read; the message names the place."""


@dataclass(frozen=True)
class Steps:
    """Days from the last day of a form on which is reminded, the earliest first; negative ones lie before it."""

    offsets: tuple[int, ...]
    lapses_after: int

    def at(self, days_past: int) -> int | None:
        """Return the step that holds so many days past the last day; None where none does (any more)."""
        come = [offset for offset in self.offsets if offset <= days_past]
        return come[-1] if come and days_past - come[-1] <= self.lapses_after else None


@dataclass(frozen=True)
class ReminderTerms:
    """When units are reminded; steps for forms of a year and of a month."""

    cadence: Cadence
    year: Steps
    month: Steps

    @property
    def reach(self) -> tuple[int, int]:
        """How many days past their last day, at least and at most, forms may be that a reminder can be about."""
        every = (*self.year.offsets, *self.month.offsets)
        lapse = max(self.year.lapses_after, self.month.lapses_after)
        return min(every), max(every) + lapse


@dataclass(frozen=True)
class DigestTerms:
    """When departments are told, after how many working days beyond its time a thing goes to the level above, and how many
    divisions are named there."""

    cadence: Cadence
    escalates_after: int
    named_divisions: int


@dataclass(frozen=True)
class Terms:
    """Both."""

    reminders: ReminderTerms
    digests: DigestTerms


@cache
def the_terms() -> Terms:
    """Return the terms of the product's own table."""
    return read_terms(_FILE.read_text("utf-8"))


def read_terms(text: str) -> Terms:
    """Return the terms of a table. Raises `TermsBroken`."""
    try:
        table = tomllib.loads(text)
        reminders, digests = table["reminders"], table["digests"]
        lapse = _count(reminders["lapses_after"])
        return Terms(
            ReminderTerms(
                cadence_of(reminders["cadence"]), _steps(reminders["year"], lapse), _steps(reminders["month"], lapse)
            ),
            DigestTerms(
                cadence_of(digests["cadence"]), _count(digests["escalates_after"]), _count(digests["named_divisions"])
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise TermsBroken(str(error)) from error


def _steps(row: Mapping[str, Any], lapse: int) -> Steps:
    before, after = [_count(each) for each in row["before"]], [_count(each) for each in row["after"]]
    return Steps(tuple(sorted({*(-each for each in before), *after})), lapse)


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"not a number of days: {value!r}")
    return value
