"""The operation desk of the exchange as the portal sees it, in memory: what it answers is what the interface shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from services.exchange.schemas.desk_examples import EXAMPLES
from services.portal.model.exchange_desk import (
    ContentAnswer,
    PartnerAnswer,
    PreviewAnswer,
    RerunAnswer,
    RerunItemAnswer,
    RouteAnswer,
)
from shared.errors import Conflict, Invalid, NotFound, Problem

NAME = "杭州云采科技有限公司"


def example(name: str) -> Any:
    """Return a body as the interface shows it."""
    return deepcopy(EXAMPLES[name])


@dataclass
class FakeExchangeDesk:
    """Keeps what was asked of it in `asked`; refuses what the real one refuses."""

    asked: list[tuple[object, ...]] = field(default_factory=list)
    one: RouteAnswer = field(default_factory=lambda: example("ControlOut"))
    partner: PartnerAnswer = field(default_factory=lambda: example("PartnerOut"))
    candidates: PreviewAnswer = field(default_factory=lambda: example("CandidatesOut"))
    is_changed: bool = False

    def mark(self, token: str, text: str) -> str:
        if len(text) < 2:
            raise Invalid([Problem("/text", "too_short", "太短。", "≥ 2")])
        self.asked.append(("mark", text))
        return "5f" * 16

    def body(self, token: str, message_id: str) -> ContentAnswer:
        self.asked.append(("body", message_id))
        content = {"unit": {"name": NAME, "credit_code": "91330106000000019W"}, "sequence": 1, "kind": "UNIT_NEW"}
        return {"id": message_id, "kind": "UNIT_NEW", "digest": "ab" * 32, "content": content}

    def routes(self, token: str) -> list[RouteAnswer]:
        return [self.one]

    def route(self, token: str, name: str) -> RouteAnswer:
        if name != self.one["route"]:
            raise NotFound
        return self.one

    def set_route(self, token: str, name: str, act: str, version: int, body: Mapping[str, object]) -> RouteAnswer:
        if self.is_changed:
            raise Conflict
        if int(str(body.get("retention_days", 731))) < 731:
            raise Invalid([Problem("/retention_days", "below_statute", "原始资料至少保存两年。", "≥ 731")])
        self.asked.append((act, name, version, dict(body)))
        return self.one

    def partners(self, token: str) -> list[PartnerAnswer]:
        return [self.partner]

    def ping(self, token: str, partner: str, key: str) -> str:
        self.asked.append(("ping", partner))
        return "7" * 32

    def announce(self, token: str, partner: str, version: int, body: Mapping[str, str]) -> PartnerAnswer:
        if body["ends"] <= body["begins"]:
            raise Invalid([Problem("/ends", "ends_too_early", "结束时间应晚于开始时间和现在。", "")])
        self.asked.append(("announce", partner, version, dict(body)))
        return self.partner

    def cancel(self, token: str, partner: str, version: int, maintenance_id: str) -> PartnerAnswer:
        self.asked.append(("cancel", partner, version, maintenance_id))
        return self.partner

    def preview(self, token: str, key: str, body: Mapping[str, object]) -> PreviewAnswer:
        self.asked.append(("preview", dict(body)))
        return self.candidates if body.get("ids", True) else {"items": [], "going": 0}

    def begin(self, token: str, key: str, items: Sequence[Mapping[str, object]], reason: str) -> RerunAnswer:
        self.asked.append(("begin", [dict(each) for each in items], reason))
        made: RerunAnswer = example("RerunOut")
        return made

    def reruns(self, token: str, cursor: str) -> tuple[list[RerunAnswer], str]:
        return [example("RerunOut")], ""

    def rerun(self, token: str, rerun_id: str) -> RerunAnswer:
        found: RerunAnswer = example("RerunOut")
        return found

    def items(self, token: str, rerun_id: str, outcome: str, after: int) -> list[RerunItemAnswer]:
        found: list[RerunItemAnswer] = example("ItemsOut")["items"]
        return found
