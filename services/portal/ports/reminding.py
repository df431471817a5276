"""The filing service, for its scheduled jobs and for urging units to file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from services.portal.model.reminding import JobAnswer, ToUrge, UrgedAnswer


class Reminding(Protocol):
    """Scheduled jobs, and urging. Errors are those of `shared.errors`."""

    def jobs(self, token: str) -> list[JobAnswer]: ...

    def run_now(self, token: str, name: str) -> None: ...

    def urge(self, token: str, items: Sequence[ToUrge]) -> UrgedAnswer: ...
