"""What the portal keeps or knows by itself, in memory: sessions, divisions, secrets."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from services.portal.clients.divisions import ListedDivisions
from services.portal.model.divisions import DivisionEntry
from services.portal.model.session import Session
from shared.clock import SystemClock
from shared.errors import StaleVersion

LISTED = ListedDivisions(SystemClock())


@dataclass
class MemorySessions:
    """Keeps sessions in memory with the store's promises about versions and claims."""

    items: dict[str, Session] = field(default_factory=dict)
    claims: dict[tuple[str, int], datetime] = field(default_factory=dict)

    def add(self, session: Session) -> None:
        self.items[session.id] = session

    def find(self, identifier: str) -> Session | None:
        return self.items.get(identifier)

    def replace(self, session: Session) -> Session:
        stored = self.items.get(session.id)
        if stored is None or stored.version != session.version:
            raise StaleVersion
        self.items[session.id] = dataclasses.replace(session, version=session.version + 1)
        return self.items[session.id]

    def touch(self, session: Session) -> None:
        self.items[session.id] = session

    def claim_refresh(self, session: Session, now: datetime, until: datetime) -> bool:
        key = (session.id, session.version)
        if key in self.claims and self.claims[key] > now:
            return False
        self.claims[key] = until
        return True

    def remove(self, identifier: str) -> None:
        self.items.pop(identifier, None)

    def ping(self) -> None:
        return None


class FakeDivisions:
    """Knows one district; of the tree it knows the list."""

    def search(self, text: str, limit: int) -> list[tuple[str, str]]:
        return [("330106", "浙江省杭州市西湖区")] if text and text in "330106 浙江省杭州市西湖区" else []

    def name_of(self, code: str) -> str:
        return "浙江省杭州市西湖区" if code == "330106" else ""

    def below(self, code: str) -> list[tuple[str, str]]:
        return [("330106", "西湖区")] if code == "330100" else []

    def entry(self, code: str, on: date) -> DivisionEntry | None:
        return LISTED.entry(code, on)

    def entries_below(self, code: str, on: date) -> Sequence[DivisionEntry]:
        return LISTED.entries_below(code, on)

    def path_to(self, code: str, on: date) -> Sequence[str]:
        return LISTED.path_to(code, on)

    def matching(self, text: str, on: date, within: str, limit: int) -> Sequence[DivisionEntry]:
        return LISTED.matching(text, on, within, limit)


@dataclass
class CountingSecrets:
    """Makes secrets that differ, and nothing more."""

    made: int = 0

    def new(self) -> str:
        self.made += 1
        return f"secret-{self.made}"
