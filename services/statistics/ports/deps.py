"""Everything that the operations use, in one place."""

from __future__ import annotations

from dataclasses import dataclass

from services.statistics.ports.facts import Cells, Facts, Keys, Partitions
from services.statistics.tables.definitions import Tables
from shared.audit import Reads
from shared.clock import Clock


@dataclass(frozen=True)
class Deps:
    """Everything that the operations use."""

    facts: Facts
    partitions: Partitions
    cells: Cells
    keys: Keys
    tables: Tables
    reads: Reads
    clock: Clock
