"""What a submission weighs in a queue: its queries by their kind, its days of delay, and the band of its change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.filing.model.filings import Filing, Noted
from services.filing.model.ranks import Moved, Ranks
from services.filing.operations.instruments import instrument_for
from services.filing.operations.weighing import GRAVE, NOTE, QUERY, ranks_of
from tests.support.filing_deps import Office, make_office


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def filing(office: Office) -> Filing:
    return office.submit(office.filled())


def with_noted(filing: Filing, *noted: Noted) -> Filing:
    *_, last = filing.versions
    return replace(filing, versions=(replace(last, noted=noted),))


def with_answers(filing: Filing, answers: Mapping[str, Any]) -> Filing:
    *_, last = filing.versions
    content = replace(last.content, answers={**last.content.answers, **answers})
    return replace(filing, versions=(replace(last, content=content),))


def ranks(office: Office, filing: Filing) -> Ranks:
    return ranks_of(office.deps, filing, instrument_for(office.deps, filing))


def test_a_submission_keeps_what_it_weighs(filing: Filing) -> None:
    assert [each.severity for each in filing.versions[-1].noted] == ["query"]
    assert replace(filing.ranks, moves=()) == Ranks(severity=QUERY)
    assert {each.measure for each in filing.ranks.moves} == {"601.2", "611.2", "621.2", "622.2"}
    assert all(each.now is not None and each.before is None for each in filing.ranks.moves)


def test_a_query_of_another_unit_of_measure_weighs_more_than_others(office: Office, filing: Filing) -> None:
    (query,) = filing.versions[-1].noted
    grave, note = replace(query, rule="p1-amount-unit"), replace(query, severity="note")

    found = ranks(office, with_noted(filing, query, query, grave, note))

    assert found.severity == 2 * QUERY + GRAVE + NOTE


def test_days_of_delay_count_from_the_due_day_of_a_month(office: Office, filing: Filing) -> None:
    month = replace(with_noted(filing), form="enterprise-3", period="2024-11", item="x")

    late = ranks(office, replace(month, filed_on=date(2024, 12, 5)))
    in_time = ranks(office, replace(month, filed_on=date(2024, 11, 30)))

    assert (late.days_late, in_time.days_late) == (5, 0)


@pytest.mark.parametrize(("factor", "band"), [(1, 0), (20, 8)])
def test_the_change_is_that_of_the_key_totals_against_the_period_before(
    office: Office, filing: Filing, factor: int, band: int
) -> None:
    buyers = int(filing.versions[-1].content.answers["601"]["2"])  # type: ignore[index]  # JSON of the form
    before = with_answers(office.approve(filing), {"601": {"1": 1, "2": buyers}})
    office.filings.kept["before"] = replace(before, id="before", period="2023")

    found = ranks(office, with_answers(filing, {"601": {"1": buyers, "2": buyers * factor}}))

    assert found.change == band
    assert next(each for each in found.moves if each.measure == "601.2") == Moved(
        "601.2", Decimal(buyers), Decimal(buyers * factor)
    )


def test_a_correction_of_one_contract_changes_against_what_is_in_force(office: Office, filing: Filing) -> None:
    contract = replace(with_noted(filing), form="enterprise-2", period="2024-11", item="x")
    old = with_answers(contract, {"206": {"amount": "10", "currency": "USD", "usd": "10"}}).versions[0]
    new = with_answers(contract, {"206": {"amount": "40", "currency": "USD", "usd": "40"}}).versions[0]

    first = ranks(office, replace(contract, versions=(new,)))
    corrected = ranks(office, replace(contract, versions=(old, replace(new, no=2)), in_force=1))

    assert (first.change, corrected.change) == (0, 6)
