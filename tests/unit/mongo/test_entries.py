"""What an aggregate's history and outbox hold, and how a replay is recognised in them."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest
from pymongo import IndexModel, MongoClient

from shared.errors import KeyReused
from shared.history import HistoryEntry, was_done
from shared.idempotency import RequestKey
from shared.mongo.aggregates import Event, act_entry, event_entry, event_of, history_of
from shared.mongo.client import connect
from shared.mongo.indexes import ForgetfulInbox, ensure_indexes

MOMENT = datetime(2026, 3, 1, 8, tzinfo=UTC)


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"


def make_act(**changes: Any) -> HistoryEntry:
    values = {"at": MOMENT, "actor_id": "a1", "action": "submit", "from_state": "draft", "to_state": "submitted"}
    return HistoryEntry(**(values | changes))


def test_an_act_becomes_plain_values():
    act = make_act(from_state=State.DRAFT, to_state=State.SUBMITTED, key="k1", digest="d1")

    entry = act_entry(act, 3)

    assert type(entry["from"]) is str
    assert entry == {
        "at": MOMENT, "by": "a1", "action": "submit", "from": "draft", "to": "submitted", "v": 3, "key": "k1",
        "digest": "d1",
    }  # fmt: skip


def test_an_event_survives_its_stay_in_the_outbox():
    event = Event("e1", "t", MOMENT, "s1", {"a": [1]}, "c1", exchange="tongbao.border", routing_key="directory.inbox")

    restored = event_of(event_entry(event))

    assert restored == event


def test_an_unknown_key_is_no_replay():
    document = {"history": [act_entry(make_act(key="k1", digest="d1"), 1), act_entry(make_act(), 2)]}

    verdicts = [was_done(history_of(document), RequestKey("k2", "d1")), was_done(history_of(document), None)]

    assert verdicts == [False, False]


def test_the_same_key_with_the_same_request_is_a_replay():
    document = {"history": [act_entry(make_act(), 1), act_entry(make_act(key="k1", digest="d1"), 2)]}

    assert was_done(history_of(document), RequestKey("k1", "d1"))


def test_the_same_key_with_another_request_is_refused():
    document = {"history": [act_entry(make_act(key="k1", digest="d1"), 1)]}

    with pytest.raises(KeyReused):
        was_done(history_of(document), RequestKey("k1", "d2"))


def test_the_uri_cannot_loosen_the_guarantees_of_the_client():
    client: MongoClient[Any] = connect("mongodb://127.0.0.1:1/?w=1&journal=false&readConcernLevel=local&connect=false")

    with client:
        concern = client.write_concern.document

        assert (concern["w"], concern["j"], client.read_concern.level) == ("majority", True, "majority")
        assert client.codec_options.tz_aware


def test_an_inbox_that_forgets_by_age_is_refused():
    forgetful = IndexModel([("at", 1)], expireAfterSeconds=3600)
    with connect("mongodb://127.0.0.1:1/?connect=false") as client, pytest.raises(ForgetfulInbox):
        ensure_indexes(client["db"], {"inbox": [forgetful]})
