"""Wrong requests to the exchange are refused, and nothing that is stored changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from pymongo import MongoClient

from services.sandbox.stack.stack import Stack
from shared.ids import new_id
from shared.mongo.client import Document
from shared.paging import encode_cursor
from tests.support.bad_input import (
    BAD_KEYS,
    BAD_VERSIONS,
    MALFORMED_JSON,
    NO_OBJECTS,
    WRONG_MEDIA,
    Stores,
    refusal,
    spoilt,
)
from tests.support.rights_exchange import TARGETS, Ground, open_ground

RESENDING = f"/messages/{TARGETS['refused']}/resending"
BODY = {"reason": "已联系名录库"}

QUERIES = (
    *(f"?limit={quote(text)}" for text in ("", "0", "-1", "101", "1.5", "１", "9" * 4000)),
    *(f"?state={quote(text)}" for text in ("", "SENT", "sent\x00", '{"$ne": null}')),
    *(f"?cursor={quote(text)}" for text in ("!", "\x00", "a", "x" * 201, encode_cursor("a"), encode_cursor("a", "b"))),
    f"?cursor={encode_cursor('0001-01-01T00:00:00+23:59', 'b')}",
    "?limit[$gt]=1", "?state[$ne]=sent", "?cursor[$gt]=", "?limit=1&limit=2", "?$where=1", "?unit=x",
)  # fmt: skip


@pytest.fixture(scope="module")
def office(started: Stack, mongo: MongoClient[Document], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    name = f"test-{new_id()}"
    with open_ground(tmp_path_factory.mktemp("exchange"), started.mongod.uri, name) as opened:
        yield opened
    mongo.drop_database(name)


@pytest.fixture
def kept(office: Ground) -> Iterator[Stores]:
    """Look that a test changed nothing."""
    stores = Stores(office.wired.database)
    before = stores.documents()
    yield stores
    assert stores.documents() == before


@pytest.mark.parametrize("query", QUERIES)
def test_a_wrong_query_is_refused(office: Ground, kept: Stores, query: str) -> None:
    answer = office.send("desk", "GET", f"/messages{query}")

    assert refusal(answer) == ""


@pytest.mark.parametrize("strange", ["x", "$ne", '{"$ne":null}', "%00", "%2e%2e", "😀", "x" * 3000, "A" * 32])
def test_a_strange_id_is_not_found(office: Ground, kept: Stores, strange: str) -> None:
    answers = [
        office.send("desk", "GET", f"/messages/{strange}"),
        office.send("desk", "POST", f"/messages/{strange}/resending", body=json.dumps(BODY).encode()),
    ]

    assert [refusal(answer, statuses=frozenset({404})) for answer in answers] == ["", ""]


def test_a_fault_of_the_body_is_told_with_its_place(office: Ground, kept: Stores) -> None:
    bodies = [*spoilt(BODY)]

    answers = [(each, office.send("desk", "POST", RESENDING, body=json.dumps(each.body).encode())) for each in bodies]
    missing = office.send("desk", "POST", RESENDING, body=b"{}")

    assert [each.fault for each, answer in answers if refusal(answer, each.pointer, frozenset({422}))] == []
    assert refusal(missing, "/reason", frozenset({422})) == ""


def test_what_is_no_json_object_is_refused(office: Ground, kept: Stores) -> None:
    good = json.dumps(BODY).encode()

    malformed = [office.send("desk", "POST", RESENDING, body=text) for text in MALFORMED_JSON.values()]
    others = [office.send("desk", "POST", RESENDING, body=json.dumps(value).encode()) for value in NO_OBJECTS]
    media = [office.send("desk", "POST", RESENDING, {"Content-Type": name}, good) for name in WRONG_MEDIA]

    assert {refusal(answer, statuses=frozenset({400})) for answer in malformed} == {""}
    assert {refusal(answer, "", frozenset({422})) for answer in others} == {""}
    assert {refusal(answer, statuses=frozenset({415})) for answer in media} == {""}


def test_wrong_versions_and_keys_are_refused(office: Ground, kept: Stores) -> None:
    good = json.dumps(BODY).encode()

    versions = {
        text: refusal(
            office.send("desk", "POST", RESENDING, {"If-Match": text.encode().decode("latin-1")}, good),
            statuses=frozenset({status}),
        )
        for text, status in BAD_VERSIONS.items()
    }
    keys = {
        key: refusal(
            office.send("desk", "POST", RESENDING, {"Idempotency-Key": key.encode().decode("latin-1")}, good),
            statuses=frozenset({400}),
        )
        for key in BAD_KEYS
    }

    assert {text: found for text, found in (versions | keys).items() if found} == {}


def test_a_key_that_comes_back_with_another_body_is_refused(office: Ground) -> None:
    key = {"Idempotency-Key": new_id()}
    first = office.send("desk", "POST", RESENDING, key, json.dumps(BODY).encode())
    stored = office.wired.database["messages"].find_one({"_id": TARGETS["refused"]})

    again = office.send("desk", "POST", RESENDING, key, json.dumps(BODY).encode())
    other = office.send("desk", "POST", RESENDING, key, json.dumps({"reason": "其他"}).encode())
    after = office.wired.database["messages"].find_one({"_id": TARGETS["refused"]})
    office.put_back()

    assert (first.status_code, again.status_code) == (200, 200)
    assert other.get_json()["code"] == "idempotency_key_reused"
    assert refusal(other, statuses=frozenset({422})) == ""
    assert after == stored
