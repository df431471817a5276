"""Addresses, queries, versions and keys that are wrong are refused, and nothing that is stored changes."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from urllib.parse import quote

import pytest

from shared.ids import new_id
from shared.paging import encode_cursor
from shared.web.preconditions import Precondition, precondition_of
from tests.support.bad_input import BAD_KEYS, BAD_VERSIONS, refusal
from tests.support.bad_input_registration import BODIES, KEYED, LEFT_OUT, REPEATABLE, Desk, Place
from tests.support.rights_registration import OWN, PEOPLE, Ground

COUNTY = PEOPLE["county"]
WRITES = sorted(BODIES)
CHANGES = sorted(BODIES.keys() - KEYED - REPEATABLE)
ONCE = sorted(BODIES.keys() - REPEATABLE)

STRANGE = (
    "0", "-1", "x", "null", "undefined", "$ne", '{"$ne":null}', "[$ne]", "%00", "%0d%0aX-A:1", "..%2f..%2fetc%2fpasswd",
    "%2e%2e", "%ff%fe", "%E2%80%AE", "😀", "x" * 3000, "0" * 33, "A" * 32, "' or '1'='1", "<script>", "%25%30%30",
)  # fmt: skip

QUERIES = (
    *(f"/registrations?limit={quote(text)}" for text in ("", "0", "-1", "101", "1.5", "1e1", "１", "NaN", "9" * 4000)),
    "/registrations?limit[$gt]=1", '/registrations?limit={"$gt":1}', "/registrations?limit=1&limit=2",
    *(f"/registrations?state={quote(text)}" for text in ("", "DRAFT", "draft\x00", '{"$ne": null}', "$ne", "draft,approved")),
    "/registrations?state[$ne]=draft", "/registrations?state[]=draft", "/registrations?state=draft&state=approved",
    "/registrations?$where=1", "/registrations?unit=x", "/registrations?path=330106", "/registrations?%00=1",
    *(f"/registrations?cursor={quote(text)}" for text in ("!", "\x00", "a", "x" * 201, '{"$gt": ""}', "%ff")),
    f"/registrations?cursor={encode_cursor('a')}", f"/registrations?cursor={encode_cursor('a', 'b')}",
    f"/registrations?cursor={encode_cursor('2026-03-02T01:30:00', 'b')}",
    f"/registrations?cursor={encode_cursor('0001-01-01T00:00:00+23:59', 'b')}",
    f"/registrations?cursor={encode_cursor('9999-12-31T23:59:59-23:59', 'b')}",
    f"/registrations?cursor={urlsafe_b64encode(bytes([255, 31, 255])).decode()}",
    "/registrations?cursor[$gt]=",
)  # fmt: skip
"""Addresses with one wrong parameter."""


@pytest.fixture(scope="module")
def desk(ground: Ground) -> Desk:
    return Desk(ground)


@pytest.mark.parametrize("address", QUERIES)
def test_a_wrong_query_is_refused(desk: Desk, address: str) -> None:
    before = desk.stores.documents()

    answer = desk.ground.site.call(OWN, "GET", address)

    assert refusal(answer) == ""
    assert desk.stores.documents() == before


@pytest.mark.parametrize(
    ("tail", "pointer"),
    [
        ("revisions/1/diff", "/against"),
        *((f"revisions/1/diff?against={text}", "/against") for text in ("", "0", "-1", "1.0", "10001", "x", "[1]")),
        ("revisions/1/diff?against[$gt]=0", "/against"),
        ("revisions/1/diff?against=1&against=1", "/against"),
        ("revisions/1/diff?against=1&x=1", "/x"),
        *((f"files/FILE/pages/1?width={text}", "/width") for text in ("", "99", "2001", "1e3", "NaN", "-1000", "%00")),
        ("files/FILE/pages/1?height=100", "/height"),
    ],
)
def test_a_wrong_parameter_is_named(desk: Desk, tail: str, pointer: str) -> None:
    target = desk.ground.targets["approved"]
    before = desk.stores.documents()

    answer = desk.ground.site.call(COUNTY, "GET", f"/registrations/{target.id}/{tail.replace('FILE', target.pdf)}")

    assert refusal(answer, pointer, frozenset({422})) == ""
    assert desk.stores.documents() == before


@pytest.mark.parametrize("strange", STRANGE)
def test_a_strange_id_in_the_address_is_not_found(desk: Desk, strange: str) -> None:
    one = f"/registrations/{desk.ground.targets['approved'].id}"
    reads = [f"/registrations/{strange}", f"/registrations/{strange}/revisions", f"{one}/files/{strange}"]
    reads += [f"{one}/files/{strange}/pages/1", f"{one}/files/{strange}/text", f"{one}/revisions/{strange}"]
    reads += [
        f"{one}/revisions/{strange}/diff?against=1",
        f"{one}/files/{desk.ground.targets['approved'].pdf}/pages/{strange}",
    ]
    writes = [("PUT", f"/registrations/{strange}/form"), ("POST", f"/registrations/{strange}/withdrawal")]
    writes += [("PUT", f"{one}/materials/{strange}")]
    before = desk.stores.documents()

    answers = {path: desk.ground.site.call(OWN, "GET", path) for path in reads}
    for method, path in writes:
        body: dict[str, object] = {"files": []} if "materials" in path else {}
        answers[path] = desk.ground.site.call(OWN, method, path, 1, json=body)

    gone = frozenset({404, 405, 308})  # 405 where the id looks like no part of an address at all
    assert {path: refusal(answer, statuses=gone) for path, answer in answers.items()} == dict.fromkeys(answers, "")
    assert desk.stores.documents() == before


def test_each_place_is_marked_with_what_it_asks_for(desk: Desk) -> None:
    app = desk.ground.site.client.application
    marks = {
        (method, rule.rule): precondition_of(app, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }

    asked = {place: marks[place] for place in WRITES}

    assert asked == (
        dict.fromkeys(CHANGES, Precondition.VERSION)
        | dict.fromkeys(KEYED, Precondition.KEY)
        | dict.fromkeys(REPEATABLE, None)
    )


@pytest.mark.parametrize("place", CHANGES, ids=" ".join)
def test_a_change_states_the_version_that_it_was_made_on(desk: Desk, place: Place) -> None:
    version = int(desk.target(place).document["v"])
    before = desk.stores.documents()

    missing = desk.send(place, headers={"If-Match": LEFT_OUT})
    answers = {
        text: (desk.send(place, headers={"If-Match": text.encode().decode("latin-1")}), status)
        for text, status in {**BAD_VERSIONS, f'"{version - 1}"': 412, f'"{version + 1}"': 412}.items()
        if text != '"0"' or version > 1
    }

    assert refusal(missing, statuses=frozenset({428})) == ""
    assert {text: refusal(answer, statuses=frozenset({status})) for text, (answer, status) in answers.items()} == (
        dict.fromkeys(answers, "")
    )
    assert desk.stores.documents() == before


@pytest.mark.parametrize("place", ONCE, ids=" ".join)
def test_a_key_of_another_form_is_refused(desk: Desk, place: Place) -> None:
    before = desk.stores.documents()

    answers = {key: desk.send(place, headers={"Idempotency-Key": key.encode().decode("latin-1")}) for key in BAD_KEYS}

    assert {key: refusal(answer, statuses=frozenset({400})) for key, answer in answers.items()} == dict.fromkeys(
        answers, ""
    )
    assert desk.stores.documents() == before


@pytest.mark.parametrize("place", sorted(KEYED), ids=" ".join)
def test_what_is_added_comes_with_a_key(desk: Desk, place: Place) -> None:
    before = desk.stores.documents()

    without = desk.send(place, headers={"Idempotency-Key": LEFT_OUT})

    assert refusal(without, statuses=frozenset({400})) == ""
    assert desk.stores.documents() == before


@pytest.mark.parametrize("place", ONCE, ids=" ".join)
def test_a_key_that_comes_back_with_another_body_is_refused(desk: Desk, place: Place) -> None:
    desk.put_back(place)  # whatever went through in another test
    key = {"Idempotency-Key": new_id()}
    first = desk.send(place, headers=key)
    before = desk.stores.documents()

    again = desk.send(place, headers=key)
    other = desk.send(place, headers=key, data=" " + json.dumps(desk.bodies[place]))
    after = desk.stores.documents()
    desk.put_back(place)

    assert (first.status_code, again.status_code) in {(200, 200), (201, 201)}, again.text
    assert first.get_json() == again.get_json()
    assert refusal(other, statuses=frozenset({422})) == ""
    assert other.get_json()["code"] == "idempotency_key_reused"
    assert after == before


@pytest.mark.parametrize("place", sorted(REPEATABLE), ids=" ".join)
def test_what_says_the_same_each_time_needs_no_key(desk: Desk, place: Place) -> None:
    first = desk.send(place, headers={"Idempotency-Key": LEFT_OUT, "If-Match": LEFT_OUT})
    before = desk.stores.documents()

    again = desk.send(place, headers={"Idempotency-Key": LEFT_OUT, "If-Match": LEFT_OUT})

    assert (first.status_code, again.status_code) == (204, 204)
    assert desk.stores.documents() == before
