"""A queue by influence: the score reckoned by hand, what the first filings explain, and the way on from one to the next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest

from services.filing.model.ranks import Moved, Order
from services.filing.operations.influence import beside, ranking_of, read_by_influence
from services.filing.operations.queue import Asked, way_from
from services.filing.operations.review import approve_filing
from services.filing.outliers.influence import Candidate, Ranking, ranked, totals_of_area
from services.filing.ports.queue import QueueFilter
from shared.calls import Call
from shared.errors import Malformed
from tests.support.filing_deps import AGREED, COUNTY
from tests.support.month_end import contract, make_firm_office

SINCE = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
FORM, MONTH = "enterprise-3", "2026-01"


def moved(now: str | None, before: str | None = None, measure: str = "308.") -> Moved:
    """Return a key total as it was and as it is."""
    return Moved(measure, Decimal(before) if before else None, Decimal(now) if now else None)


def candidate(name: str, *moves: Moved, severity: int = 0, form: str = FORM, days: int = 0) -> Candidate:
    """Return a filing that waits."""
    return Candidate(name, form, MONTH, severity, SINCE + timedelta(days=days), moves)


def ranking(*candidates: Candidate, form: str = FORM) -> Ranking:
    """Return candidates by influence in an area that holds nothing but them."""
    totals = {
        (each.form, MONTH): totals_of_area(
            move for other in candidates if other.form == each.form for move in other.moves
        )
        for each in candidates
    }
    return ranked(candidates, totals)


def ids(found: Ranking) -> list[str]:
    return [each.id for each in found.items]


def test_influence_is_the_movement_in_the_total_of_the_area() -> None:
    found = ranking(candidate("a", moved("300", "100")), candidate("b", moved("700", "690")))

    # The area comes to 300 + 700 = 1000, more than the 790 before.
    assert [(each.id, each.influence) for each in found.items] == [("a", Decimal("0.2")), ("b", Decimal("0.01"))]
    assert [each.cumulated.quantize(Decimal("0.0001")) for each in found.items] == [Decimal("0.9524"), Decimal(1)]
    assert found.explaining == 1


def test_a_fall_moves_as_much_as_a_rise_and_the_total_is_what_was_expected_where_that_is_more() -> None:
    found = ranking(candidate("a", moved("100", "900")), candidate("b", moved("50", "100")))

    assert [(each.id, each.influence) for each in found.items] == [("a", Decimal("0.8")), ("b", Decimal("0.05"))]


def test_what_is_suspicious_comes_before_what_moves_as_much() -> None:
    found = ranking(
        candidate("plain", moved("200", "100")),
        candidate("one query", moved("200", "100"), severity=10),
        candidate("another unit of measure", moved("200", "100"), severity=30),
    )

    assert ids(found) == ["another unit of measure", "one query", "plain"]
    assert [each.score / each.influence for each in found.items] == [4, 2, 1]


def test_a_small_movement_with_queries_stays_behind_a_large_one_without() -> None:
    found = ranking(candidate("small", moved("101", "100"), severity=30), candidate("large", moved("500", "100")))

    assert ids(found) == ["large", "small"]


def test_of_several_key_totals_the_one_that_moves_most_counts() -> None:
    staff = candidate("staff", moved("60", "50", "401.2"), moved("30", "10", "411.2"), form="enterprise-4")
    other = candidate("other", moved("40", "50", "401.2"), moved("70", "70", "411.2"), form="enterprise-4")

    found = ranking(staff, other)

    assert {each.id: each.influence for each in found.items} == {"staff": Decimal("0.2"), "other": Decimal("0.1")}


def test_what_has_nothing_before_it_moves_all_that_it_says() -> None:
    found = ranking(candidate("new", moved("250")), candidate("known", moved("750", "750")))

    assert [(each.id, each.influence) for each in found.items] == [("new", Decimal("0.25")), ("known", Decimal(0))]


def test_what_weighs_the_same_stands_by_how_long_it_waits_and_then_by_its_id() -> None:
    found = ranking(candidate("c"), candidate("b", days=-1), candidate("a"))

    assert ids(found) == ["b", "a", "c"]
    assert found.explaining == 0  # nothing moves


def test_the_order_is_the_same_in_whatever_order_the_filings_are_read() -> None:
    chance = Random(7)
    made = [
        candidate(
            f"{number:03}", moved(str(chance.randint(1, 9999)), str(chance.randint(1, 9999))), severity=number % 4
        )
        for number in range(200)
    ]
    shuffled = chance.sample(made, len(made))

    assert ids(ranking(*made)) == ids(ranking(*shuffled))


def test_a_few_filings_explain_nine_tenths_of_the_movement_of_many() -> None:
    large = [candidate(f"large {number:02}", moved("2000", "1000")) for number in range(12)]
    small = [candidate(f"small {number:03}", moved("1010", "1000")) for number in range(130)]

    found = ranking(*small, *large)

    assert found.explaining == 12  # 12 x 1000 of 12 x 1000 + 130 x 10
    assert all(each.startswith("large") for each in ids(found)[:12])
    assert found.items[11].cumulated > Decimal("0.9") >= found.items[10].cumulated


@pytest.mark.parametrize("place", ["x", "-1", "99999", "１"])
def test_a_place_that_is_none_is_refused(place: str) -> None:
    with pytest.raises(Malformed):
        beside(ranking(candidate("a")), "gone", place)


def test_a_department_reads_its_queue_by_influence_and_goes_on_along_it() -> None:
    office = make_firm_office()
    (basics,) = office.filings.kept.values()
    approve_filing(office.deps, Call(COUNTY, version=basics.version), basics.id, AGREED)
    amounts = {"HT-1": "10", "HT-2": "500", "HT-3": "90"}
    made = {
        number: contract(office, number, **{"206": {"amount": usd, "currency": "USD", "usd": usd}})
        for number, usd in amounts.items()
    }
    wanted = [made[number].id for number in ("HT-2", "HT-3", "HT-1")]
    asked = Asked(QueueFilter(), Order.INFLUENCE)

    found = read_by_influence(office.deps, Call(COUNTY), QueueFilter(), 50)
    first, second = (office.deps.filings.get(each) for each in wanted[:2])
    way = way_from(office.deps, Call(COUNTY), second.id, asked, "")
    assert [each.standing.filing.id for each in found.items] == wanted
    assert [each.weighed.influence.quantize(Decimal("0.001")) for each in found.items] == [
        Decimal("0.833"),
        Decimal("0.150"),
        Decimal("0.017"),
    ]
    assert (way.before.filing_id, way.after.filing_id) == (first.id, wanted[2])

    place = str(ranking_of(office.deps, "330106", QueueFilter())[0].place_of(second.id))
    approve_filing(office.deps, Call(COUNTY, version=second.version), second.id, AGREED)
    gone_on = way_from(office.deps, Call(COUNTY), second.id, asked, place)

    assert (gone_on.before.filing_id, gone_on.after.filing_id, gone_on.number) == (first.id, wanted[2], 0)
