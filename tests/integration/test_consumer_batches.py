"""Messages that share a transaction, on a real database and broker: what one fault costs the others, and what is noted of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

from pymongo.client_session import ClientSession

from shared.clock import SystemClock
from shared.messaging.effects import DONE, Bulk, Effects
from shared.messaging.envelope import CONTENT_TYPE, Message, encode
from shared.messaging.errors import Poison, Transient
from shared.messaging.settlement import ATTEMPTS, REASON, Delivery
from tests.support.bus import (
    QUEUE,
    TYPE,
    eventually,
    ready,
    running,
    send_events,
)
from tests.support.consuming import Desk, desk, make_events

__all__ = ["desk"]


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
