"""A person hands the unit over to another, over the real services: no draft is lost, and each act has its author."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.registration.app import create_app
from services.sandbox.stack.stack import Stack
from shared.clock import FixedClock, SystemClock
from shared.identity.actor import Actor, Role
from shared.ids import new_id
from shared.mongo.client import Document
from tests.support.identity import OTHER_PASSWORD, PASSWORD, make_grant
from tests.support.identity_office import Office, open_office
from tests.support.oidc import OidcClient
from tests.support.registration_site import Site, open_site
from tests.support.registration_wire import filled
from tests.support.tokens import TestIssuer

UNIT = f"{1:032x}"
FIRST = Actor(f"{1:032x}", Role.OPERATOR, UNIT, "330106")
NAME = "second@example.com"


class SignedIn:
    """The tokens of those who signed in at identity, where tests of registration make their own."""

    def __init__(self) -> None:
        self.tokens: dict[str, dict[str, Any]] = {}

    def headers(self, actor: Actor) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[actor.account_id]['access_token']}"}


@pytest.fixture
def office(
    started: Stack, mongo: MongoClient[Document], database: Database[Document], tmp_path: Path
) -> Iterator[Office]:
    (tmp_path / "identity").mkdir()
    name = f"{database.name}-identity"
    with open_office(tmp_path / "identity", started.mongod.uri, name, FixedClock(SystemClock().now())) as opened:
        yield opened
    mongo.drop_database(name)


@pytest.fixture
def site(office: Office, started: Stack, database: Database[Document], bucket: str, tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "registration").mkdir()
    with open_site(started, database.name, bucket, tmp_path / "registration") as opened:
        app = create_app(opened.wired.deps, office.wired.verifier, opened.wired.checks())
        yield replace(opened, client=app.test_client(), issuer=cast(TestIssuer, SignedIn()))


def sign_in(office: Office, site: Site, client: OidcClient, username: str, password: str) -> Actor:
    """Sign somebody in at identity, keep the tokens for registration, and return who it is."""
    account = office.wired.deps.accounts.find_by_username(username)
    assert account is not None
    cast(SignedIn, site.issuer).tokens[account.id] = dict(client.tokens(username, password))
    return Actor(account.id, Role.OPERATOR, UNIT, "330106")


def as_person(office: Office, site: Site, actor: Actor, path: str, body: object) -> dict[str, Any]:
    headers = site.issuer.headers(actor) | {"Idempotency-Key": new_id()}
    answer = office.client.post(path, json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return cast(dict[str, Any], answer.json)


def test_a_person_hands_over_to_another_without_loss_of_drafts(office: Office, site: Site) -> None:
    client = OidcClient(office.app, office.wired.deps, office.wired.settings.issuer).register()
    office.add_unit(1)
    grant = make_grant(role=Role.OPERATOR, unit_id=UNIT, is_principal=True)
    office.add(1, grant, password_hash=office.wired.deps.hashes.hash(PASSWORD))
    first = sign_in(office, site, client, "p1@example.com", PASSWORD)
    draft, version = filled(site, first)
    path = f"/registrations/{draft}"

    offered = as_person(office, site, first, "/transfers", {"email": NAME, "display_name": "接任人", "stays": False})
    answer = {"code": office.chance.codes[-1], "display_name": "接任人", "phone": "0571-88888881"}
    enrolment = f"/invitations/{offered['id']}/enrolment"
    enrolled = office.ask(None, "POST", enrolment, answer | {"password": OTHER_PASSWORD})
    second = sign_in(office, site, client, NAME, OTHER_PASSWORD)
    opened = site.call(second, "GET", path).json or {}
    form = opened["form"] | {"main_trades": "软件研发外包与数据服务外包"}
    edited = site.call(second, "PUT", f"{path}/form", version, json=form)
    submitted = site.call(second, "POST", f"{path}/submission", version + 1, json={"undertaking": True})
    refused = client.refresh(office.client, cast(SignedIn, site.issuer).tokens[first.account_id]["refresh_token"])
    office.clock.advance(timedelta(minutes=5))
    late = site.call(first, "GET", path)

    assert enrolled.status_code == 201, enrolled.text
    assert (opened["version"], len([each for each in opened["materials"].values() if each])) == (version, 5)
    assert edited.status_code == 200, edited.text
    assert submitted.status_code == 200, submitted.text
    assert (submitted.json or {})["state"] == "submitted"
    assert (refused.status_code, late.status_code) == (400, 401)
    history = (site.wired.database["registrations"].find_one({"_id": draft}) or {})["history"]
    assert history[0]["by"] == first.account_id
    assert [entry["by"] for entry in history if entry["action"] == "submit"] == [second.account_id]
    kept = [office.wired.deps.accounts.get(actor.account_id) for actor in (first, second)]
    assert [(entry.actor_id, entry.action) for entry in kept[0].history[1:]] == [(second.account_id, "hand_over")]
    assert [grant.is_principal for account in kept for grant in account.grants] == [False, True]
