"""What nobody can guess: how it is made, and how it is hashed."""

from __future__ import annotations

from typing import Protocol


class PasswordHashes(Protocol):
    """Slow, salted hashes."""

    def hash(self, secret: str) -> str:
        """Return the hash of a secret, with its parameters."""
        ...

    def verify(self, hash: str, secret: str) -> bool:
        """Whether the secret is the hashed one."""
        ...

    @property
    def nobody(self) -> str:
        """The hash of a secret that nobody knows, for equal work where there is no account."""
        ...


class Randomness(Protocol):
    """Makes what nobody can guess."""

    def id(self) -> str:
        """Return a new identifier."""
        ...

    def secret(self) -> str:
        """Return 256 random bits as 43 characters."""
        ...

    def code(self) -> str:
        """Return an activation code of eight digits."""
        ...

    def password(self) -> str:
        """Return a password that every policy accepts."""
        ...

    def totp_secret(self) -> str:
        """Return 160 random bits in base32."""
        ...

    def recovery_code(self) -> str:
        """Return 80 random bits in base32, in four groups."""
        ...
