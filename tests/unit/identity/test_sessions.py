"""Signing in: one answer for every failure, a count before every look, and refresh tokens that are good once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.identity.errors import AlreadyRefreshed, SessionOver, TooManyAttempts, WrongCredentials
from services.identity.model.accounts import AccountState
from services.identity.operations.accounts import disable_account
from services.identity.operations.passwords import change_first_password, change_password
from services.identity.operations.sessions import SignedIn, end_session, refresh_session, sign_in
from services.identity.ports import Visitor
from shared.calls import Call
from shared.errors import Invalid
from tests.support.identity import (
    CITY,
    MOMENT,
    OTHER_PASSWORD,
    PASSWORD,
    MemoryDeps,
    make_account,
    make_actor,
    make_deps,
)

HERE, THERE = Visitor("192.0.2.1"), Visitor("198.51.100.7")
NAME = "county.330106"


def fail(deps: MemoryDeps, times: int, name: str = NAME, visitor: Visitor = HERE) -> None:
    for _ in range(times):
        with pytest.raises(WrongCredentials):
            sign_in(deps, visitor, name, OTHER_PASSWORD)


def signed_in(deps: MemoryDeps, visitor: Visitor = HERE) -> SignedIn:
    return sign_in(deps, visitor, NAME, PASSWORD)


def test_the_right_password_gives_both_tokens() -> None:
    deps = make_deps([make_account()])

    found = signed_in(deps)

    assert found.access == f"token of {'a' * 32}"
    assert found.secret.partition(".")[0] in deps.sessions.rows


def test_only_a_digest_of_the_refresh_token_is_kept() -> None:
    deps = make_deps([make_account()])

    found = signed_in(deps)

    [session] = deps.sessions.rows.values()
    assert found.secret.partition(".")[2] not in repr(session)
    assert len(session.digest) == 64


@pytest.mark.parametrize("name", [NAME, "nobody.at.all"])
def test_an_unknown_name_and_a_wrong_password_get_the_same_answer_for_the_same_work(name: str) -> None:
    deps = make_deps([make_account()])

    with pytest.raises(WrongCredentials) as caught:
        sign_in(deps, HERE, name, OTHER_PASSWORD)

    assert caught.value.message == WrongCredentials.message
    assert deps.hashes.compared == 1


def test_a_disabled_account_gets_the_answer_of_a_wrong_password() -> None:
    deps = make_deps([make_account(state=AccountState.DISABLED)])

    with pytest.raises(WrongCredentials):
        signed_in(deps)

    assert deps.hashes.compared == 1


@pytest.mark.parametrize("name", [NAME, "nobody.at.all"])
def test_after_five_failures_even_the_right_password_must_wait(name: str) -> None:
    deps = make_deps([make_account()])
    fail(deps, 5, name)

    with pytest.raises(TooManyAttempts):
        sign_in(deps, HERE, name, PASSWORD)

    assert deps.hashes.compared == 5


def test_a_thousand_guesses_reach_the_password_five_times() -> None:
    deps = make_deps([make_account()])

    for _ in range(1000):
        with pytest.raises((WrongCredentials, TooManyAttempts)):
            sign_in(deps, HERE, NAME, OTHER_PASSWORD)

    assert deps.hashes.compared == 5


def test_after_the_pause_the_right_password_is_good_again() -> None:
    deps = make_deps([make_account()])
    fail(deps, 5)
    deps.clock.advance(timedelta(minutes=15))

    found = signed_in(deps)

    assert found.access


def test_a_person_who_was_here_before_is_not_locked_out_by_others() -> None:
    deps = make_deps([make_account()])
    signed_in(deps, HERE)
    fail(deps, 5, visitor=THERE)

    found = signed_in(deps, HERE)

    assert found.access


def test_a_blocked_address_can_not_use_up_the_attempts_of_an_account() -> None:
    deps = make_deps([make_account()])
    for n in range(50):
        fail(deps, 1, f"nobody-{n}", THERE)
    for _ in range(10):
        with pytest.raises(TooManyAttempts):
            sign_in(deps, THERE, NAME, OTHER_PASSWORD)

    found = signed_in(deps, HERE)

    assert found.access


def test_good_sign_ins_do_not_fill_the_count_of_an_address() -> None:
    deps = make_deps([make_account()])

    for _ in range(200):
        signed_in(deps)

    assert all(attempts.count == 0 for attempts in deps.attempts.rows.values())


def test_a_refresh_token_is_exchanged_for_a_new_one() -> None:
    deps = make_deps([make_account()])
    first = signed_in(deps)

    second = refresh_session(deps, first.secret)

    assert second.access
    assert second.secret != first.secret


def test_a_refresh_token_that_comes_back_ends_the_whole_family() -> None:
    deps = make_deps([make_account()])
    first = signed_in(deps)
    second = refresh_session(deps, first.secret)
    deps.clock.advance(timedelta(seconds=11))

    with pytest.raises(SessionOver):
        refresh_session(deps, first.secret)

    with pytest.raises(SessionOver):
        refresh_session(deps, second.secret)


def test_two_requests_at_once_with_one_token_do_not_end_the_session() -> None:
    deps = make_deps([make_account()])
    first = signed_in(deps)
    second = refresh_session(deps, first.secret)
    deps.clock.advance(timedelta(seconds=9))

    with pytest.raises(AlreadyRefreshed):
        refresh_session(deps, first.secret)

    assert refresh_session(deps, second.secret).access


def test_a_token_two_generations_old_ends_the_family_at_once() -> None:
    deps = make_deps([make_account()])
    first = signed_in(deps)
    third = refresh_session(deps, refresh_session(deps, first.secret).secret)

    with pytest.raises(SessionOver):
        refresh_session(deps, first.secret)

    with pytest.raises(SessionOver):
        refresh_session(deps, third.secret)


@pytest.mark.parametrize("token", ["", "x", "a" * 32, f"{'a' * 32}.{'b' * 43}", f"{'a' * 32}.", "." + "b" * 43])
def test_what_is_no_token_of_ours_is_refused(token: str) -> None:
    deps = make_deps([make_account()])

    with pytest.raises(SessionOver):
        refresh_session(deps, token)

    assert deps.sessions.rows == {}


def test_a_made_up_secret_for_a_real_session_harms_nobody() -> None:
    deps = make_deps([make_account()])
    first = signed_in(deps)
    with pytest.raises(SessionOver):
        refresh_session(deps, first.secret[:-1] + ("0" if first.secret[-1] != "0" else "1"))

    found = refresh_session(deps, first.secret)

    assert found.access


@pytest.mark.parametrize("pause", [timedelta(minutes=30), timedelta(hours=13)])
def test_a_session_is_over_when_it_lay_idle(pause: timedelta) -> None:
    deps = make_deps([make_account()])
    first = signed_in(deps)
    deps.clock.advance(pause)

    with pytest.raises(SessionOver):
        refresh_session(deps, first.secret)


def test_a_session_is_over_after_twelve_hours_however_busy() -> None:
    deps = make_deps([make_account()])
    secret = signed_in(deps).secret
    for _ in range(35):
        deps.clock.advance(timedelta(minutes=20))
        secret = refresh_session(deps, secret).secret
    deps.clock.advance(timedelta(minutes=20))

    with pytest.raises(SessionOver):
        refresh_session(deps, secret)


def test_an_ended_session_can_not_be_renewed() -> None:
    deps = make_deps([make_account()])
    first = signed_in(deps)

    end_session(deps, first.secret)

    with pytest.raises(SessionOver):
        refresh_session(deps, first.secret)


def test_ending_with_a_token_of_nobody_does_nothing() -> None:
    deps = make_deps([make_account()])
    first = signed_in(deps)

    end_session(deps, first.secret[:33] + "x" * 43)
    end_session(deps, "x")

    assert refresh_session(deps, first.secret).access


def test_disabling_an_account_ends_its_sessions() -> None:
    deps = make_deps([make_account()])
    first = signed_in(deps)
    deps.clock.advance(timedelta(seconds=1))

    disable_account(deps, Call(CITY, version=1), "a" * 32)

    with pytest.raises(SessionOver):
        refresh_session(deps, first.secret)


def test_changing_the_password_ends_all_sessions() -> None:
    deps = make_deps([make_account()])
    first = signed_in(deps)
    deps.clock.advance(timedelta(seconds=1))

    change_password(deps, Call(make_actor()), HERE, PASSWORD, OTHER_PASSWORD)

    with pytest.raises(SessionOver):
        refresh_session(deps, first.secret)
    assert sign_in(deps, HERE, NAME, OTHER_PASSWORD).access


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


def first_password_account() -> MemoryDeps:
    account = make_account()
    password = replace(account.password, must_change=True, expires_at=MOMENT + timedelta(days=7))
    return make_deps([replace(account, password=password)])


def test_a_first_password_gives_no_access_but_the_right_to_change_it() -> None:
    deps = first_password_account()
    first = signed_in(deps)

    change_first_password(deps, first.secret, OTHER_PASSWORD)

    assert first.access == ""
    assert sign_in(deps, HERE, NAME, OTHER_PASSWORD).access


def test_the_right_to_change_a_first_password_is_good_once_and_for_that_only() -> None:
    deps = first_password_account()
    first = signed_in(deps)
    with pytest.raises(SessionOver):
        refresh_session(deps, first.secret)
    change_first_password(deps, first.secret, OTHER_PASSWORD)

    with pytest.raises(SessionOver):
        change_first_password(deps, first.secret, "Third-5-Window")


def test_a_refresh_token_does_not_change_a_password() -> None:
    deps = make_deps([make_account()])
    first = signed_in(deps)

    with pytest.raises(SessionOver):
        change_first_password(deps, first.secret, OTHER_PASSWORD)


def test_a_first_password_is_worth_nothing_after_its_time() -> None:
    deps = first_password_account()
    deps.clock.advance(timedelta(days=7))

    with pytest.raises(WrongCredentials):
        signed_in(deps)


def test_an_outworn_password_must_be_changed_first() -> None:
    deps = make_deps([make_account()])
    deps.clock.advance(timedelta(days=90))

    found = signed_in(deps)

    assert found.access == ""
