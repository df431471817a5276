"""The journal and the signature in memory, with the promises of the real ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from services.exchange.journal.anchors import SignedAnchor, Standing, end_of
from services.exchange.journal.chains import Head, head_of, linked
from services.exchange.journal.entries import moment_text
from services.exchange.model.partners import Partner
from services.exchange.ports.journal import Arrival, Chain, Checked, Noted, Search
from tests.support.exchange_journal import EXCHANGE_KEYS, PUBLIC, sign


@dataclass
class MemoryJournal:
    """Chains as lists; `fault` is raised when something is to be linked."""

    waiting: list[tuple[Arrival, datetime]] = field(default_factory=list)
    lines: dict[Partner, list[Noted]] = field(default_factory=lambda: {partner: [] for partner in Partner})
    signed: list[SignedAnchor] = field(default_factory=list)
    checked: dict[Partner, Checked] = field(default_factory=dict)
    told: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)
    fault: Exception | None = None

    def note(self, arrival: Arrival, at: datetime) -> None:
        known = {(one.crossing.event, one.crossing.token) for one, _ in self.waiting}
        known |= {(entry.event, entry.token) for lines in self.lines.values() for entry, _ in lines}
        if (arrival.crossing.event, arrival.crossing.token) not in known:
            self.waiting.append((arrival, at))

    def link(self, at: datetime, limit: int) -> int:
        if self.fault is not None:
            raise self.fault
        taken, self.waiting = self.waiting[:limit], self.waiting[limit:]
        for partner in Partner:
            mine = [one.crossing for one, _ in taken if one.crossing.partner == partner]
            floor = moment_text(end_of(date.fromisoformat(self.signed[-1].anchor.day))) if self.signed else ""
            entries = linked(self._head(partner), mine, max(moment_text(at), floor))
            self.lines[partner] += [(entry, entry.hash) for entry in entries]
        return len(taken)

    def oldest_waiting(self) -> datetime | None:
        return min((at for _, at in self.waiting), default=None)

    def chains(self) -> Sequence[Chain]:
        return [Chain(partner, self._head(partner), self.checked.get(partner)) for partner in Partner]

    def list_newest(self, search: Search, cursor: str, limit: int) -> tuple[Sequence[Noted], str]:
        fits = [
            (entry, noted)
            for entry, noted in reversed(self.lines[search.partner])
            if search.message_id in ("", entry.message_id) and search.route in (None, entry.route)
        ]
        return fits[:limit], ""

    def follow(self, partner: Partner, first: int, last: int) -> Iterator[Noted]:
        yield from self.lines[partner][first - 1 : last]

    def proofs(self, partner: Partner, first: int, last: int) -> Iterator[tuple[int, str]]:
        yield from ()

    def head_before(self, partner: Partner, moment: datetime) -> Head:
        before = [entry for entry, _ in self.lines[partner] if entry.at < moment_text(moment)]
        return head_of(before[-1]) if before else Head()

    def close_day(
        self, day: date, make: Callable[[SignedAnchor | None, Sequence[Standing]], SignedAnchor]
    ) -> SignedAnchor:
        known = next((each for each in self.signed if each.anchor.day == day.isoformat()), None)
        if known is not None:
            return known
        heads = [(partner.value, self.head_before(partner, end_of(day))) for partner in Partner]
        standings = [Standing(name, head.number, head.hash) for name, head in heads]
        self.signed.append(make(self.signed[-1] if self.signed else None, standings))
        return self.signed[-1]

    def anchors(self, since: date | None = None, until: date | None = None) -> Sequence[SignedAnchor]:
        first, last = (since or date.min).isoformat(), (until or date.max).isoformat()
        return [each for each in self.signed if first <= each.anchor.day <= last]

    def anchor_before(self, day: date | None = None) -> SignedAnchor | None:
        before = [each for each in self.signed if day is None or each.anchor.day < day.isoformat()]
        return before[-1] if before else None

    def note_checked(self, partner: Partner, checked: Checked) -> None:
        self.checked[partner] = checked

    def tell(self, type: str, data: Mapping[str, object], at: datetime) -> None:
        self.told.append((type, data))

    def _head(self, partner: Partner) -> Head:
        lines = self.lines[partner]
        return head_of(lines[-1][0]) if lines else Head()


class FakeSigner:
    """Signs with a key of the tests; takes any sealed text for one that holds nothing signed."""

    def sign(self, payload: bytes, typ: str) -> str:
        return sign(EXCHANGE_KEYS, payload, typ=typ)

    def proof_in(self, token: str, typ: str) -> str:
        return ""

    def public_keys(self, partner: Partner) -> Mapping[str, Mapping[str, object]]:
        return {"exchange": PUBLIC["exchange"]}
