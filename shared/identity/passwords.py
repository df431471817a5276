"""Slow, salted hashes of passwords and codes: Argon2id (RFC 9106) in its second recommended profile, 64 MiB."""

from __future__ import annotations

import secrets
from functools import cached_property

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY


class PasswordHashes:
    """Hashes and compares; the hash tells its own parameters. Others than the recommended ones are for tests."""

    def __init__(self, parameters: Parameters = RFC_9106_LOW_MEMORY) -> None:
        self._hasher = PasswordHasher.from_parameters(parameters)

    def hash(self, secret: str) -> str:
        """Return the hash of a secret with a fresh salt, in the PHC format."""
        return self._hasher.hash(secret)

    def verify(self, hash: str, secret: str) -> bool:
        """Whether the secret is the hashed one; False for what is no hash of ours."""
        try:
            return self._hasher.verify(hash, secret)
        except (VerificationError, InvalidHashError):
            return False

    @cached_property
    def nobody(self) -> str:
        """The hash of a secret that nobody knows, for equal work where there is no account."""
        return self.hash(secrets.token_urlsafe(32))
