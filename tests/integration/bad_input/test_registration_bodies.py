"""Bodies that are wrong in one place are refused with that place, and nothing that is stored changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from marshmallow import Schema, fields

from services.registration.app import create_app
from tests.support.bad_input import MALFORMED_JSON, NO_OBJECTS, WRONG_MEDIA, refusal, spoilt, without
from tests.support.bad_input_registration import BODIES, FORM_FAULTS, FULL_FORM, LEFT_OUT, Desk, Place
from tests.support.rights import routes_of
from tests.support.rights_registration import ONE, Ground
from tests.support.tokens import TestIssuer

PLACES = sorted(BODIES)
FORM = ("PUT", f"{ONE}/form")


@pytest.fixture(scope="module")
def desk(ground: Ground) -> Desk:
    return Desk(ground)


def _schemas(app: Flask) -> dict[Place, Schema]:
    """Return the schema of the body of every route that takes one."""
    found = {}
    for rule in app.url_map.iter_rules():
        described = getattr(app.view_functions[rule.endpoint], "_apidoc", {}).get("arguments", {})
        for each in described.get("parameters", ()):
            if isinstance(each, Mapping) and each.get("in") == "json":
                methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
                found[methods[0], rule.rule] = each["schema"]()
    return found


SCHEMAS = _schemas(create_app(None, TestIssuer().verifier, {}))  # type: ignore[arg-type]  # nothing is called


def _left_empty(schema: Schema, body: Any, place: str = "") -> Iterator[str]:
    """Yield the fields of a schema that a body does not fill."""
    for name, described in schema.fields.items():
        key = described.data_key or name
        value = body.get(key)
        if value in (None, "", [], {}):
            yield f"{place}/{key}"
        elif isinstance(described, fields.Nested):
            yield from _left_empty(described.schema, value, f"{place}/{key}")
        elif isinstance(described, fields.List) and isinstance(described.inner, fields.Nested):
            yield from _left_empty(described.inner.schema, value[0], f"{place}/{key}/0")


def test_every_route_that_takes_a_body_is_tried_with_every_field_of_it() -> None:
    writing = {place for place in routes_of(create_app(None, TestIssuer().verifier, {})) if place[0] != "GET"}  # type: ignore[arg-type]  # nothing is called
    upload = f"{ONE}/uploads/<string:upload_id>"  # tried by what they take instead, headers and raw bytes
    raw = {("POST", f"{ONE}/files"), ("POST", f"{ONE}/uploads"), ("PATCH", upload), ("DELETE", upload)}

    empty = {place: list(_left_empty(schema, BODIES[place])) for place, schema in SCHEMAS.items()}

    assert set(BODIES) == set(SCHEMAS) == writing - raw
    assert {place: left for place, left in empty.items() if left} == {}


@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_the_right_body_goes_through(desk: Desk, place: Place) -> None:
    answer = desk.send(place)
    desk.put_back(place)

    assert answer.status_code in (200, 201, 204), answer.text


@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_a_general_fault_in_any_field_is_refused_at_its_place(desk: Desk, place: Place) -> None:
    before = desk.stores.documents()
    tried, wrong = 0, []

    for each in spoilt(desk.bodies[place]):
        if _is_right_after_all(place, each.pointer, each.fault):
            continue
        answer = desk.send(place, json=each.body)
        tried += 1
        found = refusal(answer, each.pointer) or ("stored" if desk.stores.documents() != before else "")
        if found:
            wrong.append(f"{each.fault} at {each.pointer[:40]}: {found}")

    assert wrong == []
    assert tried >= 9 * (1 + len(BODIES[place]))


def _is_right_after_all(place: Place, pointer: str, fault: str) -> bool:
    """Whether a general fault is none here: amounts may be written as whole numbers."""
    amounts = {"registered_capital", "trade_volume", "licence_capital", "evidence_trade_volume"}
    takes_amounts = place == FORM or pointer.startswith("/facts/") or place[1].endswith("/facts")
    return takes_amounts and fault == "number for text" and pointer.rpartition("/")[2] in amounts


@pytest.mark.parametrize(("field", "value", "code"), FORM_FAULTS)
def test_a_field_of_the_form_says_what_is_wrong_with_it(desk: Desk, field: str, value: object, code: str) -> None:
    before = desk.stores.documents()

    answer = desk.send(FORM, json={**FULL_FORM, field: value})

    assert refusal(answer, f"/{field}") == ""
    assert code in {error["code"] for error in answer.get_json()["errors"]}
    assert {error["message"].isascii() for error in answer.get_json()["errors"]} == {False}
    assert desk.stores.documents() == before


def test_a_refusal_never_repeats_what_was_sent(desk: Desk) -> None:
    canary = "金丝雀CANARY-7f3a"
    bodies = [{**FULL_FORM, name: f"{canary}\u0000"} for name in FULL_FORM] + [
        {**FULL_FORM, name: {canary: 1}} for name in FULL_FORM
    ]

    answers = [desk.send(FORM, json=body) for body in bodies]

    texts = [problem["message"] + problem["expected"] for answer in answers for problem in answer.get_json()["errors"]]
    assert {answer.status_code for answer in answers} == {422}
    assert [text for text in texts if canary in text] == []


def test_all_faults_of_a_form_are_told_at_once(desk: Desk) -> None:
    fields_ = sorted({field for field, _, _ in FORM_FAULTS})
    values = {field: value for field, value, _ in FORM_FAULTS}

    answer = desk.send(FORM, json={**FULL_FORM, **values})

    told = {error["pointer"].split("/")[1] for error in answer.get_json()["errors"]}
    assert told == set(fields_)


@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_a_missing_field_is_named(desk: Desk, place: Place) -> None:
    required = [field.data_key or name for name, field in SCHEMAS[place].fields.items() if field.required]
    before = desk.stores.documents()

    answers = {key: desk.send(place, json=without(desk.bodies[place], key)) for key in required}

    assert {key: refusal(answer, f"/{key}") for key, answer in answers.items()} == dict.fromkeys(required, "")
    assert desk.stores.documents() == before


@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_what_is_no_json_object_is_refused(desk: Desk, place: Place) -> None:
    before = desk.stores.documents()

    malformed = {name: desk.send(place, data=text) for name, text in MALFORMED_JSON.items()}
    others = {str(value): desk.send(place, json=value) for value in NO_OBJECTS}
    media = {name: desk.send(place, headers={"Content-Type": name or LEFT_OUT}) for name in WRONG_MEDIA}
    large = desk.send(place, data=b'{"x": "' + b"x" * 1024 * 1024 + b'"}')

    assert {name: refusal(each, statuses=frozenset({400})) for name, each in malformed.items()} == dict.fromkeys(
        malformed, ""
    )
    assert {name: refusal(each, "", frozenset({422})) for name, each in others.items()} == dict.fromkeys(others, "")
    assert {name: refusal(each, statuses=frozenset({415})) for name, each in media.items()} == dict.fromkeys(media, "")
    assert refusal(large, statuses=frozenset({413})) == ""
    assert desk.stores.documents() == before
