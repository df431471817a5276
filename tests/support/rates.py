"""Rates for tests: a valid one, from which a test says how its own differ; none of the figures is a published one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from services.filing.model.rates import PublishedRate, Quote, Quoting, Rate, first_told
from services.filing.rates.converting import Money, applying, convert, needed
from services.filing.rates.table import HEAD
from services.filing.rates.terms import RateTerms, load_terms

TERMS = load_terms()
MOMENT = datetime(2026, 1, 5, 1, 15, tzinfo=UTC)
DAY = date(2026, 1, 5)
SOURCE = "central_parity"
CURRENCIES = frozenset({"CNY", "USD", "EUR", "JPY", "KRW", "HKD"})
LINE = ("USD", "2026-01-05", "直接", "1", "7.1234", "人民币汇率中间价（中国外汇交易中心受权公布）")


def make_quote(value: str = "7.1234", quoting: Quoting = Quoting.DIRECT, units: int = 1) -> Quote:
    """Return a quote."""
    return Quote(Decimal(value), quoting, units)


def make_rate(currency: str = "USD", day: date = DAY, quote: Quote | None = None, source: str = SOURCE) -> Rate:
    """Return a rate."""
    return Rate(currency, day, source, quote or make_quote())


def published(
    currency: str = "USD", day: date = DAY, quote: Quote | None = None, source: str = SOURCE
) -> PublishedRate:
    """Return a rate that was told once."""
    return first_told(make_rate(currency, day, quote, source), MOMENT, MOMENT, "r-4")


def at_rates(money: Money, rates: Iterable[PublishedRate], terms: RateTerms = TERMS) -> Mapping[str, PublishedRate]:
    """Return the rates that apply to a conversion, by currency."""
    found = {code: applying(rates, terms, code, money.on) for code in needed(money.currency, money.target)}
    return {code: each for code, each in found.items() if each}


def converted(
    amount: str, currency: str, target: str, *rates: PublishedRate, on: date = DAY, places: int = 6
) -> object:
    """Return what an amount is in another currency."""
    money = Money("/206/amount", Decimal(amount), currency, target, on, places)
    return convert(money, at_rates(money, rates)).result


def table_of(*lines: Iterable[str], head: Iterable[str] = HEAD, encoding: str = "utf-8") -> bytes:
    """Return a table of rates as CSV."""
    return "".join(",".join(line) + "\r\n" for line in (head, *lines)).encode(encoding)


def line(**changes: str) -> tuple[str, ...]:
    """Return a line of a table; `changes` name its columns in English."""
    names = ("currency", "day", "quoting", "units", "value", "source")
    return tuple(changes.get(name, cell) for name, cell in zip(names, LINE, strict=True))
