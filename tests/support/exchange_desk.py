"""Builders of messages to the directory, and the exchange's ports in memory with the promises of the real ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from services.exchange.errors import Unreadable
from services.exchange.model.messages import ANSWERED, Kind, Message, Secret, State
from services.exchange.model.partners import ONLY_BY_FILES, Partner, RouteName, Transports
from services.exchange.operations.contents import content_of
from services.exchange.operations.sending import Draft, Fact
from services.exchange.policy import EXCHANGE
from services.exchange.ports.deps import Deps
from services.exchange.ports.messages import Load, Outgoing, Patience, Wanted
from shared.calls import Call
from shared.clock import FixedClock
from shared.contracts.border import digest_of, dump_content
from shared.contracts.notification import Notice
from shared.errors import Conflict, NotFound, StaleVersion
from shared.identity.actor import Actor, Role
from shared.paging import Page
from tests.support.exchange import APPROVED, make_record
from tests.support.exchange_cases import MemoryCases, MemorySurveyUnits
from tests.support.exchange_controls import MemoryControls, MemoryReruns
from tests.support.exchange_journal_memory import FakeSigner, MemoryJournal
from tests.support.exchange_mirror import make_directory
from tests.support.exchange_quality import MemoryQuality
from tests.support.exchange_sharing import make_sharing
from tests.support.exchange_statements import MemoryStatements
from tests.support.filing_reminding import NoBoard

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

    def save_each(self, messages: Sequence[Message]) -> None:
        for message in messages:
            if self.get(message.id).version == message.version:
                self._store(replace(message, version=message.version + 1), None, ())

    def last_sequence(self, route: RouteName, party: str) -> int:
        numbers = (row.sequence or 0 for row in self.rows.values() if (row.route, row.party) == (route, party))
        return max(numbers, default=0)

    def find_last(self, route: RouteName, party: str) -> Message | None:
        return self.find_in_sequence(route, party, self.last_sequence(route, party))

    def find_in_sequence(self, route: RouteName, party: str, sequence: int) -> Message | None:
        wanted = (route, party, sequence)
        return next((row for row in self.rows.values() if (row.route, row.party, row.sequence) == wanted), None)

    def list_confirmed(self, limit: int) -> Sequence[Message]:
        return self._where(
            lambda row: row.state is State.PENDING and not row.waits and row.partner not in ONLY_BY_FILES,
            limit,
            self.unconfirmed,
        )

    def list_to_lay_down(self, routes: Sequence[RouteName], limit: int) -> Sequence[Message]:
        return self._where(
            lambda row: (
                row.state is State.PENDING and not row.waits and row.route in routes and row.partner in ONLY_BY_FILES
            ),
            limit,
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

    def load(self, route: RouteName, troubled_since: datetime) -> Load:
        rows = [row for row in self.rows.values() if row.route is route]
        states = Counter(row.state for row in rows)
        waiting = [row.updated_at for row in rows if row.state is State.PENDING]
        bad = (State.REFUSED, State.UNANSWERED)
        return Load(
            waiting=states[State.PENDING],
            waiting_since=min(waiting, default=None),
            sent=states[State.SENT],
            unanswered=states[State.UNANSWERED],
            refused=states[State.REFUSED],
            troubled=sum(row.state in bad and row.updated_at >= troubled_since for row in rows),
            last_sent_at=max((row.sent_at for row in rows if row.sent_at), default=None),
            last_answer_at=max((row.answered_at for row in rows if row.answered_at), default=None),
        )

    def newest_on(self, route: RouteName) -> Message | None:
        rows = [row for row in self.rows.values() if row.route is route]
        return max(rows, key=lambda row: (row.created_at, row.id), default=None)

    def list_answered(
        self, route: RouteName, before: datetime, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[Message]:
        begin = after or (datetime.min.replace(tzinfo=UTC), "")
        found = [
            (row.answered_at, row.id, row)
            for row in self.rows.values()
            if row.route is route and row.state in ANSWERED and row.answered_at and row.body_removed_at is None
        ]
        return [row for at, id, row in sorted(found) if begin < (at, id) and at < before][:limit]

    def remove_body(self, message: Message, call: Call) -> Message:
        changed = self.save(message, call)
        del self.secrets[message.id]
        return changed

    def list_newest(self, wanted: Wanted, cursor: str, limit: int) -> Page[Message]:
        return Page(tuple(self._where(lambda row: self._fits(row, wanted), limit)))

    def mark_of(self, text: str) -> str:
        return f"mark of {text}"

    def _fits(self, row: Message, wanted: Wanted) -> bool:
        secret = self.secrets.get(row.id, Secret(b""))
        return (
            wanted.message_id in ("", row.id)
            and wanted.mark in ("", *map(self.mark_of, (row.unit_id, secret.credit_code, secret.name)))
            and wanted.period in ("", row.period)
            and wanted.partner in (None, row.partner)
            and wanted.route in (None, row.route)
            and wanted.state in (None, row.state)
            and (wanted.begins is None or wanted.begins <= row.created_at)
            and (wanted.ends is None or row.created_at < wanted.ends)
        )

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
    quality: MemoryQuality

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
        transports=Transports(),
        journal=MemoryJournal(),
        signer=FakeSigner(),
        jobs=NoBoard(),
        statements=MemoryStatements(),
        directory=make_directory(),
        controls=MemoryControls(),
        reruns=MemoryReruns(),
        cases=MemoryCases(),
        survey_units=MemorySurveyUnits(),
        quality=MemoryQuality(),
        sharing=make_sharing(),
        together=together,
    )
    return deps
