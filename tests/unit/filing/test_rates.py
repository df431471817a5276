"""Rates and conversions: exact in decimals, of the last published day, and never guessed."""

from __future__ import annotations

import ast
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import services.filing.rates
from services.filing.model import rates as model
from services.filing.model.rates import Quote, Quoting, first_told
from services.filing.rates.converting import Money, applying, convert, factor
from services.filing.rates.quotes import PRECISION, UNITS, cny_for, cny_per_unit
from services.filing.rates.terms import RateTerms, Term, TermsFaulty, load_terms
from tests.support.rates import DAY, MOMENT, TERMS, at_rates, converted, make_quote, make_rate, published

INVERTED = Quoting.INVERTED
values = st.decimals("0.0001", "999999", places=6).filter(lambda value: value > 0)
quotes = st.builds(Quote, values, st.sampled_from(Quoting), st.sampled_from(UNITS))
amounts = st.decimals("0", "9999999999", places=6)


def test_a_direct_quote_is_divided_exactly_by_its_units() -> None:
    yen = make_quote("4.8765", units=100)

    assert cny_per_unit(yen) == Decimal("0.048765")
    assert cny_per_unit(make_quote("7.1234")) == Decimal("7.1234")


def test_an_inverted_quote_says_how_much_of_the_currency_one_gets() -> None:
    won = make_quote("200", INVERTED)

    assert cny_per_unit(won) == Decimal("0.005")
    assert cny_per_unit(make_quote("200", INVERTED, units=100)) == Decimal("0.5")


def test_a_reciprocal_without_end_has_the_stated_digits() -> None:
    third = cny_per_unit(make_quote("3", INVERTED))

    assert third == Decimal("0." + "3" * PRECISION)


@pytest.mark.parametrize(
    ("amount", "currency", "target", "result"),
    [
        ("71.234", "CNY", "USD", "10"),
        ("10", "USD", "CNY", "71.234"),
        ("1000", "JPY", "CNY", "48.765"),
        ("1000", "JPY", "USD", "6.845748"),
        ("1000", "KRW", "CNY", "5"),
        ("1000", "KRW", "USD", "0.701912"),
        ("12.345678", "USD", "USD", "12.345678"),
        ("12.345678", "CNY", "CNY", "12.345678"),
        ("0", "JPY", "USD", "0"),
    ],
)
def test_amounts_go_over_cny_and_are_rounded_half_up_once(amount: str, currency: str, target: str, result: str) -> None:
    rates = (
        published(),
        published("JPY", quote=make_quote("4.8765", units=100)),
        published("KRW", quote=make_quote("200", INVERTED)),
    )

    found = converted(amount, currency, target, *rates)

    assert found == Decimal(result)


def test_a_half_is_rounded_away_from_zero() -> None:
    two = published(quote=make_quote("2"))

    assert converted("0.000001", "CNY", "USD", two) == Decimal("0.000001")
    assert converted("0.000003", "CNY", "USD", two) == Decimal("0.000002")


def test_nothing_is_looked_up_within_one_currency_and_nothing_for_cny() -> None:
    money = Money("/308", Decimal(5), "CNY", "USD", DAY, 6)

    same = convert(Money("/308", Decimal(5), "EUR", "EUR", DAY, 6), {})
    over = convert(money, at_rates(money, [published()]))

    assert (same.result, same.rates) == (Decimal(5), ())
    assert [each.currency for each in over.rates] == ["USD"]


def test_a_converted_amount_keeps_the_rates_with_their_real_days_and_sources() -> None:
    friday, sunday = date(2026, 1, 9), date(2026, 1, 11)
    money = Money("/206/amount", Decimal("1000"), "JPY", "USD", sunday, 6)
    rates = (published(day=friday), published("JPY", friday, make_quote("4.8765", units=100)))

    found = convert(money, at_rates(money, rates))

    assert (found.pointer, found.amount, found.currency, found.target, found.on) == (
        "/206/amount",
        Decimal(1000),
        "JPY",
        "USD",
        sunday,
    )
    assert [(each.currency, each.day, each.source, each.revision) for each in found.rates] == [
        ("JPY", friday, "central_parity", 1),
        ("USD", friday, "central_parity", 1),
    ]
    assert found.rates[0].cny_per_unit == Decimal("0.048765")
    assert found.rates[0].quote == make_quote("4.8765", units=100)


