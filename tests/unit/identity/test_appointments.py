"""Appointing: each level the one below it, and powerful roles by two."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.identity.errors import LastAdministrator, UsernameTaken
from services.identity.model.accounts import Account, Person
from services.identity.model.grants import Grant, GrantAction, GrantState, in_force
from services.identity.model.mails import MailKind
from services.identity.model.places import APPOINTS, FOUR_EYES, Place
from services.identity.operations.appointments import (
    Appointment,
    appoint,
    appoint_new,
    confirm_grant,
    end_grant,
    extend_grant,
    refuse_grant,
    withdraw_grant,
)
from services.identity.operations.sight import places_of
from services.identity.policy import Held
from services.identity.workflow import open_grant_actions
from shared.calls import Call
from shared.clock import local_date
from shared.errors import Conflict, Invalid, KeyReused, NotAllowed, NotFound, StaleVersion, VersionRequired
from shared.idempotency import RequestKey
from shared.identity.actor import COUNTRY, PEOPLE, UNIT_ROLES, Actor, Role
from tests.support.identity import (
    ADMINISTRATOR,
    MOMENT,
    MemoryDeps,
    make_account,
    make_administrator,
    make_deps,
    make_grant,
)

TODAY = local_date(MOMENT)
ONE = "a" * 32
GRANT = "e" * 32
SECOND = Actor("9" * 32, Role.ADMINISTRATOR)
PROVINCE = Actor("c" * 32, Role.PROVINCE_REVIEWER, division="330000")
CITY = Actor("c" * 32, Role.CITY_REVIEWER, division="330100")
MINISTRY = Actor("c" * 32, Role.MINISTRY, division=COUNTRY)
AUDITOR = Appointment(Role.AUDITOR, None)
COUNTY = Appointment(Role.COUNTY_REVIEWER, "330106")


def grants_of(deps: MemoryDeps, account_id: str = ONE) -> tuple[Grant, ...]:
    return deps.accounts.rows[account_id].grants


def administrators(*more: Account) -> MemoryDeps:
    second = make_account(id=SECOND.account_id, role=Role.ADMINISTRATOR, division=None, person=Person("second", "二"))
    return make_deps([make_administrator(), second, *more])


def with_proposal(by: str = ADMINISTRATOR.account_id) -> MemoryDeps:
    from_one = make_grant(role=Role.AUDITOR, division=None, state=GrantState.PROPOSED)
    assert from_one.proposed.by == by
    return administrators(make_account(grants=(from_one,)))


@pytest.mark.parametrize(
    ("actor", "role", "division"),
    [
        (ADMINISTRATOR, Role.MINISTRY, COUNTRY),
        (ADMINISTRATOR, Role.DIRECTORY_DESK, None),
        (MINISTRY, Role.PROVINCE_REVIEWER, "330000"),
        (PROVINCE, Role.CITY_REVIEWER, "330100"),
        (Actor("c" * 32, Role.PROVINCE_REVIEWER, division="420000"), Role.COUNTY_REVIEWER, "429004"),  # 仙桃
        (Actor("c" * 32, Role.PROVINCE_REVIEWER, division="110000"), Role.COUNTY_REVIEWER, "110105"),
        (CITY, Role.COUNTY_REVIEWER, "330106"),
    ],
)
def test_each_level_fills_the_places_of_the_one_below(actor: Actor, role: Role, division: str | None) -> None:
    places = places_of(make_deps(), Call(actor))

    assert Place(role, division) in places


@pytest.mark.parametrize(
    ("actor", "role", "division"),
    [
        (CITY, Role.COUNTY_REVIEWER, "330206"),
        (PROVINCE, Role.COUNTY_REVIEWER, "330106"),
        (PROVINCE, Role.CITY_REVIEWER, "320100"),
        (MINISTRY, Role.CITY_REVIEWER, "330100"),
        (ADMINISTRATOR, Role.PROVINCE_REVIEWER, "330000"),
        (Actor("c" * 32, Role.COUNTY_REVIEWER, division="330106"), Role.COUNTY_REVIEWER, "330106"),
        (Actor("c" * 32, Role.AUDITOR), Role.AUDITOR, None),
        (Actor("c" * 32, Role.DIRECTORY_DESK), Role.DIRECTORY_DESK, None),
    ],
)
def test_no_level_reaches_further(actor: Actor, role: Role, division: str | None) -> None:
    deps = make_deps([make_account(grants=())])

    with pytest.raises((Invalid, NotAllowed)):
        appoint(deps, Call(actor), "county.330106", Appointment(role, division))

    assert grants_of(deps) == ()


def test_every_role_of_an_office_is_given_by_exactly_one_other() -> None:
    given = [role for roles in APPOINTS.values() for role in roles if role is not Role.COUNTY_REVIEWER]

    assert sorted(given) == sorted(PEOPLE - UNIT_ROLES - {Role.COUNTY_REVIEWER})


def test_a_person_is_appointed_at_once_where_one_may_decide_alone() -> None:
    deps = make_deps([make_account(grants=())])

    appoint(deps, Call(CITY), "county.330106", Appointment(Role.COUNTY_REVIEWER, "330106", None, date(2027, 12, 31)))

    (grant,) = grants_of(deps)
    assert (grant.state, grant.valid_from, grant.valid_to) == (GrantState.IN_FORCE, TODAY, date(2027, 12, 31))
    assert grant.proposed.by == CITY.account_id
    assert deps.accounts.rows[ONE].history[-1].to_state == f"{grant.id}:in_force"


@pytest.mark.parametrize("role", sorted(FOUR_EYES))
def test_a_powerful_role_is_in_force_only_after_a_second_person(role: Role) -> None:
    deps = administrators(make_account(grants=()))
    wanted = Appointment(role, COUNTRY if role is Role.MINISTRY else None)
    account = appoint(deps, Call(ADMINISTRATOR), "county.330106", wanted)
    before = in_force(account, TODAY)

    after = confirm_grant(deps, Call(SECOND, version=2), ONE, account.grants[0].id)

    assert before == ()
    assert [grant.role for grant in in_force(after, TODAY)] == [role]
    assert [(entry.actor_id, entry.action) for entry in after.history] == [
        (ADMINISTRATOR.account_id, GrantAction.PROPOSE),
        (SECOND.account_id, GrantAction.CONFIRM),
    ]


def test_the_proposer_does_not_confirm() -> None:
    deps = with_proposal()

    with pytest.raises(NotAllowed):
        confirm_grant(deps, Call(ADMINISTRATOR, version=1), ONE, GRANT)

    assert grants_of(deps)[0].state is GrantState.PROPOSED


def test_the_person_concerned_does_not_confirm() -> None:
    proposed = make_grant(role=Role.AUDITOR, division=None, state=GrantState.PROPOSED)
    kept = make_grant(id="f" * 32, role=Role.ADMINISTRATOR, division=None)
    deps = administrators(make_account(grants=(kept, proposed)))

    with pytest.raises(NotAllowed):
        confirm_grant(deps, Call(Actor(ONE, Role.ADMINISTRATOR), version=1), ONE, GRANT)

    assert grants_of(deps)[1].state is GrantState.PROPOSED


def test_a_second_person_refuses_with_a_reason() -> None:
    deps = with_proposal()

    refused = refuse_grant(deps, Call(SECOND, version=1), ONE, GRANT, "不符合任职条件。")

    (grant,) = refused.grants
    assert (grant.state, grant.reason) == (GrantState.REFUSED, "不符合任职条件。")
    assert "不符合" not in str(refused.history)


def test_only_the_proposer_takes_a_proposal_back() -> None:
    deps = with_proposal()
    with pytest.raises(NotAllowed):
        withdraw_grant(deps, Call(SECOND, version=1), ONE, GRANT)

    withdrawn = withdraw_grant(deps, Call(ADMINISTRATOR, version=1), ONE, GRANT)

    assert withdrawn.grants[0].state is GrantState.ENDED


@pytest.mark.parametrize("state", list(GrantState))
@pytest.mark.parametrize("role", sorted(PEOPLE))
def test_what_is_open_on_a_grant_of_a_county(role: Role, state: GrantState) -> None:
    division = {Role.CITY_REVIEWER: "330100", Role.PROVINCE_REVIEWER: "330000", Role.MINISTRY: COUNTRY}.get(role)
    actor = Actor("c" * 32, role, division=division)
    account = make_account(grants=(make_grant(state=state),))

    found = open_grant_actions(Held(account, account.grants[0], places_of(make_deps(), Call(actor))), actor)

    expected = {GrantState.IN_FORCE: (GrantAction.EXTEND, GrantAction.END)} | {
        GrantState.PROPOSED: (GrantAction.CONFIRM, GrantAction.REFUSE)
    }
    assert found == (expected.get(state, ()) if role is Role.CITY_REVIEWER else ())


def test_nobody_appoints_themselves() -> None:
    deps = administrators()

    with pytest.raises(NotAllowed):
        appoint(deps, Call(ADMINISTRATOR), "administrator", AUDITOR)

    assert len(grants_of(deps, ADMINISTRATOR.account_id)) == 1


def test_a_place_is_not_given_twice() -> None:
    deps = make_deps([make_account()])

    with pytest.raises(Invalid) as caught:
        appoint(deps, Call(CITY), "county.330106", COUNTY)

    assert [problem.code for problem in caught.value.problems] == ["grant_exists"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"division": "330100"}, "/division"),
        ({"division": None}, "/division"),
        ({"division": "999999"}, "/division"),
        ({"division": "330206"}, "/division"),
        ({"role": Role.OPERATOR}, "/role"),
        ({"valid_from": TODAY - timedelta(days=1)}, "/valid_from"),
        ({"valid_to": TODAY - timedelta(days=1)}, "/valid_to"),
        ({"valid_to": TODAY + timedelta(days=2000)}, "/valid_to"),
    ],
)
def test_an_appointment_that_can_not_be_is_refused_at_its_place(changes: dict[str, object], pointer: str) -> None:
    deps = make_deps()
    wanted = Appointment(**({"role": Role.COUNTY_REVIEWER, "division": "330106"} | changes))  # type: ignore[arg-type]

    with pytest.raises(Invalid) as caught:
        appoint_new(deps, Call(CITY), Person("new", "新人"), wanted)

    assert [problem.pointer for problem in caught.value.problems] == [pointer]


def test_a_user_name_that_nobody_has_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        appoint(make_deps(), Call(CITY), "nobody", COUNTY)

    assert [problem.pointer for problem in caught.value.problems] == ["/username"]


def test_the_same_request_makes_one_account_and_shows_its_password_once() -> None:
    deps = make_deps()
    call = Call(CITY, request=RequestKey("k", "d"))
    first = appoint_new(deps, call, Person("new", "新人"), COUNTY)

    second = appoint_new(deps, call, Person("new", "新人"), COUNTY)

    assert second.account.id == first.account.id
    assert second.first_password is None
    with pytest.raises(KeyReused):
        appoint_new(deps, Call(CITY, request=RequestKey("k", "other")), Person("new", "新人"), COUNTY)


def test_the_same_request_gives_one_grant() -> None:
    deps = make_deps([make_account(grants=())])
    call = Call(CITY, request=RequestKey("k", "d"))

    for _ in range(2):
        appoint(deps, call, "county.330106", COUNTY)

    assert len(grants_of(deps)) == 1


def test_a_user_name_is_given_once_whatever_its_case() -> None:
    deps = make_deps([make_account(person=Person("County.330106", "别人"))])

    with pytest.raises(UsernameTaken):
        appoint_new(deps, Call(CITY), Person("county.330106", "新人"), COUNTY)


def test_who_opens_a_powerful_account_never_sees_its_password() -> None:
    deps = administrators()

    made = appoint_new(deps, Call(ADMINISTRATOR), Person("audit", "审计", "audit@example.com"), AUDITOR)

    assert (made.first_password, made.is_mailed) == (None, True)
    assert made.account.grants[0].state is GrantState.PROPOSED
    (mail,) = deps.accounts.mails
    assert (mail.kind, mail.to) == (MailKind.FIRST_PASSWORD, "audit@example.com")


def test_a_powerful_account_needs_an_address() -> None:
    with pytest.raises(Invalid) as caught:
        appoint_new(administrators(), Call(ADMINISTRATOR), Person("audit", "审计"), AUDITOR)

    assert [problem.pointer for problem in caught.value.problems] == ["/email"]


def test_a_grant_is_extended_and_ended_by_who_fills_its_place() -> None:
    deps = make_deps([make_account(grants=(make_grant(valid_to=TODAY),))])
    extended = extend_grant(deps, Call(CITY, version=1), ONE, GRANT, TODAY + timedelta(days=30))

    ended = end_grant(deps, Call(CITY, version=2), ONE, GRANT, "调离。")

    assert extended.grants[0].valid_to == TODAY + timedelta(days=30)
    assert in_force(ended, TODAY) == ()
    assert ended.grants[0].reason == "调离。"


def test_a_powerful_grant_is_not_extended_by_one_person() -> None:
    deps = administrators(make_account(role=Role.AUDITOR, division=None))

    with pytest.raises(NotAllowed):
        extend_grant(deps, Call(ADMINISTRATOR, version=1), ONE, GRANT, None)

    assert grants_of(deps)[0].valid_to is None


def test_a_last_day_does_not_lie_behind() -> None:
    deps = make_deps([make_account()])

    with pytest.raises(Invalid):
        extend_grant(deps, Call(CITY, version=1), ONE, GRANT, TODAY - timedelta(days=1))

    assert deps.accounts.rows[ONE].version == 1


def test_the_last_administrator_is_not_ended() -> None:
    gone = make_account(id=SECOND.account_id, person=Person("second", "二"))
    deps = make_deps([make_administrator(), gone])

    with pytest.raises(LastAdministrator):
        end_grant(deps, Call(SECOND, version=1), ADMINISTRATOR.account_id, GRANT, "测试")

    assert grants_of(deps, ADMINISTRATOR.account_id)[0].state is GrantState.IN_FORCE


def test_what_lies_outside_ones_sight_does_not_exist() -> None:
    elsewhere = Actor("c" * 32, Role.CITY_REVIEWER, division="330200")
    deps = make_deps([make_account()])

    with pytest.raises(NotFound):
        end_grant(deps, Call(elsewhere, version=1), ONE, GRANT, "测试")

    with pytest.raises(NotFound):
        end_grant(deps, Call(CITY, version=1), ONE, "0" * 32, "测试")


def test_a_confirmed_grant_is_not_confirmed_again() -> None:
    deps = administrators(make_account(role=Role.AUDITOR, division=None))

    with pytest.raises(Conflict):
        confirm_grant(deps, Call(SECOND, version=1), ONE, GRANT)

    assert deps.accounts.rows[ONE].version == 1


def test_a_proposal_that_has_come_to_be_excluded_is_not_confirmed() -> None:
    held = make_grant(id="f" * 32)
    proposed = make_grant(role=Role.AUDITOR, division=None, state=GrantState.PROPOSED)
    deps = administrators(make_account(grants=(held, proposed)))

    with pytest.raises(Conflict):
        confirm_grant(deps, Call(SECOND, version=1), ONE, GRANT)

    assert grants_of(deps)[1].state is GrantState.PROPOSED


@pytest.mark.parametrize(("version", "error"), [(None, VersionRequired), (7, StaleVersion)])
def test_a_step_names_the_version_it_was_made_on(version: int | None, error: type[Exception]) -> None:
    deps = make_deps([make_account()])

    with pytest.raises(error):
        end_grant(deps, Call(CITY, version=version), ONE, GRANT, "测试")

    assert deps.accounts.rows[ONE].version == 1
