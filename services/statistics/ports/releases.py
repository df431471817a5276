"""Where releases are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from services.statistics.model.releases import Progress, Release, ReleaseKind
from shared.calls import Call
from shared.idempotency import RequestKey
from shared.messaging.events import Outgoing
from shared.paging import Page


@dataclass(frozen=True)
class Papers:
    """What a check leaves, kept sealed: the content where it passed, and its report."""

    content: bytes | None = field(repr=False)
    report: bytes = field(repr=False)


class Releases(Protocol):
    """Where releases are kept. Every write is one atomic step with its history and its events."""

    def find_created(self, request: RequestKey) -> Release | None:
        """Return the release that this request made. Raises `KeyReused` where it asked for something else."""
        ...

    def get(self, release_id: str) -> Release:
        """Return the release. Raises `NotFound`."""
        ...

    def content(self, release: Release) -> bytes:
        """Return the tables of a release that passed its check. Raises `NotFound`."""
        ...

    def report(self, release: Release) -> bytes:
        """Return the report of a release that was checked. Raises `NotFound`."""
        ...

    def list_all(self) -> tuple[Release, ...]:
        """Return all releases, the newest first."""
        ...

    def list_of(self, kind: ReleaseKind, period: str) -> tuple[Release, ...]:
        """Return the releases of one set for a period, the latest version first."""
        ...

    def list_signed_off(self, year: str) -> tuple[Release, ...]:
        """Return the releases of a year and its months that were signed off, the newest first."""
        ...

    def list_due(self, today: date) -> tuple[Release, ...]:
        """Return the releases whose day of publication has come, the earliest day and version first."""
        ...

    def list_published(self, cursor: str, limit: int) -> Page[Release]:
        """Return published releases, the newest first. Raises `Malformed` for what is no cursor."""
        ...

    def add(self, release: Release, call: Call, years: Sequence[str]) -> Release:
        """Store a new release that tells of some years. Raises `ReleaseUnderWay` where one of them has another."""
        ...

    def save(
        self, release: Release, call: Call, papers: Papers | None = None, events: Sequence[Outgoing] = ()
    ) -> Release:
        """Store the next version with its last history entry; content and report stay where none are given.

        Raises `StaleVersion`.
        """
        ...

    def message_size(self, release: Release, event: Outgoing) -> int:
        """Return how many bytes an event of a release takes at most on the bus, its secret sealed."""
        ...

    def take(self, now: datetime, lease: timedelta) -> Release | None:
        """Take a draft that nobody checks, or whose worker has said nothing for a lease; None where there is none."""
        ...

    def note_progress(self, release: Release, progress: Progress, held_until: datetime) -> None:
        """Note how far the check of a draft is, and hold it for longer; nothing where it is decided already."""
        ...
