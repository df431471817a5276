"""Sharing a unit's rights and handing the principal's place over: never two principals, never none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.identity.model.accounts import Account
from services.identity.model.grants import Grant, GrantState, in_force
from services.identity.repository.indexes import ACCOUNTS, INVITATIONS
from shared.clock import local_date
from shared.identity.actor import Actor, Role
from tests.support.codes import make_uscc
from tests.support.identity import MOMENT, OTHER_PASSWORD, PASSWORD, make_grant
from tests.support.identity_office import Office

UNIT = f"{1:032x}"
FIRST, SECOND, THIRD = (Actor(f"{number:032x}", Role.OPERATOR, UNIT, "330106") for number in (1, 2, 3))
COUNTY, OTHER_COUNTY = (Actor(f"{number:032x}", Role.COUNTY_REVIEWER, division="330106") for number in (7, 8))
BY_MAIL = {"email": "new@example.com", "display_name": "新同事"}


def grant(number: int, **changes: Any) -> Grant:
    return make_grant(**({"id": f"{number:032x}", "role": Role.OPERATOR, "unit_id": UNIT} | changes))


def with_people(office: Office, count: int = 2) -> None:
    """Store the unit with its principal, colleagues and two reviewers of its county."""
    office.add_unit(1)
    for number in range(1, count + 1):
        office.add(number, grant(number, is_principal=number == 1))
    for reviewer in (COUNTY, OTHER_COUNTY):
        office.add(int(reviewer.account_id, 16), make_grant(id=reviewer.account_id))


def account(office: Office, actor: Actor) -> Account:
    return office.wired.deps.accounts.get(actor.account_id)


def made(answer: TestResponse, status: int = 201) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert isinstance(answer.json, dict)
    return answer.json


def principals(office: Office) -> list[str]:
    return [found["_id"] for found in office.database[ACCOUNTS].find({"principal_of": UNIT})]


def enrolment(office: Office, **changes: str) -> dict[str, str]:
    return {
        "code": office.chance.codes[-1],
        "display_name": "新同事",
        "phone": "0571-88888881",
        "password": OTHER_PASSWORD,
    } | changes


def enrol(office: Office, invitation_id: str, **changes: str) -> TestResponse:
    return office.ask(None, "POST", f"/invitations/{invitation_id}/enrolment", enrolment(office, **changes))


def test_an_invited_person_makes_an_account_and_acts_for_the_unit(office: Office) -> None:
    with_people(office, 1)
    invited = made(office.ask(FIRST, "POST", "/invitations", BY_MAIL))
    before = made(office.ask(FIRST, "GET", "/colleagues"), 200)

    enrolled = made(enrol(office, invited["id"]))

    after = made(office.ask(FIRST, "GET", "/colleagues"), 200)
    joined = office.wired.deps.accounts.find_by_username("new@example.com")
    assert [each["email"] for each in before["invitations"]] == ["new@example.com"]
    assert enrolled == {"username": "new@example.com"}
    assert [(each["email"], each["is_principal"]) for each in after["colleagues"]] == [
        ("p1@example.com", True),
        ("new@example.com", False),
    ]
    assert after["invitations"] == []
    assert joined is not None
    (found,) = in_force(joined, local_date(office.clock.now()))
    assert (found.role, found.unit_id, found.division) == (Role.OPERATOR, UNIT, "330106")


def test_an_address_with_an_account_joins_with_its_password_and_no_other(office: Office) -> None:
    with_people(office, 1)
    office.add_unit(5)
    office.add(5, grant(5, unit_id=f"{5:032x}"))
    invited = made(office.ask(FIRST, "POST", "/invitations", BY_MAIL | {"email": "p5@example.com"}))
    hashed = office.wired.deps.hashes.hash(PASSWORD)
    other = office.wired.deps.accounts.get(f"{5:032x}")
    known = replace(other, password=replace(other.password, hash=hashed))
    office.wired.deps.accounts.save(known, other.history[0])

    wrong = enrol(office, invited["id"], password=OTHER_PASSWORD)
    right = enrol(office, invited["id"], password=PASSWORD)

    assert (wrong.status_code, right.status_code) == (422, 201)
    joined = office.wired.deps.accounts.get(other.id)
    assert [each.unit_id for each in joined.grants] == [f"{5:032x}", UNIT]


def test_who_is_signed_in_with_the_address_needs_no_code(office: Office) -> None:
    with_people(office, 1)
    office.add_unit(5)
    office.add(5, grant(5, unit_id=f"{5:032x}"))
    fifth = Actor(f"{5:032x}", Role.OPERATOR, f"{5:032x}", "330106")
    invited = made(office.ask(FIRST, "POST", "/invitations", BY_MAIL | {"email": "p5@example.com"}))
    received = made(office.ask(fifth, "GET", "/me/invitations"), 200)["items"]

    accepted = office.ask(fifth, "POST", f"/me/invitations/{invited['id']}/acceptance", {})

    assert [(each["id"], each["unit"]["name"]) for each in received] == [(invited["id"], "单位1")]
    assert made(accepted, 200)["name"] == "单位1"
    assert len(account(office, fifth).grants) == 2


def test_who_has_another_address_needs_the_code(office: Office) -> None:
    with_people(office, 1)
    office.add_unit(5)
    office.add(5, grant(5, unit_id=f"{5:032x}"))
    fifth = Actor(f"{5:032x}", Role.OPERATOR, f"{5:032x}", "330106")
    invited = made(office.ask(FIRST, "POST", "/invitations", BY_MAIL))
    path = f"/me/invitations/{invited['id']}/acceptance"

    without = office.ask(fifth, "POST", path, {})
    wrong = office.ask(fifth, "POST", path, {"code": "00000000"})
    right = office.ask(fifth, "POST", path, {"code": office.chance.codes[-1]})

    assert (without.status_code, wrong.status_code, right.status_code) == (422, 422, 200)


def test_a_reviewer_can_not_come_to_act_for_a_unit(office: Office) -> None:
    with_people(office, 1)
    invited = made(office.ask(FIRST, "POST", "/invitations", BY_MAIL))

    answer = office.ask(
        COUNTY, "POST", f"/me/invitations/{invited['id']}/acceptance", {"code": office.chance.codes[-1]}
    )

    assert answer.status_code == 422
    assert [problem["code"] for problem in made(answer, 422)["errors"]] == ["roles_excluded"]


def test_a_code_is_tried_ten_times_and_lives_a_week(office: Office) -> None:
    with_people(office, 1)
    guessed = made(office.ask(FIRST, "POST", "/invitations", BY_MAIL))["id"]
    right = office.chance.codes[-1]
    wrong = [enrol(office, guessed, code=f"{number:08d}").status_code for number in range(10)]
    late = made(office.ask(FIRST, "POST", "/invitations", BY_MAIL | {"email": "late@example.com"}))["id"]
    in_time = office.chance.codes[-1]

    after_ten = enrol(office, guessed, code=right)
    office.clock.advance(timedelta(days=7))
    after_a_week = enrol(office, late, code=in_time)

    assert set(wrong) == {422}
    assert (after_ten.status_code, after_a_week.status_code) == (422, 422)


def test_only_the_principal_invites_and_ends(office: Office) -> None:
    with_people(office, 3)
    invited = made(office.ask(FIRST, "POST", "/invitations", BY_MAIL))

    refused = {
        office.ask(SECOND, "POST", "/invitations", BY_MAIL).status_code,
        office.ask(SECOND, "POST", "/transfers", BY_MAIL | {"stays": True}).status_code,
        office.ask(SECOND, "POST", f"/invitations/{invited['id']}/withdrawal", {}, version=1).status_code,
        office.ask(SECOND, "POST", f"/colleagues/{THIRD.account_id}/end", {}, version=1).status_code,
        office.ask(FIRST, "POST", f"/colleagues/{FIRST.account_id}/end", {}, version=1).status_code,
    }

    assert refused == {403}


def test_an_ended_colleague_acts_no_more_and_another_units_is_not_found(office: Office) -> None:
    with_people(office, 2)
    office.add_unit(5)
    office.add(5, grant(5, unit_id=f"{5:032x}"))

    elsewhere = office.ask(FIRST, "POST", f"/colleagues/{5:032x}/end", {}, version=1)
    ended = office.ask(FIRST, "POST", f"/colleagues/{SECOND.account_id}/end", {}, version=1)

    assert (elsewhere.status_code, ended.status_code) == (404, 204)
    assert in_force(account(office, SECOND), local_date(office.clock.now())) == ()


def test_an_invitation_taken_back_or_declined_is_over(office: Office) -> None:
    with_people(office, 1)
    first = made(office.ask(FIRST, "POST", "/invitations", BY_MAIL))["id"]
    code = office.chance.codes[-1]
    second = made(office.ask(FIRST, "POST", "/invitations", BY_MAIL | {"email": "other@example.com"}))["id"]

    withdrawn = office.ask(FIRST, "POST", f"/invitations/{first}/withdrawal", {}, version=1)
    declined = office.ask(None, "POST", f"/invitations/{second}/declining", {"code": office.chance.codes[-1]})

    assert (withdrawn.status_code, declined.status_code) == (200, 204)
    assert {enrol(office, first, code=code).status_code, enrol(office, second).status_code} == {422}
    assert principals(office) == [FIRST.account_id]


@pytest.mark.parametrize(("stays", "left"), [(True, GrantState.IN_FORCE), (False, GrantState.ENDED)])
def test_the_place_goes_to_a_colleague_who_accepts(office: Office, stays: bool, left: GrantState) -> None:
    with_people(office, 2)
    offered = made(office.ask(FIRST, "POST", "/transfers", {"account_id": SECOND.account_id, "stays": stays}))
    before = principals(office)

    accepted = office.ask(SECOND, "POST", f"/me/invitations/{offered['id']}/acceptance", {})

    assert accepted.status_code == 200
    assert (before, principals(office)) == ([FIRST.account_id], [SECOND.account_id])
    giver, taker = account(office, FIRST), account(office, SECOND)
    assert (giver.grants[0].state, giver.grants[0].is_principal) == (left, False)
    assert (len(taker.grants), taker.grants[0].is_principal) == (1, True)
    assert [(entry.actor_id, entry.action) for entry in giver.history[1:]] == [(SECOND.account_id, "hand_over")]


def test_the_place_goes_to_somebody_new_by_mail(office: Office) -> None:
    with_people(office, 1)
    offered = made(office.ask(FIRST, "POST", "/transfers", BY_MAIL | {"stays": False}))

    made(enrol(office, offered["id"]))

    taker = office.wired.deps.accounts.find_by_username("new@example.com")
    assert taker is not None
    assert principals(office) == [taker.id]
    assert office.ask(FIRST, "POST", "/invitations", BY_MAIL).status_code == 403


def test_an_offer_to_one_colleague_is_no_offer_to_another(office: Office) -> None:
    with_people(office, 3)
    offered = made(office.ask(FIRST, "POST", "/transfers", {"account_id": SECOND.account_id, "stays": True}))["id"]

    other = office.ask(THIRD, "POST", f"/me/invitations/{offered}/acceptance", {"code": office.chance.codes[-1]})
    by_code = enrol(office, offered)

    assert (other.status_code, by_code.status_code) == (404, 422)
    assert principals(office) == [FIRST.account_id]


def test_a_declined_place_stays_where_it_is(office: Office) -> None:
    with_people(office, 2)
    offered = made(office.ask(FIRST, "POST", "/transfers", {"account_id": SECOND.account_id, "stays": True}))["id"]

    declined = office.ask(SECOND, "POST", f"/me/invitations/{offered}/declining", {})

    assert declined.status_code == 204
    assert principals(office) == [FIRST.account_id]
    assert office.ask(SECOND, "POST", f"/me/invitations/{offered}/acceptance", {}).status_code == 409


def test_two_acceptances_at_once_make_one_principal(office: Office) -> None:
    with_people(office, 2)
    offered = made(office.ask(FIRST, "POST", "/transfers", BY_MAIL | {"stays": True}))["id"]
    code = office.chance.codes[-1]

    def accept(actor: Actor | None) -> int:
        if actor is None:
            return enrol(office, offered, code=code).status_code
        return office.ask(actor, "POST", f"/me/invitations/{offered}/acceptance", {"code": code}).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(accept, (SECOND, None, SECOND, None)))

    assert sum(status in (200, 201) for status in statuses) == 1, statuses
    assert len(principals(office)) == 1


def test_a_second_principal_is_impossible_even_by_hand(office: Office) -> None:
    with_people(office, 2)

    with pytest.raises(Exception, match="principal_taken"):
        office.add(9, grant(9, is_principal=True))

    assert principals(office) == [FIRST.account_id]


RECOVERY = {
    "credit_code": make_uscc(1),
    "email": "heir@example.com",
    "display_name": "接任人",
    "reason": "原负责人离职，单位出具变更函。",
}


def test_a_lost_place_is_recovered_by_two_reviewers_and_the_new_persons_acceptance(office: Office) -> None:
    with_people(office, 2)
    proposed = made(office.ask(COUNTY, "POST", "/recoveries", RECOVERY))
    path = f"/recoveries/{proposed['id']}/confirmation"
    own = office.ask(COUNTY, "POST", path, {}, version=1)
    confirmed = made(office.ask(OTHER_COUNTY, "POST", path, {}, version=1), 200)
    before = principals(office)

    made(enrol(office, proposed["id"], display_name="接任人"))

    heir = office.wired.deps.accounts.find_by_username("heir@example.com")
    assert heir is not None
    assert own.status_code == 403
    assert (proposed["open_actions"], confirmed["state"]) == (["withdraw"], "open")
    assert (before, principals(office)) == ([FIRST.account_id], [heir.id])
    assert account(office, FIRST).grants[0].state is GrantState.ENDED
    assert account(office, SECOND).grants[0].state is GrantState.IN_FORCE


def test_a_recovery_is_the_affair_of_the_units_division_and_the_level_above(office: Office) -> None:
    with_people(office, 1)
    proposed = made(office.ask(COUNTY, "POST", "/recoveries", RECOVERY))["id"]
    neighbour = Actor("9" * 32, Role.COUNTY_REVIEWER, division="330108")
    city = Actor("9" * 32, Role.CITY_REVIEWER, division="330100")
    province = Actor("9" * 32, Role.PROVINCE_REVIEWER, division="330000")

    seen = [office.ask(actor, "GET", f"/recoveries/{proposed}").status_code for actor in (neighbour, city, province)]
    elsewhere = office.ask(neighbour, "POST", "/recoveries", RECOVERY)
    again = office.ask(city, "POST", "/recoveries", RECOVERY)
    confirmed = office.ask(city, "POST", f"/recoveries/{proposed}/confirmation", {}, version=1)

    assert seen == [404, 200, 404]
    assert (elsewhere.status_code, again.status_code, confirmed.status_code) == (422, 409, 200)


def test_names_and_addresses_of_invitations_are_stored_sealed(office: Office) -> None:
    with_people(office, 1)
    made(office.ask(FIRST, "POST", "/invitations", {"email": "canary@example.com", "display_name": "金丝雀"}))
    made(office.ask(COUNTY, "POST", "/recoveries", RECOVERY))

    stored = "\n".join(str(document) for document in office.database[INVITATIONS].find())

    assert not [word for word in ("canary", "金丝雀", "heir", "接任人", "离职") if word in stored]
    assert office.chance.codes[0] not in stored


def roles(found: Account) -> list[tuple[str, bool]]:
    """Return in which roles a person acts today, and whether as the principal."""
    today = local_date(MOMENT)
    return [(each.role.value, each.is_principal) for each in in_force(found, today) if each.unit_id == UNIT]


def test_the_principal_lets_the_unit_be_something_more_once(office: Office) -> None:
    with_people(office)

    first = office.ask(FIRST, "POST", "/unit-roles", {"role": "enterprise"}, key="a" * 32)
    again = office.ask(FIRST, "POST", "/unit-roles", {"role": "enterprise"}, key="a" * 32)
    twice = office.ask(FIRST, "POST", "/unit-roles", {"role": "operator"})

    assert made(first) == made(again) == {"roles": ["operator", "enterprise"]}
    assert twice.status_code == 422
    assert roles(account(office, FIRST)) == [("operator", True), ("enterprise", True)]
    assert roles(account(office, SECOND)) == [("operator", False)]
    assert principals(office) == [FIRST.account_id]
    assert made(office.ask(SECOND, "GET", "/colleagues"), 200)["roles"] == ["operator", "enterprise"]


def test_who_takes_the_place_takes_all_that_the_unit_is(office: Office) -> None:
    with_people(office)
    made(office.ask(FIRST, "POST", "/unit-roles", {"role": "training_institution"}))
    offered = made(office.ask(FIRST, "POST", "/transfers", {"account_id": SECOND.account_id, "stays": False}))

    made(office.ask(SECOND, "POST", f"/me/invitations/{offered['id']}/acceptance", {}), 200)

    assert roles(account(office, SECOND)) == [("operator", True), ("training_institution", True)]
    assert roles(account(office, FIRST)) == []
    assert principals(office) == [SECOND.account_id]


def test_the_end_of_a_colleague_ends_every_role_for_the_unit(office: Office) -> None:
    with_people(office)
    made(office.ask(FIRST, "POST", "/unit-roles", {"role": "enterprise"}))
    offered = made(office.ask(FIRST, "POST", "/transfers", {"account_id": SECOND.account_id, "stays": True}))
    made(office.ask(SECOND, "POST", f"/me/invitations/{offered['id']}/acceptance", {}), 200)
    kept = roles(account(office, FIRST))

    path, version = f"/colleagues/{FIRST.account_id}/end", account(office, FIRST).version
    ended = office.ask(SECOND, "POST", path, {}, version)

    assert kept == [("operator", False), ("enterprise", False)]
    assert ended.status_code == 204
    assert roles(account(office, FIRST)) == []


def test_an_invitation_is_to_the_role_in_which_the_principal_acts(office: Office) -> None:
    with_people(office, 1)
    made(office.ask(FIRST, "POST", "/unit-roles", {"role": "enterprise"}))

    invited = made(office.ask(replace(FIRST, role=Role.ENTERPRISE), "POST", "/invitations", BY_MAIL))
    made(enrol(office, invited["id"]))

    joined = office.wired.deps.accounts.find_by_username("new@example.com")
    assert joined is not None
    assert roles(joined) == [("enterprise", False)]
