"""Clients' sessions: codes and refresh tokens that are good once, and what ends them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from services.identity.errors import AlreadyRefreshed, CodeUnusable, SessionOver
from services.identity.model.accounts import Account
from services.identity.model.grants import acting
from services.identity.model.sign_ins import SignIn
from services.identity.operations.accounts import disable_account, end_sign_ins
from services.identity.operations.appointments import end_grant
from services.identity.operations.codes import begin_session, claim_code, issue_code
from services.identity.operations.own_sign_ins import end_others, end_own, list_own
from services.identity.operations.passwords import change_password
from services.identity.operations.sessions import end_session, refresh_session
from services.identity.operations.signing_in import check_right, choose_grant, enter, find_here
from shared.calls import Call
from shared.clock import local_date
from shared.errors import Invalid, NotFound
from shared.identity.actor import Actor
from tests.support.identity import (
    CITY,
    MOMENT,
    OTHER_PASSWORD,
    PASSWORD,
    MemoryDeps,
    make_account,
    make_actor,
    make_deps,
    make_grant,
)
from tests.support.identity_sessions import ASKED, CLIENT, HERE, NAME, THERE, signed_in


def test_only_a_digest_of_the_refresh_token_is_kept() -> None:
    deps = make_deps([make_account()])

    found = signed_in(deps)

    [session] = deps.sessions.rows.values()
    assert found.access == f"token of {'a' * 32}"
    assert found.secret.partition(".")[2] not in repr(session)
    assert len(session.digest) == 64


def test_a_code_is_good_once_and_the_second_time_ends_the_session_that_it_made() -> None:
    deps = make_deps([make_account()])
    here = enter(deps, HERE, NAME, PASSWORD)
    code = issue_code(deps, here.sign_in, ASKED)
    found = begin_session(deps, claim_code(deps, code, CLIENT))

    with pytest.raises(CodeUnusable):
        claim_code(deps, code, CLIENT)

    with pytest.raises(SessionOver):
        refresh_session(deps, found.secret, CLIENT)
    assert code not in repr(deps.codes.rows)


def test_a_code_that_comes_again_before_its_session_has_begun_leaves_no_session_open() -> None:
    deps = make_deps([make_account()])
    here = enter(deps, HERE, NAME, PASSWORD)
    code = issue_code(deps, here.sign_in, ASKED)
    claimed = claim_code(deps, code, CLIENT)
    with pytest.raises(CodeUnusable):
        claim_code(deps, code, CLIENT)

    with pytest.raises(CodeUnusable):
        begin_session(deps, claimed)

    assert [session.ended for session in deps.sessions.rows.values()] == [True]


def test_a_code_is_its_clients_alone_and_of_no_use_after_a_minute() -> None:
    deps = make_deps([make_account()])
    here = enter(deps, HERE, NAME, PASSWORD)
    code = issue_code(deps, here.sign_in, ASKED)

    with pytest.raises(CodeUnusable):
        claim_code(deps, code, "another")
    deps.clock.advance(timedelta(seconds=60))
    with pytest.raises(CodeUnusable):
        claim_code(deps, code, CLIENT)


def test_a_code_of_a_sign_in_that_was_left_makes_no_session() -> None:
    deps = make_deps([make_account()])
    here = enter(deps, HERE, NAME, PASSWORD)
    claimed = claim_code(deps, issue_code(deps, here.sign_in, ASKED), CLIENT)
    deps.sign_ins.end(here.sign_in.id)

    with pytest.raises(SessionOver):
        begin_session(deps, claimed)

    assert deps.sessions.rows == {}


def test_another_clients_refresh_token_is_refused_and_harms_nobody() -> None:
    deps = make_deps([make_account()])
    found = signed_in(deps)
    end_session(deps, found.secret, "another")

    with pytest.raises(SessionOver):
        refresh_session(deps, found.secret, "another")

    assert refresh_session(deps, found.secret, CLIENT).access


def test_a_refresh_token_is_exchanged_for_a_new_one() -> None:
    deps = make_deps([make_account()])
    first = signed_in(deps)

    second = refresh_session(deps, first.secret, CLIENT)

    assert second.access
    assert second.secret != first.secret


def test_a_refresh_token_that_comes_back_ends_the_whole_family() -> None:
    deps = make_deps([make_account()])
    first = signed_in(deps)
    second = refresh_session(deps, first.secret, CLIENT)
    deps.clock.advance(timedelta(seconds=11))

    with pytest.raises(SessionOver):
        refresh_session(deps, first.secret, CLIENT)

    with pytest.raises(SessionOver):
        refresh_session(deps, second.secret, CLIENT)


def test_two_requests_at_once_with_one_token_do_not_end_the_session() -> None:
    deps = make_deps([make_account()])
    first = signed_in(deps)
    second = refresh_session(deps, first.secret, CLIENT)
    deps.clock.advance(timedelta(seconds=9))

    with pytest.raises(AlreadyRefreshed):
        refresh_session(deps, first.secret, CLIENT)

    assert refresh_session(deps, second.secret, CLIENT).access


def test_a_token_two_generations_old_ends_the_family_at_once() -> None:
    deps = make_deps([make_account()])
    first = signed_in(deps)
    third = refresh_session(deps, refresh_session(deps, first.secret, CLIENT).secret, CLIENT)

    with pytest.raises(SessionOver):
        refresh_session(deps, first.secret, CLIENT)

    with pytest.raises(SessionOver):
        refresh_session(deps, third.secret, CLIENT)


@pytest.mark.parametrize("token", ["", "x", "a" * 32, f"{'a' * 32}.{'b' * 43}", f"{'a' * 32}.", "." + "b" * 43])
def test_what_is_no_token_of_ours_is_refused(token: str) -> None:
    deps = make_deps([make_account()])

    with pytest.raises(SessionOver):
        refresh_session(deps, token, CLIENT)

    assert deps.sessions.rows == {}


def test_a_made_up_secret_for_a_real_session_harms_nobody() -> None:
    deps = make_deps([make_account()])
    first = signed_in(deps)
    with pytest.raises(SessionOver):
        refresh_session(deps, first.secret[:-1] + ("0" if first.secret[-1] != "0" else "1"), CLIENT)

    found = refresh_session(deps, first.secret, CLIENT)

    assert found.access


@pytest.mark.parametrize("pause", [timedelta(minutes=30), timedelta(hours=13)])
def test_a_session_is_over_when_it_lay_idle(pause: timedelta) -> None:
    deps = make_deps([make_account()])
    first = signed_in(deps)
    deps.clock.advance(pause)

    with pytest.raises(SessionOver):
        refresh_session(deps, first.secret, CLIENT)


def test_a_session_is_over_after_twelve_hours_however_busy() -> None:
    deps = make_deps([make_account()])
    secret = signed_in(deps).secret
    for _ in range(35):
        deps.clock.advance(timedelta(minutes=20))
        secret = refresh_session(deps, secret, CLIENT).secret
    deps.clock.advance(timedelta(minutes=20))

    with pytest.raises(SessionOver):
        refresh_session(deps, secret, CLIENT)


def test_an_ended_session_can_not_be_renewed() -> None:
    deps = make_deps([make_account()])
    first = signed_in(deps)

    end_session(deps, first.secret, CLIENT)

    with pytest.raises(SessionOver):
        refresh_session(deps, first.secret, CLIENT)


def test_ending_with_a_token_of_nobody_does_nothing() -> None:
    deps = make_deps([make_account()])
    first = signed_in(deps)

    end_session(deps, first.secret[:33] + "x" * 43, CLIENT)
    end_session(deps, "x", CLIENT)

    assert refresh_session(deps, first.secret, CLIENT).access


def test_disabling_an_account_ends_its_sessions() -> None:
    deps = make_deps([make_account()])
    first = signed_in(deps)
    deps.clock.advance(timedelta(seconds=1))

    disable_account(deps, Call(CITY, version=1), "a" * 32)

    with pytest.raises(SessionOver):
        refresh_session(deps, first.secret, CLIENT)


def right_of(account: Account) -> Actor:
    return acting(account, account.grants[0])


def test_a_sign_in_whose_right_is_in_force_is_confirmed() -> None:
    deps = make_deps([make_account()])
    sign_in = enter(deps, HERE, NAME, PASSWORD).sign_in

    check_right(deps, sign_in.id, right_of(make_account()))

    assert deps.sign_ins.rows[sign_in.id] == sign_in


@pytest.mark.parametrize(
    "end",
    [
        lambda deps, sign_in: deps.sign_ins.end(sign_in.id),
        lambda deps, sign_in: disable_account(deps, Call(CITY, version=1), sign_in.account_id),
        lambda deps, sign_in: end_sign_ins(deps, Call(CITY, version=1), sign_in.account_id),
        lambda deps, sign_in: end_grant(deps, Call(CITY, version=1), sign_in.account_id, sign_in.grant_id, "调离"),
        lambda deps, sign_in: deps.clock.advance(timedelta(hours=12)),
        lambda deps, sign_in: deps.sign_ins.rows.clear(),
    ],
    ids=["ended", "disabled", "ended by the office", "right ended", "too old", "unknown"],
)
def test_a_token_of_what_has_ended_is_not_confirmed(end: Callable[[MemoryDeps, SignIn], object]) -> None:
    deps = make_deps([make_account()])
    sign_in = enter(deps, HERE, NAME, PASSWORD).sign_in
    deps.clock.advance(timedelta(seconds=1))
    end(deps, sign_in)

    with pytest.raises(SessionOver):
        check_right(deps, sign_in.id, right_of(make_account()))


def test_a_right_that_goes_on_does_not_stand_for_another_that_ended() -> None:
    other = make_grant(id="f" * 32, division="330108")
    account = make_account(grants=(make_grant(), other))
    deps = make_deps([account])
    sign_in = choose_grant(deps, HERE, enter(deps, HERE, NAME, PASSWORD), "e" * 32).sign_in
    end_grant(deps, Call(CITY, version=1), account.id, "e" * 32, "调离")

    with pytest.raises(SessionOver):
        check_right(deps, sign_in.id, acting(account, account.grants[0]))

    check_right(deps, sign_in.id, acting(account, other))


def test_a_right_is_over_after_its_last_day() -> None:
    account = make_account(grants=(make_grant(valid_to=local_date(MOMENT)),))
    deps = make_deps([account])
    deps.clock.advance(timedelta(hours=14))
    sign_in = enter(deps, HERE, NAME, PASSWORD).sign_in
    deps.clock.advance(timedelta(hours=2))

    with pytest.raises(SessionOver):
        check_right(deps, sign_in.id, right_of(account))


def test_changing_the_password_ends_all_sessions() -> None:
    deps = make_deps([make_account()])
    first = signed_in(deps)
    deps.clock.advance(timedelta(seconds=1))

    change_password(deps, Call(make_actor()), HERE, PASSWORD, OTHER_PASSWORD)

    with pytest.raises(SessionOver):
        refresh_session(deps, first.secret, CLIENT)
    assert signed_in(deps, password=OTHER_PASSWORD).access


@pytest.mark.parametrize(
    ("current", "new", "pointer"),
    [
        (OTHER_PASSWORD, "Third-5-Window", "/current_password"),
        (PASSWORD, PASSWORD, "/new_password"),
        (PASSWORD, "short", "/new_password"),
        (PASSWORD, f"My-{NAME}-7", "/new_password"),
    ],
)
def test_a_change_of_password_is_refused_with_its_place(current: str, new: str, pointer: str) -> None:
    deps = make_deps([make_account()])

    with pytest.raises(Invalid) as caught:
        change_password(deps, Call(make_actor()), HERE, current, new)

    assert {problem.pointer for problem in caught.value.problems} == {pointer}
    assert deps.accounts.rows["a" * 32].version == 1


@pytest.mark.parametrize(("profile", "is_refused"), [("djbh3", True), ("asvs", False)])
def test_the_last_five_passwords_are_remembered_where_the_profile_says_so(profile: str, is_refused: bool) -> None:
    deps = make_deps([make_account()], profile=profile)
    words = [PASSWORD, *(f"Word-{number}-of-Mine" for number in range(5))]
    for before, after in pairwise(words):
        change_password(deps, Call(make_actor()), HERE, before, after)

    if is_refused:
        with pytest.raises(Invalid):
            change_password(deps, Call(make_actor()), HERE, words[-1], PASSWORD)
        change_password(deps, Call(make_actor()), HERE, words[-1], "Word-6-of-Mine")
        change_password(deps, Call(make_actor()), HERE, "Word-6-of-Mine", PASSWORD)
    else:
        change_password(deps, Call(make_actor()), HERE, words[-1], PASSWORD)
    assert len(deps.accounts.rows["a" * 32].password.earlier) == (5 if is_refused else 0)


def test_people_end_their_own_sign_ins_with_all_that_came_from_them() -> None:
    deps = make_deps([make_account()])
    here, there = signed_in(deps), signed_in(deps, THERE)
    first, second = (deps.sessions.rows[each.secret[:32]].sign_in_id for each in (here, there))

    listed = {each.id for each in list_own(deps, "a" * 32)}
    end_own(deps, "a" * 32, second)

    assert listed == {first, second}
    assert [each.id for each in list_own(deps, "a" * 32)] == [first]
    assert refresh_session(deps, here.secret, CLIENT).access
    with pytest.raises(SessionOver):
        refresh_session(deps, there.secret, CLIENT)


def test_nobody_ends_the_sign_in_of_another() -> None:
    deps = make_deps([make_account(), make_account(id="c" * 32, person=replace(make_account().person, username="x.y"))])
    other = enter(deps, THERE, "x.y", PASSWORD)

    with pytest.raises(NotFound):
        end_own(deps, "a" * 32, other.sign_in.id)
    end_others(deps, "a" * 32, "")

    assert find_here(deps, other.cookie) is not None


def test_signing_out_of_a_client_signs_out_at_the_provider() -> None:
    deps = make_deps([make_account()])
    here = enter(deps, HERE, NAME, PASSWORD)
    found = begin_session(deps, claim_code(deps, issue_code(deps, here.sign_in, ASKED), CLIENT))

    end_session(deps, found.secret, CLIENT)

    assert find_here(deps, here.cookie) is None


def test_who_works_at_a_client_is_not_idle_at_the_provider() -> None:
    deps = make_deps([make_account()])
    here = enter(deps, HERE, NAME, PASSWORD)
    secret = begin_session(deps, claim_code(deps, issue_code(deps, here.sign_in, ASKED), CLIENT)).secret
    for _ in range(3):
        deps.clock.advance(timedelta(minutes=20))
        secret = refresh_session(deps, secret, CLIENT).secret

    found = find_here(deps, here.cookie)

    assert found is not None