@pytest.mark.parametrize("missing", ["JPY", "USD"])
def test_without_one_of_the_rates_there_is_no_result(missing: str) -> None:
    rates = {"JPY": published("JPY"), "USD": published("USD")}
    money = Money("/206/amount", Decimal(1), "JPY", "USD", DAY, 6)

    found = convert(money, at_rates(money, [rate for code, rate in rates.items() if code != missing]))

    assert found.result is None
    assert [each.currency for each in found.rates] == [code for code in rates if code != missing]


SPRING = [published(day=date(2026, 2, 13)), published(day=date(2026, 2, 24), quote=make_quote("7.2"))]
"""The last rate before the Spring Festival of 2026 (15–23 February, after a make-up Saturday) and the first after it."""


@pytest.mark.parametrize(
    ("on", "day"),
    [
        (date(2026, 2, 12), None),
        (date(2026, 2, 13), date(2026, 2, 13)),
        (date(2026, 2, 14), date(2026, 2, 13)),
        (date(2026, 2, 17), date(2026, 2, 13)),
        (date(2026, 2, 23), date(2026, 2, 13)),
        (date(2026, 2, 24), date(2026, 2, 24)),
        (date(2026, 3, 8), date(2026, 2, 24)),
        (date(2026, 3, 9), None),
    ],
)
def test_a_day_off_takes_the_last_published_rate_and_too_late_a_day_none(on: date, day: date | None) -> None:
    found = applying(SPRING, TERMS, "USD", on)

    assert (found.day if found else None) == day


def test_the_limit_is_that_of_the_day_which_is_asked_for() -> None:
    terms = RateTerms(TERMS.sources, (Term(date(2020, 1, 1), 3), Term(date(2026, 2, 20), 12)))

    assert applying(SPRING, terms, "USD", date(2026, 2, 17)) is None
    assert applying(SPRING, terms, "USD", date(2026, 2, 20)) == SPRING[0]
    assert applying(SPRING, terms, "USD", date(2019, 12, 31)) is None


def test_the_preferred_source_is_used_also_where_another_is_nearer() -> None:
    sample = published(day=DAY, source="sample")
    real = published(day=DAY - timedelta(days=3))

    assert applying([sample, real], TERMS, "USD", DAY) == real
    assert applying([sample], TERMS, "USD", DAY) == sample


def test_a_correction_applies_and_the_old_value_stays() -> None:
    rate = published()

    corrected = rate.told(make_quote("7.2"), MOMENT + timedelta(hours=1), MOMENT, "r-4")

    assert corrected.current.quote.value == Decimal("7.2")
    assert [(each.no, each.quote.value) for each in corrected.revisions] == [
        (1, Decimal("7.1234")),
        (2, Decimal("7.2")),
    ]


def test_a_value_that_is_told_again_changes_nothing() -> None:
    rate = published()

    assert rate.told(make_quote(), MOMENT, MOMENT + timedelta(days=1), "other") is rate


def test_whatever_the_order_in_which_values_come_the_last_published_one_applies() -> None:
    told = [
        (make_quote("7.1"), 0),
        (make_quote("7.2"), 1),
        (make_quote("7.1"), 2),
        (make_quote("7.3"), 2),
        (make_quote("7.2"), 1),
    ]

    found = set()
    for order in permutations(told):
        rate = first_told(make_rate(quote=order[0][0]), MOMENT + timedelta(hours=order[0][1]), MOMENT, "m")
        for quote, hours in order[1:]:
            rate = rate.told(quote, MOMENT + timedelta(hours=hours), MOMENT, "m")
        found.add((rate.current.quote.value, len(rate.revisions)))

    assert found == {(Decimal("7.3"), 3)}


@given(quotes)
def test_a_quote_and_its_reading_from_the_other_side_are_worth_the_same(quote: Quote) -> None:
    ratio = cny_for(quote)
    exact = Fraction(ratio.top) / Fraction(ratio.bottom)

    number = Fraction(cny_per_unit(quote))

    assert exact > 0
    assert abs(number - exact) <= exact * Fraction(1, 10 ** (PRECISION - 1)) / 2
    assert quote.quoting is INVERTED or number == exact


