"""What can go wrong with a stored object. Messages name its key, which is a random id, never a file name."""

from __future__ import annotations


class StorageError(Exception):
    """Base of all errors of this package; trying again does not help."""


class ObjectMissing(StorageError):
    """The store has no object with this key."""


class ObjectBroken(StorageError):
    """The object is not the one that was stored: changed, cut, made longer, swapped, or rolled back."""


class SourceEndedEarly(StorageError):
    """The stream that was to be stored gave fewer or more bytes than its sender said it would."""


class FrameOrder(StorageError):
    """Frames were given to be sealed in a way that no reader would accept."""
