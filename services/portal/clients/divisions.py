"""The list of administrative divisions, from the library: small enough to be searched in memory."""

from __future__ import annotations

from functools import cached_property

from shared.clock import Clock, local_date
from shared.codes import divisions


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

    @cached_property
    def _listed(self) -> tuple[tuple[str, str], ...]:
        """Every division in force today with its full name, by code; listed once per process."""
        today = local_date(self._clock.now())
        rows: list[tuple[str, str]] = []

        def below(code: str, prefix: str) -> None:
            for division in divisions.children(code, today):
                name = prefix + division.name
                rows.append((division.code, name))
                below(division.code, name)

        below(divisions.NATION, "")
        return tuple(sorted(rows))
