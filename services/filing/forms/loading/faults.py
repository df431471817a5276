"""What is wrong with the data of an edition, all of it at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One fault: the file and the path inside it, a stable code, and what was found."""

    place: str
    code: str
    detail: str = ""

    def __str__(self) -> str:
        """Return one line for people."""
        return f"{self.place}: {self.code}" + (f" ({self.detail})" if self.detail else "")


class EditionError(ValueError):
    """An edition can't be loaded; `faults` lists every reason."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class Faults:
    """Collects faults while the rest is still read."""

    def __init__(self) -> None:
        self._found: list[Fault] = []

    def add(self, place: str, code: str, detail: str = "") -> None:
        """Note a fault."""
        self._found.append(Fault(place, code, detail))

    def settle(self) -> None:
        """Raise EditionError if there is any fault."""
        if self._found:
            raise EditionError(self._found)
