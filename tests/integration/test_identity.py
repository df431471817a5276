"""Identity on a real database, broker and mail server: from sign-up to lock-out."""

from __future__ import annotations

import json
import re
import statistics
import threading
import time
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from werkzeug.test import TestResponse

from services.identity import cli
from services.identity.errors import TooManyAttempts, WrongCredentials
from services.identity.model.attempts import Kind, Subject
from services.identity.operations.signing_in import enter
from services.identity.operations.signups import forget_stale_sign_ups
from services.identity.ports.sign_ins import Visitor
from services.identity.repository.token_keys import OVERLAP, READ_AGAIN_AFTER
from shared.errors import NotAuthenticated
from shared.identity.actor import Actor, Role
from shared.identity.tokens import Verifier
from shared.mongo.client import Document
from tests.support.bus import eventually
from tests.support.codes import make_uscc
from tests.support.identity import CITY, OTHER_PASSWORD, PASSWORD
from tests.support.identity_desk import ISSUER, Desk, answer, identity_desk, sign_up_body
from tests.support.oidc import submit


def _uri(mongo: MongoClient[Document]) -> str:
    host, port = mongo.primary or ("127.0.0.1", 27017)
    return f"mongodb://{host}:{port}/?directConnection=true"


def _accounts(printed: Mapping[str, object]) -> list[dict[str, str]]:
    """Return the accounts of an answer of `seed-demo`."""
    accounts = printed["accounts"]
    assert isinstance(accounts, list)
    return accounts


@pytest.fixture
def desk(mongo: MongoClient[Document], database: Database[Document], amqp_url: str, tmp_path: Path) -> Iterator[Desk]:
    mongo.admin.command("ping")
    with identity_desk(tmp_path, _uri(mongo), database.name, amqp_url) as found:
        yield found


def administrator_token(desk: Desk) -> str:
    actor = Actor("b" * 32, Role.ADMINISTRATOR)
    return desk.wired.token_keys.issue(actor, "t")


def test_a_unit_signs_up_with_the_mailed_code_and_signs_in(desk: Desk) -> None:
    with desk.worker():
        activated = desk.sign_up()

    tokens = desk.tokens()

    assert activated.status_code == 201
    assert answer(activated)["username"] == "zhang@example.com"
    me = answer(desk.get("/me", tokens["access_token"]))
    told = answer(desk.get("/oauth/userinfo", tokens["access_token"]))
    assert (me["role"], me["division_name"]) == ("operator", "浙江省杭州市西湖区")
    assert me["unit"] == {"credit_code": make_uscc(1), "name": "杭州样例平台有限公司"}
    assert (told["sub"], told["unit"], told["role"]) == (me["id"], me["unit_id"], "operator")


@pytest.mark.parametrize("role", ["enterprise", "training_institution"])
def test_a_unit_signs_up_as_what_it_is(desk: Desk, role: str) -> None:
    with desk.worker():
        desk.sign_up(role=role)

    me = answer(desk.get("/me", desk.tokens()["access_token"]))

    assert me["role"] == role


@pytest.mark.parametrize("role", ["ministry", "service", "", None])
def test_nobody_signs_up_in_a_role_that_others_give(desk: Desk, role: str | None) -> None:
    refused = desk.post("/signups", sign_up_body(role=role))

    assert refused.status_code == 422
    assert desk.wired.database["sign_ups"].count_documents({}) == 0


def test_what_applicants_told_who_never_proved_their_address_goes_after_a_week(desk: Desk) -> None:
    with desk.worker():
        desk.sign_up()
        desk.post("/signups", sign_up_body(credit_code=make_uscc(2), email="li@example.com"))
        desk.mail_to("li@example.com")
        desk.clock.advance(timedelta(days=6))
        too_early = forget_stale_sign_ups(desk.wired.deps)
        desk.clock.advance(timedelta(days=2))

    forgotten = forget_stale_sign_ups(desk.wired.deps)

    assert (too_early, forgotten) == (0, 1)
    assert [row["state"] for row in desk.wired.database["sign_ups"].find()] == ["activated"]


def test_the_access_token_is_verified_offline_by_the_published_keys(desk: Desk) -> None:
    with desk.worker():
        desk.sign_up()
    token = desk.tokens()["access_token"]
    keys = answer(desk.client.get("/.well-known/jwks.json"))

    actor = Verifier.of_one(ISSUER, lambda: keys, desk.clock).actor_of(token)  # type: ignore[arg-type,return-value]

    assert (actor.role, actor.division) == (Role.OPERATOR, "330106")
    assert all("d" not in key for key in keys["keys"])


def test_five_failures_lock_out_across_a_restart_and_the_wait_is_told(desk: Desk) -> None:
    with desk.worker():
        desk.sign_up()
    failures = [desk.sign_in(password=OTHER_PASSWORD).status_code for _ in range(5)]

    with desk.restarted() as restarted:
        locked = restarted.sign_in()

    assert failures == [401] * 5
    assert locked.status_code == 429
    assert 0 < int(locked.headers["Retry-After"]) <= 901
    desk.clock.advance(timedelta(minutes=15))
    assert desk.sign_in().status_code == 303


