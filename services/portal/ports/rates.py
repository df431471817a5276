"""The filing service, for exchange rates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from services.portal.model.rates import RateAnswer, RatesRead


class Rates(Protocol):
    """Published exchange rates. Errors are those of `shared.errors`."""

    def list(self, token: str, wanted: Mapping[str, str], cursor: str = "") -> tuple[list[RateAnswer], str]: ...

    def take(self, token: str, table: bytes, *, is_trial: bool) -> RatesRead: ...
