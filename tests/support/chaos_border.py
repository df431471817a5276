"""The border for tests that break it: registration's outbox, the exchange as a process, a wayward 名录库, and the checker."""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo.database import Database

from services.exchange.model.messages import Kind
from services.exchange.repository.records import COLLECTION
from services.sandbox.peer.answering import Desk, Reply, keys_of
from services.sandbox.peer.inbox import Inbox
from services.sandbox.peer.store import Store
from services.sandbox.peer.switches import read_switches
from services.sandbox.programs import PROJECT
from services.sandbox.stack.child import Child
from services.sandbox.stack.stack import Stack
from shared.clock import SystemClock
from shared.crypto.jose import public_part
from shared.failpoints import VARIABLE
from shared.ids import new_id
from shared.messaging.envelope import decode
from shared.messaging.intake import Intake
from shared.messaging.relay import PENDING, Relay
from shared.messaging.settlement import REASON, Delivery
from shared.messaging.topology import (
    DIRECTORY_ANNOUNCED,
    DIRECTORY_ANSWERS,
    DIRECTORY_INBOX,
    DIRECTORY_RECEIPTS,
    EXCHANGE_EVENTS,
    QUEUE,
    REGISTRATION_EVENTS,
)
from shared.mongo.aggregates import Aggregates
from shared.mongo.client import Document, connect
from shared.mongo.indexes import AGGREGATE_INDEXES, ensure_indexes
from tests.support.bus import drain, make_act, running
from tests.support.exchange import Approved, Site

DRAIN_SECONDS = 30.0
WORKER, CARELESS = "services.exchange.worker", "tests.support.chaos_careless"
READ = (EXCHANGE_EVENTS, DIRECTORY_INBOX, DIRECTORY_RECEIPTS, DIRECTORY_ANNOUNCED, DIRECTORY_ANSWERS)
"""The queues that somebody reads here; what registration would read is looked into afterwards."""

PAPERS = "papers"
"""Stands for registration's own collection: what is in an outbox there was acknowledged."""


@dataclass
class Mischief:
    """How the 名录库 behaves: seconds for each answer, how often it sends each, and whether in disorder."""

    slow: float = 0.0
    repeats: int = 1
    shuffles: bool = False


class Wayward(Inbox):
    """The stand-in's loop with mischief; `answers` is what it has sent."""

    def __init__(self, desk: Desk, amqp_url: str, mischief: Mischief) -> None:
        super().__init__(desk, amqp_url)
        self._mischief = mischief
        self._chance = random.Random(20261128)
        self.answers = 0
        self.disorder = 0

    def _work_off(self, intake: Intake, deliveries: Sequence[Delivery]) -> None:
        time.sleep(self._mischief.slow * len(deliveries))
        super()._work_off(intake, deliveries)

    def _send(self, replies: Sequence[Reply]) -> None:
        sent = [reply for reply in replies for _ in range(self._mischief.repeats)]
        if self._mischief.shuffles:
            self._chance.shuffle(sent)
            self.disorder += sent != list(replies)
        super()._send(sent)
        self.answers += len(sent)


@dataclass
class Border:
    """One exchange with its neighbours on servers that may be broken; `told` is how many units there are already."""

    stack: Stack
    site: Site
    folder: Path
    vhost: str
    worker: Child | None = None
    told: int = 0

    @property
    def database(self) -> Database[Document]:
        """The exchange's database."""
        return self.site.database

    def start_worker(self, plan: str = "", without: str = "", **settings: str) -> Child:
        """Run the exchange's worker anew, with this plan of crash points, and without a safeguard where one is named."""
        self.stop_worker()
        environment = self.site.exchange_environment() | settings | ({VARIABLE: plan} if plan else {})
        command = [sys.executable, "-m", *((CARELESS, without) if without else (WORKER,))]
        self.worker = Child("exchange-worker", command, root=self.folder, environment=environment, directory=PROJECT)
        self.worker.start()
        return self.worker

    def ensure_worker(self) -> None:
        """Run the worker, where it does not."""
        if self.worker is None or not self.worker.is_alive():
            self.start_worker()

    def stop_worker(self) -> None:
        """End the worker, where one runs."""
        if self.worker is not None:
            self.worker.stop()
            self.worker = None

    def settle(self, approvals: Sequence[Approved]) -> float:
        """Let everybody work who may be away, and return the seconds until nothing is on its way. Fails after 30 s."""
        self.ensure_worker()
        with self.directory():
            return drained(self, approvals)

    def approvals(self, count: int) -> list[Approved]:
        """Return approvals of new units, which nobody was told of yet."""
        made = self.site.approvals(count, first=self.told + 1)
        self.told += count
        return made

    def approve(self, approvals: Sequence[Approved]) -> None:
        """Write approvals into registration's outbox: from then on none may be lost."""
        for approval in approvals:
            Aggregates(self.database[PAPERS]).insert(new_id(), {}, make_act(), [approval.event])

    def pending(self) -> int:
        """Return how many outboxes hold something, of registration and of the exchange."""
        return sum(self.database[name].count_documents(PENDING) for name in (PAPERS, COLLECTION))

    def states(self, approvals: Sequence[Approved]) -> Counter[str]:
        """Return how many of these messages are in each state."""
        query = {"_id": {"$in": [each.message_id for each in approvals]}}
        return Counter(row["state"] for row in self.database[COLLECTION].find(query, {"state": 1}))

    @contextmanager
    def relaying(self) -> Iterator[None]:
        """Run registration's relay."""
        with running(Relay([self.database[PAPERS]], self.site.amqp_url, source="registration")):
            yield

    @contextmanager
    def directory(self, mischief: Mischief | None = None) -> Iterator[Wayward]:
        """Run the 名录库."""
        store = Store(self.site.peer_dir)
        keys = keys_of(self.site.keys["directory"], {"exchange": public_part(self.site.keys["exchange"])})
        desk = Desk(store, keys, lambda: read_switches(self.site.peer_dir), SystemClock())
        inbox = Wayward(desk, self.site.peer_amqp_url, mischief or Mischief())
        try:
            with running(inbox):
                yield inbox
        finally:
            store.close()

    def on_its_way(self, approvals: Sequence[Approved], state: str) -> list[str]:
        """Return what is not where it belongs yet."""
        backlog = self.stack.rabbitmq.backlog(self.vhost)
        pending = self.pending()
        states = self.states(approvals)
        return [
            *(f"{count} in {queue}" for queue, count in backlog.items() if count and _is_read(queue)),
            *([f"{pending} outboxes"] if pending else []),
            *([f"states {dict(states)}"] if states - Counter({state: len(approvals)}) else []),
            *([f"{states[state]} {state}"] if states[state] != len(approvals) else []),
        ]


