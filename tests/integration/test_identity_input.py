"""Bad input on every endpoint of identity: always a problem of the 4xx kind with its place, and nothing stored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from werkzeug.test import TestResponse

from services.identity.model.places import APPOINTS
from shared.identity.actor import Actor, Role
from shared.mongo.client import Document
from tests.support.codes import make_uscc
from tests.support.identity import CITY, PASSWORD
from tests.support.identity_desk import Desk, answer, identity_desk, sign_up_body

NO_TEXTS: tuple[object, ...] = (None, 7, 1.5, True, [], ["a"], {}, {"$ne": None}, {"$gt": ""}, {"$regex": ".*"})
CONTROLS = ("a\x00b", "a\x07b", "a\nb", "a\u202eb", "\ufffe")

SIGN_UP = sign_up_body()
ACTIVATION = {"code": "12345678", "password": PASSWORD}
CHANGE = {"current_password": PASSWORD, "new_password": "Quiet-9-Harbour"}
ACCOUNT = {"username": "county.330108", "display_name": "滨江区商务局", "role": "county_reviewer", "division": "330108"}

GRANT = f"/accounts/{'0' * 32}/grants/{'1' * 32}"

BODIES: dict[str, dict[str, Any]] = {
    "/signups": SIGN_UP,
    f"/signups/{'0' * 32}/activation": ACTIVATION,
    "/password": CHANGE,
    "/accounts": ACCOUNT,
    "/appointments": {name: ACCOUNT[name] for name in ("username", "role", "division")},
    f"{GRANT}/refusal": {"reason": "不符合条件。"},
    f"{GRANT}/extension": {"valid_to": "2099-12-31"},
    f"{GRANT}/end": {"reason": "已调离。"},
    "/invitations": {"email": "new@example.com", "display_name": "新同事"},
    f"/invitations/{'0' * 32}/enrolment": ACTIVATION,
    f"/invitations/{'0' * 32}/declining": {"code": "12345678"},
    "/recoveries": {
        "credit_code": make_uscc(1),
        "email": "new@example.com",
        "display_name": "接任人",
        "reason": "原负责人离职。",
    },
    "/unit-roles": {"role": "enterprise"},
    "/transfers": {"email": "new@example.com", "stays": True},
}
OPTIONAL = {("/accounts", "division"), ("/appointments", "division"), (f"{GRANT}/extension", "valid_to")}
"""Fields that may be null."""

EMPTY_BODIES = (
    *(
        f"/accounts/{'0' * 32}/{verb}"
        for verb in ("password-reset", "sign-out", "factor-reset", "disabling", "enabling")
    ),
    *(f"{GRANT}/{verb}" for verb in ("confirmation", "withdrawal")),
    f"/invitations/{'0' * 32}/withdrawal",
    f"/colleagues/{'0' * 32}/end",
    f"/me/invitations/{'0' * 32}/declining",
    *(f"/recoveries/{'0' * 32}/{verb}" for verb in ("confirmation", "refusal", "withdrawal")),
)

SPECIAL: tuple[tuple[str, str, object], ...] = (
    ("/signups", "credit_code", make_uscc(1)[:-1] + ("0" if make_uscc(1)[-1] != "0" else "1")),
    ("/signups", "credit_code", make_uscc(1)[:-1]),
    ("/signups", "credit_code", "9" * 4000),
    ("/signups", "unit_name", "名"),
    ("/signups", "unit_name", "名" * 101),
    ("/signups", "unit_name", "   "),
    ("/signups", "division", "999999"),
    ("/signups", "division", "330100"),
    ("/signups", "division", "000000"),
    ("/signups", "division", "33"),
    ("/signups", "contact_person", "人" * 51),
    ("/signups", "email", "no address"),
    ("/signups", "email", "a@b"),
    ("/signups", "email", "a@example.com\r\nBcc: b@example.com"),
    ("/signups", "email", f"{'a' * 300}@example.com"),
    ("/signups", "phone", "12"),
    ("/signups", "phone", "abc"),
    (f"/signups/{'0' * 32}/activation", "code", "1234567"),
    (f"/signups/{'0' * 32}/activation", "code", "１２３４５６７８"),
    (f"/signups/{'0' * 32}/activation", "code", "1" * 100_000),
    (f"/signups/{'0' * 32}/activation", "password", "x" * 129),
    ("/accounts", "username", "Upper Case"),
    ("/accounts", "username", "ab"),
    ("/accounts", "username", "../../etc"),
    ("/accounts", "role", "ADMINISTRATOR"),
    ("/accounts", "role", "operator"),
    ("/accounts", "division", "330100"),
    ("/accounts", "division", "330206"),
    ("/accounts", "division", "33010６"),
    ("/accounts", "valid_to", "2026-02-30"),
    ("/accounts", "valid_to", "2020-01-01"),
    ("/accounts", "valid_from", "2020-01-01"),
    ("/accounts", "valid_from", 20260101),
    ("/appointments", "username", "nobody.here"),
    (f"{GRANT}/end", "reason", "因" * 501),
    ("/invitations", "display_name", "名" * 51),
    ("/recoveries", "reason", "因" * 501),
    ("/transfers", "stays", 1),
    ("/transfers", "stays", "true"),
    ("/transfers", "account_id", "a" * 32),
    ("/accounts", "display_name", "名" * 101),
)


@pytest.fixture
def desk(mongo: MongoClient[Document], database: Database[Document], amqp_url: str, tmp_path: Path) -> Iterator[Desk]:
    mongo.admin.command("ping")
    host, port = mongo.primary or ("127.0.0.1", 27017)
    uri = f"mongodb://{host}:{port}/?directConnection=true"
    with identity_desk(tmp_path, uri, database.name, amqp_url) as found:
        yield found


def send(desk: Desk, path: str, body: object) -> TestResponse:
    is_staff = path.startswith(("/accounts", "/appointments", "/recoveries"))
    operator = Actor("b" * 32, Role.OPERATOR, "d" * 32)
    token = desk.wired.token_keys.issue(CITY if is_staff else operator, "t")
    return desk.post(path, body, token, Idempotency_Key="key-00000001", If_Match='"1"')


def faults(desk: Desk, path: str, body: object, pointer: str) -> list[str]:
    """Return what is wrong with the answer to a bad body; nothing where it is as it must be."""
    response = send(desk, path, body)
    found = []
    if not 400 <= response.status_code < 500:
        found.append(f"status {response.status_code}")
    if response.mimetype != "application/problem+json":
        found.append(f"type {response.mimetype}")
    else:
        pointers = {problem["pointer"] for problem in answer(response)["errors"]}
        found += [] if pointer in pointers else [f"pointers {pointers}"]
    return [f"{path} {pointer}: {fault}" for fault in found]


def test_every_fault_of_every_field_is_answered_with_its_place_and_nothing_is_stored(desk: Desk) -> None:
    desk.wired.deps.accounts.find_by_username("nobody")  # the key of the index is made at its first use
    before = desk.stored()
    found: list[str] = []

    for path, good in BODIES.items():
        for name in good:
            optional = (path, name) in OPTIONAL
            wrong = [value for value in (NO_TEXTS[1:] if optional else NO_TEXTS) if value is not good[name]]
            for value in (*wrong, *CONTROLS, ""):
                found += faults(desk, path, good | {name: value}, f"/{name}")
            without = {key: value for key, value in good.items() if key != name}
            found += faults(desk, path, without, f"/{name}")
        found += faults(desk, path, good | {"$where": "1"}, "/$where")
        found += faults(desk, path, good | {"is_admin": True}, "/is_admin")
    for path, name, value in SPECIAL:
        found += faults(desk, path, BODIES[path] | {name: value}, f"/{name}")
    for path in EMPTY_BODIES:
        found += faults(desk, path, {"state": "active"}, "/state")

    assert found == []
    assert desk.stored() == before


def test_a_body_that_is_no_object_is_refused(desk: Desk) -> None:
    statuses = {
        (path, repr(body)): send(desk, path, body).status_code
        for path in (*BODIES, *EMPTY_BODIES)
        for body in ([], [{}], "text", 7, True)
    }

    assert {place: status for place, status in statuses.items() if status != 422} == {}


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"username": NaN}', "application/json", 400),
        (b'{"username": "\xff"}', "application/json", 400),
        (b'{"username": "\\ud800", "password": "x"}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"", "application/json", 400),
        (b"null", "application/json", 422),
        (b"username=a&password=b", "application/x-www-form-urlencoded", 415),
        (b'{"username": "a", "password": "b"}', "text/plain", 415),
        (b" " * (1024 * 1024 + 1), "application/json", 413),
    ],
)
def test_a_body_that_can_not_be_read_is_refused(desk: Desk, body: bytes, media_type: str, status: int) -> None:
    response = desk.client.post("/signups", data=body, content_type=media_type)

    assert response.status_code == status
    assert response.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/accounts?limit=0", 422),
        ("/accounts?limit=101", 422),
        ("/accounts?limit=x", 422),
        ("/accounts?cursor=%00", 400),
        ("/accounts?cursor=$ne", 400),
        ("/accounts?cursor[$ne]=1", 422),
        ("/accounts?unknown=1", 422),
        ("/accounts/%00", 404),
        ("/accounts/..%2f..", 404),
        ("/accounts/" + "a" * 5000, 404),
        ("/nothing", 404),
    ],
)
def test_a_bad_address_is_refused(desk: Desk, path: str, status: int) -> None:
    token = desk.wired.token_keys.issue(Actor("b" * 32, Role.ADMINISTRATOR), "t")

    response = desk.get(path, token)

    assert response.status_code == status
    assert response.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-Match": '"2"'}, 404),
        ({}, 428),
        ({"If-Match": "*"}, 400),
        ({"If-Match": 'W/"1"'}, 400),
        ({"If-Match": '"0"'}, 400),
        ({"If-Match": '"1"', "Idempotency-Key": "x"}, 400),
    ],
)
def test_a_change_needs_the_version_it_was_made_on(desk: Desk, headers: dict[str, str], status: int) -> None:
    token = desk.wired.token_keys.issue(Actor("b" * 32, Role.ADMINISTRATOR), "t")

    response = desk.client.post(
        f"/accounts/{'0' * 32}/disabling", json={}, headers={**headers, "Authorization": f"Bearer {token}"}
    )

    assert response.status_code == status


def test_a_creation_needs_an_idempotency_key_and_refuses_it_for_another_body(desk: Desk) -> None:
    token = desk.wired.token_keys.issue(CITY, "t")
    without = desk.post("/accounts", ACCOUNT, token)
    first = desk.post("/accounts", ACCOUNT, token, Idempotency_Key="key-00000001")

    other = desk.post("/accounts", ACCOUNT | {"display_name": "别名"}, token, Idempotency_Key="key-00000001")

    assert (without.status_code, first.status_code, other.status_code) == (400, 201, 422)
    assert answer(other)["code"] == "idempotency_key_reused"


@pytest.mark.parametrize("role", [role for role in Role if role not in APPOINTS])
def test_nobody_but_who_appoints_reaches_the_accounts(desk: Desk, role: Role) -> None:
    token = desk.wired.token_keys.issue(Actor("b" * 32, role), "t")

    statuses = {
        desk.get("/accounts", token).status_code,
        desk.get(f"/accounts/{'0' * 32}", token).status_code,
        desk.post("/accounts", ACCOUNT, token, Idempotency_Key="key-00000001").status_code,
        *(
            desk.post(path, {}, token, If_Match='"1"').status_code
            for path in EMPTY_BODIES
            if "account" in path.split("/")[1]
        ),
    }

    assert statuses == {403}


@pytest.mark.parametrize("path", ["/me", "/accounts", f"/accounts/{'0' * 32}"])
def test_nobody_reads_without_a_token(desk: Desk, path: str) -> None:
    response = desk.client.get(path)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
