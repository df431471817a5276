"""Statistics, for the desk: closed periods, releases and drafts of tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from services.portal.model.answers import Streamed
from services.portal.model.drafts import DraftAnswer, DrawableAnswer
from services.portal.model.releases import ContentAnswer, ReleaseAnswer, ReportAnswer, SnapshotAnswer


class Releases(Protocol):
    """Releases, on behalf of the person whose access token is given. Errors are those of `shared.errors`."""

    def snapshots(self, token: str) -> list[SnapshotAnswer]: ...

    def all(self, token: str) -> list[ReleaseAnswer]: ...

    def get(self, token: str, release_id: str) -> ReleaseAnswer: ...

    def report(self, token: str, release_id: str) -> ReportAnswer: ...

    def content(self, token: str, release_id: str) -> ContentAnswer: ...

    def prepare(self, token: str, key: str, kind: str, period: str) -> ReleaseAnswer: ...

    def act(
        self, token: str, release_id: str, act: str, version: int, body: Mapping[str, object] | None = None
    ) -> ReleaseAnswer: ...


class Drafts(Protocol):
    """Tables as they would be now, in the person's sight. Errors are those of `shared.errors`."""

    def tables(self, token: str) -> list[DrawableAnswer]: ...

    def draw(self, token: str, table: str, asked: Mapping[str, str]) -> DraftAnswer: ...

    def file(self, token: str, table: str, form: str, asked: Mapping[str, str]) -> Streamed: ...
