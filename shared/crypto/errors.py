"""What can go wrong with keys and ciphertext. Messages name places and key ids, never values.

These are not faults of the person at the screen: a web edge answers 500, a consumer parks the message at once.
"""

from __future__ import annotations


class CryptoError(Exception):
    """Base of all errors of this package; trying again does not help."""


class SuiteUnknown(CryptoError):
    """A header or a setting names a suite that this build does not have."""


class KeyUnknown(CryptoError):
    """No key has this id."""


class KeyDestroyed(CryptoError):
    """The unit's key was destroyed on purpose; what it sealed can't be read any more, by anyone."""


class KekUnknown(CryptoError):
    """A wrapped key names a key-encryption key that the provider does not hold."""


class KeyFileUnsafe(CryptoError):
    """A file of keys is missing, malformed, or open to others."""


class KekStillUsed(CryptoError):
    """A key-encryption key can't be retired while it is active or wraps any key."""


class UnwrapRefused(CryptoError):
    """A wrapped key was changed, or belongs to another owner."""


class HeaderUnknown(CryptoError):
    """The bytes don't begin with a header of a format that this build reads."""


class TagMismatch(CryptoError):
    """The ciphertext, its associated data or the key is not the one it was sealed with."""


class SealBroken(CryptoError):
    """A sealed blob does not open at this place: changed, moved, rolled back, or of an unknown format."""


class PayloadUnsupported(CryptoError):
    """The payload holds a value that would not come back as it went in."""


class BadSignature(CryptoError):
    """A signed message is not by the signer that is expected, or was changed, or isn't signed at all."""


class CannotDecrypt(CryptoError):
    """An encrypted message is not for this reader, or was changed."""
