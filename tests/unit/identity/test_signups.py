"""Signing up: one answer for everybody, and a code that proves the address."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.identity.errors import TooManyAttempts, UnitHasAccount
from services.identity.model.accounts import Unit
from services.identity.model.grants import in_force
from services.identity.model.mails import MailKind
from services.identity.model.signups import SignUpState, UnitRole
from services.identity.operations.signups import activate_sign_up, start_sign_up
from services.identity.ports.sign_ins import Visitor
from shared.clock import local_date
from shared.errors import Invalid, NotFound
from shared.identity.actor import Role
from tests.support.codes import make_uscc
from tests.support.identity import MOMENT, PASSWORD, MemoryDeps, make_account, make_applicant, make_deps, make_grant

HERE = Visitor("192.0.2.1")


def start(deps: MemoryDeps, **changes: str) -> tuple[str, str]:
    """Return the id of a new sign-up and its code, whoever got it."""
    sign_up_id = start_sign_up(deps, HERE, make_applicant(**changes))
    return sign_up_id, deps.sign_ups.rows[sign_up_id].code_hash.removeprefix("hash:")


def with_unit() -> MemoryDeps:
    unit = Unit("c" * 32, 1, "330106", make_uscc(1), "杭州样例平台有限公司", MOMENT)
    person = replace(make_account().person, username="li@example.com", email="li@example.com")
    grant = make_grant(role=Role.OPERATOR, unit_id=unit.id, is_principal=True)
    return make_deps([make_account(grants=(grant,), person=person)], [unit])


def test_a_code_goes_to_the_address_and_nothing_else_happens_yet() -> None:
    deps = make_deps()

    sign_up_id, code = start(deps)

    [mail] = deps.sign_ups.mails
    assert (mail.kind, mail.to, mail.facts["code"]) == (MailKind.ACTIVATION, "zhang@example.com", code)
    assert deps.sign_ups.rows[sign_up_id].state is SignUpState.PENDING
    assert deps.accounts.rows == {}
    assert deps.units.rows == {}


def test_the_right_code_opens_an_operator_account_for_a_new_unit() -> None:
    deps = make_deps()
    sign_up_id, code = start(deps)

    account = activate_sign_up(deps, sign_up_id, code, PASSWORD)

    [unit] = deps.units.rows.values()
    (grant,) = in_force(account, local_date(MOMENT))
    assert (grant.role, grant.unit_id, grant.division) == (Role.OPERATOR, unit.id, "330106")
    assert grant.is_principal
    assert account.person.username == "zhang@example.com"
    assert not account.password.must_change
    assert deps.sign_ups.rows[sign_up_id].applicant is None


@pytest.mark.parametrize("role", UnitRole)
def test_a_unit_gets_the_role_that_its_applicant_chose(role: UnitRole) -> None:
    deps = make_deps()
    sign_up_id, code = start(deps, role=role)

    account = activate_sign_up(deps, sign_up_id, code, PASSWORD)

    (grant,) = in_force(account, local_date(MOMENT))
    assert (grant.role.value, grant.is_principal) == (role.value, True)


def test_a_taken_credit_code_gets_the_same_answer_and_only_its_holder_a_mail() -> None:
    deps = with_unit()

    sign_up_id, _ = start(deps)

    [mail] = deps.sign_ups.mails
    assert len(sign_up_id) == 32
    assert (mail.kind, mail.to) == (MailKind.UNIT_HAS_ACCOUNT, "li@example.com")
    assert "code" not in mail.facts


def test_a_taken_address_gets_the_same_answer_and_no_code() -> None:
    deps = with_unit()

    start(deps, credit_code=make_uscc(2), email="li@example.com")

    [mail] = deps.sign_ups.mails
    assert (mail.kind, mail.to, dict(mail.facts)) == (MailKind.ADDRESS_HAS_ACCOUNT, "li@example.com", {})


def test_even_with_the_code_nobody_gets_a_second_account_for_a_unit() -> None:
    deps = with_unit()
    sign_up_id, code = start(deps)

    with pytest.raises(UnitHasAccount):
        activate_sign_up(deps, sign_up_id, code, PASSWORD)

    assert len(deps.accounts.rows) == 1


def test_a_wrong_code_is_refused_and_counted() -> None:
    deps = make_deps()
    sign_up_id, _ = start(deps)

    with pytest.raises(Invalid) as caught:
        activate_sign_up(deps, sign_up_id, "99999999", PASSWORD)

    assert [problem.code for problem in caught.value.problems] == ["code_wrong"]
    assert deps.sign_ups.rows[sign_up_id].tries == 1


def test_after_five_wrong_codes_the_right_one_is_worth_nothing() -> None:
    deps = make_deps()
    sign_up_id, code = start(deps)
    for _ in range(5):
        with pytest.raises(Invalid):
            activate_sign_up(deps, sign_up_id, "99999999", PASSWORD)

    with pytest.raises(Invalid) as caught:
        activate_sign_up(deps, sign_up_id, code, PASSWORD)

    assert caught.value.problems[0].code == "code_wrong"
    assert deps.accounts.rows == {}


def test_a_code_is_worth_nothing_after_half_an_hour() -> None:
    deps = make_deps()
    sign_up_id, code = start(deps)
    deps.clock.advance(timedelta(minutes=30))

    with pytest.raises(Invalid):
        activate_sign_up(deps, sign_up_id, code, PASSWORD)

    assert deps.accounts.rows == {}


def test_a_code_is_good_once() -> None:
    deps = make_deps()
    sign_up_id, code = start(deps)
    activate_sign_up(deps, sign_up_id, code, PASSWORD)

    with pytest.raises(Invalid):
        activate_sign_up(deps, sign_up_id, code, PASSWORD)

    assert len(deps.accounts.rows) == 1


def test_a_password_against_the_policy_costs_no_try() -> None:
    deps = make_deps()
    sign_up_id, code = start(deps)

    with pytest.raises(Invalid) as caught:
        activate_sign_up(deps, sign_up_id, code, "short")

    assert {problem.pointer for problem in caught.value.problems} == {"/password"}
    assert deps.sign_ups.rows[sign_up_id].tries == 0


def test_an_unknown_sign_up_is_not_found() -> None:
    deps = make_deps()

    with pytest.raises(NotFound):
        activate_sign_up(deps, "f" * 32, "00000000", PASSWORD)


def test_an_unknown_division_is_refused() -> None:
    deps = make_deps()

    with pytest.raises(Invalid) as caught:
        start(deps, division="999999")

    assert caught.value.problems[0].pointer == "/division"
    assert deps.sign_ups.rows == {}


def test_one_address_is_mailed_three_times_an_hour_at_most() -> None:
    deps = make_deps()
    for _ in range(3):
        start(deps)

    with pytest.raises(TooManyAttempts):
        start(deps)

    assert len(deps.sign_ups.mails) == 3