def _is_read(queue: str) -> bool:
    return any(queue == name or queue.startswith(f"{name}.retry.") for name in READ)


@contextmanager
def open_border(stack: Stack, folder: Path) -> Iterator[Border]:
    """Make a border on the servers; nothing of it runs yet."""
    vhost = name = f"border-{new_id()}"
    broker = stack.rabbitmq
    stack.wait_ready("mongod", "rabbitmq")
    broker.add_vhost(vhost)
    with connect(stack.mongod.uri) as client:
        site = Site(folder, stack.mongod.uri, client[name], broker.url(vhost), broker.peer_url(vhost))
        ensure_indexes(client[name], {PAPERS: AGGREGATE_INDEXES})
        border = Border(stack, site, folder, vhost)
        try:
            yield border
        finally:
            border.stop_worker()
            site.close()
            client.drop_database(name)
            broker.drop_vhost(vhost)


def drained(border: Border, approvals: Sequence[Approved], state: str = "accepted") -> float:
    """Wait until all is where it belongs and return the seconds that took. Fails after 30 s."""
    began = time.monotonic()
    while rest := border.on_its_way(approvals, state):
        assert time.monotonic() - began < DRAIN_SECONDS, f"still on its way after {DRAIN_SECONDS:.0f} s: {rest}"
        time.sleep(0.2)
    return time.monotonic() - began


def faults(border: Border, approvals: Sequence[Approved]) -> list[str]:
    """Return everything that is lost, doubled, in a wrong state or not told of; empty when every promise was kept."""
    ids = {each.message_id for each in approvals}
    return [*_of_ledger(border, approvals), *_of_peer(border, approvals), *_of_news(border, ids)]


def parked(border: Border) -> Counter[tuple[str, str]]:
    """Take what was parked, and return how much of it for which reason."""
    found: Counter[tuple[str, str]] = Counter()
    for queue in READ:
        for properties, _ in drain(border.site.amqp_url, QUEUE[queue].parking):
            found[queue, str((properties.headers or {}).get(REASON, ""))] += 1
    return found


def _of_ledger(border: Border, approvals: Sequence[Approved]) -> Iterator[str]:
    query = {"unit": {"$in": [each.unit_id for each in approvals]}, "kind": Kind.UNIT_NEW.value}
    rows = list(border.database[COLLECTION].find(query))
    units = Counter(row["unit"] for row in rows)
    for approval in approvals:
        if units[approval.unit_id] != 1:
            yield f"ledger: {units[approval.unit_id]} messages of {approval.unit_id}"
    for row in rows:
        accepted = [entry for entry in row["log"] if entry["event"] == "accepted"]
        if (row["state"], row["sequence"], len(accepted)) != ("accepted", 1, 1):
            yield f"ledger: {row['_id']} is {row['state']} with sequence {row['sequence']}, accepted {len(accepted)} times"


def _of_peer(border: Border, approvals: Sequence[Approved]) -> Iterator[str]:
    report = border.site.report()
    for approval in approvals:
        row: dict[str, Any] = report.get(approval.message_id, {})
        if (row.get("unit_id"), row.get("outcome"), row.get("effects")) != (approval.unit_id, "accepted", 1):
            yield f"unit directory: {approval.message_id} was {row.get('outcome')} and had {row.get('effects')} effects"


def _of_news(border: Border, ids: set[str]) -> Iterator[str]:
    heard: dict[str, set[str]] = {}
    for _, body in drain(border.site.amqp_url, REGISTRATION_EVENTS):
        message = decode(body)
        if message.type == "tongbao.exchange.unit_acknowledged.v1":
            heard.setdefault(message.data["message_id"], set()).add(message.id)
    for id in sorted(ids):
        if len(heard.get(id, ())) != 1:
            yield f"news: registration was told of {id} {len(heard.get(id, ()))} times"
