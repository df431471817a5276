"""Machines get their own tokens, and keep them until shortly before they end."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from shared.clock import FixedClock
from shared.crypto.errors import KeyUnknown
from shared.crypto.jose import create_jose_keys
from shared.errors import Unavailable
from shared.identity.assertions import signing_key
from shared.identity.machine import MachineTokens
from tests.support.keys import MOMENT

KEY = OKPKey.generate_key("Ed25519", {"kid": "k1", "use": "sig"})


class Provider:
    """Gives a numbered token each time, or fails."""

    def __init__(self) -> None:
        self.proofs: list[str] = []
        self.answer: httpx.Response | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.proofs.append(parse_qs(request.content.decode())["client_assertion"][0])
        return self.answer or httpx.Response(200, json={"access_token": f"t{len(self.proofs)}", "expires_in": 300})


def make_tokens(provider: Provider, clock: FixedClock) -> MachineTokens:
    http = httpx.Client(transport=httpx.MockTransport(provider))
    return MachineTokens("https://id.test/oauth/token", "https://id.test", "notification", KEY, clock, http=http)


def test_a_token_is_kept_until_shortly_before_it_ends() -> None:
    clock, provider = FixedClock(MOMENT), Provider()
    tokens = make_tokens(provider, clock)

    first = [tokens.token(), tokens.token()]
    clock.advance(timedelta(seconds=254))
    still = tokens.token()
    clock.advance(timedelta(seconds=1))
    later = tokens.token()

    assert (first, still, later) == (["t1", "t1"], "t1", "t2")


def test_the_proof_is_short_lived_meant_for_the_provider_and_never_the_same() -> None:
    clock, provider = FixedClock(MOMENT), Provider()
    for _ in range(2):
        make_tokens(provider, clock).token()

    first, second = (jwt.decode(each, KEY, algorithms=["Ed25519"]).claims for each in provider.proofs)

    assert (first["iss"], first["sub"], first["aud"]) == ("notification", "notification", "https://id.test")
    assert first["exp"] - first["iat"] == 60
    assert first["jti"] != second["jti"]


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(401, json={"error": "invalid_client"}),
        httpx.Response(503),
        httpx.Response(200, content=b"no json"),
        httpx.Response(200, json={}),
        httpx.Response(200, json=[]),
    ],
)
def test_a_provider_that_gives_no_token_is_tried_again_later(answer: httpx.Response) -> None:
    provider = Provider()
    provider.answer = answer

    with pytest.raises(Unavailable):
        make_tokens(provider, FixedClock(MOMENT)).token()


def test_the_key_that_signs_is_taken_from_a_file_of_keys() -> None:
    keys = create_jose_keys("notification")

    found = signing_key(keys)

    assert (found.kid or "").startswith("notification-sig-")
    with pytest.raises(KeyUnknown):
        signing_key({"keys": []})
