"""What a grant lets one do, and on which days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.identity.errors import SessionOver
from services.identity.model.grants import GrantState, acting, find_in_force, in_force, live
from services.identity.operations.sessions import refresh_session
from services.identity.operations.signing_in import Stage, choose_grant, enter
from shared.identity.actor import Actor, Role
from tests.support.identity import MOMENT, PASSWORD, make_account, make_deps, make_grant
from tests.support.identity_sessions import CLIENT, HERE, NAME, session_of, signed_in

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 31)


@pytest.mark.parametrize(
    ("today", "holds"),
    [
        (date(2026, 3, 1), False),
        (FIRST, True),
        (LAST, True),
        (date(2026, 4, 1), False),
    ],
)
def test_a_grant_holds_from_its_first_day_to_its_last(today: date, holds: bool) -> None:
    account = make_account(grants=(make_grant(valid_from=FIRST, valid_to=LAST),))

    found = in_force(account, today)

    assert bool(found) is holds


@pytest.mark.parametrize("state", [GrantState.PROPOSED, GrantState.REFUSED, GrantState.ENDED])
def test_only_a_grant_in_force_can_be_used(state: GrantState) -> None:
    account = make_account(grants=(make_grant(state=state),))

    found = in_force(account, FIRST)

    assert found == ()
    assert bool(live(account, FIRST)) is (state is GrantState.PROPOSED)


def test_who_acts_has_the_role_and_the_place_of_the_grant() -> None:
    grant = make_grant(role=Role.OPERATOR, unit_id="d" * 32, division="330106")

    actor = acting(make_account(grants=(grant,)), grant)

    assert actor == Actor("a" * 32, Role.OPERATOR, "d" * 32, "330106")


def test_a_grant_is_found_by_its_id_only_while_it_holds() -> None:
    grant = make_grant(valid_to=LAST)
    account = make_account(grants=(grant,))

    before, after, other = (
        find_in_force(account, grant.id, LAST),
        find_in_force(account, grant.id, LAST + timedelta(days=1)),
        find_in_force(account, "0" * 32, LAST),
    )

    assert (before, after, other) == (grant, None, None)


def test_a_session_ends_with_the_grant_that_it_acts_with() -> None:
    deps = make_deps([make_account(grants=(make_grant(valid_to=FIRST),))])
    begun = signed_in(deps)
    deps.clock.advance(timedelta(hours=15, minutes=-1))  # 23:59 in Shanghai
    deps.sessions.rows = {id: replace(row, renewed_at=deps.clock.now()) for id, row in deps.sessions.rows.items()}
    deps.sessions.rows = {
        id: replace(row, expires_at=deps.clock.now() + timedelta(hours=1)) for id, row in deps.sessions.rows.items()
    }
    renewed = refresh_session(deps, begun.secret, CLIENT)

    deps.clock.advance(timedelta(minutes=1))

    assert renewed.access
    with pytest.raises(SessionOver):
        refresh_session(deps, renewed.secret, CLIENT)


def test_another_grant_of_the_same_person_does_not_keep_a_session_alive() -> None:
    first, second = make_grant(valid_to=FIRST), make_grant(id="f" * 32, division="330108")
    deps = make_deps([make_account(grants=(first, second))])
    begun = session_of(deps, choose_grant(deps, HERE, enter(deps, HERE, NAME, PASSWORD), first.id))
    account = deps.accounts.get("a" * 32)

    deps.accounts.rows[account.id] = replace(account, grants=(replace(first, state=GrantState.ENDED), second))

    with pytest.raises(SessionOver):
        refresh_session(deps, begun.secret, CLIENT)


def test_who_has_nothing_in_force_is_told_so() -> None:
    deps = make_deps([make_account(grants=(make_grant(valid_from=FIRST + timedelta(days=1)),))])

    found = enter(deps, HERE, "county.330106", PASSWORD)

    assert found.stage is Stage.NOTHING_OPEN
    assert MOMENT.date() == FIRST
