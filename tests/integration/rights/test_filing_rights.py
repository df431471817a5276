"""Who may do what in filing: every route, role and place, against verdicts that are written down apart."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from services.filing.app import create_app
from shared.identity.actor import PEOPLE as PEOPLE_ROLES
from tests.support.rights import count, differences, read_table, routes_in, routes_of
from tests.support.rights_filing import CASES, ONE, PEOPLE, Ground
from tests.support.tokens import TestIssuer

TABLE = read_table(Path(__file__).with_name("filing.md"))


def test_the_table_decides_every_route_for_every_role_and_no_other() -> None:
    app = create_app(None, TestIssuer().verifier, {})  # type: ignore[arg-type]  # nothing is called
    roles = {actor.role for actor in PEOPLE.values() if actor is not None}

    assert routes_in(TABLE) == routes_of(app)
    assert roles == PEOPLE_ROLES
    assert all(row.verdicts.keys() == PEOPLE.keys() for row in TABLE)


def test_every_verdict_is_as_the_table_says(filing_ground: Ground, capsys: pytest.CaptureFixture[str]) -> None:
    checks = count(TABLE)

    wrong = list(differences(TABLE, filing_ground.ask))

    with capsys.disabled():
        sys.stdout.write(f" {checks} checks of rights in filing ")
    assert wrong == []
    assert checks > 4000


def test_lists_show_what_can_be_read_and_nothing_else(filing_ground: Ground) -> None:
    filings = {*CASES, "contract_draft"}
    rows = [row for row in TABLE if (row.method, row.route) == ("GET", ONE) and row.target in filings]
    listing = next(row for row in TABLE if (row.method, row.route) == ("GET", "/filings"))
    listed = [person for person, verdict in listing.verdicts.items() if verdict == "ok"]

    for person in listed:
        readable = {filing_ground.targets[row.target].id for row in rows if row.verdicts[person] == "ok"}
        answer = filing_ground.site.json(PEOPLE[person], "GET", "/filings?limit=100")
        assert {each["id"] for each in answer["items"]} == readable, person

    assert len(rows) == len(filings)
    assert len(listed) > 10


def test_what_waits_for_a_department_is_what_it_may_approve(filing_ground: Ground) -> None:
    approvals = [row for row in TABLE if row.route == f"{ONE}/approval" and row.target in CASES]
    departments = ["county", "sibling", "city", "beside", "province", "abroad", "shanghai", "ministry"]

    for person in departments:
        waiting = {filing_ground.targets[row.target].id for row in approvals if row.verdicts[person] == "ok"}
        answer = filing_ground.site.json(PEOPLE[person], "GET", "/filings?limit=100&waiting=true")
        assert {each["id"] for each in answer["items"]} == waiting, person


def test_a_reviewer_sees_nothing_of_a_correction_before_it_is_submitted(filing_ground: Ground) -> None:
    url = f"/filings/{filing_ground.targets['correcting'].id}"

    seen = filing_ground.site.json(PEOPLE["county"], "GET", url)
    listed = filing_ground.site.json(PEOPLE["county"], "GET", "/filings?limit=100")["items"]

    assert seen["state"] == "approved"
    assert seen["findings"] == []
    assert seen["suggestions"] == []
    assert {each["state"] for each in listed if each["id"] == filing_ground.targets["correcting"].id} == {"approved"}


def test_a_token_that_is_not_ours_opens_nothing(filing_ground: Ground) -> None:
    county = PEOPLE["county"]
    assert county is not None
    foreign = TestIssuer().headers(county)["Authorization"]
    closed = [row for row in TABLE if row.verdicts["nobody"] == "401" and row.method == "GET"]

    answers = [
        filing_ground.site.call(
            None, "GET", filing_ground.path(row, filing_ground.targets["submitted"]), headers={"Authorization": header}
        )
        for row in closed
        for header in ("", "Bearer", "Bearer x.y.z", foreign)
    ]

    assert len(closed) > 50
    assert {answer.status_code for answer in answers} == {401}


def test_what_is_out_of_sight_answers_like_what_does_not_exist(filing_ground: Ground) -> None:
    rows = {row.target: row for row in TABLE if (row.method, row.route) == ("GET", ONE)}

    hidden, missing = filing_ground.ask("sibling", rows["approved"]), filing_ground.ask("sibling", rows["missing"])

    bodies = [
        {key: value for key, value in answer.get_json().items() if key != "instance"} for answer in (hidden, missing)
    ]
    assert bodies[0] == bodies[1]


def test_a_wrong_verdict_would_be_seen(filing_ground: Ground) -> None:
    row = next(row for row in TABLE if (row.method, row.route, row.target) == ("GET", ONE, "approved"))
    turned = {person: "404" if verdict == "ok" else "ok" for person, verdict in row.verdicts.items()}

    wrong = list(differences([replace(row, verdicts=turned)], filing_ground.ask))

    assert len(wrong) == len(PEOPLE)
