"""The skeleton: headers, docs, health and metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared.web.app import DESCRIPTION
from shared.web.auth import mark_of
from tests.unit.web import conftest

if TYPE_CHECKING:
    from tests.unit.web.conftest import Service


def test_every_route_of_the_skeleton_says_who_may_call_it(service: Service) -> None:
    unmarked = [endpoint for endpoint in service.app.view_functions if mark_of(service.app, endpoint) is None]

    assert unmarked == ["papers.unmarked"]


@pytest.mark.parametrize("path", ["/papers/p1", "/healthz", "/nothing", "/raise/ZeroDivisionError"])
def test_every_answer_forbids_sniffing_framing_and_keeping(service: Service, path: str) -> None:
    response = service.client.get(path)

    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "max-age" in response.headers["Strict-Transport-Security"]


def test_the_service_is_alive_whatever_its_parts_do(service: Service) -> None:
    service.failing = ["mongo", "broker"]

    response = service.client.get("/healthz")

    assert response.status_code == 200


@pytest.mark.parametrize("failing", [[], ["mongo"], ["mongo", "broker"]])
def test_the_service_is_ready_when_all_its_parts_answer(service: Service, failing: list[str]) -> None:
    service.failing = failing

    response = service.client.get("/readyz")

    assert response.status_code == (503 if failing else 200)
    assert response.json is not None
    assert response.json["failing"] == failing
    assert conftest.SECRET not in response.text


def test_requests_are_counted_by_endpoint_and_never_by_address(service: Service) -> None:
    service.client.get("/papers/very-special-id", headers=service.headers())

    text = service.client.get("/metrics").text

    assert 'endpoint="papers.read"' in text
    assert "very-special-id" not in text


def test_the_interface_is_described_in_openapi(service: Service) -> None:
    response = service.client.get("/docs/openapi.json")

    assert response.json is not None
    assert response.json["openapi"].startswith("3.1")
    assert set(response.json["paths"]["/papers/{paper_id}"]) >= {"get", "put"}
    title = response.json["components"]["schemas"]["PaperIn"]["properties"]["title"]
    assert title["maxLength"] == 20


def test_the_pages_of_the_docs_load_nothing_from_elsewhere(service: Service) -> None:
    page = service.client.get("/docs/")

    assert page.status_code == 200
    assert "https://" not in page.text.replace("https://swagger.io", "")
    for name in ("swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js"):
        with service.client.get(f"/docs/assets/{name}") as asset:
            assert asset.status_code == 200
    assert service.client.get("/docs/assets/../app.py").status_code == 404


def test_the_pages_of_the_docs_know_the_version_that_the_description_is_in(service: Service) -> None:
    with service.client.get("/docs/assets/swagger-ui-bundle.js") as asset:
        knows = b"openapi: 3.1." in asset.data  # in what it says where it knows no version

    assert service.app.extensions[DESCRIPTION]["openapi"].startswith("3.1.")
    assert knows


def test_a_log_line_holds_the_endpoint_and_no_address(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    service.client.get(f"/papers/{conftest.SECRET}?cursor={conftest.SECRET}", headers=service.headers())

    logged = capsys.readouterr().out

    assert "papers.read" in logged
    assert conftest.SECRET not in logged
