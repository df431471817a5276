"""The exchange, for deliveries of statistics and for sharing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from services.portal.model.answers import Streamed
from services.portal.model.deliveries import (
    DeliveryAnswer,
    DeliveryRow,
    ObjectionAnswer,
    PackageAnswer,
    RequestAnswer,
)


class Deliveries(Protocol):
    """Deliveries, requests and objections. Errors are those of `shared.errors`."""

    def page(self, token: str, receiver: str, state: str, cursor: str) -> tuple[list[DeliveryRow], str]: ...

    def get(self, token: str, delivery_id: str) -> DeliveryAnswer: ...

    def preview(self, token: str, delivery_id: str) -> PackageAnswer: ...

    def package(self, token: str, delivery_id: str) -> Streamed: ...

    def act(
        self, token: str, delivery_id: str, act: str, version: int, body: Mapping[str, object] | None = None
    ) -> DeliveryAnswer: ...

    def prepare(self, token: str, key: str, set_id: str, receiver: str) -> DeliveryAnswer: ...

    def catalogue(self, token: str) -> list[dict[str, object]]: ...

    def requests(self, token: str, state: str, cursor: str) -> tuple[list[RequestAnswer], str]: ...

    def request(self, token: str, request_id: str) -> RequestAnswer: ...

    def ask(self, token: str, key: str, body: Mapping[str, object]) -> RequestAnswer: ...

    def answer_request(
        self, token: str, request_id: str, act: str, version: int, body: Mapping[str, object]
    ) -> RequestAnswer: ...

    def objections(self, token: str, state: str, cursor: str) -> tuple[list[ObjectionAnswer], str]: ...

    def objection(self, token: str, objection_id: str) -> ObjectionAnswer: ...

    def raise_objection(self, token: str, key: str, body: Mapping[str, object]) -> ObjectionAnswer: ...

    def answer_objection(
        self, token: str, objection_id: str, version: int, body: Mapping[str, object]
    ) -> ObjectionAnswer: ...
