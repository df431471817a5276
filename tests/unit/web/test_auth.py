"""Everything is forbidden until declared."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import pytest

from shared.identity.actor import Role
from shared.web.auth import PUBLIC, needs, public

if TYPE_CHECKING:
    from tests.unit.web.conftest import Service


def test_who_has_the_permission_gets_through_with_their_own_name(service: Service) -> None:
    response = service.client.get("/papers/p1", headers=service.headers())

    assert response.status_code == 200
    assert response.json == {"id": "p1", "reader": "a" * 32}


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.COUNTY_REVIEWER, Role.MINISTRY)])
def test_every_role_that_is_not_granted_is_refused(service: Service, role: Role) -> None:
    response = service.client.get("/papers/p1", headers=service.headers(role))

    assert response.status_code == 403


@pytest.mark.parametrize("path", ["/unmarked", "/nobody"])
@pytest.mark.parametrize("role", list(Role))
def test_a_view_without_a_mark_or_a_grant_is_forbidden_to_everybody(service: Service, path: str, role: Role) -> None:
    response = service.client.get(path, headers=service.headers(role))

    assert response.status_code == 403


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "bearer x", "Bearer  ", "Token x", "x"])
def test_without_a_good_token_nobody_gets_in(service: Service, header: str) -> None:
    response = service.client.get("/papers/p1", headers={"Authorization": header})

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.mimetype == "application/problem+json"


def test_the_name_of_the_scheme_may_be_in_any_case(service: Service) -> None:
    header = service.headers()["Authorization"].replace("Bearer", "bEARER")

    response = service.client.get("/papers/p1", headers={"Authorization": header})

    assert response.status_code == 200


def test_who_asks_for_the_actor_on_a_public_view_gets_none(service: Service) -> None:
    response = service.client.get("/whoami", headers=service.headers())

    assert response.status_code == 401


def test_rights_are_checked_before_the_body_is_read(service: Service) -> None:
    response = service.client.post("/papers", data=b"{", headers=service.headers(Role.MINISTRY))

    assert response.status_code == 403


@pytest.mark.parametrize("method", ["delete", "patch", "post"])
def test_another_method_is_refused_with_those_that_are_there(service: Service, method: str) -> None:
    response = service.client.open("/papers/p1", method=method, headers=service.headers())

    assert response.status_code == 405
    assert {"GET", "PUT"} <= {name.strip() for name in response.headers["Allow"].split(",")}
    assert response.mimetype == "application/problem+json"


def test_a_public_mark_says_why() -> None:
    with pytest.raises(ValueError, match="says why"):
        public("")


def test_no_permission_can_be_named_like_the_public_mark() -> None:
    permission = StrEnum("permission", {"OOPS": PUBLIC})

    with pytest.raises(ValueError, match="public"):
        needs(permission["OOPS"])
