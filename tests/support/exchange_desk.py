"""Builders of messages to the directory, and the exchange's ports in memory with the promises of the real ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from services.exchange.errors import Unreadable
from services.exchange.model.controls import Control, Hold, Upkeep, laid
from services.exchange.model.messages import Kind, Message, Secret, State
from services.exchange.model.partners import PINGS, ROUTES, Partner, RouteName, Transport
from services.exchange.operations.contents import content_of
from services.exchange.operations.sending import Draft, Fact
from services.exchange.policy import EXCHANGE
from services.exchange.ports.deps import Deps
from services.exchange.ports.messages import Outgoing, Patience
from shared.calls import Call
from shared.clock import FixedClock
from shared.contracts.border import digest_of, dump_content
from shared.contracts.notification import Notice
from shared.errors import Conflict, NotFound, StaleVersion
from shared.identity.actor import Actor, Role
from shared.paging import Page
from tests.support.exchange import APPROVED, make_record
from tests.support.exchange_cases import MemoryCases, MemorySurveyUnits
from tests.support.exchange_journal_memory import FakeSigner, MemoryJournal
from tests.support.exchange_mirror import make_directory
from tests.support.filing_reminding import NoBoard
from tests.support.exchange_sharing import make_sharing

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
T = TypeVar("T")
UNIT, REGISTRATION, EVENT = "1" * 32, "2" * 32, "3" * 32
DESK = Actor("d" * 32, Role.DIRECTORY_DESK)
BY_ITSELF = Call(EXCHANGE, "c" * 32)
WAIT = timedelta(minutes=10)


def make_message(**changes: Any) -> Message:
    """Return a message that was sent once and waits for its receipt."""
    values: dict[str, Any] = {
        "id": "4" * 32,
        "version": 1,
        "party": str(changes.get("unit_id", UNIT)),
        "unit_id": UNIT,
        "registration_id": REGISTRATION,
        "division": "330106",
        "revision": 1,
        "state": State.SENT,
        "created_at": NOW,
        "updated_at": NOW,
        "sequence": 1,
        "digest": digest_of(b"content"),
        "attempts": 1,
        "sent_at": NOW,
    }
    return Message(**(values | changes))


def make_secret(**unit: Any) -> Secret:
    """Return what is sealed of a message on a unit."""
    record = make_record(UNIT, REGISTRATION, **unit)
    return Secret(
        content_of(make_message(), 1, record), credit_code=record["unit"]["credit_code"], name=record["unit"]["name"]
    )


def make_draft(**changes: Any) -> Draft:
    """Return the draft of a test of the way to the 名录库."""
    values: dict[str, Any] = {
        "id": "7" * 32,
        "route": RouteName.DIRECTORY_PINGS,
        "kind": Kind.PING,
        "party": "7" * 32,
        "content": lambda sequence: f"content {sequence}".encode(),
    }
    return Draft(**(values | changes))


def make_approval(**changes: Any) -> Fact:
    """Return an approval whose record opens and fits."""
    values: dict[str, Any] = {
        "event_id": EVENT,
        "type": APPROVED,
        "registration_id": REGISTRATION,
        "unit_id": UNIT,
        "division": "330106",
        "revision": 1,
        "sealed": "record",
        "at": NOW,
    }
    return Fact(**(values | changes))


class MemoryMessages:
    """The ledger in memory; `outbox` is what left, by message."""

    def __init__(self, messages: Sequence[Message] = (), secret: Secret | None = None) -> None:
        self.rows = {message.id: message for message in messages}
        self.secrets = {message.id: secret or Secret(b"content") for message in messages}
        self.outbox: list[tuple[str, Outgoing]] = []
        self.unconfirmed: set[str] = set()

    def get(self, message_id: str) -> Message:
        if message_id not in self.rows:
            raise NotFound
        return self.rows[message_id]

    def find(self, message_id: str) -> Message | None:
        return self.rows.get(message_id)

    def secret_of(self, message: Message) -> Secret:
        if message.id not in self.secrets:
            raise NotFound
        return self.secrets[message.id]

    def add(self, message: Message, call: Call, secret: Secret | None, events: Sequence[Outgoing] = ()) -> Message:
        if message.id in self.rows:
            raise Conflict
        return self._store(message, secret, events)

    def save(
        self, message: Message, call: Call, secret: Secret | None = None, events: Sequence[Outgoing] = ()
    ) -> Message:
        if self.get(message.id).version != message.version:
            raise StaleVersion
        return self._store(replace(message, version=message.version + 1), secret, events)

    def last_sequence(self, route: RouteName, party: str) -> int:
        numbers = (row.sequence or 0 for row in self.rows.values() if (row.route, row.party) == (route, party))
        return max(numbers, default=0)

    def find_in_sequence(self, route: RouteName, party: str, sequence: int) -> Message | None:
        wanted = (route, party, sequence)
        return next((row for row in self.rows.values() if (row.route, row.party, row.sequence) == wanted), None)

    def list_confirmed(self, limit: int) -> Sequence[Message]:
        return self._where(
            lambda row: row.state is State.PENDING and not row.waits and row.line.transport is Transport.AMQP,
            limit,
            self.unconfirmed,
        )

    def list_to_lay_down(self, limit: int) -> Sequence[Message]:
        return self._where(
            lambda row: row.state is State.PENDING and not row.waits and row.line.transport is Transport.FILE, limit
        )

    def parcel_of(self, message: Message) -> str:
        sent = [event for id, event in self.outbox if id == message.id and event.partner is not None]
        if not sent:
            raise NotFound
        return str(sent[-1].data["sealed"])

    def list_waiting(self, route: RouteName, after: tuple[datetime, str] | None, limit: int) -> Sequence[Message]:
        begin = after or (datetime.min.replace(tzinfo=UTC), "")
        found = self._where(lambda row: row.waits and row.route is route and (row.created_at, row.id) > begin, 1_000)
        return sorted(found, key=lambda row: (row.created_at, row.id))[:limit]

    def list_overdue(self, routes: Sequence[RouteName], sent_before: datetime, limit: int) -> Sequence[Message]:
        return self._where(
            lambda row: (
                row.state is State.SENT
                and row.route in routes
                and row.sent_at is not None
                and row.sent_at < sent_before
            ),
            limit,
        )

    def list_newest(self, state: State | None, cursor: str, limit: int) -> Page[Message]:
        return Page(tuple(self._where(lambda row: state in (None, row.state), limit)))

    def _where(self, fits: Callable[[Message], bool], limit: int, but: Container[str] = ()) -> list[Message]:
        return [row for row in self.rows.values() if row.id not in but and fits(row)][:limit]

    def _store(self, message: Message, secret: Secret | None, events: Sequence[Outgoing]) -> Message:
        self.rows[message.id] = message
        if secret is not None:
            self.secrets[message.id] = secret
        self.outbox += [(message.id, event) for event in events]
        return message


@dataclass
class FakeBorder:
    """Opens what a test laid down under a token; seals by showing what was given."""

    records: dict[str, Mapping[str, object]] = field(
        default_factory=lambda: {"record": make_record(UNIT, REGISTRATION)}
    )
    receipts: dict[str, bytes] = field(default_factory=dict)

    def open_record(self, token: str, type: str) -> Mapping[str, object]:
        if token not in self.records:
            raise Unreadable("cannot_decrypt")
        return self.records[token]

    def seal(self, content: bytes, type: str, partner: Partner) -> str:
        return f"sealed:{digest_of(content)}"

    def seal_notice(self, notice: Notice) -> Mapping[str, object]:
        return {**notice.clear, "sealed": dict(notice.values)}

    def seal_record(self, record: Mapping[str, object], type: str) -> Mapping[str, str]:
        return {"reader": "filing", "sealed": repr(record)}

    def open_receipt(self, token: str, type: str, partner: Partner) -> bytes:
        if token not in self.receipts:
            raise Unreadable("bad_signature")
        return self.receipts[token]

    def lay_down(self, token: str, **changes: Any) -> None:
        """Make a receipt open under the token: an acceptance of `make_message`, but for the changes."""
        values: dict[str, Any] = {
            "message_id": "4" * 32,
            "digest": digest_of(b"content"),
            "outcome": "accepted",
            "reason": "",
            "directory_id": "D00000000001",
            "received_at": NOW.isoformat(),
        }
        self.receipts[token] = dump_content(values | changes)


class MemoryReads:
    """The record of reads in memory."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str]] = []

    def record(self, call: Call, action: str, subject: str, part: str = "") -> None:
        self.rows.append((call.actor.account_id, subject))


