"""The list of administrative divisions, from the library: small enough to be searched in memory."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from shared.clock import Clock, local_date
from shared.codes import divisions
from shared.codes.division_changes import Change


class ListedDivisions:
    """`ports.Divisions` on the list of `shared.codes.divisions`; it is laid out when first searched."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def search(self, text: str, limit: int) -> list[tuple[str, str]]:
        """Return (code, full name) of divisions whose code begins with, or whose full name holds, every word of `text`."""
        words = text.split()
        found = []
        for code, name in self._listed:
            if words and all(code.startswith(word) or word in name for word in words):
                found.append((code, name))
                if len(found) == limit:
                    break
        return found

    def name_of(self, code: str) -> str:
        """Return the full name of a division, empty where the code is unknown."""
        try:
            return divisions.full_name(code, local_date(self._clock.now()))
        except divisions.UnknownDivision:
            return ""

    def below(self, code: str) -> list[tuple[str, str]]:
        """Return (code, name) of the divisions in force directly below one."""
        return [(each.code, each.name) for each in divisions.children(code, local_date(self._clock.now()))]

    @property
    def _listed(self) -> tuple[tuple[str, str], ...]:
        """Every division in force today with its full name, by code; listed anew each day and after each change."""
        today = local_date(self._clock.now())
        return _listed_on(today, divisions.changes_in_use())


@lru_cache(maxsize=1)
def _listed_on(today: date, changes: tuple[Change, ...]) -> tuple[tuple[str, str], ...]:
    """Return every division in force; `changes` only tell the lists of two states apart."""
    rows: list[tuple[str, str]] = []

    def below(code: str, prefix: str) -> None:
        for division in divisions.children(code, today):
            name = prefix + division.name
            rows.append((division.code, name))
            below(division.code, name)

    below(divisions.NATION, "")
    return tuple(sorted(rows))
