"""The simulated country: the same each time, as large as it should be, in the codes of the lists, and marked as simulated."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal

from services.sandbox.country.business import Country, contracts, executions, running_in
from services.sandbox.country.firms import MARK, ON
from services.sandbox.country.published import FIRMS_2024, PUBLISHED, totals_of
from services.sandbox.country.telling import (
    BASICS,
    CERTIFICATES,
    CONTRACT,
    EXECUTION,
    STAFF,
    counts_of_month,
    told_of_firms,
    told_of_month,
    told_of_people,
    totals_of_month,
)
from services.statistics.tables.dimensions import UNKNOWN, dimension
from shared.codes import lists
from shared.codes.schemes import Scheme
from shared.contracts.filing import ControlTotals, FactKind, Facts, Layer

LAND = Country(800)
MONTH = "2023-05"
POINT = Decimal("0.001")


def test_the_same_seed_gives_the_same_country_and_another_one_another():
    again = Country(800)
    contracts.cache_clear()
    first = contracts(LAND, MONTH)
    contracts.cache_clear()

    assert contracts(again, MONTH) == first
    assert [each.amount for each in contracts(Country(800, seed=2), MONTH)] != [each.amount for each in first]


def test_a_month_has_the_proportions_of_what_was_published():
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for each in executions(LAND, MONTH):
        sums["whole"] += each.amount.cny
        sums[f"{each.terms.nature}{each.terms.business_class[0]}"] += each.amount.cny
        sums[each.terms.nature] += each.amount.cny
    signed = sum(each.amount.cny for each in contracts(LAND, MONTH))

    year = PUBLISHED[2023]
    assert abs(sums["2"] / sums["whole"] - year.offshore_execution / year.execution) < POINT
    for large, total in (("I", year.ito), ("B", year.bpo), ("K", year.kpo)):
        assert abs(sums[f"2{large}"] / sums["2"] - total / year.offshore_execution) < POINT
    assert abs(signed / sums["whole"] - year.contract / year.execution) < POINT


def test_twelve_months_come_to_the_published_year_in_the_measure_of_the_firms():
    whole = sum(each.amount.cny for month in range(1, 13) for each in executions(LAND, f"2023-{month:02}"))

    expected = PUBLISHED[2023].execution * 10_000 * LAND.size / FIRMS_2024
    assert abs(whole - expected) < 1


def test_what_is_not_published_follows_from_what_is():
    assert totals_of(2024).execution == 22197
    assert totals_of(2025).contract > totals_of(2024).contract
    assert totals_of(2021).execution < totals_of(2022).execution


def test_a_few_large_amounts_are_most_of_a_month():
    amounts = sorted((each.amount.cny for each in executions(LAND, MONTH)), reverse=True)

    assert sum(amounts[: len(amounts) // 20]) > sum(amounts) * Decimal("0.35")


def test_every_class_place_and_market_is_one_that_the_tables_know():
    terms = [each.terms for each in executions(LAND, MONTH)]
    leaves = {
        key: dimension(key, ON).leaves for key in ("business_class", "nature", "market", "client_industry", "place")
    }

    assert {each.business_class for each in terms} <= leaves["business_class"].keys()
    assert {each.nature for each in terms} == set(leaves["nature"]) - {""}
    assert {each.market for each in terms} <= leaves["market"].keys()
    assert {each.client_industry for each in terms} <= leaves["client_industry"].keys()
    assert not any(UNKNOWN in leaves["market"][each.market] for each in terms)
    assert all(set(each.firm.path) & leaves["place"].keys() for each in terms)
    small = {each.code for each in lists.entries(Scheme.BUSINESS_CLASS, ON, level=3)}
    assert len({each.business_class for each in terms}) > len(small) * 0.9


def test_firms_say_that_they_are_simulated_and_some_are_held_by_others():
    told = [each.layers[Layer.FINAL][0] for each in told_of_firms(LAND, 2023)]

    names = {line["name"] for line in told}
    assert len(names) == LAND.size
    assert all(str(name).startswith(MARK) for name in names)
    held = [line["holder"] for line in told if line["holder"]]
    assert LAND.size / 20 < len(held) < LAND.size / 5
    assert set(held) <= names


def test_what_is_told_of_a_month_is_what_the_contract_with_filing_takes():
    told = [*told_of_month(LAND, MONTH), *told_of_firms(LAND, 2023), *told_of_people(LAND, 2023)]

    assert {each.form for each in told} == {BASICS, CONTRACT, EXECUTION, STAFF, CERTIFICATES}
    for each in told[:: len(told) // 100]:
        layers = {layer.value: [_wire(line) for line in lines] for layer, lines in each.layers.items()}
        assert Facts().validate({"path": list(each.path), "layers": layers}) == {}


def test_an_execution_follows_a_contract_that_was_told_before_it():
    known: set[str] = set()
    for each in told_of_month(LAND, MONTH):
        if each.form == CONTRACT:
            known.add(each.filing_id)
        else:
            assert each.layers[Layer.FINAL][0]["contract"] in known


def test_an_amended_contract_is_told_twice_and_keeps_what_was_filed_first():
    told = [each for each in told_of_month(LAND, MONTH) if each.form == CONTRACT]

    versions = Counter(each.filing_id for each in told)
    amended = [each for each in told if each.version == 2]
    assert 0 < len(amended) < len(told) / 10
    for each in amended:
        assert versions[each.filing_id] == 2
        assert each.layers[Layer.FILED][0]["cny"] != each.layers[Layer.FINAL][0]["cny"]


def test_a_month_is_closed_with_the_filings_that_were_told_of_it():
    told = [each for each in told_of_month(LAND, MONTH) if each.period == MONTH and Layer.FINAL in each.layers]

    assert Counter(each.form for each in told) == counts_of_month(LAND, MONTH)
    assert len(list(running_in(LAND, MONTH))) == counts_of_month(LAND, MONTH)[EXECUTION]


def test_the_control_totals_are_what_the_settled_filings_of_the_month_come_to():
    totals = {(each["form"], each["measure"]): each["total"] for each in totals_of_month(LAND, MONTH)}

    assert totals[CONTRACT, "contract_usd"] == sum(each.amount.usd for each in contracts(LAND, MONTH))
    assert totals[EXECUTION, "execution_cny"] == sum(each.amount.cny for each in executions(LAND, MONTH))
    assert totals[EXECUTION, "settlement_cny"] == sum(each.settled.cny for each in executions(LAND, MONTH))
    assert ControlTotals().validate({"totals": totals_of_month(LAND, MONTH)}) == {}


def _wire(line: object) -> dict[str, object]:
    assert isinstance(line, dict)
    return {key: value.value if isinstance(value, FactKind) else value for key, value in line.items()}