def test_known_and_unknown_names_are_answered_and_locked_out_alike(desk: Desk) -> None:
    with desk.worker():
        desk.sign_up()

    known = [desk.sign_in("zhang@example.com", OTHER_PASSWORD) for _ in range(6)]
    unknown = [desk.sign_in("nobody@example.com", OTHER_PASSWORD) for _ in range(6)]

    def told(response: TestResponse, name: str) -> str:
        return re.sub(r"[0-9a-f]{64}", "", response.text).replace(name, "")

    assert [r.status_code for r in known] == [r.status_code for r in unknown] == [401] * 5 + [429]
    assert [told(r, "zhang@example.com") for r in known] == [told(r, "nobody@example.com") for r in unknown]


def test_known_and_unknown_names_take_the_same_time(
    mongo: MongoClient[Document], database: Database[Document], amqp_url: str, tmp_path: Path
) -> None:
    with identity_desk(tmp_path, _uri(mongo), database.name, amqp_url, is_quick=False) as desk:
        known, unknown = _seconds_of_wrong_passwords(desk)

    assert 0.8 < known / unknown < 1.25


def _seconds_of_wrong_passwords(desk: Desk) -> tuple[float, float]:
    """Return how long a wrong password takes for a name that is known, and for one that is not."""
    with desk.worker():
        desk.sign_up()
    seconds: dict[str, list[float]] = {"zhang@example.com": [], "nobody@example.com": []}

    for round in range(31):
        for name in sorted(seconds, reverse=round % 2 == 0):  # by turns, so that neither is always the first
            started = time.perf_counter()
            with pytest.raises(WrongCredentials):
                enter(desk.wired.deps, Visitor("192.0.2.1"), name, OTHER_PASSWORD)
            seconds[name].append(time.perf_counter() - started)
            for subject in (Subject(Kind.ACCOUNT, name), Subject(Kind.ADDRESS, "192.0.2.1")):
                desk.wired.deps.attempts.forget(subject)

    known, unknown = (statistics.median(taken) for taken in seconds.values())
    return known, unknown


def test_guesses_at_once_are_no_better_than_one_after_another(desk: Desk) -> None:
    subject = Subject(Kind.ACCOUNT, "somebody")
    allowed, refused = [], []

    def guess() -> None:
        for _ in range(10):
            try:
                desk.wired.deps.attempts.take([subject], desk.clock.now())
                allowed.append(1)
            except TooManyAttempts:
                refused.append(1)

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(allowed) == 5
    assert len(refused) == 75


def test_a_second_sign_up_of_a_unit_looks_the_same_and_only_the_holder_is_told(desk: Desk) -> None:
    with desk.worker():
        desk.sign_up()
        again = desk.post("/signups", sign_up_body(email="stranger@example.com"))
        eventually(lambda: len(desk.box.mails) == 2)

    assert again.status_code == 202
    assert set(answer(again)) == {"signup_id"}
    assert [mail["To"] for mail in desk.box.mails] == ["zhang@example.com"] * 2
    assert "已有账户" in desk.box.mails[1].get_content()


def test_of_two_sign_ups_of_one_unit_one_is_activated_and_nothing_is_left_of_the_other(desk: Desk) -> None:
    bodies = [sign_up_body(), sign_up_body(email="li@example.com")]
    started = [answer(desk.post("/signups", body))["signup_id"] for body in bodies]
    with desk.worker():
        codes = [desk.mail_to(body["email"]).get_content().split("激活码：")[1][:8] for body in bodies]

    done = [
        desk.post(f"/signups/{id}/activation", {"code": code, "password": PASSWORD})
        for id, code in zip(started, codes, strict=True)
    ]

    assert [response.status_code for response in done] == [201, 409]
    assert answer(done[1])["code"] == "unit_has_account"
    assert desk.wired.database["accounts"].count_documents({}) == 1
    assert desk.wired.database["units"].count_documents({}) == 1


def test_nothing_personal_is_stored_in_clear(desk: Desk) -> None:
    with desk.worker():
        desk.sign_up()
    desk.post("/signups", sign_up_body(credit_code=make_uscc(2), email="pending@example.com"))
    tokens = desk.tokens()

    stored = desk.stored()

    secrets = (
        *("张三", "zhang", "pending@example.com", "88888888", "杭州样例平台", make_uscc(1), make_uscc(2), PASSWORD),
        *(tokens["refresh_token"].split(".")[1], tokens["access_token"], "argon2", json.dumps("张三").strip('"')),
    )
    assert [secret for secret in secrets if secret in stored] == []
    assert "330106" in stored


