"""What the description of an interface tells beyond routes and schemas."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import pytest

from shared.identity.actor import Role
from shared.web.app import DESCRIPTION, create_app
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.preconditions import if_match, request_key
from tests.support.tokens import TestIssuer

if TYPE_CHECKING:
    from tests.unit.web.conftest import Service


class Permission(StrEnum):
    WRITE = "paper.write"


def operation(service: Service, method: str, path: str) -> Any:
    return service.app.extensions[DESCRIPTION]["paths"][path][method]


def parameters(described: Any) -> list[str]:
    return [each["$ref"].rpartition("/")[2] for each in described.get("parameters", ()) if "$ref" in each]


def test_an_operation_names_its_permission_and_the_roles_that_have_it(service: Service) -> None:
    described = operation(service, "get", "/papers/{paper_id}")

    assert described["x-permission"] == "paper.read"
    assert described["x-roles"] == [Role.COUNTY_REVIEWER, Role.MINISTRY]
    assert "security" not in described


def test_a_public_operation_needs_no_token_and_says_why(service: Service) -> None:
    described = operation(service, "get", "/whoami")

    assert described["security"] == []
    assert described["x-public"] == "a test"
    assert "x-permission" not in described


def test_a_change_asks_for_a_version_and_a_creation_for_a_key(service: Service) -> None:
    change, create = operation(service, "put", "/papers/{paper_id}"), operation(service, "post", "/papers")

    assert parameters(change) == ["IfMatch", "OptionalIdempotencyKey"]
    assert parameters(create) == ["IdempotencyKey"]
    assert parameters(operation(service, "get", "/papers")) == []


def test_an_error_is_described_as_a_problem_of_its_own_media_type(service: Service) -> None:
    components = service.app.extensions[DESCRIPTION]["components"]
    described = operation(service, "put", "/papers/{paper_id}")["responses"]

    assert described.keys() == {"200", "default"}
    assert list(components["responses"]["Problem"]["content"]) == ["application/problem+json"]
    assert "Error" not in components["schemas"]


def test_a_problem_is_as_it_is_described(service: Service) -> None:
    schema = service.app.extensions[DESCRIPTION]["components"]["schemas"]["Problem"]

    answer = service.client.get("/raise/Invalid").json

    assert answer is not None
    assert answer.keys() == schema["properties"].keys() == set(schema["required"])
    assert answer["errors"][0].keys() == schema["properties"]["errors"]["items"]["properties"].keys()


@pytest.mark.parametrize("asked", [if_match, request_key])
def test_a_view_that_asks_for_a_header_without_a_mark_is_a_defect(asked: Any) -> None:
    bp = Blueprint("papers", __name__)
    bp.post("/papers")(needs(Permission.WRITE)(bp.response(200)(lambda: {"asked": str(asked())})))
    service = create_app(
        "papers",
        "纸",
        blueprints=[bp],
        deps=None,
        verifier=TestIssuer().verifier,
        grants={},
        checks={},
    )

    with service.test_request_context("/papers", method="POST"), pytest.raises(RuntimeError, match="is not marked"):
        asked()


def test_an_example_of_no_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="PaperIn"):
        create_app(
            "papers",
            "纸",
            blueprints=[],
            deps=None,
            verifier=TestIssuer().verifier,
            grants={},
            checks={},
            examples={"PaperIn": {}},
        )
