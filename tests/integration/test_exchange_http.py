"""The ledger over HTTP: who sees what, and how a person sends a message again."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.exchange.app import create_app
from services.exchange.model.messages import Message, State
from shared import audit
from shared.identity.actor import COUNTRY, Actor, Role
from shared.ids import new_id
from tests.support.codes import make_uscc
from tests.support.exchange import Site, site
from tests.support.exchange_proof import proof_site
from tests.support.tokens import TestIssuer

__all__ = ["proof_site", "site"]

DESK = Actor("d" * 32, Role.DIRECTORY_DESK)
MINISTRY = Actor("e" * 32, Role.MINISTRY, division=COUNTRY)
AUDITOR = Actor("f" * 32, Role.AUDITOR)
READERS = {Role.DIRECTORY_DESK, Role.SHARING_DESK, Role.STATISTICS_HEAD, Role.MINISTRY, Role.AUDITOR}


class Office:
    """The service's HTTP interface with tokens for whom a test likes."""

    def __init__(self, site: Site) -> None:
        self._issuer = TestIssuer()
        app = create_app(site.wired.deps, self._issuer.verifier, site.wired.checks())
        self._client = app.test_client()

    def call(
        self, actor: Actor, method: str, path: str, headers: dict[str, str] | None = None, **options: Any
    ) -> TestResponse:
        return self._client.open(
            path, method=method, headers={**self._issuer.headers(actor), **(headers or {})}, **options
        )

    @staticmethod
    def body(answer: TestResponse) -> Any:
        return answer.json

    def get(self, actor: Actor, path: str) -> Any:
        answer = self.call(actor, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def resend(self, actor: Actor, message_id: str, reason: Any = "已与名录库核实", **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.call(actor, "POST", f"/messages/{message_id}/resending", named, json={"reason": reason})


@pytest.fixture
def office(site: Site) -> Office:
    return Office(site)


@pytest.fixture(scope="module")
def lasting_office(proof_site: Site) -> Office:
    """The interface of one exchange for all questions that change nothing."""
    return Office(proof_site)


@pytest.fixture(scope="module")
def unanswered(proof_site: Site) -> Message:
    """A message of that exchange which the directory never answered."""
    with proof_site.exchange(wait_seconds=0.1, attempts=1):
        return proof_site.reaches(proof_site.approve().message_id, State.UNANSWERED)


def test_only_the_desk_sees_the_unit_and_each_of_its_reads_is_recorded(site: Site, office: Office) -> None:
    with site.both():
        message = site.reaches(site.approve(name="西湖外包平台有限公司").message_id, State.ACCEPTED)

    for_desk = office.get(DESK, f"/messages/{message.id}")
    for_ministry = office.get(MINISTRY, f"/messages/{message.id}")
    body = office.get(DESK, f"/messages/{message.id}/body")
    mark = office.body(office.call(DESK, "POST", "/messages/units", json={"text": " 西湖外包平台有限公司 "}))["unit"]
    rows = office.get(AUDITOR, f"/messages?unit={mark}&route=directory.changes")["items"]

    assert body["content"]["unit"]["name"] == "西湖外包平台有限公司"
    assert body["content"]["unit"]["registered_capital"] == "1000.50"
    assert for_desk["receipt"]["directory_id"].startswith("D")
    assert "西湖" not in str(for_desk) + str(for_ministry) + str(rows) + mark
    assert office.call(MINISTRY, "GET", f"/messages/{message.id}/body").status_code == 403
    assert for_ministry["receipt"] | {"directory_id": None, "verified": True} == for_ministry["receipt"]
    assert [(row["id"], row["state"], row["outcome"]) for row in rows] == [(message.id, "accepted", "accepted")]
    assert office.call(AUDITOR, "GET", f"/messages/{message.id}").status_code == 403
    recorded = list(site.database[audit.READS].find())
    assert {(row["account"], row["subject"]) for row in recorded} == {(DESK.account_id, message.id)}
    assert [row["action"] for row in recorded] == ["read", "read_body"]


def test_the_desk_sends_a_refused_message_again_with_a_reason_and_it_is_judged_anew(site: Site, office: Office) -> None:
    code = make_uscc(77)
    site.switch(refused_codes=(code,))
    with site.both():
        refused = site.reaches(site.approve(credit_code=code).message_id, State.REFUSED)
        site.switch()
        key = {"If_Match": f'"{refused.version}"', "Idempotency_Key": new_id()}
        answer = office.resend(DESK, refused.id, **key)
        again = office.resend(DESK, refused.id, **key)
        other = office.resend(DESK, refused.id, "另一原因", **key)
        accepted = site.reaches(refused.id, State.ACCEPTED)

    body = office.body(answer)
    assert (answer.status_code, body["state"], body["attempts"]) == (200, "pending", 2)
    assert (again.status_code, other.status_code) == (200, 422)
    assert (refused.reason_code, accepted.reason_code, accepted.attempts) == ("credit_code_refused", "", 2)
    assert site.report()[refused.id]["effects"] == 1
    assert office.get(DESK, f"/messages/{refused.id}")["resendings"][0]["reason"] == "已与名录库核实"


@pytest.mark.parametrize(
    ("actor", "headers", "reason", "status"),
    [
        (MINISTRY, {"If_Match": '"3"'}, "原因", 403),
        (AUDITOR, {"If_Match": '"3"'}, "原因", 403),
        (DESK, {}, "原因", 428),
        (DESK, {"If_Match": "3"}, "原因", 400),
        (DESK, {"If_Match": '"77"'}, "原因", 412),
        (DESK, {"If_Match": '"3"'}, "", 422),
        (DESK, {"If_Match": '"3"'}, 7, 422),
        (DESK, {"If_Match": '"3"'}, {"$ne": None}, 422),
        (DESK, {"If_Match": '"3"'}, "长" * 2001, 422),
        (DESK, {"If_Match": '"3"', "Idempotency_Key": "短"}, "原因", 400),
    ],
)
def test_a_resending_that_is_not_right_is_refused_and_changes_nothing(
    proof_site: Site,
    lasting_office: Office,
    unanswered: Message,
    actor: Actor,
    headers: dict[str, str],
    reason: Any,
    status: int,
) -> None:
    answer = lasting_office.resend(actor, unanswered.id, reason, **headers)

    assert unanswered.version == 3
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert proof_site.message(unanswered.id) == unanswered


def test_of_a_unit_whose_key_was_destroyed_the_ledger_keeps_the_course_alone(site: Site, office: Office) -> None:
    with site.exchange(wait_seconds=0.1, attempts=1):
        message = site.reaches(site.approve().message_id, State.UNANSWERED)
    site.wired.keyring.destroy(message.unit_id)

    seen = office.get(DESK, f"/messages/{message.id}")
    answer = office.resend(DESK, message.id, If_Match=f'"{message.version}"')

    assert (seen["state"], "body" in seen) == ("unanswered", False)
    assert answer.status_code == 409


def test_a_message_on_its_way_cannot_be_sent_again_by_hand(site: Site, office: Office) -> None:
    with site.exchange():
        message = site.reaches(site.approve().message_id, State.SENT)

    answer = office.resend(DESK, message.id, If_Match=f'"{message.version}"')

    assert answer.status_code == 409
    assert office.get(DESK, f"/messages/{message.id}")["open_actions"] == []


def test_the_list_pages_by_cursor_and_filters_by_state(site: Site, office: Office) -> None:
    with site.exchange():
        ids = [site.reaches(site.approve().message_id, State.SENT).id for _ in range(3)]

    first = office.get(DESK, "/messages?limit=2&state=sent&route=directory.changes")
    second = office.get(DESK, f"/messages?limit=2&state=sent&route=directory.changes&cursor={first['next_cursor']}")

    assert [row["id"] for row in first["items"] + second["items"]] == ids[::-1]
    assert second["next_cursor"] == ""
    assert office.get(DESK, "/messages?state=accepted")["items"] == []
    for query in ("state=none", "cursor=x", "limit=0", "limit=1000", "more=1"):
        assert office.call(DESK, "GET", f"/messages?{query}").status_code in (400, 422)


@pytest.mark.parametrize("role", sorted(set(Role) - READERS))
def test_no_other_role_comes_near_the_ledger(lasting_office: Office, role: Role) -> None:
    actor = Actor(new_id(), role, unit_id=new_id(), division="330106")

    answers = [
        lasting_office.call(actor, "GET", "/messages"),
        lasting_office.call(actor, "GET", f"/messages/{new_id()}"),
        lasting_office.resend(actor, new_id(), If_Match='"1"'),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_the_service_says_when_it_is_ready(site: Site, office: Office) -> None:
    answer = office.call(DESK, "GET", "/readyz")

    assert (answer.status_code, office.body(answer)["failing"]) == (200, [])
