"""Quotes to one measure: CNY for one unit of a currency.

A direct quote divided by 1, 10, 100 … stays exact. The reciprocal of an inverted quote has no end: as a number of its
own it is rounded half to even at `PRECISION` significant digits. Conversions don't use that number: they reckon with
the quote itself (`Ratio`) and round once, at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, Inexact, InvalidOperation

from services.filing.model.rates import Quote, Quoting

PRECISION = 28
"""Significant digits of a normalised rate and of a factor between two currencies."""

UNITS = (1, 10, 100, 1000, 10000)
"""For how many units rates are quoted."""

EXACT = Context(prec=200, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[Inexact, InvalidOperation, DivisionByZero])
"""Where sums and products are exact: more digits than any of ours have, and an error rather than a rounded one."""

ROUNDED = Context(prec=PRECISION, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero])


@dataclass(frozen=True)
class Ratio:
    """So much money of one kind (`top`) for so much of another (`bottom`): a quotient that is not yet divided."""

    top: Decimal
    bottom: Decimal

    @property
    def number(self) -> Decimal:
        """The quotient; exact where it has at most `PRECISION` digits."""
        return ROUNDED.divide(self.top, self.bottom)

    def over(self, other: Ratio) -> Ratio:
        """Return this ratio divided by another, exactly."""
        return Ratio(EXACT.multiply(self.top, other.bottom), EXACT.multiply(self.bottom, other.top))

    def times(self, amount: Decimal, places: int) -> Decimal:
        """Return the amount times the quotient, rounded half up at so many places, once."""
        scaled = EXACT.scaleb(EXACT.multiply(amount, self.top), places)
        whole, rest = EXACT.divmod(scaled, self.bottom)  # towards zero, with the rest on the side of the amount
        if EXACT.multiply(abs(rest), Decimal(2)) >= abs(self.bottom):
            whole = EXACT.add(whole, Decimal(1).copy_sign(rest))
        return EXACT.scaleb(whole, -places)


ONE = Ratio(Decimal(1), Decimal(1))
"""CNY for CNY."""


def cny_for(quote: Quote) -> Ratio:
    """Return CNY for one unit of the quoted currency."""
    if quote.quoting is Quoting.DIRECT:
        return Ratio(quote.value, Decimal(quote.units))
    return Ratio(Decimal(quote.units), quote.value)


def cny_per_unit(quote: Quote) -> Decimal:
    """Return CNY for one unit as a number: exact for a direct quote, at `PRECISION` digits for an inverted one."""
    return plain(cny_for(quote).number)


def plain(number: Decimal) -> Decimal:
    """Return a number without zeros at its end and without an exponent."""
    text = format(number, "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)
