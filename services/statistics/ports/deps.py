"""Everything that the operations use, in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from services.statistics.model.dashboards import Dashboard
from services.statistics.ports.amendments import Outdated
from services.statistics.ports.facts import Facts, Keys, OfSnapshots, Partitions, Snapshots
from services.statistics.ports.releases import Releases
from services.statistics.tables.definitions import Tables
from services.statistics.tables.panels import Panel, load_panels
from shared.audit import Reads
from shared.clock import Clock
from shared.recent import Recent
from shared.tabulation.tables import TableSet

MOST_SETS = 4
"""Published sets that a process keeps opened."""

MOST_DASHBOARDS = 64
DASHBOARD_SECONDS = 300
"""So many dashboards a process keeps, and for so long: whoever looks again sees the same, and the moment that it is of."""


@dataclass(frozen=True)
class Deps:
    """Everything that the operations use."""

    facts: Facts
    partitions: Partitions
    cells: OfSnapshots
    snapshots: Snapshots
    releases: Releases
    outdated: Outdated
    keys: Keys
    tables: Tables
    reads: Reads
    clock: Clock
    new_id: Callable[[], str]
    is_sample: bool = False
    """Whether the facts here are made up, so that every release has to say so."""
    opened: Recent[str, TableSet] = field(default_factory=lambda: Recent(MOST_SETS))
    """Sets of published releases, which never change."""
    dashboards: Recent[tuple[str, str], Dashboard] = field(
        default_factory=lambda: Recent(MOST_DASHBOARDS, DASHBOARD_SECONDS)
    )
    """Dashboards by division and month."""
    drawing: Lock = field(default_factory=Lock)
    """Held while a dashboard is drawn up, so that their memory does not add up."""
    panels: tuple[Panel, ...] = field(default_factory=load_panels)
