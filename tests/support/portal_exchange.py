"""The exchange as the portal sees it, in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.portal.model.answers import MessageAnswer, MessageRow
from shared.errors import Invalid, NotFound, Problem


@dataclass
class FakeExchange:
    """Keeps messages in memory."""

    items: dict[str, MessageAnswer] = field(default_factory=dict)
    resent: list[tuple[str, str]] = field(default_factory=list)
    wanted: list[dict[str, str]] = field(default_factory=list)

    def list(
        self, token: str, wanted: Mapping[str, str], cursor: str = "", limit: int = 20
    ) -> tuple[list[MessageRow], str]:
        self.wanted.append(dict(wanted))
        if len(wanted.get("period", "2026")) < 4:
            raise Invalid([Problem("/period", "period_malformed", "报告期格式不正确。", "如 2026 或 2026-03")])
        return [item for item in self.items.values() if wanted.get("state", item["state"]) == item["state"]], ""

    def get(self, token: str, message_id: str) -> MessageAnswer:
        if message_id not in self.items:
            raise NotFound
        return self.items[message_id]

    def resend(self, token: str, message_id: str, version: int, reason: str) -> MessageAnswer:
        self.resent.append((message_id, reason))
        return self.items[message_id]

    def ping(self) -> None:
        return None
