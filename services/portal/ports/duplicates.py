"""The filing service, for likely duplicates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from services.portal.model.duplicates import DuplicateAnswer


class Duplicates(Protocol):
    """Alarms of likely duplicates, as the person may see them. Errors are those of `shared.errors`."""

    def list(self, token: str, state: str = "", cursor: str = "") -> tuple[list[DuplicateAnswer], str]: ...

    def get(self, token: str, alarm_id: str) -> DuplicateAnswer: ...

    def settle(self, token: str, alarm_id: str, version: int, body: Mapping[str, object]) -> DuplicateAnswer: ...
