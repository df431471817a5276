"""The list of administrative divisions, from the library: small enough to be searched in memory."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from services.portal.clients import division_tree
from services.portal.model.divisions import DivisionEntry
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

    def entry(self, code: str, on: date) -> DivisionEntry | None:
        """Return a division on a day, None where it was not there yet."""
        return division_tree.entry_of(code, on)

    def entries_below(self, code: str, on: date) -> tuple[DivisionEntry, ...]:
        """Return what lies directly below one on a day, then what has ended there before."""
        return division_tree.entries_below(code, on)

    def path_to(self, code: str, on: date) -> tuple[str, ...]:
        """Return the codes from a division up to the nation."""
        return division_tree.path_to(code, on)

    def matching(self, text: str, on: date, within: str, limit: int) -> list[DivisionEntry]:
        """Return what was within a division by a day, and fits the words."""
        return division_tree.matching(text, on, within, limit)

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
