"""Bodies and queries are parsed strictly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.unit.web.conftest import Service

KEY = {"Idempotency_Key": "key-00000001"}


def faults(response: Any) -> dict[str, str]:
    """Return the code of each problem by its place."""
    return {problem["pointer"]: problem["code"] for problem in response.json["errors"]}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {"/title": "required"}),
        ({"title": 1}, {"/title": "not_text"}),
        ({"title": None}, {"/title": "null"}),
        ({"title": {"$ne": None}}, {"/title": "not_text"}),
        ({"title": ""}, {"/title": "empty"}),
        ({"title": "a\x00"}, {"/title": "forbidden_character"}),
        ({"title": "长" * 21}, {"/title": "too_long"}),
        ({"title": "a", "pages": 1.5}, {"/pages": "not_whole_number"}),
        ({"title": "a", "pages": True}, {"/pages": "not_whole_number"}),
        ({"title": "a", "pages": "1"}, {"/pages": "not_whole_number"}),
        ({"title": "a", "pages": 0}, {"/pages": "out_of_range"}),
        ({"title": "a", "owner": "b"}, {"/owner": "unknown_field"}),
        ({"title": "a", "a/b~c": 1}, {"/a~1b~0c": "unknown_field"}),
        (
            {"title": 1, "pages": "x", "owner": 1},
            {"/title": "not_text", "/pages": "not_whole_number", "/owner": "unknown_field"},
        ),
        ([], {"": "not_object"}),
        ("text", {"": "not_object"}),
        ([{"title": "a"}], {"": "not_object"}),
    ],
)
def test_every_fault_of_a_body_is_told_with_its_place(service: Service, body: object, expected: dict[str, str]) -> None:
    response = service.client.post("/papers", json=body, headers=service.headers(**KEY))

    assert response.status_code == 422
    assert faults(response) == expected


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b'{"title": NaN}', "application/json", 400),
        (b'{"title": "\xff"}', "application/json", 400),
        (b'{"title": "\\ud800"}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"title": "a"}', "", 415),
        (b'{"title": "a"}', "text/json", 415),
        (b'{"title": "a"}', "application/x-www-form-urlencoded", 415),
        (b" " * 1_048_577, "application/json", 413),
    ],
)
def test_a_body_that_is_not_readable_is_refused(service: Service, body: bytes, media_type: str, status: int) -> None:
    response = service.client.post("/papers", data=body, headers=service.headers(**KEY) | {"Content-Type": media_type})

    assert response.status_code == status
    assert response.mimetype == "application/problem+json"


def test_a_good_body_gets_through_with_its_defaults(service: Service) -> None:
    response = service.client.post("/papers", json={"title": " 标题 "}, headers=service.headers(**KEY))

    assert response.status_code == 201
    assert response.json is not None
    assert (response.json["title"], response.json["pages"]) == ("标题", 1)


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("limit=0", "/limit"),
        ("limit=101", "/limit"),
        ("limit=-1", "/limit"),
        ("limit=1.5", "/limit"),
        ("limit=", "/limit"),
        ("limit=1_0", "/limit"),
        ("limit=%D9%A1", "/limit"),
        ("limit[$gt]=1", "/limit[$gt]"),
        ("page=2", "/page"),
        ("cursor=" + "x" * 201, "/cursor"),
    ],
)
def test_every_fault_of_a_query_is_told_with_its_place(service: Service, query: str, place: str) -> None:
    response = service.client.get(f"/papers?{query}", headers=service.headers())

    assert response.status_code == 422
    assert set(faults(response)) == {place}


def test_a_list_without_a_query_gives_the_first_twenty(service: Service) -> None:
    response = service.client.get("/papers", headers=service.headers())

    assert response.json == {"cursor": "", "limit": 20}
