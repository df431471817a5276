"""The tree of divisions as the operations ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from shared.clock import Clock, local_date
from shared.codes import divisions
from shared.codes.divisions import Level


class ListedDivisions:
    """The list of divisions; `ports.Divisions`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def name_of(self, division: str) -> str | None:
        """Return the full name of a division of today; None for an unknown one."""
        today = self._today()
        found = divisions.find(division, today)
        return None if found is None or found.is_group else divisions.full_name(division, today)

    def last_name_of(self, division: str) -> str:
        """Return the full name of a division of today, or of its last day before; the code where there is none."""
        return divisions.last_name(division, self._today())

    def level_of(self, division: str, on: date | None = None) -> Level | None:
        """Return the level of a division on a day, or today; None for an unknown one."""
        found = divisions.find(division, on or self._today())
        return None if found is None or found.is_group else found.level

    def below(self, division: str) -> Sequence[str]:
        """Return the divisions directly below one, those of today and those that ended not long ago."""
        return tuple(child.code for child in divisions.children(division, self._today()))

    def _today(self) -> date:
        return local_date(self._clock.now())
