"""The consumer on a real database and broker: each message has its effect once, or ends in parking with a reason."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from marshmallow import Schema, fields
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database

from shared import failpoints
from shared.clock import SystemClock
from shared.contracts import Contract
from shared.ids import new_id
from shared.messaging import consumer as consumer_module
from shared.messaging import intake, metrics
from shared.messaging.consumer import Consumer
from shared.messaging.effects import DONE, Bulk, Effects, Handler
from shared.messaging.envelope import CONTENT_TYPE, Message, encode
from shared.messaging.errors import Poison, Transient
from shared.messaging.settlement import ATTEMPTS, REASON, Delivery
from shared.messaging.switches import Switches
from shared.mongo.client import Document
from tests.support.bus import (
    LADDER,
    QUEUE,
    TYPE,
    channel_to,
    declare_route,
    drain,
    eventually,
    lay_route,
    make_event,
    ready,
    running,
    send,
    send_events,
)


class Desk:
    """A service with one route: its handler counts effects per event in the database."""

    def __init__(self, client: MongoClient[Document], database: Database[Document], amqp_url: str) -> None:
        self.client = client
        self.database = database
        self.amqp_url = amqp_url
        self.calls: Counter[str] = Counter()

    def count(self, session: ClientSession, message: Message) -> None:
        self.calls[message.id] += 1
        self.database["effects"].update_one({"_id": message.id}, {"$inc": {"n": 1}}, upsert=True, session=session)

    def counting_and(self, fault: Callable[[Message], Exception | None]) -> Handler:
        """Return a handler that counts and then raises what `fault` gives for the message."""

        def handle(session: ClientSession, message: Message) -> None:
            self.count(session, message)
            error = fault(message)
            if error is not None:
                raise error

        return handle

    def consumer(self, handler: Handler | Bulk | None = None, **options: Any) -> Consumer:
        handlers = {TYPE: handler or self.count}
        return Consumer(
            QUEUE, handlers, self.client, self.database, self.amqp_url, rungs=len(LADDER), **options
        )  # fmt: skip

    def effects(self) -> dict[str, int]:
        return {row["_id"]: row["n"] for row in self.database["effects"].find()}

    def parked(self) -> list[tuple[Mapping[str, Any], bytes]]:
        return [(properties.headers, body) for properties, body in drain(self.amqp_url, QUEUE.parking)]

    def is_quiet(self) -> bool:
        return ready(self.amqp_url, QUEUE.name) == 0


@pytest.fixture
def desk(mongo: MongoClient[Document], database: Database[Document], amqp_url: str) -> Desk:
    lay_route(amqp_url)
    return Desk(mongo, database, amqp_url)


def make_events(count: int) -> list[Any]:
    return [make_event() for _ in range(count)]


def test_every_message_has_its_effect_once_and_none_stays(desk: Desk):
    events = make_events(250)
    send_events(desk.amqp_url, *events)

    with running(desk.consumer()):
        eventually(lambda: len(desk.effects()) == 250)

    assert desk.effects() == {event.id: 1 for event in events}
    assert desk.is_quiet()


def test_repetitions_have_no_second_effect_also_with_two_consumers(desk: Desk):
    events = make_events(40)
    send_events(desk.amqp_url, *events, *events, *events)

    with running(desk.consumer(batch=7), desk.consumer(batch=7)):
        eventually(lambda: len(desk.effects()) == 40)
        eventually(desk.is_quiet)

    assert desk.effects() == {event.id: 1 for event in events}
    assert desk.parked() == []


def test_the_same_id_with_another_body_is_parked_as_a_conflict_and_changes_nothing(desk: Desk):
    event = make_event(data={"n": 1})
    forged = encode(make_event(id=event.id, data={"n": 2}), "paper")
    send_events(desk.amqp_url, event)

    with running(desk.consumer()):
        eventually(lambda: len(desk.effects()) == 1)
        send(desk.amqp_url, forged)
        eventually(lambda: ready(desk.amqp_url, QUEUE.parking) == 1)

    [(headers, body)] = desk.parked()
    assert (headers[REASON], body) == ("conflict", forged)
    assert desk.effects() == {event.id: 1}


def test_two_bodies_under_one_id_in_one_batch_are_told_apart(desk: Desk):
    event = make_event(data={"n": 1})
    send_events(desk.amqp_url, event, make_event(id=event.id, data={"n": 2}), event)

    with running(desk.consumer()):
        eventually(lambda: ready(desk.amqp_url, QUEUE.parking) == 1)
        eventually(desk.is_quiet)

    assert desk.effects() == {event.id: 1}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{not json", "contract_broken"),
        (b"", "contract_broken"),
        (b'{"specversion":"9"}', "contract_broken"),
        (encode(make_event(type="tongbao.paper.filed.v2"), "paper"), "no_handler"),
        (encode(make_event(data={"n": "one"}), "paper"), "contract_broken"),
    ],
)
def test_an_unreadable_message_is_parked_unchanged_and_the_others_go_on(desk: Desk, body: bytes, reason: str):
    class Filed(Schema):
        n = fields.Integer(strict=True, required=True)

    good = make_events(3)
    send_events(desk.amqp_url, good[0])
    send(desk.amqp_url, body, message_id="bad")
    send_events(desk.amqp_url, *good[1:])

    with running(desk.consumer(contracts={TYPE: Contract(TYPE, 1, "paper", Filed())})):
        eventually(lambda: ready(desk.amqp_url, QUEUE.parking) == 1)
        eventually(lambda: len(desk.effects()) == 3)

    [(headers, parked)] = desk.parked()
    assert (headers[REASON], headers[ATTEMPTS], parked) == (reason, 0, body)


def test_poison_is_parked_at_once_without_effect_while_its_batch_goes_through(desk: Desk):
    events = make_events(5)
    send_events(desk.amqp_url, *events)
    handler = desk.counting_and(lambda m: Poison("bad_signature") if m.id == events[2].id else None)

    with running(desk.consumer(handler)):
        eventually(lambda: ready(desk.amqp_url, QUEUE.parking) == 1)
        eventually(lambda: len(desk.effects()) == 4)

    [(headers, _)] = desk.parked()
    assert headers[REASON] == "bad_signature"
    assert desk.effects() == {event.id: 1 for event in events if event is not events[2]}


def test_around_poison_the_others_still_share_transactions(desk: Desk):
    events = make_events(40)
    send_events(desk.amqp_url, *events)
    bad = {events[10].id, events[30].id}
    handler = desk.counting_and(lambda m: Poison("bad_signature") if m.id in bad else None)

    with running(desk.consumer(handler, linger_seconds=0.3)):
        eventually(lambda: len(desk.effects()) == 38)
        eventually(lambda: ready(desk.amqp_url, QUEUE.parking) == 2)

    transactions = [max(desk.calls[event.id] for event in part) for part in (events[:10], events[11:30], events[31:])]
    assert transactions == [2, 2, 1]  # the first again after the first fault, and so on
    assert {desk.calls[id] for id in bad} == {2}


def test_what_is_noted_of_poison_is_noted_beside_once_its_transaction_is_undone(desk: Desk):
    events = make_events(5)
    send_events(desk.amqp_url, *events)
    notes = desk.database["notes"]

    def note(message: Message) -> None:
        notes.insert_one({"of": message.id, "effects": desk.database["effects"].count_documents({"_id": message.id})})

    handler = desk.counting_and(lambda m: Poison("bad_signature", lambda: note(m)) if m.id == events[2].id else None)
    with running(desk.consumer(handler, linger_seconds=0.3)):
        eventually(lambda: ready(desk.amqp_url, QUEUE.parking) == 1)
        eventually(lambda: len(desk.effects()) == 4)

    assert [(row["of"], row["effects"]) for row in notes.find()] == [(events[2].id, 0)]


def test_poison_of_which_nothing_can_be_noted_now_is_tried_again(desk: Desk):
    [event] = make_events(1)
    send_events(desk.amqp_url, event)
    faults = [Transient("message_changed")]

    def note() -> None:
        if faults:
            raise faults.pop()

    with running(desk.consumer(desk.counting_and(lambda _: Poison("bad_signature", note)))):
        eventually(lambda: ready(desk.amqp_url, QUEUE.parking) == 1)

    [(headers, _)] = desk.parked()
    assert (headers[REASON], headers[ATTEMPTS]) == ("bad_signature", 1)


def test_a_bulk_handler_gets_the_new_messages_of_a_batch_together_and_each_once(desk: Desk):
    sizes = []

    def insert_all(session: ClientSession, messages: Sequence[Message]) -> None:
        sizes.append(len(messages))
        desk.database["effects"].insert_many([{"_id": m.id, "n": 1} for m in messages], session=session)

    events = make_events(30)
    send_events(desk.amqp_url, *events, *events)
    with running(desk.consumer(Bulk(insert_all))):
        eventually(lambda: len(desk.effects()) == 30)
        eventually(desk.is_quiet)

    assert sum(sizes) == 30
    assert max(sizes) > 1
    assert desk.parked() == []


def test_a_batch_that_is_too_much_for_one_transaction_is_worked_off_in_smaller_ones(desk: Desk):
    events = make_events(10)
    send_events(desk.amqp_url, *events)

    def slow(session: ClientSession, message: Message) -> None:
        time.sleep(0.1)
        desk.count(session, message)

    with running(desk.consumer(slow, transaction_seconds=0.5, linger_seconds=0.2)):
        eventually(lambda: len(desk.effects()) == 10)

    assert desk.effects() == {event.id: 1 for event in events}
    assert max(desk.calls.values()) > 1


def test_a_batch_like_one_that_was_too_much_is_not_tried_again_as_a_whole(desk: Desk):
    calls: Counter[str] = Counter()

    def slow(_: ClientSession, message: Message) -> None:
        calls[message.id] += 1
        time.sleep(0.1)

    effects = Effects("papers", {TYPE: slow}, desk.client, desk.database, SystemClock(), transaction_seconds=1.0)
    first, second = make_events(12), make_events(12)
    verdicts = [
        effects.apply([Delivery(1, encode(event, "paper"), event.id, CONTENT_TYPE, {}) for event in events])
        for events in (first, second)
    ]

    assert verdicts == [[DONE] * 12] * 2
    assert max(calls[event.id] for event in first) == 2
    assert max(calls[event.id] for event in second) == 1


def test_named_exceptions_count_as_poison(desk: Desk):
    send_events(desk.amqp_url, make_event())

    with running(desk.consumer(desk.counting_and(lambda _: KeyError("x")), poison=(LookupError,))):
        eventually(lambda: ready(desk.amqp_url, QUEUE.parking) == 1)

    [(headers, _)] = desk.parked()
    assert headers[REASON] == "KeyError"


def test_a_passing_fault_is_mended_on_the_ladder(desk: Desk):
    event = make_event()
    send_events(desk.amqp_url, event)

    def handle(session: ClientSession, message: Message) -> None:
        desk.count(session, message)
        if desk.calls[message.id] <= 2:
            raise Transient("peer_away")

    with running(desk.consumer(handle)):
        eventually(lambda: desk.effects() == {event.id: 1})

    assert desk.calls[event.id] == 3
    assert desk.parked() == []


@pytest.mark.parametrize(("error", "reason"), [(Transient("peer_away"), "peer_away"), (TypeError(), "TypeError")])
def test_a_lasting_fault_ends_in_parking_after_the_last_rung(desk: Desk, error: Exception, reason: str):
    event = make_event()
    send_events(desk.amqp_url, event)

    with running(desk.consumer(desk.counting_and(lambda _: error))):
        eventually(lambda: ready(desk.amqp_url, QUEUE.parking) == 1)

    [(headers, body)] = desk.parked()
    assert (headers[REASON], headers[ATTEMPTS]) == (f"gave_up:{reason}", len(LADDER))
    assert body == encode(event, "paper")
    assert desk.calls[event.id] == 1 + len(LADDER)
    assert desk.effects() == {}


def test_a_replayed_message_from_parking_has_one_effect(desk: Desk):
    event = make_event()
    send_events(desk.amqp_url, event)
    with running(desk.consumer(desk.counting_and(lambda _: Poison()))):
        eventually(lambda: ready(desk.amqp_url, QUEUE.parking) == 1)
    [(_, body)] = desk.parked()

    send(desk.amqp_url, body, body)
    with running(desk.consumer()):
        eventually(lambda: desk.effects() == {event.id: 1})
        eventually(desk.is_quiet)

    assert desk.effects() == {event.id: 1}


def test_without_a_parking_queue_the_message_is_kept_and_the_others_go_on(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(intake, "LEFT_OVER_SECONDS", 0.5)
    with channel_to(desk.amqp_url) as channel:
        channel.queue_delete(QUEUE.parking)
    send(desk.amqp_url, b"poison")
    send_events(desk.amqp_url, *make_events(3))

    with running(desk.consumer()):
        eventually(lambda: len(desk.effects()) == 3)
        declare_route(desk.amqp_url)
        eventually(lambda: ready(desk.amqp_url, QUEUE.parking) == 1)

    assert desk.parked()[0][1] == b"poison"


def test_the_stop_switch_rests_the_route_and_releases_it(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(consumer_module, "CHECK_SECONDS", 0.1)
    switches = Switches(desk.database)
    moment = datetime(2026, 3, 1, tzinfo=UTC)

    with running(desk.consumer()):
        send_events(desk.amqp_url, *make_events(1))
        eventually(lambda: len(desk.effects()) == 1)
        switches.set(QUEUE.name, stopped=True, by="a1", reason="maintenance", at=moment)
        eventually(lambda: metrics.STOPPED.labels(QUEUE.name)._value.get() == 1)
        eventually(lambda: consumers(desk.amqp_url) == 0)
        send_events(desk.amqp_url, *make_events(2))
        resting = (ready(desk.amqp_url, QUEUE.name), len(desk.effects()))
        switches.set(QUEUE.name, stopped=False, by="a1", reason="", at=moment)
        eventually(lambda: len(desk.effects()) == 3)

    assert resting == (2, 1)


def consumers(amqp_url: str) -> int:
    with channel_to(amqp_url) as channel:
        return channel.queue_declare(QUEUE.name, passive=True).method.consumer_count


@pytest.mark.parametrize("point", ["cons.delivered", "cons.effect_committed_no_ack", "dlq.moved_not_recorded"])
def test_a_crash_at_any_point_leaves_one_effect_and_every_poison_in_parking(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, point: str
):
    monkeypatch.setenv(failpoints.VARIABLE, f"{point}:raise")
    monkeypatch.setattr(failpoints, "_hits", Counter())
    events = make_events(20)
    send_events(desk.amqp_url, *events)
    send(desk.amqp_url, b"poison")

    with pytest.raises(failpoints.FailPointHit):
        desk.consumer().run(threading.Event())
    with running(desk.consumer()):
        eventually(lambda: len(desk.effects()) == 20)
        eventually(lambda: ready(desk.amqp_url, QUEUE.parking) >= 1)
        eventually(desk.is_quiet)

    assert desk.effects() == {event.id: 1 for event in events}
    assert {body for _, body in desk.parked()} == {b"poison"}


def test_a_connection_that_delivers_nothing_though_messages_are_ready_is_given_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(intake, "STALL_SECONDS", 0.3)
    monkeypatch.setattr(consumer_module, "CHECK_SECONDS", 0.1)
    deaf = iter([True])
    consume = intake.BlockingChannel.basic_consume

    def first_time_deaf(self: Any, *arguments: Any, **options: Any) -> Any:
        return None if next(deaf, False) else consume(self, *arguments, **options)

    monkeypatch.setattr(intake.BlockingChannel, "basic_consume", first_time_deaf)
    before = metrics.WATCHDOG.labels(QUEUE.name)._value.get()
    send_events(desk.amqp_url, make_event())

    with running(desk.consumer()):
        eventually(lambda: len(desk.effects()) == 1)

    assert metrics.WATCHDOG.labels(QUEUE.name)._value.get() == before + 1


def test_slow_work_while_others_wait_is_not_taken_for_a_connection_that_delivers_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(intake, "STALL_SECONDS", 0.3)
    monkeypatch.setattr(consumer_module, "CHECK_SECONDS", 0.1)
    before = metrics.WATCHDOG.labels(QUEUE.name)._value.get()
    send_events(desk.amqp_url, *make_events(5))

    with running(desk.consumer(Bulk(lambda _, messages: time.sleep(0.4)), batch=1)):
        eventually(desk.is_quiet)

    assert metrics.WATCHDOG.labels(QUEUE.name)._value.get() == before


def test_a_cap_holds_the_rate(desk: Desk):
    send_events(desk.amqp_url, *make_events(10))
    started = datetime.now(UTC)

    with running(desk.consumer(max_per_second=5)):
        eventually(lambda: len(desk.effects()) == 10)

    assert (datetime.now(UTC) - started).total_seconds() >= 1


def test_the_inbox_is_not_emptied_by_age(desk: Desk):
    send_events(desk.amqp_url, make_event(id=new_id()))

    with running(desk.consumer()):
        eventually(lambda: len(desk.effects()) == 1)

    indexes = desk.database["inbox"].index_information()
    assert list(indexes) == ["_id_"]
