"""Where facts are kept, and what is reckoned from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from services.statistics.model.cells import Cell, Question
from services.statistics.model.facts import FactSet
from services.statistics.model.partitions import PartitionState
from services.statistics.model.snapshots import Snapshot


class Facts(Protocol):
    """What each filing counts with."""

    def put_all(self, told: Sequence[FactSet], at: datetime) -> int:
        """Store what is newer than what is known, and return how much that was; `at` is now."""
        ...

    def dirty_partitions(self) -> tuple[str, ...]:
        """Return the partitions that are behind."""
        ...

    def count_final(self, period: str) -> Mapping[str, int]:
        """Return by form how many filings of a period are settled for good."""
        ...

    def is_settled_since(self, partitions: Collection[str], moment: datetime) -> bool:
        """Tell whether what is settled for good changed in any of these partitions after a moment."""
        ...

    def carried_over(self, year: str) -> frozenset[str]:
        """Return the filings of the next year whose executions count in December of a year, by their pseudonyms."""
        ...

    def touch_all(self) -> None:
        """Have every partition made anew from the facts."""
        ...

    def clear(self) -> None:
        """Forget everything, before all is told anew."""
        ...


class Partitions(Protocol):
    """The columns that tables are reckoned from."""

    def merge(self, key: str) -> int:
        """Bring a partition up to date, a step of it; return how many filings that were. Raises `StaleVersion`."""
        ...

    def states(self) -> tuple[PartitionState, ...]:
        """Return how far all partitions are, by their keys."""
        ...

    def sweep(self, pinned: frozenset[str]) -> int:
        """Remove segments that nothing names for a while; return how many."""
        ...

    def clear(self) -> None:
        """Forget all partitions, before they are made anew."""
        ...


class Cells(Protocol):
    """Reckons cells."""

    def ask(self, question: Question) -> tuple[Cell, ...]:
        """Return the cells in which anything counts, in the order of their codes."""
        ...

    def ask_all(self, questions: Sequence[Question]) -> tuple[tuple[Cell, ...], ...]:
        """Return the cells of each question; facts that several ask for are opened once."""
        ...


class OfSnapshots(Cells, Protocol):
    """Reckons cells from the facts as they are now, and from those of a snapshot."""

    def of(self, snapshot: Snapshot) -> Cells:
        """Return the same over what a snapshot froze."""
        ...

    def changes(self, older: Snapshot, newer: Snapshot, question: Question, *, of_units: bool) -> tuple[Cell, ...]:
        """Return the cells that differ between two snapshots, by how much and by whom, in the order of their codes.

        `of_units` asks for the number of units, and not for the measure.
        """
        ...

    def total(self, snapshot: Snapshot, question: Question, others: frozenset[str]) -> Decimal:
        """Return what all facts of a question come to, without those of some filings, by their pseudonyms."""
        ...


class Snapshots(Protocol):
    """Closed periods, and what they were frozen with."""

    def add(self, snapshot: Snapshot) -> None:
        """Store a closed period that is to be frozen; one that is known stays as it is."""
        ...

    def get(self, period: str, number: int = 0) -> Snapshot:
        """Return a snapshot of a period, the latest where no number is given. Raises `NotFound`."""
        ...

    def list_all(self) -> tuple[Snapshot, ...]:
        """Return all snapshots, the latest period first."""
        ...

    def list_waiting(self) -> tuple[Snapshot, ...]:
        """Return the closed periods that are not frozen yet."""
        ...

    def note_missing(self, snapshot: Snapshot, missing: Mapping[str, int]) -> None:
        """Note of which forms filings were not told yet."""
        ...

    def freeze(self, snapshot: Snapshot, at: datetime) -> bool:
        """Pin the columns as they are, where none of them is behind; tell whether that was so."""
        ...

    def revise(self, snapshot: Snapshot, at: datetime) -> Snapshot | None:
        """Pin the columns as they are now beside what a snapshot froze, and return that with the next number.

        The same snapshot where the columns are still those, None where one of them is behind.
        """
        ...

    def pinned(self) -> frozenset[str]:
        """Return the ids of all segments that a snapshot names."""
        ...


class Keys(Protocol):
    """Makes pseudonyms."""

    def unit(self, value: str) -> str:
        """Return the pseudonym of a unit's id."""
        ...

    def filing(self, value: str) -> str:
        """Return the pseudonym of a filing's id, empty for none."""
        ...

    def firm(self, value: str) -> str:
        """Return the pseudonym of a firm's name, empty for none."""
        ...
