"""The second factor at a sign-in: a code good once, counted guesses, and the ways to do without it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.identity.errors import TooManyAttempts, WrongFactor
from services.identity.model.sign_ins import Proof
from services.identity.operations.factors import reset_factor
from services.identity.operations.signing_in import Stage, find_here, give_factor_up, show_factor
from shared.errors import NotFound
from shared.identity.actor import Role
from tests.support.identity import make_account, make_deps
from tests.support.identity_sessions import HERE, THERE, come_in, with_factor


def test_with_a_second_factor_the_password_alone_opens_nothing() -> None:
    deps = make_deps([make_account()])
    device, _ = with_factor(deps)
    here = come_in(deps)

    found = show_factor(deps, HERE, here, device.at(deps.clock.now()))

    assert here.stage is Stage.FACTOR
    assert found.stage is Stage.COMPLETE
    assert found.sign_in.proofs == {Proof.PASSWORD, Proof.FACTOR}
    assert find_here(deps, here.cookie) is None


def test_a_code_is_good_once() -> None:
    deps = make_deps([make_account()])
    device, _ = with_factor(deps)
    code = device.at(deps.clock.now())
    show_factor(deps, HERE, come_in(deps), code)

    with pytest.raises(WrongFactor):
        show_factor(deps, HERE, come_in(deps), code)


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_device_may_be_off_by_one_step(steps: int, is_taken: bool) -> None:
    deps = make_deps([make_account()])
    device, _ = with_factor(deps)
    deps.clock.advance(timedelta(minutes=5))
    here, code = come_in(deps), device.at(deps.clock.now() + timedelta(seconds=30 * steps))

    if is_taken:
        assert show_factor(deps, HERE, here, code).stage is Stage.COMPLETE
    else:
        with pytest.raises(WrongFactor):
            show_factor(deps, HERE, here, code)


def test_an_older_code_is_not_taken_after_a_newer_one() -> None:
    deps = make_deps([make_account()])
    device, _ = with_factor(deps)
    earlier, now = device.at(deps.clock.now() - timedelta(seconds=30)), device.at(deps.clock.now())
    show_factor(deps, HERE, come_in(deps), now)

    with pytest.raises(WrongFactor):
        show_factor(deps, HERE, come_in(deps), earlier)


def test_a_recovery_code_stands_in_for_the_device_once() -> None:
    deps = make_deps([make_account()])
    _, codes = with_factor(deps)

    found = show_factor(deps, HERE, come_in(deps), codes[0].lower().replace("-", " "))

    assert found.stage is Stage.COMPLETE
    assert len(set(codes)) == 10
    assert not any(code in repr(vars(deps.factors.rows["a" * 32])) for code in codes)
    with pytest.raises(WrongFactor):
        show_factor(deps, HERE, come_in(deps), codes[0])


def test_guesses_at_the_second_factor_count_though_the_password_is_given_again_and_again() -> None:
    deps = make_deps([make_account()])
    with_factor(deps)
    outcomes = []

    for _ in range(1000):
        try:
            show_factor(deps, THERE, come_in(deps, THERE), "000000")
        except (WrongFactor, TooManyAttempts) as error:
            outcomes.append(type(error))

    assert len(outcomes) == 1000
    assert outcomes.count(WrongFactor) <= 5


def test_staff_must_set_a_second_factor_up_where_it_is_required() -> None:
    deps = make_deps([make_account()], second_factor="required")

    found = come_in(deps)

    assert found.stage is Stage.ENROLMENT
    with_factor(deps)
    assert come_in(deps).stage is Stage.FACTOR


def test_units_may_do_without_a_second_factor() -> None:
    account = make_account(role=Role.OPERATOR, unit_id="1" * 32)
    deps = make_deps([account], second_factor="required")

    found = come_in(deps)

    assert found.stage is Stage.COMPLETE


def test_a_second_factor_is_given_up_with_a_code_of_it() -> None:
    deps = make_deps([make_account()])
    device, _ = with_factor(deps)
    here = show_factor(deps, HERE, come_in(deps), device.at(deps.clock.now()))
    deps.clock.advance(timedelta(seconds=30))

    with pytest.raises(WrongFactor):
        give_factor_up(deps, HERE, here, "000000")
    give_factor_up(deps, HERE, here, device.at(deps.clock.now()))

    assert deps.factors.rows["a" * 32].secret == ""
    assert come_in(deps).stage is Stage.COMPLETE


def test_an_administrator_takes_a_lost_second_factor_away_and_it_is_written_down() -> None:
    deps = make_deps([make_account()])
    with_factor(deps)

    reset_factor(deps, "b" * 32, "a" * 32)

    assert come_in(deps).stage is Stage.COMPLETE
    assert [(entry.action, entry.actor_id) for entry in deps.factors.entries][-1] == ("reset", "b" * 32)
    with pytest.raises(NotFound):
        reset_factor(deps, "b" * 32, "a" * 32)
