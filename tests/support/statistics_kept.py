"""Releases in memory, as the operations need them: versions, days, and which are published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import cast

from services.statistics.model.releases import SIGNED_OFF, Checked, Progress, Release, ReleaseKind, ReleaseState
from services.statistics.ports.deps import Deps
from services.statistics.ports.facts import Facts, Keys, OfSnapshots, Partitions, Snapshots
from services.statistics.ports.releases import Papers
from services.statistics.tables.loading import load_tables
from shared.audit import Reads
from shared.calls import Call
from shared.clock import FixedClock
from shared.errors import NotFound, StaleVersion
from shared.idempotency import RequestKey
from shared.ids import new_id
from shared.messaging.events import Outgoing
from shared.paging import Page

NOW = datetime(2025, 4, 10, 2, 0, tzinfo=UTC)


@dataclass
class KeptReleases:
    """Keeps releases by their ids; a save of an older version is refused."""

    kept: dict[str, Release] = field(default_factory=dict)

    def put(self, release: Release) -> Release:
        """Keep a release as it is."""
        self.kept[release.id] = release
        return release

    def find_created(self, request: RequestKey) -> Release | None:
        """Return None: nothing is prepared here."""
        return None

    def get(self, release_id: str) -> Release:
        """Return the release. Raises `NotFound`."""
        if release_id not in self.kept:
            raise NotFound
        return self.kept[release_id]

    def content(self, release: Release) -> bytes:
        """Refuse: no release has tables here."""
        raise NotFound

    def report(self, release: Release) -> bytes:
        """Refuse: no release was checked here."""
        raise NotFound

    def note_progress(self, release: Release, progress: Progress, held_until: datetime) -> None:
        """Forget it: nothing is checked here."""

    def message_size(self, release: Release, event: Outgoing) -> int:
        """Return 0: nothing is handed over here."""
        return 0

    def list_all(self) -> tuple[Release, ...]:
        """Return all releases."""
        return tuple(self.kept.values())

    def list_of(self, kind: ReleaseKind, period: str) -> tuple[Release, ...]:
        """Return the releases of one set for a period."""
        return tuple(each for each in self.kept.values() if (each.kind, each.period) == (kind, period))

    def list_signed_off(self, year: str) -> tuple[Release, ...]:
        """Return the releases of a year and its months that were signed off."""
        return tuple(each for each in self.kept.values() if each.state in SIGNED_OFF and each.period[:4] == year)

    def list_due(self, today: date) -> tuple[Release, ...]:
        """Return the releases whose day of publication has come."""
        waiting = [each for each in self.kept.values() if each.state is ReleaseState.SCHEDULED]
        return tuple(each for each in waiting if each.publish_on is not None and each.publish_on <= today)

    def list_published(self, cursor: str, limit: int) -> Page[Release]:
        """Return all published releases, the last one first."""
        found = [each for each in self.kept.values() if each.state is ReleaseState.PUBLISHED]
        return Page(tuple(reversed(found)))

    def add(self, release: Release, call: Call, years: Sequence[str]) -> Release:
        """Keep a new release."""
        return self.put(release)

    def save(
        self, release: Release, call: Call, papers: Papers | None = None, events: Sequence[Outgoing] = ()
    ) -> Release:
        """Keep the next version. Raises `StaleVersion`."""
        if self.kept[release.id].version != release.version:
            raise StaleVersion
        return self.put(replace(release, version=release.version + 1))

    def take(self, now: datetime, lease: timedelta) -> Release | None:
        """Return None: nothing waits for its check here."""
        return None


@dataclass
class KeptOutdated:
    """Keeps which releases are outdated, and what was told of them."""

    since: dict[str, datetime] = field(default_factory=dict)
    told: list[Outgoing] = field(default_factory=list)

    def since_of(self, release_ids: Iterable[str]) -> Mapping[str, datetime]:
        """Return by id since when releases are outdated."""
        return {each: self.since[each] for each in release_ids if each in self.since}

    def mark(self, release: Release, at: datetime, events: Sequence[Outgoing]) -> bool:
        """Keep that a release is outdated; False where that was kept before."""
        if release.id in self.since:
            return False
        self.since[release.id] = at
        self.told += events
        return True


def make_release(state: ReleaseState = ReleaseState.APPROVED, number: int = 1) -> Release:
    """Return a release of a month in a state."""
    return Release(
        id=new_id(),
        version=4,
        kind=ReleaseKind.MONTHLY,
        period="2025-03",
        number=number,
        supersedes="",
        final_on=date(2025, 4, 9),
        state=state,
        prepared_by="m",
        created_at=NOW,
        updated_at=NOW,
        checked=Checked("2024-1", "5" * 64, digest="d" * 64),
    )


def make_deps(releases: KeptReleases, clock: FixedClock) -> Deps:
    """Return what publishing uses; facts are out of its reach."""
    return Deps(
        facts=cast(Facts, None),
        partitions=cast(Partitions, None),
        cells=cast(OfSnapshots, None),
        snapshots=cast(Snapshots, None),
        releases=releases,
        outdated=KeptOutdated(),
        keys=cast(Keys, None),
        tables=load_tables(),
        reads=cast(Reads, None),
        clock=clock,
        new_id=new_id,
    )
