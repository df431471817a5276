"""Versions and idempotency keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from shared.identity.actor import Actor, Role

if TYPE_CHECKING:
    from tests.unit.web.conftest import Service

BODY = {"title": "标题"}


def create(service: Service, key: str, body: object = BODY, account: str = "a" * 32) -> Any:
    headers = service.issuer.headers(Actor(account, Role.COUNTY_REVIEWER)) | {"Idempotency-Key": key}
    return service.client.post("/papers", json=body, headers=headers)


def test_a_change_carries_the_version_it_was_made_on(service: Service) -> None:
    response = service.client.put("/papers/p1", json=BODY, headers=service.headers(If_Match='"7"'))

    assert response.json is not None
    assert response.json["version"] == 7


def test_an_answer_carries_its_version(service: Service) -> None:
    response = service.client.get("/papers/p1", headers=service.headers())

    assert response.headers["ETag"] == '"3"'


def test_a_change_without_a_version_is_refused(service: Service) -> None:
    response = service.client.put("/papers/p1", json=BODY, headers=service.headers())

    assert response.status_code == 428


@pytest.mark.parametrize(
    "tag", ["", "*", "7", 'W/"7"', '"0"', '"-1"', '"7", "8"', '"x"', '"1e3"', '"' + "9" * 40 + '"', '"٣"']
)
def test_what_is_no_tag_of_ours_is_refused(service: Service, tag: str) -> None:
    headers = service.headers() | {"If-Match": tag.encode().decode("latin-1")}

    response = service.client.put("/papers/p1", json=BODY, headers=headers)

    assert response.status_code == 400
    assert response.json is not None
    assert response.json["code"] == "bad_if_match"


@pytest.mark.parametrize("key", ["short", "x" * 129, "with blank inside", "quote'quote", "semi;colon"])
def test_what_is_no_key_is_refused(service: Service, key: str) -> None:
    response = create(service, key)

    assert response.status_code == 400
    assert response.json["code"] == "bad_idempotency_key"


def test_a_creation_without_a_key_is_refused(service: Service) -> None:
    response = service.client.post("/papers", json=BODY, headers=service.headers())

    assert response.status_code == 400
    assert response.json is not None
    assert response.json["code"] == "idempotency_key_required"


def test_the_same_request_has_the_same_key_and_digest(service: Service) -> None:
    first, second = create(service, "key-00000001").json, create(service, "key-00000001").json

    assert (first["key"], first["digest"]) == (second["key"], second["digest"])


def test_another_body_has_another_digest_under_the_same_key(service: Service) -> None:
    first, second = create(service, "key-00000001").json, create(service, "key-00000001", {"title": "别的"}).json

    assert first["key"] == second["key"]
    assert first["digest"] != second["digest"]


def test_a_key_is_of_one_person_and_is_not_kept_as_it_was_sent(service: Service) -> None:
    mine, theirs = create(service, "key-00000001").json, create(service, "key-00000001", account="b" * 32).json

    assert mine["key"] != theirs["key"]
    assert "key-00000001" not in mine["key"]
