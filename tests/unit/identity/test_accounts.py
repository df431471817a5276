"""Keeping accounts: each row of the table of steps, for each role."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.identity.errors import BootstrapDone, UsernameTaken
from services.identity.model.accounts import AccountAction, AccountState, Person
from services.identity.operations.accounts import (
    Position,
    create_account,
    create_administrator,
    disable_account,
    enable_account,
    get_account,
    list_accounts,
    reset_password,
)
from services.identity.operations.sessions import sign_in
from services.identity.policy import GRANTS, Permission
from services.identity.ports import Visitor
from services.identity.workflow import open_actions, step_for
from shared.calls import Call
from shared.errors import Conflict, Invalid, KeyReused, NotAllowed, NotFound, StaleVersion, VersionRequired
from shared.idempotency import RequestKey
from shared.identity.actor import UNIT_ROLES, Actor, Role
from tests.support.identity import ADMINISTRATOR, make_account, make_actor, make_administrator, make_deps

HERE = Visitor("192.0.2.1")
ONE = "a" * 32


def make_position(role: Role = Role.CITY_REVIEWER, division: str | None = "330100") -> Position:
    return Position(Person("city.330100", "杭州市商务局"), role, division)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("state", list(AccountState))
@pytest.mark.parametrize("action", list(AccountAction))
def test_each_action_is_decided_for_each_role_and_state(role: Role, state: AccountState, action: AccountAction) -> None:
    account, actor = make_account(state=state), Actor("c" * 32, role)
    from_states = {
        AccountAction.RESET_PASSWORD: AccountState.ACTIVE,
        AccountAction.DISABLE: AccountState.ACTIVE,
        AccountAction.ENABLE: AccountState.DISABLED,
    }

    allowed = action in open_actions(account, actor)

    assert allowed == (role is Role.ADMINISTRATOR and from_states.get(action) is state)


def test_one_changes_only_ones_own_password() -> None:
    account = make_account()

    own, others = (
        open_actions(account, make_actor(account)),
        open_actions(account, Actor("c" * 32, Role.COUNTY_REVIEWER)),
    )

    assert own == (AccountAction.CHANGE_PASSWORD,)
    assert others == ()


def test_an_administrator_can_not_act_on_the_own_account() -> None:
    account = make_administrator()

    with pytest.raises(NotAllowed):
        step_for(account, AccountAction.DISABLE, make_actor(account))


def test_accounts_are_kept_by_administrators_only() -> None:
    granted = GRANTS[Permission.ACCOUNTS]

    assert granted == {Role.ADMINISTRATOR}


def test_a_new_account_has_a_first_password_that_must_be_changed() -> None:
    deps = make_deps([make_administrator()])

    made = create_account(deps, Call(ADMINISTRATOR), make_position())

    assert made.first_password
    signed_in = sign_in(deps, HERE, "city.330100", made.first_password)
    assert signed_in.access == ""


def test_the_same_request_makes_one_account_and_shows_its_password_once() -> None:
    deps = make_deps([make_administrator()])
    call = Call(ADMINISTRATOR, request=RequestKey("k", "d"))
    first = create_account(deps, call, make_position())

    second = create_account(deps, call, make_position())

    assert second.account.id == first.account.id
    assert second.first_password is None
    with pytest.raises(KeyReused):
        create_account(deps, Call(ADMINISTRATOR, request=RequestKey("k", "other")), make_position())


@pytest.mark.parametrize(
    ("role", "division"),
    [
        (Role.COUNTY_REVIEWER, "330100"),
        (Role.CITY_REVIEWER, "330106"),
        (Role.PROVINCE_REVIEWER, "330100"),
        (Role.MINISTRY, "330000"),
        (Role.COUNTY_REVIEWER, None),
        (Role.ADMINISTRATOR, "330000"),
        (Role.DIRECTORY_DESK, "000000"),
        (Role.COUNTY_REVIEWER, "999999"),
    ],
)
def test_a_division_that_does_not_fit_the_role_is_refused(role: Role, division: str | None) -> None:
    deps = make_deps()

    with pytest.raises(Invalid) as caught:
        create_account(deps, Call(ADMINISTRATOR), make_position(role, division))

    assert [problem.pointer for problem in caught.value.problems] == ["/division"]


@pytest.mark.parametrize("role", sorted(UNIT_ROLES))
def test_nobody_gives_the_role_of_a_unit(role: Role) -> None:
    deps = make_deps()

    with pytest.raises(Invalid) as caught:
        create_account(deps, Call(ADMINISTRATOR), make_position(role, "330106"))

    assert [problem.pointer for problem in caught.value.problems] == ["/role"]


def test_a_user_name_is_given_once_whatever_its_case() -> None:
    deps = make_deps([make_account(person=Person("City.330100", "别人"))])

    with pytest.raises(UsernameTaken):
        create_account(deps, Call(ADMINISTRATOR), make_position())


def test_the_first_administrator_is_made_once_and_has_a_day() -> None:
    deps = make_deps()
    made = create_administrator(deps, "root.user", "第一管理员")

    with pytest.raises(BootstrapDone):
        create_administrator(deps, "another", "第二管理员")

    assert made.account.password.must_change
    assert made.account.password.expires_at == deps.clock.now() + timedelta(hours=24)


def test_an_administrator_does_not_see_the_accounts_of_units() -> None:
    operator = make_account(role=Role.OPERATOR, unit_id="d" * 32)
    deps = make_deps([operator, make_administrator()])

    with pytest.raises(NotFound):
        get_account(deps, Call(ADMINISTRATOR), operator.id)

    assert [account.grants[0].role for account in list_accounts(deps, "", 20).items] == [Role.ADMINISTRATOR]


def test_a_disabled_account_can_be_enabled_and_signs_in_again() -> None:
    deps = make_deps([make_account()])
    disabled = disable_account(deps, Call(ADMINISTRATOR, version=1), ONE)

    enabled = enable_account(deps, Call(ADMINISTRATOR, version=2), ONE)

    assert (disabled.state, enabled.state) == (AccountState.DISABLED, AccountState.ACTIVE)
    assert [entry.action for entry in enabled.history] == [AccountAction.DISABLE, AccountAction.ENABLE]


def test_a_disabled_account_is_not_disabled_twice() -> None:
    deps = make_deps([make_account(state=AccountState.DISABLED)])

    with pytest.raises(Conflict):
        disable_account(deps, Call(ADMINISTRATOR, version=1), ONE)


@pytest.mark.parametrize(("version", "error"), [(None, VersionRequired), (2, StaleVersion)])
def test_a_change_names_the_version_it_was_made_on(version: int | None, error: type[Exception]) -> None:
    deps = make_deps([make_account()])

    with pytest.raises(error):
        disable_account(deps, Call(ADMINISTRATOR, version=version), ONE)

    assert deps.accounts.rows[ONE].version == 1


def test_a_new_first_password_replaces_the_old_one_and_a_repetition_shows_nothing() -> None:
    deps = make_deps([replace(make_account(), version=1)])
    call = Call(ADMINISTRATOR, version=1, request=RequestKey("k", "d"))
    made = reset_password(deps, call, ONE)

    again = reset_password(deps, call, ONE)

    assert made.first_password
    assert again.first_password is None
    assert deps.accounts.rows[ONE].version == 2
    assert sign_in(deps, HERE, "county.330106", made.first_password).access == ""
