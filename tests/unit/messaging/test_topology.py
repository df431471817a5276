"""The topology table: every queue keeps what leaves it, and the peer may do two things only."""

from __future__ import annotations

import re

from shared.messaging import topology


class Recorder:
    """A channel that writes down what is declared."""

    def __init__(self) -> None:
        self.exchanges: dict[str, str] = {}
        self.queues: dict[str, dict[str, object]] = {}
        self.bindings: set[tuple[str, str, str]] = set()
        self.unbound: set[tuple[str, str, str]] = set()

    def exchange_declare(self, exchange: str, exchange_type: str, *, durable: bool) -> None:
        assert durable
        self.exchanges[exchange] = exchange_type

    def queue_declare(self, queue: str, *, durable: bool, arguments: dict[str, object]) -> None:
        assert durable
        self.queues[queue] = arguments

    def queue_bind(self, queue: str, exchange: str, routing_key: str) -> None:
        self.bindings.add((queue, exchange, routing_key))

    def queue_unbind(self, queue: str, exchange: str, routing_key: str) -> None:
        assert queue in self.queues
        assert (queue, exchange, routing_key) not in self.bindings, "bound, and taken off in the same breath"
        self.unbound.add((queue, exchange, routing_key))


def declared() -> Recorder:
    recorder = Recorder()
    topology.declare(recorder, ladder_seconds=(1, 2.5))
    return recorder


def test_every_queue_is_a_quorum_queue():
    recorder = declared()

    kinds = {arguments["x-queue-type"] for arguments in recorder.queues.values()}

    assert kinds == {"quorum"}


def test_every_queue_that_dead_letters_does_so_at_least_once():
    recorder = declared()

    dead_lettering = [a for a in recorder.queues.values() if "x-dead-letter-exchange" in a]

    assert len(dead_lettering) == 3 * len(topology.QUEUES)
    assert {(a["x-dead-letter-strategy"], a["x-overflow"]) for a in dead_lettering} == {
        ("at-least-once", "reject-publish")
    }


def test_a_queue_limits_deliveries_and_leaves_the_rest_in_its_bound_parking():
    recorder = declared()

    for queue in topology.QUEUES:
        arguments = recorder.queues[queue.name]
        assert arguments["x-delivery-limit"] == queue.delivery_limit
        assert (arguments["x-dead-letter-exchange"], arguments["x-dead-letter-routing-key"]) == (
            topology.DEAD,
            queue.parking,
        )
        assert (queue.parking, topology.DEAD, queue.parking) in recorder.bindings


def test_each_rung_waits_its_time_and_returns_to_the_queue():
    recorder = declared()

    rungs = [recorder.queues[f"registration.events.retry.{number}"] for number in (1, 2)]

    assert [rung["x-message-ttl"] for rung in rungs] == [1000, 2500]
    assert {(rung["x-dead-letter-exchange"], rung["x-dead-letter-routing-key"]) for rung in rungs} == {
        ("", "registration.events")
    }


def test_sheets_come_by_a_queue_of_their_own_and_no_more_by_that_of_the_receipts():
    recorder = declared()

    due = "tongbao.registration.sheet_due.*"
    assert {queue for queue, _, key in recorder.bindings if key == due} == {"registration.sheets"}
    assert recorder.unbound == {("registration.events", topology.EVENTS, due)}


def test_bindings_name_declared_exchanges_only():
    recorder = declared()

    exchanges = {exchange for _, exchange, _ in recorder.bindings}

    assert exchanges <= set(recorder.exchanges)


def test_the_peer_may_write_to_the_border_and_read_its_inbox_and_nothing_else():
    permissions = topology.peer_permissions()
    names = [q.name for q in topology.QUEUES] + [q.parking for q in topology.QUEUES]
    names += [e.name for e in topology.EXCHANGES] + ["amq.default", "tongbaoXborder", "directory.inbox.retry.1", ""]

    readable = [name for name in names if name and re.search(permissions.read, name)]
    writable = [name for name in names if name and re.search(permissions.write, name)]
    configurable = [name for name in names if name and re.search(permissions.configure, name)]

    assert (readable, writable, configurable) == (["directory.inbox"], ["tongbao.border"], [])
