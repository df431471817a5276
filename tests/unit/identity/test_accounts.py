"""Keeping accounts: each row of the table of steps, for each role."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.identity.errors import BootstrapDone, LastAdministrator
from services.identity.model.accounts import AccountAction, AccountState, Person
from services.identity.model.mails import MailKind
from services.identity.operations.accounts import (
    Filter,
    create_administrator,
    disable_account,
    enable_account,
    get_account,
    list_accounts,
    reset_password,
)
from services.identity.operations.appointments import Appointment, appoint_new
from services.identity.operations.sight import places_of
from services.identity.operations.signing_in import Stage, enter
from services.identity.policy import GRANTS, Kept, Permission
from services.identity.ports.sign_ins import Visitor
from services.identity.workflow import open_actions
from shared.calls import Call
from shared.clock import local_date
from shared.errors import Conflict, NotAllowed, NotFound, StaleVersion, VersionRequired
from shared.idempotency import RequestKey
from shared.identity.actor import COUNTRY, Actor, Role
from tests.support.identity import ADMINISTRATOR, MOMENT, make_account, make_administrator, make_deps, make_grant

HERE = Visitor("192.0.2.1")
ONE = "a" * 32
CITY = Actor("c" * 32, Role.CITY_REVIEWER, division="330100")
OTHER_CITY = Actor("c" * 32, Role.CITY_REVIEWER, division="330200")


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("state", list(AccountState))
@pytest.mark.parametrize("action", list(AccountAction))
def test_each_action_is_decided_for_each_role_and_state(role: Role, state: AccountState, action: AccountAction) -> None:
    division = {Role.CITY_REVIEWER: "330100", Role.PROVINCE_REVIEWER: "330000", Role.MINISTRY: COUNTRY}.get(role)
    account, actor = make_account(state=state), Actor("c" * 32, role, division=division)
    from_states = {
        AccountAction.RESET_PASSWORD: AccountState.ACTIVE,
        AccountAction.END_SIGN_INS: AccountState.ACTIVE,
        AccountAction.RESET_FACTOR: AccountState.ACTIVE,
        AccountAction.DISABLE: AccountState.ACTIVE,
        AccountAction.ENABLE: AccountState.DISABLED,
    }

    allowed = action in open_actions(Kept(account, places_of(make_deps(), Call(actor)), local_date(MOMENT)), actor)

    assert allowed == (role is Role.CITY_REVIEWER and from_states.get(action) is state)


def test_nobody_acts_on_the_own_account() -> None:
    deps = make_deps([make_administrator()])

    with pytest.raises(NotAllowed):
        disable_account(deps, Call(ADMINISTRATOR, version=1), ADMINISTRATOR.account_id)


def test_accounts_are_kept_by_those_who_appoint() -> None:
    granted = GRANTS[Permission.ACCOUNTS]

    assert granted == {Role.ADMINISTRATOR, Role.MINISTRY, Role.PROVINCE_REVIEWER, Role.CITY_REVIEWER}


def test_the_command_line_makes_two_administrators_and_no_third() -> None:
    deps = make_deps()
    made = [create_administrator(deps, Person(name, name, f"{name}@example.com")) for name in ("first", "second")]

    with pytest.raises(BootstrapDone):
        create_administrator(deps, Person("third", "第三管理员", "third@example.com"))

    assert all(each.first_password and each.account.password.must_change for each in made)
    assert {each.account.password.expires_at for each in made} == {deps.clock.now() + timedelta(hours=24)}


def test_a_first_administrator_whose_password_lapsed_is_replaced_by_another() -> None:
    deps = make_deps()
    for name in ("first", "second"):
        create_administrator(deps, Person(name, name, f"{name}@example.com"))

    deps.clock.advance(timedelta(hours=24))

    assert create_administrator(deps, Person("third", "第三管理员", "third@example.com")).first_password


def test_what_a_unit_or_another_level_has_is_not_seen() -> None:
    operator = make_account(id="1" * 32, role=Role.OPERATOR, unit_id="d" * 32)
    county = make_account(id="2" * 32, person=Person("county", "县"))
    deps = make_deps([operator, county, make_administrator()])

    for actor, account in ((ADMINISTRATOR, operator), (ADMINISTRATOR, county), (OTHER_CITY, county), (CITY, operator)):
        with pytest.raises(NotFound):
            get_account(deps, Call(actor), account.id)

    assert [a.id for a in list_accounts(deps, Call(ADMINISTRATOR), Filter(), "", 20).items] == [
        ADMINISTRATOR.account_id
    ]
    assert [a.id for a in list_accounts(deps, Call(CITY), Filter(), "", 20).items] == [county.id]
    assert list_accounts(deps, Call(OTHER_CITY), Filter(), "", 20).items == ()


def test_who_does_not_fill_all_places_of_a_person_gives_no_password() -> None:
    grants = (make_grant(), make_grant(id="f" * 32, role=Role.MINISTRY, division=COUNTRY))
    deps = make_deps([make_account(grants=grants)])

    for act in (reset_password, disable_account):
        with pytest.raises(NotAllowed):
            act(deps, Call(CITY, version=1), ONE)

    assert deps.accounts.rows[ONE].version == 1


def test_a_disabled_account_can_be_enabled_and_signs_in_again() -> None:
    deps = make_deps([make_account()])
    disabled = disable_account(deps, Call(CITY, version=1), ONE)

    enabled = enable_account(deps, Call(CITY, version=2), ONE)

    assert (disabled.state, enabled.state) == (AccountState.DISABLED, AccountState.ACTIVE)
    assert [entry.action for entry in enabled.history] == [AccountAction.DISABLE, AccountAction.ENABLE]


def test_a_disabled_account_is_not_disabled_twice() -> None:
    deps = make_deps([make_account(state=AccountState.DISABLED)])

    with pytest.raises(Conflict):
        disable_account(deps, Call(CITY, version=1), ONE)


def test_the_last_administrator_is_not_disabled() -> None:
    other = make_account(id="9" * 32, role=Role.ADMINISTRATOR, division=None, person=Person("other", "管理员"))
    gone = make_administrator()
    deps = make_deps([replace(gone, state=AccountState.DISABLED), other])

    with pytest.raises(LastAdministrator):
        disable_account(deps, Call(ADMINISTRATOR, version=1), other.id)

    assert deps.accounts.rows[other.id].state is AccountState.ACTIVE


@pytest.mark.parametrize(("version", "error"), [(None, VersionRequired), (2, StaleVersion)])
def test_a_change_names_the_version_it_was_made_on(version: int | None, error: type[Exception]) -> None:
    deps = make_deps([make_account()])

    with pytest.raises(error):
        disable_account(deps, Call(CITY, version=version), ONE)

    assert deps.accounts.rows[ONE].version == 1


def test_a_new_first_password_replaces_the_old_one_and_a_repetition_shows_nothing() -> None:
    deps = make_deps([make_account()])
    call = Call(CITY, version=1, request=RequestKey("k", "d"))
    made = reset_password(deps, call, ONE)

    again = reset_password(deps, call, ONE)

    assert made.first_password
    assert again.first_password is None
    assert deps.accounts.rows[ONE].version == 2
    assert enter(deps, HERE, "county.330106", made.first_password).stage is Stage.PASSWORD_CHANGE


def test_a_powerful_persons_new_password_goes_to_that_person_alone() -> None:
    other = make_account(
        id="9" * 32, role=Role.AUDITOR, division=None, person=Person("auditor", "审计", "auditor@example.com")
    )
    deps = make_deps([make_administrator(), other])

    made = reset_password(deps, Call(ADMINISTRATOR, version=1), other.id)

    assert (made.first_password, made.is_mailed) == (None, True)
    (mail,) = deps.accounts.mails
    assert (mail.kind, mail.to) == (MailKind.FIRST_PASSWORD, "auditor@example.com")
    assert enter(deps, HERE, "auditor", mail.facts["password"]).stage is Stage.PASSWORD_CHANGE


def test_a_powerful_person_without_an_address_gets_no_new_password() -> None:
    other = make_account(id="9" * 32, role=Role.AUDITOR, division=None, person=Person("auditor", "审计"))
    deps = make_deps([make_administrator(), other])

    with pytest.raises(Conflict):
        reset_password(deps, Call(ADMINISTRATOR, version=1), other.id)

    assert deps.accounts.rows[other.id].version == 1


def test_a_new_account_has_a_first_password_that_must_be_changed() -> None:
    deps = make_deps()

    made = appoint_new(
        deps, Call(CITY), Person("county.330106", "西湖区商务局"), Appointment(Role.COUNTY_REVIEWER, "330106")
    )

    assert made.first_password
    assert enter(deps, HERE, "county.330106", made.first_password).stage is Stage.PASSWORD_CHANGE
