"""The CloudEvents envelope: same bytes each time, strict about its own attributes, mild about unknown ones."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from shared.messaging.envelope import MAX_BYTES, decode, encode
from shared.messaging.errors import ContractBroken
from shared.mongo.aggregates import Event, event_entry, event_of

MOMENT = datetime(2026, 3, 1, 8, 0, 0, 120000, tzinfo=UTC)


def make_event(**changes: Any) -> Event:
    values = {
        "id": "e1",
        "type": "tongbao.registration.submitted.v1",
        "time": MOMENT,
        "subject": "r1",
        "data": {"revision": 2, "registration_id": "r1"},
        "correlation_id": "c1",
    }
    return Event(**(values | changes))


def make_body(**changes: Any) -> bytes:
    envelope = orjson.loads(encode(make_event(), "registration"))
    envelope |= changes
    return orjson.dumps({name: value for name, value in envelope.items() if value is not None})


def test_a_message_comes_back_as_it_was_sent():
    body = encode(make_event(), "registration")

    message = decode(body)

    assert (message.id, message.type, message.subject) == ("e1", "tongbao.registration.submitted.v1", "r1")
    assert (message.source, message.time, message.correlation_id) == ("registration", MOMENT, "c1")
    assert message.data == {"revision": 2, "registration_id": "r1"}


def test_the_same_event_gives_the_same_bytes_whatever_the_order_of_its_data():
    one = make_event(data={"a": 1, "b": {"c": 2, "d": 3}})
    other = event_of(event_entry(make_event(data={"b": {"d": 3, "c": 2}, "a": 1})))

    bodies = {encode(event, "registration") for event in (one, other)}

    assert len(bodies) == 1


def test_an_unknown_attribute_is_ignored():
    body = make_body(traceparent="00-1")

    message = decode(body)

    assert message.id == "e1"


def test_a_missing_correlation_id_is_empty():
    body = make_body(correlationid=None)

    message = decode(body)

    assert message.correlation_id == ""


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"specversion": "0.3"}, "specversion"),
        ({"specversion": None}, "specversion"),
        ({"id": ""}, "id"),
        ({"id": 7}, "id"),
        ({"id": None}, "id"),
        ({"id": "x" * 201}, "id"),
        ({"type": None}, "type"),
        ({"type": ["a"]}, "type"),
        ({"source": ""}, "source"),
        ({"subject": None}, "subject"),
        ({"time": "2026-03-01T08:00:00"}, "time"),
        ({"time": "yesterday"}, "time"),
        ({"time": None}, "time"),
        ({"correlationid": 5}, "correlationid"),
        ({"data": None}, "data"),
        ({"data": []}, "data"),
        ({"data": "text"}, "data"),
    ],
)
def test_a_faulty_attribute_breaks_the_contract_and_is_named(changes: dict[str, Any], place: str):
    body = make_body(**changes)

    with pytest.raises(ContractBroken) as caught:
        decode(body)

    assert caught.value.place == place


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b" " * (MAX_BYTES + 1)])
def test_a_body_that_is_no_json_object_of_bearable_size_breaks_the_contract(body: bytes):
    with pytest.raises(ContractBroken) as caught:
        decode(body)

    assert caught.value.place == "body"
    assert caught.value.__cause__ is None
