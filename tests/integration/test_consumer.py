"""The consumer on a real database and broker: each message has its effect once, or ends in parking with a reason."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from marshmallow import Schema, fields
from pymongo.client_session import ClientSession

from shared import failpoints
from shared.contracts import Contract
from shared.ids import new_id
from shared.messaging import consumer as consumer_module
from shared.messaging import intake, metrics
from shared.messaging.effects import Bulk
from shared.messaging.envelope import Message, encode
from shared.messaging.errors import Poison, Transient
from shared.messaging.settlement import ATTEMPTS, REASON
from shared.messaging.switches import Switches
from tests.support.bus import (
    LADDER,
    QUEUE,
    TYPE,
    channel_to,
    declare_route,
    eventually,
    make_event,
    ready,
    running,
    send,
    send_events,
)
from tests.support.consuming import Desk, desk, make_events

__all__ = ["desk"]


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
