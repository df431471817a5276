"""Statistics, for what is published: nobody signs in for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from services.portal.model.answers import Streamed
from services.portal.model.publications import PublicationAnswer, ReleasedAnswer, TableAnswer, Unchanged


class Publications(Protocol):
    """Published releases. Errors are those of `shared.errors`; `address` is that of the browser, for its limits."""

    def all(self, address: str) -> Sequence[PublicationAnswer]: ...

    def release(self, release_id: str, address: str) -> ReleasedAnswer: ...

    def table(self, release_id: str, code: str, address: str) -> TableAnswer: ...

    def file(self, parts: Sequence[str], query: Mapping[str, str], known: str, address: str) -> Streamed | Unchanged:
        """Return an answer as statistics gives it, without its bytes where it still has the tag `known`."""
        ...
