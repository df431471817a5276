"""What a new password must be, by policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.identity.model.passwords import POLICIES, is_outworn, password_problems
from services.identity.wiring import SystemRandomness
from shared.identity.known_passwords import is_known
from shared.identity.passwords import PasswordHashes
from tests.support.identity import MOMENT, PASSWORD

DJBH3 = POLICIES["djbh3"]


def codes(password: str, username: str = "zhang@example.com", profile: str = "djbh3") -> set[str]:
    return {problem.code for problem in password_problems(POLICIES[profile], password, username, "/password")}


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        (PASSWORD, set()),
        ("长安一片月-Moon-7", set()),
        ("Tide-7-La", {"password_length"}),
        ("Tide-7-Lan" + "x" * 119, {"password_length"}),
        ("Tide-7-Lan" + "xY" * 59, set()),
        ("tide lantern harbour", {"password_classes"}),
        ("tidelantern7harbour", {"password_classes"}),
        ("", {"password_length", "password_classes", "password_monotonous"}),
        ("Aa1-Aa1-Aa1-", {"password_monotonous"}),
        ("Tide-zhang@example.com-7", {"password_holds_username"}),
        ("Tide-ZHANG-7-Lantern", {"password_holds_username"}),
        ("Tongbao-2026-Lantern", {"password_common"}),
        ("My-PASSWORD-7-Lantern", {"password_common"}),
        ("Tide-123456-Lantern", {"password_common"}),
        ("商务部-Tide-7-Lantern", {"password_common"}),
    ],
)
def test_a_password_is_judged_by_every_rule_at_once(password: str, expected: set[str]) -> None:
    found = codes(password)

    assert found == expected


def test_the_alternative_policy_asks_for_length_and_no_composition() -> None:
    found = codes("tide lantern harbour", profile="asvs")

    assert found == set()


def test_a_short_user_name_may_occur_by_chance() -> None:
    found = codes("Tide-7-Lantern", username="ide")

    assert found == set()


def test_no_problem_quotes_the_password() -> None:
    problems = password_problems(DJBH3, "tongbao", "zhang@example.com", "/password")

    assert problems
    assert all("tongbao" not in problem.message + problem.expected for problem in problems)


def test_a_password_is_outworn_after_ninety_days_under_one_policy_only() -> None:
    later = MOMENT + timedelta(days=90)

    verdicts = (
        is_outworn(DJBH3, MOMENT, later - timedelta(seconds=1)),
        is_outworn(DJBH3, MOMENT, later),
        is_outworn(POLICIES["asvs"], MOMENT, later),
    )

    assert verdicts == (False, True, False)


@settings(max_examples=50)
@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_at_all_is_judged_and_never_fails(password: str, username: str) -> None:
    found = codes(password, username)

    assert isinstance(found, set)


def test_a_made_password_is_accepted_by_every_policy_and_never_comes_twice() -> None:
    made = [SystemRandomness().password() for _ in range(200)]

    assert len(set(made)) == 200
    assert all(not codes(password, "administrator", profile) for password in made for profile in POLICIES)


def test_hashes_are_argon2id_of_the_recommended_size_and_salted() -> None:
    hashes = PasswordHashes()

    first, second = hashes.hash(PASSWORD), hashes.hash(PASSWORD)

    assert first.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert first != second
    assert hashes.verify(first, PASSWORD)
    assert not hashes.verify(first, PASSWORD + " ")
    assert not hashes.verify("not a hash", PASSWORD)
    assert not hashes.verify(hashes.nobody, PASSWORD)


@pytest.mark.parametrize("profile", sorted(POLICIES))
def test_a_password_of_published_breaches_is_refused_by_every_profile(profile: str) -> None:
    lax = replace(POLICIES[profile], shortest=1, classes=1)

    found = {problem.code for problem in password_problems(lax, "Sunshine", "somebody", "/password")}

    assert "password_common" in found


def test_the_list_of_known_passwords_holds_what_everybody_guesses_first() -> None:
    found = [is_known(each) for each in ("123456789", "Iloveyou", "dragon", "Tide-7-Lantern", "一句只有我知道的话")]

    assert found == [True, True, True, False, False]
