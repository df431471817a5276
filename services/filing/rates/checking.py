"""What a rate must be to be taken in, by whichever way it comes; faults are codes, empty for none."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date

from services.filing.model.rates import CNY, Rate
from services.filing.rates.quotes import UNITS
from services.filing.rates.terms import RateTerms, Source

_CODE = re.compile(r"[A-Z]{3}\Z")


@dataclass(frozen=True)
class Known:
    """What rates are checked against: the currencies that exist, the sources and limits, and today."""

    currencies: Container[str]
    terms: RateTerms
    today: date


def currency_fault(code: str, known: Known) -> str:
    """Return what is wrong with a currency. Codes: currency_unknown, currency_is_cny."""
    if not _CODE.match(code) or code not in known.currencies:
        return "currency_unknown"
    return "currency_is_cny" if code == CNY else ""


def day_fault(day: date, known: Known) -> str:
    """Return what is wrong with a day. Codes: day_in_future, day_too_early."""
    if day > known.today:
        return "day_in_future"
    return "day_too_early" if day < known.terms.first_day else ""


def source_fault(source: Source | None, known: Known) -> str:
    """Return what is wrong with a source. Codes: source_unknown, source_is_sample."""
    if source is None:
        return "source_unknown"
    return "source_is_sample" if source.is_sample and not known.terms.takes_samples else ""


def refusal_of(rate: Rate, known: Known) -> str:
    """Return the first thing that is wrong with a rate."""
    return (
        currency_fault(rate.currency, known)
        or day_fault(rate.day, known)
        or source_fault(known.terms.source(rate.source), known)
        or ("units_unknown" if rate.quote.units not in UNITS else "")
        or ("rate_not_positive" if not rate.quote.value > 0 else "")
    )
