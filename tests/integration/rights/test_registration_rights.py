"""Who may do what in registration: every route, role and place, against verdicts that are written down apart."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from services.registration.app import create_app
from shared.identity.actor import PEOPLE as PEOPLE_ROLES
from tests.support.rights import count, differences, read_table, routes_in, routes_of
from tests.support.rights_registration import CASES, PEOPLE, Ground
from tests.support.tokens import TestIssuer

TABLE = read_table(Path(__file__).with_name("registration.md"))
ONE = "/registrations/<string:registration_id>"


def test_the_table_decides_every_route_and_no_other() -> None:
    app = create_app(None, TestIssuer().verifier, {})  # type: ignore[arg-type]  # nothing is called

    assert routes_in(TABLE) == routes_of(app)


def test_the_table_knows_every_role_and_everybody_in_each_row() -> None:
    roles = {actor.role for actor in PEOPLE.values() if actor is not None}

    assert roles == PEOPLE_ROLES
    assert all(row.verdicts.keys() == PEOPLE.keys() for row in TABLE)


def test_every_verdict_is_as_the_table_says(ground: Ground, capsys: pytest.CaptureFixture[str]) -> None:
    checks = count(TABLE)

    wrong = list(differences(TABLE, ground.ask))

    with capsys.disabled():
        sys.stdout.write(f" {checks} checks of rights in registration ")
    assert wrong == []
    assert checks > 500


def test_lists_show_what_can_be_read_and_nothing_else(ground: Ground) -> None:
    readable = {
        person: {
            ground.targets[row.target].id
            for row in TABLE
            if (row.method, row.route) == ("GET", ONE) and row.target in CASES and row.verdicts[person] == "ok"
        }
        for person, actor in PEOPLE.items()
    }
    listing = next(row for row in TABLE if (row.method, row.route) == ("GET", "/registrations"))

    known = {target.id for target in ground.targets.values()}
    for person in (person for person, verdict in listing.verdicts.items() if verdict == "ok"):
        for query in ("?limit=100", *(f"?limit=100&state={state}" for state in ("draft", "withdrawn", "approved"))):
            rows = ground.site.call(PEOPLE[person], "GET", f"/registrations{query}").get_json()["items"]
            shown = {row["id"] for row in rows} & known
            assert shown <= readable[person], (person, query)
            assert shown == readable[person] or "state" in query, person


def test_a_token_that_is_not_ours_opens_nothing(ground: Ground) -> None:
    county = PEOPLE["county"]
    assert county is not None
    foreign = TestIssuer().headers(county)["Authorization"]
    good = ground.site.issuer.headers(county)["Authorization"]
    bad = ["", "Bearer", "Bearer ", "Bearer x.y.z", "Basic Y291bnR5Og==", foreign, good[:-4] + "AAAA", good.split()[1]]
    closed = [row for row in TABLE if row.verdicts["nobody"] == "401"]

    answers = [(row.route, ground.ask("nobody", row, {"Authorization": header})) for row in closed for header in bad]

    assert [route for route, answer in answers if answer.status_code != 401] == []
    assert {answer.mimetype for _, answer in answers} == {"application/problem+json"}
    assert {answer.headers["WWW-Authenticate"] for _, answer in answers} == {"Bearer"}


def test_what_is_out_of_sight_answers_like_what_does_not_exist(ground: Ground) -> None:
    rows = {row.target: row for row in TABLE if (row.method, row.route) == ("GET", ONE)}

    hidden, missing = ground.ask("sibling", rows["approved"]), ground.ask("sibling", rows["missing"])

    bodies = [
        {key: value for key, value in answer.get_json().items() if key != "instance"} for answer in (hidden, missing)
    ]
    assert bodies[0] == bodies[1]


def test_a_wrong_verdict_would_be_seen(ground: Ground) -> None:
    row = next(row for row in TABLE if (row.method, row.route, row.target) == ("GET", ONE, "approved"))
    turned = {person: "404" if verdict == "ok" else "ok" for person, verdict in row.verdicts.items()}

    wrong = list(differences([replace(row, verdicts=turned)], ground.ask))

    assert len(wrong) == len(PEOPLE)
