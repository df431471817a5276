"""The filing service, for closing periods and for units that follow changes to the divisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from services.portal.model.closings import ClosingAnswer, LeftOutAnswer, PreviewAnswer, RelocationAnswer


class Closings(Protocol):
    """Closings, as the ministry sees them, and relocations. Errors are those of `shared.errors`."""

    def list_all(self, token: str) -> list[ClosingAnswer]: ...

    def preview(self, token: str, period: str) -> PreviewAnswer: ...

    def not_approved(
        self, token: str, period: str, narrowed: Mapping[str, str], after: str
    ) -> tuple[list[LeftOutAnswer], str]: ...

    def close(self, token: str, key: str, body: Mapping[str, object]) -> ClosingAnswer: ...

    def get(self, token: str, closing_id: str) -> ClosingAnswer: ...

    def left_out(self, token: str, closing_id: str, after: str) -> tuple[list[LeftOutAnswer], str]: ...

    def verify(self, token: str, key: str, closing_id: str) -> ClosingAnswer: ...

    def relocations(self, token: str, state: str, cursor: str) -> tuple[list[RelocationAnswer], str]: ...

    def place(self, token: str, relocation_id: str, version: int, division: str) -> RelocationAnswer: ...
