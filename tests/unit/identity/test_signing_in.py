"""Signing in at a browser: one answer for every failure, a count before every look, and step after step."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.identity.errors import NothingInForce, TooManyAttempts, WrongCredentials
from services.identity.model.accounts import AccountState
from services.identity.model.sign_ins import Proof, digest_of, form_token
from services.identity.operations.passwords import change_forced_password
from services.identity.operations.signing_in import (
    Stage,
    choose_grant,
    enter,
    find_here,
    leave,
    proved_again,
    show_factor,
)
from services.identity.ports.sign_ins import Visitor
from shared.errors import NotFound
from tests.support.identity import MOMENT, OTHER_PASSWORD, PASSWORD, MemoryDeps, make_account, make_deps, make_grant
from tests.support.identity_sessions import HERE, NAME, THERE, come_in, with_factor

OWN_DEVICE = Visitor("203.0.113.9", device="d" * 43)


def fail(deps: MemoryDeps, times: int, name: str = NAME, visitor: Visitor = HERE) -> None:
    for _ in range(times):
        with pytest.raises(WrongCredentials):
            enter(deps, visitor, name, OTHER_PASSWORD)


def test_the_right_password_of_somebody_with_one_grant_is_all_there_is_to_it() -> None:
    deps = make_deps([make_account()])

    found = come_in(deps)

    assert found.stage is Stage.COMPLETE
    assert found.sign_in.grant_id == "e" * 32
    assert found.sign_in.proofs == {Proof.PASSWORD}


def test_only_a_digest_of_the_cookie_is_kept_and_the_forms_token_is_neither() -> None:
    deps = make_deps([make_account()])

    found = come_in(deps)

    [row] = deps.sign_ins.rows.values()
    assert row.cookie == digest_of(found.cookie)
    assert found.cookie not in repr(row)
    assert form_token(found.cookie) not in (found.cookie, row.cookie)


@pytest.mark.parametrize("name", [NAME, "nobody.at.all"])
def test_an_unknown_name_and_a_wrong_password_get_the_same_answer_for_the_same_work(name: str) -> None:
    deps = make_deps([make_account()])

    with pytest.raises(WrongCredentials) as caught:
        enter(deps, HERE, name, OTHER_PASSWORD)

    assert caught.value.message == WrongCredentials.message
    assert deps.hashes.compared == 1


def test_a_disabled_account_gets_the_answer_of_a_wrong_password() -> None:
    deps = make_deps([make_account(state=AccountState.DISABLED)])

    with pytest.raises(WrongCredentials):
        come_in(deps)

    assert deps.hashes.compared == 1


@pytest.mark.parametrize("name", [NAME, "nobody.at.all"])
def test_after_five_failures_even_the_right_password_must_wait(name: str) -> None:
    deps = make_deps([make_account()])
    fail(deps, 5, name)

    with pytest.raises(TooManyAttempts):
        enter(deps, HERE, name, PASSWORD)

    assert deps.hashes.compared == 5


def test_a_thousand_guesses_reach_the_password_five_times() -> None:
    deps = make_deps([make_account()])

    for _ in range(1000):
        with pytest.raises((WrongCredentials, TooManyAttempts)):
            enter(deps, HERE, NAME, OTHER_PASSWORD)

    assert deps.hashes.compared == 5


def test_after_the_pause_the_right_password_is_good_again() -> None:
    deps = make_deps([make_account()])
    fail(deps, 5)
    deps.clock.advance(timedelta(minutes=15))

    found = come_in(deps)

    assert found.stage is Stage.COMPLETE


def test_a_person_who_was_here_before_is_not_locked_out_by_others() -> None:
    deps = make_deps([make_account()])
    come_in(deps, HERE)
    fail(deps, 5, visitor=THERE)

    found = come_in(deps, HERE)

    assert found.stage is Stage.COMPLETE


def test_a_blocked_address_can_not_use_up_the_attempts_of_an_account() -> None:
    deps = make_deps([make_account()])
    for n in range(50):
        fail(deps, 1, f"nobody-{n}", THERE)
    for _ in range(10):
        with pytest.raises(TooManyAttempts):
            enter(deps, THERE, NAME, OTHER_PASSWORD)

    found = come_in(deps, HERE)

    assert found.stage is Stage.COMPLETE


def test_good_sign_ins_do_not_fill_the_count_of_an_address() -> None:
    deps = make_deps([make_account()])

    for _ in range(200):
        come_in(deps)

    assert all(attempts.count == 0 for attempts in deps.attempts.rows.values())


def test_a_device_where_somebody_signed_in_before_is_known_again_at_any_address() -> None:
    deps = make_deps([make_account()])
    come_in(deps, OWN_DEVICE)
    fail(deps, 5, visitor=THERE)

    found = come_in(deps, replace(OWN_DEVICE, address="203.0.113.77"))

    assert found.stage is Stage.COMPLETE


def test_an_address_that_must_wait_does_not_keep_a_person_at_their_own_device_out() -> None:
    deps = make_deps([make_account()])
    come_in(deps, OWN_DEVICE)
    for number in range(50):
        fail(deps, 1, f"nobody-{number}", Visitor(OWN_DEVICE.address))

    found = come_in(deps, OWN_DEVICE)

    assert found.stage is Stage.COMPLETE


def test_a_device_is_known_for_its_own_person_only() -> None:
    deps = make_deps([make_account(), make_account(id="c" * 32, person=replace(make_account().person, username="x.y"))])
    enter(deps, OWN_DEVICE, "x.y", PASSWORD)
    fail(deps, 5, visitor=OWN_DEVICE)

    with pytest.raises(TooManyAttempts):
        come_in(deps, THERE)


def test_a_sign_in_is_found_by_its_cookie_until_it_is_left() -> None:
    deps = make_deps([make_account()])
    here = come_in(deps)
    found = find_here(deps, here.cookie)

    leave(deps, here.sign_in)

    assert found is not None
    assert found.account.id == "a" * 32
    assert find_here(deps, here.cookie) is None
    assert find_here(deps, "x") is None


def test_a_sign_in_that_lay_idle_is_over() -> None:
    deps = make_deps([make_account()])
    here = come_in(deps)
    deps.clock.advance(timedelta(minutes=30))

    found = find_here(deps, here.cookie)

    assert found is None


def test_a_sign_in_is_over_after_twelve_hours_however_busy() -> None:
    deps = make_deps([make_account()])
    here = come_in(deps)
    alive = []

    for _ in range(37):
        deps.clock.advance(timedelta(minutes=20))
        alive.append(find_here(deps, here.cookie) is not None)

    assert alive == [True] * 35 + [False] * 2


def test_a_disabled_account_is_nowhere_signed_in_any_more() -> None:
    deps = make_deps([make_account()])
    here = come_in(deps)
    deps.accounts.rows["a" * 32] = replace(deps.accounts.rows["a" * 32], state=AccountState.DISABLED)

    found = find_here(deps, here.cookie)

    assert found is None


def first_password_deps() -> MemoryDeps:
    account = make_account()
    password = replace(account.password, must_change=True, expires_at=MOMENT + timedelta(days=7))
    return make_deps([replace(account, password=password)])


def test_a_first_password_opens_nothing_but_its_change() -> None:
    deps = first_password_deps()
    here = come_in(deps)
    deps.clock.advance(timedelta(seconds=1))

    account = change_forced_password(deps, here.account, OTHER_PASSWORD)
    found = proved_again(deps, HERE, here, account)

    assert here.stage is Stage.PASSWORD_CHANGE
    assert here.sign_in.is_complete is False
    assert found.stage is Stage.COMPLETE
    assert find_here(deps, here.cookie) is None
    assert find_here(deps, found.cookie) is not None


def test_a_first_password_is_worth_nothing_after_its_time() -> None:
    deps = first_password_deps()
    deps.clock.advance(timedelta(days=7))

    with pytest.raises(WrongCredentials):
        come_in(deps)


def test_an_outworn_password_must_be_changed_first() -> None:
    deps = make_deps([make_account()])
    deps.clock.advance(timedelta(days=90))

    found = come_in(deps)

    assert found.stage is Stage.PASSWORD_CHANGE


def test_somebody_with_several_grants_chooses_one() -> None:
    grants = (make_grant(), make_grant(id="f" * 32, division="330108"))
    deps = make_deps([make_account(grants=grants)])
    here = come_in(deps)

    found = choose_grant(deps, HERE, here, "f" * 32)

    assert here.stage is Stage.GRANT
    assert found.stage is Stage.COMPLETE
    assert found.sign_in.grant_id == "f" * 32
    with pytest.raises(NotFound):
        choose_grant(deps, HERE, found, "9" * 32)


def test_somebody_without_a_grant_signs_in_and_nothing_is_open() -> None:
    deps = make_deps([make_account(grants=())])

    found = come_in(deps)

    assert found.stage is Stage.NOTHING_OPEN
    with pytest.raises(NothingInForce):
        choose_grant(deps, HERE, found, "e" * 32)


def test_failures_are_forgotten_only_when_the_whole_sign_in_is_complete() -> None:
    deps = make_deps([make_account()])
    device, _ = with_factor(deps, THERE)
    fail(deps, 3)
    here = come_in(deps)
    before = max(each.count for each in deps.attempts.rows.values())

    show_factor(deps, HERE, here, device.at(deps.clock.now()))

    personal = [each.count for subject, each in deps.attempts.rows.items() if NAME in subject.value]
    assert before == 3
    assert sum(personal) == 0
