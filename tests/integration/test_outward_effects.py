"""Effects outside the database, a mail say: on a real database, however slow the outside and however the note fails."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import AutoReconnect

from shared.clock import SystemClock
from shared.messaging.effects import DONE, REPEATED, Effects, Fate, Outward
from shared.messaging.envelope import CONTENT_TYPE, Message, encode
from shared.messaging.errors import Transient
from shared.messaging.settlement import Delivery
from shared.mongo.client import Document
from shared.mongo.inbox import Inbox
from tests.support.bus import TYPE, make_event

Make = Callable[[Callable[[Message], None]], Effects]


@pytest.fixture
def make(mongo: MongoClient[Document], database: Database[Document]) -> Make:
    """Return a maker of effects over one handler, whose transactions are given 0.2 seconds."""

    def effects(handle: Callable[[Message], None]) -> Effects:
        handlers = {TYPE: Outward(handle)}
        return Effects("papers", handlers, mongo, database, SystemClock(), transaction_seconds=0.2)

    database["inbox"].create_index("at")  # not made within one of those
    return effects


def make_delivery() -> Delivery:
    event = make_event()
    return Delivery(1, encode(event, "papers"), event.id, CONTENT_TYPE, {})


def test_it_may_take_longer_than_a_transaction_and_happens_once(make: Make) -> None:
    done: list[str] = []

    def send(message: Message) -> None:
        time.sleep(0.4)
        done.append(message.id)

    effects = make(send)
    deliveries = [make_delivery() for _ in range(3)]

    first, again = effects.apply(deliveries), effects.apply(deliveries)

    assert (first, again) == ([DONE] * 3, [REPEATED] * 3)
    assert done == [delivery.message_id for delivery in deliveries]


def test_it_does_not_happen_again_while_it_can_not_be_noted(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    effects = make(lambda message: done.append(message.id))
    delivery = make_delivery()
    add, faults = Inbox.add, [LookupError(), AutoReconnect()]

    def add_at_last(self: Inbox, *arguments: Any, **options: Any) -> None:
        if faults:
            raise faults.pop()
        add(self, *arguments, **options)

    monkeypatch.setattr(Inbox, "add", add_at_last)
    with pytest.raises(AutoReconnect):
        effects.apply([delivery])
    [refused], [noted] = effects.apply([delivery]), effects.apply([delivery])

    assert (refused.fate, noted) == (Fate.RETRY, DONE)
    assert done == [delivery.message_id]


def test_what_did_not_happen_is_tried_again(make: Make) -> None:
    answers = [None, Transient("mail_server_unavailable")]

    def send(_: Message) -> None:
        if fault := answers.pop():
            raise fault

    effects = make(send)
    delivery = make_delivery()

    [refused], [taken] = effects.apply([delivery]), effects.apply([delivery])

    assert (refused.fate, refused.reason, taken) == (Fate.RETRY, "mail_server_unavailable", DONE)
