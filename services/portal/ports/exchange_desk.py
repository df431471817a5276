"""The exchange service, for the operation desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from services.portal.model.exchange_desk import (
    ContentAnswer,
    PartnerAnswer,
    PreviewAnswer,
    RerunAnswer,
    RerunItemAnswer,
    RouteAnswer,
)


class ExchangeDesk(Protocol):
    """Routes, partners and re-runs. Errors are those of `shared.errors`."""

    def mark(self, token: str, text: str) -> str: ...

    def body(self, token: str, message_id: str) -> ContentAnswer: ...

    def routes(self, token: str) -> list[RouteAnswer]: ...

    def route(self, token: str, name: str) -> RouteAnswer: ...

    def set_route(self, token: str, name: str, act: str, version: int, body: Mapping[str, object]) -> RouteAnswer: ...

    def partners(self, token: str) -> list[PartnerAnswer]: ...

    def ping(self, token: str, partner: str, key: str) -> str: ...

    def announce(self, token: str, partner: str, version: int, body: Mapping[str, str]) -> PartnerAnswer: ...

    def cancel(self, token: str, partner: str, version: int, maintenance_id: str) -> PartnerAnswer: ...

    def preview(self, token: str, key: str, body: Mapping[str, object]) -> PreviewAnswer: ...

    def begin(self, token: str, key: str, items: Sequence[Mapping[str, object]], reason: str) -> RerunAnswer: ...

    def reruns(self, token: str, cursor: str) -> tuple[list[RerunAnswer], str]: ...

    def rerun(self, token: str, rerun_id: str) -> RerunAnswer: ...

    def items(self, token: str, rerun_id: str, outcome: str, after: int) -> list[RerunItemAnswer]: ...
