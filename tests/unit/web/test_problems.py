"""Every error is a problem with a stable code, and none quotes a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared import errors
from shared.web.problems import STATUS, status_of
from tests.unit.web import conftest

if TYPE_CHECKING:
    from tests.unit.web.conftest import Service


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("Malformed", 400, "malformed"),
        ("NotAuthenticated", 401, "not_authenticated"),
        ("NotAllowed", 403, "not_allowed"),
        ("NotFound", 404, "not_found"),
        ("Conflict", 409, "conflict"),
        ("StaleVersion", 412, "stale_version"),
        ("TooLarge", 413, "too_large"),
        ("UnsupportedMedia", 415, "unsupported_media"),
        ("Invalid", 422, "invalid"),
        ("KeyReused", 422, "idempotency_key_reused"),
        ("VersionRequired", 428, "version_required"),
        ("TooManyRequests", 429, "too_many_requests"),
        ("Unavailable", 503, "unavailable"),
        ("AutoReconnect", 503, "unavailable"),
        ("ZeroDivisionError", 500, "internal"),
    ],
)
def test_each_error_has_its_status_and_code(
    service: Service, capsys: pytest.CaptureFixture[str], name: str, status: int, code: str
) -> None:
    response = service.client.get(f"/raise/{name}")

    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    body = response.json
    assert isinstance(body, dict)
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:tongbao:problem:{code}")
    assert conftest.SECRET not in response.text + capsys.readouterr().out


def test_each_problem_of_a_form_stands_in_the_answer_with_its_place(service: Service) -> None:
    response = service.client.get("/raise/Invalid")

    assert response.json is not None
    assert response.json["errors"] == [
        {"pointer": "/title", "code": "empty", "message": "此项不能为空。", "expected": "文字", "indicator": "甲"}
    ]


def test_the_wait_is_told_in_seconds(service: Service) -> None:
    response = service.client.get("/raise/TooManyRequests")

    assert response.headers["Retry-After"] == "5"


def test_an_error_of_a_service_has_the_status_of_its_nearest_class() -> None:
    class Taken(errors.Conflict):
        code = "taken_for_a_test"

    status = status_of(Taken())

    assert status == STATUS[errors.Conflict]


def test_an_error_without_a_class_in_the_table_is_a_defect() -> None:
    status = status_of(errors.TongbaoError())

    assert status == 500


def test_an_unknown_address_is_a_problem_too(service: Service) -> None:
    response = service.client.get("/nothing/here")

    assert response.status_code == 404
    assert response.mimetype == "application/problem+json"


def test_a_redirect_is_no_problem(service: Service) -> None:
    response = service.client.get("/docs")

    assert response.status_code == 308
    assert response.headers["Location"].endswith("/docs/")


def test_the_answer_names_the_request_by_its_correlation_id(service: Service) -> None:
    sent = "0123456789abcdef" * 2

    response = service.client.get("/nothing", headers={"X-Correlation-Id": sent})
    made_up = service.client.get("/nothing", headers={"X-Correlation-Id": "<script>"})

    assert response.headers["X-Correlation-Id"] == sent
    assert response.json is not None
    assert response.json["instance"] == f"urn:tongbao:request:{sent}"
    assert len(made_up.headers["X-Correlation-Id"]) == 32
