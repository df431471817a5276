"""Times for which something held, by days."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True)
class Spell:
    """A time for which something held; `until` is the first day on which it did not, None while it lasts."""

    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Tell whether it held on a day."""
        return self.since <= day and (self.until is None or day < self.until)


Spells = tuple[Spell, ...]


def continued(spells: Spells, on: date, *, holds: bool) -> Spells:
    """Return spells after the news that something holds, or does not, from a day on; news of the same changes nothing."""
    last = spells[-1] if spells else None
    is_running = last is not None and last.until is None
    if holds == is_running:
        return spells
    if last is None or last.until is not None:
        return (*spells, Spell(on))
    return (*spells[:-1], replace(last, until=on))
