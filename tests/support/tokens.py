"""Tokens for tests: an issuer and a verifier that share one key, without a service between them."""

from __future__ import annotations

from joserfc.jwk import KeySet, OKPKey

from shared.clock import SystemClock
from shared.identity.actor import Actor
from shared.identity.tokens import Issuer, Verifier
from shared.ids import new_id

ISSUER = "https://identity.test"


class TestIssuer:
    """Signs tokens for actors, and gives the verifier that takes them."""

    __test__ = False

    def __init__(self) -> None:
        self.key = OKPKey.generate_key("Ed25519", {"use": "sig"}, auto_kid=True)
        self._issuer = Issuer(ISSUER, self.key, SystemClock())
        self.verifier = Verifier.of_one(ISSUER, lambda: KeySet([self.key]).as_dict(private=False), SystemClock())

    def headers(self, actor: Actor) -> dict[str, str]:
        """Return the request headers of an actor."""
        return {"Authorization": f"Bearer {self._issuer.issue(actor, new_id())}"}
