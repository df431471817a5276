"""The filing service's exchange rates as the portal sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from services.portal.model.rates import RateAnswer, RatesRead, TableFault

QUOTE = {"quote_label": "100日元＝4.8765元人民币", "cny_per_unit": "0.048765"}


def make_rate(**changes: object) -> RateAnswer:
    """Return a rate that was corrected once."""
    revision = {"published_at": "2026-01-05T01:15:00+00:00", "taken_at": "2026-01-05T01:16:00+00:00"}
    rate = {
        "currency": "JPY",
        "currency_name": "日元",
        "day": "2026-01-05",
        "source_label": "人民币汇率中间价（中国外汇交易中心受权公布）",
        "is_sample": False,
        **QUOTE,
        "revision": 2,
        "revisions": [
            {
                "no": 1,
                "quote_label": "100日元＝4.8000元人民币",
                "cny_per_unit": "0.048",
                "is_current": False,
                **revision,
            },
            {"no": 2, "is_current": True, **QUOTE, **revision},
        ],
    }
    return cast(RateAnswer, {**rate, **changes})


def make_read(*faults: TableFault, **changes: object) -> RatesRead:
    """Return a table of one rate that corrects another."""
    row = {
        "line": 2,
        "currency": "JPY",
        "currency_name": "日元",
        "day": "2026-01-05",
        "source_label": "人民币汇率中间价（中国外汇交易中心受权公布）",
        **QUOTE,
        "fate": "corrected",
        "fate_label": "更正",
        "before": "100日元＝4.8000元人民币",
    }
    read = {
        "is_stored": False,
        "counted": {"new": 0, "corrected": 1, "known": 0, "outdated": 0},
        "rows": [row],
        "faults": list(faults),
        "fault_count": len(faults),
    }
    return cast(RatesRead, {**read, **changes})


@dataclass
class FakeRates:
    """Says what it was told to say, and keeps what it was sent."""

    rates: list[RateAnswer] = field(default_factory=lambda: [make_rate()])
    read: RatesRead = field(default_factory=make_read)
    next_cursor: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    sent: list[tuple[bytes, bool]] = field(default_factory=list)
    error: Exception | None = None

    def list(self, token: str, wanted: Mapping[str, str], cursor: str = "") -> tuple[list[RateAnswer], str]:
        self.asked.append({**wanted, "cursor": cursor})
        if self.error is not None and not self.sent:
            raise self.error
        return self.rates, self.next_cursor

    def take(self, token: str, table: bytes, *, is_trial: bool) -> RatesRead:
        self.sent.append((table, is_trial))
        if self.error is not None:
            raise self.error
        return cast(RatesRead, {**self.read, "is_stored": not is_trial and not self.read["fault_count"]})
