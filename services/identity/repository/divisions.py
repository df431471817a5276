"""The tree of divisions as the operations ask for it, with the changes that were confirmed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from shared.clock import Clock, local_date
from shared.codes import divisions
from shared.codes.division_changes import Change, Meanings
from shared.codes.division_model import Level
from shared.codes.keeping import DivisionKeeper

SETTLING = timedelta(days=5 * 366)
"""So long the people over a division that ended stay in the sight of the level above."""


class ListedDivisions:
    """The list of divisions; `ports.divisions.Divisions`."""

    def __init__(self, clock: Clock, changes: Callable[[], Sequence[Change]] = tuple) -> None:
        """`changes` returns those that were confirmed."""
        self._clock = clock
        self.keeper = DivisionKeeper(changes)

    def refresh(self) -> None:
        """Look for confirmed changes where the last look is some time ago."""
        self.keeper.refresh()

    def renew(self) -> None:
        """Look for confirmed changes now."""
        self.keeper.renew()

    def meanings(self) -> Meanings:
        """Return every meaning of every code."""
        return divisions.meanings()

    def name_of(self, division: str) -> str | None:
        """Return the full name of a division of today; None for an unknown one."""
        today = self._today()
        found = divisions.find(division, today)
        return None if found is None or found.is_group else divisions.full_name(division, today)

    def last_name_of(self, division: str) -> str:
        """Return the full name of a division of today, or of its last day before; the code where there is none."""
        return divisions.last_name(division, self._today())

    def level_of(self, division: str, on: date | None = None) -> Level | None:
        """Return the level of a division on a day, or today or on its last day before; None for an unknown one."""
        if on is not None:
            found = divisions.find(division, on)
        else:
            known = self.meanings().get(division, ())
            found = divisions.find(division, self._today()) or next(iter(known), None)
        return None if found is None or found.is_group else found.level

    def below(self, division: str) -> Sequence[str]:
        """Return the divisions directly below one, those of today and those that ended not long ago."""
        today = self._today()
        return divisions.below(division, today, today - SETTLING)

    def above(self, division: str) -> str:
        """Return the division directly above one of today; empty where there is none."""
        try:
            return next(iter(divisions.path(division, self._today())[1:]), "")
        except divisions.UnknownDivision:
            return ""

    def successors(self, division: str) -> Sequence[str]:
        """Return the divisions that have taken over from one by today; empty where it lives on."""
        return divisions.successors(division, self._today())

    def _today(self) -> date:
        return local_date(self._clock.now())