def test_an_account_for_staff_is_made_used_and_disabled(desk: Desk) -> None:
    token = desk.wired.token_keys.issue(CITY, "t")
    body = {
        "username": "county.330108",
        "display_name": "滨江区商务局",
        "role": "county_reviewer",
        "division": "330108",
    }
    made = desk.post("/accounts", body, token, Idempotency_Key="create-0001")
    repeated = desk.post("/accounts", body, token, Idempotency_Key="create-0001")
    first = answer(made)["first_password"]

    browser = desk.client.application.test_client()
    asked = desk.sign_in("county.330108", first, browser)
    changed = submit(browser, asked.location, password=PASSWORD, repeated=PASSWORD)
    tokens = desk.tokens("COUNTY.330108")

    assert (made.status_code, repeated.status_code) == (201, 201)
    assert answer(repeated)["id"] == answer(made)["id"]
    assert answer(repeated)["first_password"] is None
    assert asked.location == "/account/password"
    assert changed.status_code == 303
    account = desk.get(f"/accounts/{answer(made)['id']}", token)
    disabled = desk.post(f"/accounts/{answer(made)['id']}/disabling", {}, token, If_Match=account.headers["ETag"])
    assert answer(disabled)["state"] == "disabled"
    assert desk.program.refresh(desk.client, tokens["refresh_token"]).status_code == 400


def test_accounts_are_listed_page_by_page(desk: Desk) -> None:
    token = desk.wired.token_keys.issue(CITY, "t")
    for number in range(5):
        body = {"username": f"county.{number}", "display_name": "审核", "role": "county_reviewer", "division": "330106"}
        made = desk.post("/accounts", body, token, Idempotency_Key=f"create-000{number}")
        assert made.status_code == 201
    seen, cursor = [], ""

    while True:
        page = answer(desk.get(f"/accounts?limit=2&cursor={cursor}", token))
        seen += [row["username"] for row in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break

    assert seen == [f"county.{number}" for number in reversed(range(5))]


def test_nobody_can_sign_in_to_an_empty_system_until_the_command_line_made_two_administrators(desk: Desk) -> None:
    commands = cli.Commands(desk.wired, desk.settings)
    names = ("administrator", "admin", "root", *(username for username, _, _ in cli.DEMO))
    tried = [desk.sign_in(name, password) for name in names for password in (name, PASSWORD)]

    made = [
        commands.create_administrator(Namespace(username=name, display_name=name, email=f"{name}@example.com"))
        for name in ("first.root", "second.root", "third.root")
    ]

    assert {each.status_code for each in tried} <= {401, 429}
    assert [set(each) for each in made] == [{"username", "first_password"}, {"username", "first_password"}, {"error"}]
    for name, each in zip(("first.root", "second.root"), made, strict=False):
        assert desk.sign_in(name, str(each["first_password"])).location == "/account/password"


def test_demo_accounts_need_the_demo_setting_and_keep_their_passwords(
    desk: Desk,
) -> None:
    refused = cli.Commands(desk.wired, replace(desk.settings, demo=False)).seed_demo(Namespace(tag=""))
    first = _accounts(cli.Commands(desk.wired, desk.settings).seed_demo(Namespace(tag="")))

    second = _accounts(cli.Commands(desk.wired, desk.settings).seed_demo(Namespace(tag="")))

    assert "error" in refused
    assert all(row["password"] for row in first)
    assert all(row["password"] is None for row in second)
    county = next(row for row in first if row["username"] == "county.330106")
    token = desk.tokens("county.330106", county["password"])["access_token"]
    assert answer(desk.get("/me", token))["display_name"] == "浙江省杭州市西湖区商务局"


def test_a_new_token_key_signs_while_the_old_one_still_verifies_for_a_while(desk: Desk) -> None:
    keys = desk.wired.token_keys
    verifier = Verifier.of_one(ISSUER, keys.public_set, desk.clock)
    old = keys.issue(Actor("a" * 32, Role.MINISTRY, division="000000"), "t")
    keys.add()
    desk.clock.advance(READ_AGAIN_AFTER)

    actor = verifier.actor_of(old)

    assert actor.role is Role.MINISTRY
    assert len(keys.public_set()["keys"]) == 2
    desk.clock.advance(OVERLAP)
    assert len(keys.public_set()["keys"]) == 1


def test_a_stolen_token_key_is_worth_nothing_once_it_is_dropped(desk: Desk) -> None:
    keys = desk.wired.token_keys
    old = keys.issue(Actor("a" * 32, Role.MINISTRY, division="000000"), "t")

    cli.Commands(desk.wired, desk.settings).rotate_token_key(Namespace(at_once=True))

    with desk.restarted() as restarted, pytest.raises(NotAuthenticated):
        Verifier.of_one(ISSUER, restarted.wired.token_keys.public_set, desk.clock).actor_of(old)


def test_readiness_asks_the_database_and_the_keys(desk: Desk) -> None:
    ready_now = desk.client.get("/readyz")

    assert ready_now.status_code == 200
    assert ready_now.json == {"status": "ok", "failing": []}
