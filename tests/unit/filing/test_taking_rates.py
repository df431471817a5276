"""Taking rates in by table and by message, and the one that applies on a day, over the operations."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from services.filing.model.rates import Rate
from services.filing.operations.rates import CLOCKS_APART, Fate, RatesRead, import_rates, rate_on, rates_on, take_rates
from services.filing.policy import SYSTEM
from shared.calls import Call
from shared.errors import Invalid, Malformed, NotFound
from tests.support.filing_deps import MINISTRY, Office, make_office
from tests.support.rates import line, make_quote, make_rate, table_of

NOW = datetime(2026, 1, 8, 2, 0, tzinfo=UTC)


def office() -> Office:
    return make_office(now=NOW)


def bring(office: Office, *lines: tuple[str, ...], is_trial: bool = False) -> RatesRead:
    return import_rates(office.deps, Call(MINISTRY), [table_of(*lines)], is_trial=is_trial)


def tell(office: Office, *rates: Rate, at: datetime = NOW) -> list[Fate]:
    return [each.fate for each in take_rates(office.deps, Call(SYSTEM), rates, at)]


def value_on(office: Office, day: date = date(2026, 1, 5), currency: str = "USD") -> Decimal:
    return rate_on(office.deps, currency, day).current.quote.value


def test_a_table_is_stored_with_who_brought_it() -> None:
    made = office()

    read = bring(made, line())

    assert (read.is_stored, read.count(Fate.NEW)) == (True, 1)
    (revision,) = rate_on(made.deps, "USD", date(2026, 1, 5)).revisions
    assert (revision.no, revision.taken_by, revision.published_at) == (1, MINISTRY.account_id, NOW)


def test_a_trial_tells_the_same_and_stores_nothing() -> None:
    made = office()
    bring(made, line())

    read = bring(made, line(value="7.2"), line(currency="EUR"), is_trial=True)

    assert [(each.line, each.fate) for each in read.taken] == [(2, Fate.CORRECTED), (3, Fate.NEW)]
    assert read.taken[0].before == make_quote()
    assert not read.is_stored
    assert value_on(made) == Decimal("7.1234")


def test_one_fault_keeps_the_whole_table_out() -> None:
    made = office()

    read = bring(made, line(), line(currency="EUR", units="3"))

    assert [(each.line, each.column) for each in read.faults] == [(3, "单位")]
    assert not read.is_stored
    assert rates_on(made.deps, ["USD", "EUR"], date(2026, 1, 5)) == {}


def test_the_same_table_again_changes_nothing_that_can_be_seen() -> None:
    made = office()
    bring(made, line())
    made.clock.advance(timedelta(days=1))

    read = bring(made, line())

    assert read.count(Fate.KNOWN) == 1
    assert len(rate_on(made.deps, "USD", date(2026, 1, 5)).revisions) == 1


def test_a_corrected_rate_applies_and_the_value_before_stays_readable() -> None:
    made = office()
    bring(made, line())
    made.clock.advance(timedelta(hours=1))

    read = bring(made, line(value="7.2"))

    assert read.count(Fate.CORRECTED) == 1
    found = rate_on(made.deps, "USD", date(2026, 1, 5))
    assert found.current.no == 2
    assert [each.quote.value for each in found.revisions] == [Decimal("7.1234"), Decimal("7.2")]


def test_what_is_no_table_is_refused_with_what_was_expected() -> None:
    with pytest.raises(Malformed) as caught:
        import_rates(office().deps, Call(MINISTRY), [b"a,b\n"], is_trial=False)

    assert caught.value.code == "table_head"
    assert "币种、日期、标价方式、单位、汇率、来源" in caught.value.message


def test_a_day_without_a_near_rate_is_not_known() -> None:
    made = office()
    bring(made, line(day="2025-12-26"))

    assert value_on(made, date(2026, 1, 7)) == Decimal("7.1234")
    with pytest.raises(NotFound) as caught:
        value_on(made, date(2026, 1, 8))
    assert caught.value.code == "rate_unknown"


def test_a_day_that_has_not_come_has_no_rate() -> None:
    made = office()
    bring(made, line())

    assert rates_on(made.deps, ["USD"], date(2026, 1, 8)).keys() == {"USD"}
    assert rates_on(made.deps, ["USD"], date(2026, 1, 9)) == {}


def test_messages_in_any_order_leave_the_value_that_was_published_last() -> None:
    told = [("7.10", 1), ("7.20", 2), ("7.15", 3)]

    found = set()
    for order in permutations(told):
        made = office()
        for value, minutes in (*order, order[0]):  # the first comes once more
            tell(made, make_rate(quote=make_quote(value)), at=NOW - timedelta(minutes=10 - minutes))
        kept = rate_on(made.deps, "USD", date(2026, 1, 5))
        found.add((kept.current.quote.value, len(kept.revisions)))

    assert found == {(Decimal("7.15"), 3)}


def test_a_late_message_is_kept_and_does_not_outdo_a_later_table() -> None:
    made = office()
    bring(made, line(value="7.2"))

    fates = tell(made, make_rate(), at=NOW - timedelta(hours=1))

    assert fates == [Fate.OUTDATED]
    assert value_on(made) == Decimal("7.2")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"currency": "XYZ"}, "currency_unknown"),
        ({"currency": "CNY"}, "currency_is_cny"),
        ({"day": date(2026, 1, 9)}, "day_in_future"),
        ({"source": "nobody"}, "source_unknown"),
        ({"source": "sample"}, "source_is_sample"),
        ({"quote": make_quote("0")}, "rate_not_positive"),
        ({"quote": make_quote(units=7)}, "units_unknown"),
    ],
)
def test_a_message_with_a_rate_that_can_not_be_is_refused_as_a_whole(changes: dict[str, object], code: str) -> None:
    made = office()

    with pytest.raises(Invalid) as caught:
        tell(made, make_rate("EUR"), replace(make_rate(), **changes))  # type: ignore[arg-type]  # a case names parts

    assert [(each.pointer, each.code) for each in caught.value.problems] == [("/rates/1", code)]
    assert rates_on(made.deps, ["EUR"], date(2026, 1, 5)) == {}


def test_a_message_that_claims_to_come_from_tomorrow_is_refused() -> None:
    made = office()

    tell(made, make_rate(), at=NOW + CLOCKS_APART)
    with pytest.raises(Invalid):
        tell(made, make_rate(), at=NOW + CLOCKS_APART + timedelta(seconds=1))