class MemoryControls:
    """What is set for routes and partners, in memory; `used` counts by route and minute."""

    def __init__(self) -> None:
        self.controls = {name: Control(name, 1, laid(route)) for name, route in ROUTES.items()}
        self.upkeeps = {partner: Upkeep(partner, 1) for partner in Partner}
        self.used: Counter[tuple[RouteName, datetime]] = Counter()
        self.outbox: list[Outgoing] = []

    def get(self, route: RouteName) -> Control:
        return self.controls[route]

    def save(self, control: Control, call: Call, events: Sequence[Outgoing] = ()) -> Control:
        if self.controls[control.route].version != control.version:
            raise StaleVersion
        self.controls[control.route] = replace(control, version=control.version + 1)
        self.outbox += events
        return self.controls[control.route]

    def upkeep(self, partner: Partner) -> Upkeep:
        return self.upkeeps[partner]

    def save_upkeep(self, upkeep: Upkeep, call: Call) -> Upkeep:
        if self.upkeeps[upkeep.partner].version != upkeep.version:
            raise StaleVersion
        self.upkeeps[upkeep.partner] = replace(upkeep, version=upkeep.version + 1)
        return self.upkeeps[upkeep.partner]

    def hold(self, route: RouteName, now: datetime) -> Hold | None:
        if self.controls[route].figures.is_stopped:
            return Hold.STOPPED
        if route in PINGS.values() or self.upkeeps[ROUTES[route].partner].now_on(now) is None:
            return None
        return Hold.MAINTENANCE

    def admits(self, route: RouteName, now: datetime) -> bool:
        minute = (route, now.replace(second=0, microsecond=0))
        if self.used[minute] >= self.controls[route].figures.cap:
            return False
        self.used[minute] += 1
        return True

    def change(self, route: RouteName, **figures: Any) -> None:
        """Set figures of a route, without anybody having done so."""
        control = self.controls[route]
        self.controls[route] = replace(control, figures=replace(control.figures, **figures))


@dataclass(frozen=True)
class DeskDeps(Deps):
    """Deps whose fakes a test can look into."""

    messages: MemoryMessages
    border: FakeBorder
    reads: MemoryReads
    clock: FixedClock
    journal: MemoryJournal
    cases: MemoryCases
    survey_units: MemorySurveyUnits

    def told(self) -> list[str]:
        """Return the types of what left, in order."""
        return [event.type for _, event in self.messages.outbox]


def make_deps(*messages: Message, secret: Secret | None = None, attempts: int = 3) -> DeskDeps:
    """Return deps with these messages in the ledger."""
    deps: DeskDeps

    def together(work: Callable[[Deps], T]) -> T:
        return work(deps)

    deps = DeskDeps(
        messages=MemoryMessages(messages, secret),
        border=FakeBorder(),
        reads=MemoryReads(),
        clock=FixedClock(NOW),
        patience=Patience(WAIT, attempts),
        journal=MemoryJournal(),
        signer=FakeSigner(),
        jobs=NoBoard(),
        directory=make_directory(),
        controls=MemoryControls(),
        cases=MemoryCases(),
        survey_units=MemorySurveyUnits(),
        sharing=make_sharing(),
        together=together,
    )
    return deps
