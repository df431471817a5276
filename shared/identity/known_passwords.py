"""Passwords that everybody knows: the 30,000 most frequent ones of published breaches, as zxcvbn lists them (MIT)."""

from __future__ import annotations

from functools import cache

from zxcvbn.frequency_lists import FREQUENCY_LISTS


def is_known(password: str) -> bool:
    """Whether a password, without regard to case, is among the known ones."""
    return password.casefold() in _known()


@cache
def _known() -> frozenset[str]:
    return frozenset(each.casefold() for each in FREQUENCY_LISTS["passwords"])
