"""The arithmetic of a table: growth and shares from unrounded data, and rounding at the very end."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

HUNDRED = Decimal(100)
PERCENT_DECIMALS = 1

_EXACT = Context(prec=50)


def growth(value: Decimal, before: Decimal | None) -> Decimal | None:
    """Return by how many per cent a value is above the one before, unrounded; None where there was nothing before."""
    if not before:
        return None
    return _EXACT.multiply(_EXACT.divide(_EXACT.subtract(value, before), before), HUNDRED)


def share(value: Decimal, whole: Decimal | None) -> Decimal | None:
    """Return how many per cent of a whole a value is, unrounded; None where the whole is nothing."""
    if not whole:
        return None
    return _EXACT.multiply(_EXACT.divide(value, whole), HUNDRED)


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Return a value rounded half up to so many places, as it is shown."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _EXACT)
