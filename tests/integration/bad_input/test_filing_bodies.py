"""Bodies that are wrong in one place are refused with that place, and nothing that is stored changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.filing.app import create_app
from tests.support.bad_input import (
    BAD_KEYS,
    BAD_VERSIONS,
    MALFORMED_JSON,
    NO_OBJECTS,
    WRONG_MEDIA,
    refusal,
    spoilt,
    without,
)
from tests.support.bad_input_filing import BODIES, CHECK, LEFT_OUT, Desk, Place
from tests.support.rights import routes_of
from tests.support.rights_casework import CASEWORK_CREATIONS, CASEWORK_REPEATABLE
from tests.support.rights_filing import FILES, LISTS, ONE, Ground
from tests.support.tokens import TestIssuer

PLACES = sorted(BODIES)
CHANGES = [
    place for place in PLACES if place[1].startswith(ONE) and place not in {*CASEWORK_CREATIONS, *CASEWORK_REPEATABLE}
]
CREATIONS = [
    ("POST", "/filings"),
    ("POST", "/units"),
    ("POST", "/collection-decisions"),
    ("POST", "/executions"),
    ("POST", "/nil-reports"),
    ("POST", "/submissions"),
    *CASEWORK_CREATIONS,
]
NULLABLE = frozenset({"nil_reason", "content", "row", "record", "version", "explanations", "assignee_id"})
"""Fields in which null says something."""

RAW = ("/rates/import", f"{LISTS}/import", f"{LISTS}/marked")
"""Routes that take a file and are asked for no filing."""


@pytest.fixture(scope="module")
def desk(filing_ground: Ground) -> Desk:
    return Desk(filing_ground)


def _is_right_after_all(pointer: str, fault: str) -> bool:
    """Whether a general fault is none here.

    Amounts may be whole numbers, what may be left out may be null, an explanation may belong to any rule, and blanks at
    the ends of a code are taken off.
    """
    if fault == "unknown field" and pointer.endswith(("/explanations/unit_id", "/explanations/state")):
        return True
    last = pointer.rpartition("/")[2]
    is_amount = last in {"fee", "total", "308", "309"} or pointer.startswith("/answers/622")
    is_optional = last in NULLABLE or pointer.startswith(("/answers/", "/row/", "/rows/0/", "/lines/0/3"))
    is_blank = fault == "hidden character" and last in {"category", "item"}
    is_list = fault == "too many" and pointer == "/rows"
    return is_blank or is_list or (fault == "number for text" and is_amount) or (fault == "null" and is_optional)


def _told_at(pointer: str) -> str:
    """Return where a fault is told: within a cell of a form at the cell, for a nameless key at the object around it."""
    depth = {"answers": 4, "row": 3, "rows": 4, "lines": 4}.get(pointer.split("/")[1] if pointer else "", 99)
    return "/".join(pointer.split("/")[:depth]).removesuffix(
        "/" if pointer.startswith(("/answers", "/extras", "/row")) else "\0"
    )


def _wrong(answer: TestResponse, pointer: str) -> str:
    """Return what is wrong with a refusal; a line of executions is refused by itself, in an answer on each line."""
    if answer.status_code != 200 or not pointer.startswith("/lines/0/"):
        return refusal(answer, pointer)
    (line,) = (answer.json or {})["lines"]
    found = [each["pointer"] for each in line["problems"]]
    return "" if any(each == pointer or each.startswith(f"{pointer}/") for each in found) else f"pointers {found}"


def test_every_route_that_takes_a_body_is_tried() -> None:
    writing = {place for place in routes_of(create_app(None, TestIssuer().verifier, {})) if place[0] != "GET"}  # type: ignore[arg-type]  # nothing is called
    raw = {place for place in writing if place[1].removeprefix(f"{ONE}/") in FILES or place[1] in RAW}

    assert set(BODIES) == writing - raw
    assert len(raw) == len(FILES) + len(RAW)


@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_the_right_body_goes_through(desk: Desk, place: Place) -> None:
    kept = desk.kept()

    answer = desk.send(place)

    desk.put_back(kept)
    assert answer.status_code in {200, 201, 202, 204} or place[1].endswith("submission"), answer.text


@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_a_general_fault_in_any_field_is_refused_at_its_place(desk: Desk, place: Place) -> None:
    before = desk.stores.documents()
    tried, wrong = 0, []

    for each in spoilt(desk.bodies[place]):
        if _is_right_after_all(each.pointer, each.fault):
            continue
        answer = desk.send(place, json=each.body)
        tried += 1
        found = _wrong(answer, _told_at(each.pointer)) or ("stored" if desk.stores.documents() != before else "")
        if found:
            wrong.append(f"{each.fault} at {each.pointer[:60]}: {found}"[:200])

    assert wrong == []
    assert tried >= 9 * (1 + len(BODIES[place])) - 10


@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_what_is_no_json_object_is_refused(desk: Desk, place: Place) -> None:
    before = desk.stores.documents()

    malformed = {name: desk.send(place, data=text) for name, text in MALFORMED_JSON.items()}
    others = [desk.send(place, json=value) for value in NO_OBJECTS]
    media = [desk.send(place, headers={"Content-Type": text}) for text in WRONG_MEDIA]
    twice = desk.send(place, data=b'{"a": 1, "a": 2}')

    assert {name: refusal(answer) for name, answer in malformed.items()} == dict.fromkeys(malformed, "")
    assert {refusal(answer) for answer in [*others, *media, twice]} == {""}
    assert {answer.status_code for answer in media} == {415}
    assert desk.stores.documents() == before


@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_a_body_that_is_too_large_is_refused(desk: Desk, place: Place) -> None:
    before = desk.stores.documents()

    answer = desk.send(place, data=b'{"x": "' + b"x" * 5_000_000 + b'"}')

    assert answer.status_code == 413
    assert desk.stores.documents() == before


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


@pytest.mark.parametrize("place", [*CREATIONS, *CHANGES], ids=" ".join)
def test_a_key_of_another_form_is_refused(desk: Desk, place: Place) -> None:
    before = desk.stores.documents()

    answers = {key: desk.send(place, headers={"Idempotency-Key": key.encode().decode("latin-1")}) for key in BAD_KEYS}

    assert {key: refusal(answer, statuses=frozenset({400})) for key, answer in answers.items()} == dict.fromkeys(
        answers, ""
    )
    assert desk.stores.documents() == before


@pytest.mark.parametrize("place", CREATIONS, ids=" ".join)
def test_a_creation_needs_a_key(desk: Desk, place: Place) -> None:
    answer = desk.send(place, headers={"Idempotency-Key": LEFT_OUT})

    assert refusal(answer, statuses=frozenset({400})) == ""


@pytest.mark.parametrize("place", [("POST", CHECK), ("PUT", f"{ONE}/content")], ids=" ".join)
def test_a_refusal_never_repeats_what_was_sent(desk: Desk, place: Place) -> None:
    canary = "金丝雀CANARY-7f3a"
    cells: Mapping[str, Any] = {code: {"2": canary} for code in ("601", "602", "622", "624")}

    answer = desk.send(place, json={**desk.bodies[place], "answers": cells})

    assert answer.status_code == 422
    assert len(answer.get_json()["errors"]) == len(cells)
    assert canary not in answer.text


@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_a_missing_field_is_named(desk: Desk, place: Place) -> None:
    optional = {"item", "answers", "extras", "explanations", "evidence", "nil_reason", "pointers", "content"}
    optional |= {"uscc", "organisation_code", "english_name", "legal_representative"}
    optional |= {"pointer"} if place[1].endswith("/threads") else set()
    required = set(BODIES[place]) - (optional if place[1] != CHECK else set())
    before = desk.stores.documents()

    answers = {key: desk.send(place, json=without(desk.bodies[place], key)) for key in required}

    assert {key: refusal(answer, f"/{key}") for key, answer in answers.items()} == dict.fromkeys(required, "")
    assert desk.stores.documents() == before