@given(amounts, quotes, quotes)
def test_a_conversion_is_the_exact_one_rounded_once(amount: Decimal, one: Quote, other: Quote) -> None:
    rates = {"JPY": published("JPY", quote=one), "USD": published("USD", quote=other)}

    found = convert(Money("/a", amount, "JPY", "USD", DAY, 6), rates).result

    first, second = cny_for(one), cny_for(other)
    exact = Fraction(amount) * Fraction(first.top) * Fraction(second.bottom)
    exact /= Fraction(first.bottom) * Fraction(second.top)
    assert found is not None
    assert abs(Fraction(found) - exact) <= Fraction(1, 2 * 10**6)
    assert Fraction(found) == Fraction(int(exact * 10**6 + Fraction(1, 2)), 10**6)


@given(amounts, quotes)
def test_there_and_back_gives_the_amount_within_the_rounding(amount: Decimal, quote: Quote) -> None:
    rates = {"EUR": published("EUR", quote=quote)}
    ratio = factor("EUR", "CNY", rates)

    there = convert(Money("/a", amount, "EUR", "CNY", DAY, 20), rates).result
    assert there is not None
    back = convert(Money("/a", there, "CNY", "EUR", DAY, 6), rates).result

    assert ratio is not None
    assert back is not None
    worst = Fraction(1, 2 * 10**6) + Fraction(1, 10**20) * Fraction(ratio.bottom) / Fraction(ratio.top)
    assert abs(Fraction(back) - Fraction(amount)) <= worst


@given(amounts, amounts, quotes)
def test_more_of_a_currency_is_never_worth_less(one: Decimal, other: Decimal, quote: Quote) -> None:
    rates = {"EUR": published("EUR", quote=quote)}
    less, more = sorted((one, other))

    found = [convert(Money("/a", each, "EUR", "CNY", DAY, 6), rates).result for each in (less, more)]

    assert found[0] is not None
    assert found[1] is not None
    assert found[0] <= found[1]


@given(amounts, values, values)
def test_a_currency_that_rises_buys_no_less(amount: Decimal, one: Decimal, other: Decimal) -> None:
    lower, higher = sorted((one, other))
    direct = [{"EUR": published("EUR", quote=Quote(each))} for each in (lower, higher)]
    inverted = [{"EUR": published("EUR", quote=Quote(each, INVERTED))} for each in (higher, lower)]

    for weak, strong in (direct, inverted):
        found = [convert(Money("/a", amount, "EUR", "CNY", DAY, 6), rates).result for rates in (weak, strong)]
        assert found[0] is not None
        assert found[1] is not None
        assert found[0] <= found[1]


def _floats(text: str) -> list[int]:
    """Return the lines that hold a float, make one, or divide by an operator whose context nobody chose."""
    return sorted(
        node.lineno
        for node in ast.walk(ast.parse(text))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id in ("float", "round", "math"))
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div))
    )


def test_no_float_stands_in_the_money_part() -> None:
    modules = [*Path(services.filing.rates.__file__).parent.glob("*.py"), Path(model.__file__)]

    found = {path.name: lines for path in modules if (lines := _floats(path.read_text("utf-8")))}

    assert len(modules) >= 5
    assert found == {}


def test_a_float_in_the_money_part_would_be_seen() -> None:
    planted = "a = 7.1\nb = float('7.1')\nc = Decimal(1)\nd = x / y\n"

    assert _floats(planted) == [1, 2, 4]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "sources"),
        ("sources = []\nterms = []", "sources"),
        ('sources = [{key = "a", title = "A"}]\nterms = []', "valid_from"),
        ('sources = [{key = "a", title = "A"}]\nterms = [{valid_from = 2020-01-01, days_back = -1}]', "days_back"),
        ('sources = [{key = "a", title = "a"}]\nterms = [{valid_from = 2020-01-01, days_back = 1}]', "sources"),
        (
            'sources = [{key = "a", title = "A"}]\nterms = [{valid_from = 2021-01-01, days_back = 1},'
            "{valid_from = 2020-01-01, days_back = 1}]",
            "valid_from",
        ),
        ('x = 1\nsources = [{key = "a", title = "A"}]\nterms = [{valid_from = 2020-01-01, days_back = 1}]', "unknown"),
        ('sources = [{key = "a", name = "A"}]\nterms = []', "name"),
    ],
)
def test_settings_with_a_fault_are_refused(tmp_path: Path, text: str, place: str) -> None:
    path = tmp_path / "terms.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(TermsFaulty, match=place):
        load_terms(path)
