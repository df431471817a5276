"""Access tokens: what the issuer made is taken, and nothing else at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import OKPKey

from shared.clock import FixedClock
from shared.errors import NotAuthenticated, Unavailable
from shared.identity import tokens
from shared.identity.tokens import LIFETIME, Issuer, Verifier
from tests.support.forged_tokens import (
    ACTOR,
    FORGED,
    ISSUER,
    KEY,
    OTHER,
    genuine,
    make_claims,
    make_header,
    make_verifier,
    signed,
)
from tests.support.keys import MOMENT


def test_the_actor_comes_back_as_it_went_in() -> None:
    found = make_verifier().actor_of(genuine())

    assert found == ACTOR


def test_a_hand_made_token_of_the_right_form_is_taken() -> None:
    # Without this the table below could pass for a wrong reason.
    found = make_verifier().actor_of(signed(make_header(), make_claims()))

    assert found == ACTOR


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_is_refused(name: str) -> None:
    token = FORGED[name]()

    with pytest.raises(NotAuthenticated):
        make_verifier().actor_of(token)


def test_there_are_enough_forgeries() -> None:
    assert len(FORGED) >= 25


@settings(max_examples=300)
@given(st.integers(min_value=0, max_value=5000), st.integers(min_value=1, max_value=255))
def test_a_token_with_any_byte_changed_is_refused_or_the_same(position: int, change: int) -> None:
    token = bytearray(genuine().encode())
    token[position % len(token)] ^= change
    text = token.decode("latin-1")

    try:
        found = make_verifier().actor_of(text)
    except NotAuthenticated:
        return
    assert found == ACTOR  # only unused bits of the last letter of a part can do this
    assert text.split(".")[:2] == genuine().split(".")[:2]


@settings(max_examples=100)
@given(st.text(max_size=300))
def test_no_text_at_all_does_more_than_be_refused(text: str) -> None:
    verifier = make_verifier()

    with pytest.raises(NotAuthenticated):
        verifier.actor_of(text)


def test_a_token_lives_five_minutes_at_most() -> None:
    clock = FixedClock(MOMENT)
    verifier, token = make_verifier(clock), genuine()
    clock.advance(LIFETIME - timedelta(seconds=1))
    verifier.actor_of(token)
    clock.advance(timedelta(seconds=1))

    with pytest.raises(NotAuthenticated):
        verifier.actor_of(token)

    assert timedelta(minutes=5) >= LIFETIME


def test_a_new_key_is_fetched_when_a_token_names_it_but_not_at_each_unknown_name() -> None:
    published, fetches = [KEY], []

    def fetch() -> Any:
        fetches.append(1)
        return {"keys": [key.as_dict(private=False) for key in published]}

    seconds = [0.0]
    verifier = Verifier.of_one(ISSUER, fetch, FixedClock(MOMENT), seconds=lambda: seconds[0])
    verifier.actor_of(genuine())
    by_other = Issuer(ISSUER, OTHER, FixedClock(MOMENT)).issue(ACTOR, "t2")
    for _ in range(20):
        with pytest.raises(NotAuthenticated):
            verifier.actor_of(by_other)
    published.append(OTHER)
    seconds[0] += 6

    found = verifier.actor_of(by_other)

    assert found == ACTOR
    assert len(fetches) == 2


def test_a_key_that_was_withdrawn_is_worth_nothing_once_the_keys_are_old() -> None:
    published, seconds = [KEY, OTHER], [0.0]
    fetch: Callable[[], Any] = lambda: {"keys": [key.as_dict(private=False) for key in published]}  # noqa: E731
    verifier = Verifier.of_one(ISSUER, fetch, FixedClock(MOMENT), seconds=lambda: seconds[0])
    verifier.actor_of(genuine())
    published.remove(KEY)
    seconds[0] += 301

    with pytest.raises(NotAuthenticated):
        verifier.actor_of(genuine())


def test_the_signature_of_a_token_is_verified_once_under_one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    verified = []
    decode = tokens.jwt.decode
    monkeypatch.setattr(tokens.jwt, "decode", lambda *given, **named: verified.append(1) or decode(*given, **named))
    verifier, token = make_verifier(), genuine()

    found = [verifier.actor_of(token) for _ in range(5)]

    assert found == [ACTOR] * 5
    assert len(verified) == 1


def test_a_key_of_the_same_name_in_the_place_of_the_old_one_ends_what_the_old_one_signed() -> None:
    published = [KEY]
    seconds = [0.0]

    def fetch() -> Any:
        return {"keys": [key.as_dict(private=False) | {"kid": KEY.kid} for key in published]}

    verifier, token = Verifier.of_one(ISSUER, fetch, FixedClock(MOMENT), seconds=lambda: seconds[0]), genuine()
    verifier.actor_of(token)
    published[:] = [OTHER]
    seconds[0] += 301

    with pytest.raises(NotAuthenticated):
        verifier.actor_of(token)


def test_no_more_tokens_are_kept_than_were_meant_to_be_and_one_that_was_given_up_is_verified_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tokens, "MOST_KEPT", 2)
    verifier, issuer = make_verifier(), Issuer(ISSUER, KEY, FixedClock(MOMENT))
    several = [issuer.issue(ACTOR, f"t{number}") for number in range(5)]

    found = [verifier.actor_of(token) for token in (*several, *several)]

    assert found == [ACTOR] * 10
    assert len(verifier._kept) == 2


def test_tokens_are_still_taken_while_the_issuer_is_away() -> None:
    seconds = [0.0]
    is_away: list[int] = []

    def fetch() -> Any:
        if is_away:
            raise Unavailable
        return {"keys": [KEY.as_dict(private=False)]}

    verifier = Verifier.of_one(ISSUER, fetch, FixedClock(MOMENT), seconds=lambda: seconds[0])
    verifier.actor_of(genuine())
    is_away.append(1)
    seconds[0] += 301

    found = verifier.actor_of(genuine())

    assert found == ACTOR


def test_without_any_keys_the_answer_is_to_try_later_and_not_that_the_token_is_bad() -> None:
    def fetch() -> Any:
        raise Unavailable

    verifier = Verifier.of_one(ISSUER, fetch, FixedClock(MOMENT))

    with pytest.raises(Unavailable):
        verifier.actor_of(genuine())


@pytest.mark.parametrize("answer", [{}, [], {"keys": "x"}, {"keys": [{"kty": "oct", "k": "AAAA", "kid": "k1"}]}, None])
def test_a_set_of_keys_that_is_none_verifies_nothing(answer: Any) -> None:
    verifier = Verifier.of_one(ISSUER, lambda: answer, FixedClock(MOMENT))

    with pytest.raises(Unavailable):
        verifier.actor_of(genuine())


def test_an_issuer_that_is_away_is_not_asked_at_each_request() -> None:
    asked = []

    def fetch() -> Any:
        asked.append(1)
        raise Unavailable

    verifier = Verifier.of_one(ISSUER, fetch, FixedClock(MOMENT), seconds=lambda: 0.0)
    for _ in range(20):
        with pytest.raises(Unavailable):
            verifier.actor_of(genuine())

    assert len(asked) == 1


def test_a_key_for_encryption_or_of_another_curve_verifies_nothing() -> None:
    wrong = OKPKey.generate_key("X25519").as_dict(private=False)
    published: Any = {"keys": [{**wrong, "kid": "k1", "use": "enc"}]}

    with pytest.raises(Unavailable):
        Verifier.of_one(ISSUER, lambda: published, FixedClock(MOMENT)).actor_of(genuine())
