"""The way of a unit through the exchange: how many reach the 名录库 and are answered, and how soon one has its effect there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from statistics import median, quantiles

from services.exchange.model.messages import State
from services.exchange.repository.records import COLLECTION
from services.sandbox.peer.answering import Desk, Reply, keys_of
from services.sandbox.peer.inbox import Inbox
from services.sandbox.peer.store import Store
from services.sandbox.peer.switches import Switches
from shared.clock import SystemClock
from shared.crypto.jose import public_part
from shared.ids import new_id
from shared.messaging.envelope import decode, encode
from shared.messaging.outgoing import Outcome, Outgoing
from shared.messaging.publisher import Publisher
from shared.messaging.relay import Relay
from shared.messaging.topology import EVENTS
from shared.mongo.aggregates import Aggregates
from shared.mongo.client import connect
from shared.mongo.indexes import AGGREGATE_INDEXES, ensure_indexes
from tests.bench.ground import Ground, environment_of_children
from tests.bench.report import Row
from tests.support.bus import make_act, running
from tests.support.exchange import APPROVED, Approved, Site

COUNT = int(os.environ.get("TONGBAO_BENCH_UNITS", "1000"))
"""Units that are approved at once."""

UNIT_LIMIT = 3600 / 100_000
"""Seconds for a unit, if a country of 100,000 is to be told within an hour."""

IDLE, IDLE_PAUSE = 30, 0.15
LOAD, PER_SECOND = 400, 25
IDLE_LIMIT, LOAD_LIMIT = 0.1, 1.0
"""Seconds from an acknowledged write to its effect at the 名录库, at the median."""

PATIENCE = 300.0


def measure(ground: Ground) -> Sequence[Row]:
    """Return the rows of the exchange."""
    with open_site(ground, "exchange-carried") as site, working(site), site.directory():
        carried = _carried(site)
    with open_site(ground, "exchange-latency") as site, working(site):
        idle, load = _latencies(site)
    return [
        Row(
            "exchange, a unit's share of the time / limit",
            1 / carried / UNIT_LIMIT,
            1.0,
            "lower",
            f"{COUNT} approvals at once, until all are accepted: {carried:.0f} a second",
        ),
        *(
            Row(
                f"exchange, from write to effect at the 名录库, {name} / limit",
                median(seconds) / limit,
                1.0,
                "lower",
                f"p50 of {len(seconds)}, {text}; p95 {quantiles(seconds, n=20)[-1] / limit:.2f} of the limit of {limit} s",
            )
            for name, seconds, limit, text in (
                ("idle", idle, IDLE_LIMIT, "one by one"),
                ("under load", load, LOAD_LIMIT, f"{PER_SECOND} a second"),
            )
        ),
    ]


@contextmanager
def open_site(ground: Ground, name: str) -> Iterator[Site]:
    broker, folder = ground.stack.rabbitmq, ground.folder / name
    broker.add_vhost(name)
    folder.mkdir()
    with connect(ground.stack.mongod.uri) as client:
        site = Site(folder, ground.stack.mongod.uri, client[name], broker.url(name), broker.peer_url(name))
        with closing(site):
            yield site


@contextmanager
def working(site: Site) -> Iterator[subprocess.Popen[bytes]]:
    """Run the exchange's worker as the process that it is."""
    environment = environment_of_children(**site.exchange_environment())
    command = [sys.executable, "-m", "services.exchange.worker"]
    worker = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield worker
    finally:
        worker.terminate()
        worker.wait(30)


def _carried(site: Site) -> float:
    approvals = site.approvals(COUNT)
    messages = [Outgoing(EVENTS, APPROVED, encode(each.event, "registration"), each.event.id) for each in approvals]
    begun = time.perf_counter()
    with closing(Publisher(site.amqp_url, "bench")) as publisher:
        if set(publisher.publish(messages)) != {Outcome.CONFIRMED}:
            raise RuntimeError("the broker did not take every message")
    while site.database[COLLECTION].count_documents({"state": State.ACCEPTED.value}) < COUNT:
        if time.perf_counter() - begun > PATIENCE:
            raise RuntimeError("not every unit was answered in time")
        time.sleep(0.05)
    return COUNT / (time.perf_counter() - begun)


def _latencies(site: Site) -> tuple[list[float], list[float]]:
    """Return the seconds from acknowledged writes to their effects, one by one and under load."""
    seen: dict[str, float] = {}
    papers = site.database["papers"]
    ensure_indexes(site.database, {"papers": AGGREGATE_INDEXES})
    store = Store(site.peer_dir)
    keys = keys_of(site.keys["directory"], {"exchange": public_part(site.keys["exchange"])})
    desk = Desk(store, keys, Switches, SystemClock())

    class Noting:
        def answer(self, body: bytes) -> Reply:
            reply = desk.answer(body)
            seen.setdefault(decode(body).subject, time.perf_counter())
            return reply

    def one(approval: Approved) -> float:
        Aggregates(papers).insert(new_id(), {}, make_act(), [approval.event])
        return time.perf_counter()

    approvals = site.approvals(IDLE + LOAD + 1)
    inbox = Inbox(Noting(), site.peer_amqp_url)  # type: ignore[arg-type]  # answers as a desk does
    with closing(store), running(Relay([papers], site.amqp_url, source="registration"), inbox):
        one(approvals[0])
        _wait(seen, approvals[:1])
        written = {}
        for approval in approvals[1 : IDLE + 1]:
            written[approval.message_id] = one(approval)
            _wait(seen, [approval])
            time.sleep(IDLE_PAUSE)
        idle = [seen[id] - at for id, at in written.items()]
        written = {}
        begun = time.perf_counter()
        for number, approval in enumerate(approvals[IDLE + 1 :]):
            time.sleep(max(0.0, begun + number / PER_SECOND - time.perf_counter()))
            written[approval.message_id] = one(approval)
        _wait(seen, approvals)
    return idle, [seen[id] - at for id, at in written.items()]


def _wait(seen: dict[str, float], approvals: Sequence[Approved]) -> None:
    until = time.perf_counter() + PATIENCE
    while not all(each.message_id in seen for each in approvals):
        if time.perf_counter() > until:
            raise RuntimeError("not every unit had its effect in time")
        time.sleep(0.002)
