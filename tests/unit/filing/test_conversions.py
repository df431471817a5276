"""Conversions that a form asks for: as a suggestion and a check while the unit writes, and kept with what it submits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from services.filing.forms.loading.faults import EditionError
from services.filing.model.filings import Filing, Working
from services.filing.model.rates import Converted
from services.filing.model.units import UnitType
from services.filing.operations.context import context_of
from services.filing.operations.conversions import converted_amounts
from services.filing.operations.findings import checked
from services.filing.operations.instruments import instrument_for
from services.filing.operations.reading import suggestions_for
from services.sandbox.story.figures import basic_information
from services.sandbox.story.unit import make_unit
from shared.crypto.payload import dump_payload, load_payload
from shared.crypto.structured import CONVERTER
from shared.identity.actor import Actor, Role
from tests.support.filing import tiny
from tests.support.filing_deps import UNIT, Office, make_office
from tests.support.filing_typed import CONTRACT, EXECUTION
from tests.support.rates import make_quote, published

FIRM = Actor("o-9", Role.ENTERPRISE, unit_id=UNIT, division="330106")
SUNDAY, FRIDAY, PERIOD_END = date(2024, 12, 1), date(2024, 11, 29), date(2024, 12, 31)
NOW = datetime(2025, 1, 8, 2, 0, tzinfo=UTC)
RATES = (
    published(day=FRIDAY, quote=make_quote("7.2")),
    published("EUR", FRIDAY, make_quote("7.56")),
    published(day=PERIOD_END, quote=make_quote("7.25")),
)


@dataclass(frozen=True)
class Desk:
    """A filing that is being written, with everything around it."""

    office: Office
    filing: Filing
    working: Working

    @property
    def converted(self) -> dict[tuple[str, str], Converted]:
        """What would be kept with its version, by cell and target."""
        found = converted_amounts(
            self.office.deps, self.filing, instrument_for(self.office.deps, self.filing), self.working
        )
        return {(each.pointer, each.target): each for each in found}

    @property
    def suggested(self) -> dict[str, object]:
        """What is suggested, by cell."""
        deps, filing = self.office.deps, replace(self.filing, working=self.working)
        instrument = instrument_for(deps, filing)
        context = context_of(deps, filing, instrument, self.working)
        answers = instrument.answers(self.working.answers)
        return {each.pointer: each.value for each in suggestions_for(deps, filing, instrument, None, context, answers)}

    @property
    def rules(self) -> set[str]:
        """The rules that are broken."""
        found = checked(self.office.deps, self.filing, instrument_for(self.office.deps, self.filing), self.working)
        return {each.rule for each in found.findings}


def desk(form: str, answers: Mapping[str, Any], period: str = "2024-12", rates: tuple[Any, ...] = RATES) -> Desk:
    office = make_office(now=NOW)
    office.tell(kind=UnitType.ENTERPRISE)
    office.deps.rates.put(rates)
    filing = replace(office.begin("enterprise-1", "2024", FIRM), form=form, period=period)
    return Desk(office, filing, Working(answers=answers))


def contract(currency: str = "EUR", usd: str | None = "105", signed_on: date = SUNDAY) -> Mapping[str, Any]:
    amount = {"amount": "100", "currency": currency, **({"usd": usd} if usd else {})}
    return {**CONTRACT, "204": signed_on.isoformat(), "206": amount}


def execution(nature: str = "2", on: date = SUNDAY) -> Mapping[str, Any]:
    settled = {"309": "30"} if nature == "2" else {}
    rest = {code: value for code, value in EXECUTION.items() if code != "309"}
    return {**rest, "303": nature, "305": {"date": on.isoformat()}, "308": "40", **settled}


def basics(**answers: Any) -> Mapping[str, Any]:
    return {**basic_information(make_unit()), **answers}


def test_the_dollars_of_a_contract_are_suggested_at_the_rate_of_the_day_of_signing() -> None:
    assert desk("enterprise-2", contract(usd=None)).suggested["/206/usd"] == "105"
    assert desk("enterprise-2", contract("CNY", usd=None)).suggested["/206/usd"] == "13.888889"
    assert desk("enterprise-2", contract("USD", usd=None)).suggested["/206/usd"] == "100"


@pytest.mark.parametrize(
    ("usd", "is_broken"),
    [("105", False), ("107.1", False), ("107.100001", True), ("102.9", False), ("102.899999", True), ("1050000", True)],
)
def test_dollars_off_the_rate_by_more_than_the_tolerance_are_a_query(usd: str, is_broken: bool) -> None:
    assert ("e2-rate" in desk("enterprise-2", contract(usd=usd)).rules) is is_broken


@pytest.mark.parametrize(
    ("currency", "signed_on"), [("KRW", SUNDAY), ("EUR", date(2024, 11, 28)), ("EUR", date(2024, 12, 12))]
)
def test_where_a_rate_is_not_known_nothing_is_suggested_and_nothing_is_wrong(currency: str, signed_on: date) -> None:
    open_one = desk("enterprise-2", contract(currency, usd=None, signed_on=signed_on))
    far_off = desk("enterprise-2", contract(currency, usd="9999", signed_on=signed_on))

    assert "/206/usd" not in open_one.suggested
    assert "e2-rate" not in far_off.rules


def test_a_contract_keeps_both_series_with_the_rates_they_come_from() -> None:
    found = desk("enterprise-2", contract()).converted

    assert found.keys() == {("/206/amount", "USD"), ("/206/amount", "CNY")}
    assert found["/206/amount", "USD"].result == Decimal(105)
    assert found["/206/amount", "CNY"].result == Decimal(756)
    assert [(each.currency, each.day) for each in found["/206/amount", "USD"].rates] == [
        ("EUR", FRIDAY),
        ("USD", FRIDAY),
    ]
    assert [each.currency for each in found["/206/amount", "CNY"].rates] == ["EUR"]
    assert {each.on for each in found.values()} == {SUNDAY}


def test_an_execution_keeps_its_cny_at_the_rate_of_its_day() -> None:
    offshore, onshore = desk("enterprise-3", execution()), desk("enterprise-3", execution("1"))

    assert {key: each.result for key, each in offshore.converted.items()} == {
        ("/308", "CNY"): Decimal(288),
        ("/309", "CNY"): Decimal(216),
    }
    assert onshore.converted.keys() == {("/308", "CNY")}


def test_an_amount_without_a_rate_is_kept_as_not_known() -> None:
    found = desk("enterprise-3", execution(on=date(2024, 11, 28))).converted["/308", "CNY"]

    assert (found.result, found.rates, found.on) == (None, (), date(2024, 11, 28))


def test_basic_information_is_reckoned_at_the_end_of_the_period_each_investor_on_its_own() -> None:
    investors = [{**basics()["119"][0], "amount": amount} for amount in ("725", "7.25")]  # type: ignore[index]  # JSON

    written = desk("enterprise-1", basics(**{"119": investors}), "2024")

    assert {pointer: each.result for (pointer, _), each in written.converted.items()} == {
        "/117/cny": Decimal("137.931"),
        "/118/cny": Decimal("344.8276"),
        "/119/0/amount": Decimal(100),
        "/119/1/amount": Decimal(1),
    }
    assert {each.on for each in written.converted.values()} == {PERIOD_END}


def test_the_end_of_a_period_that_has_not_come_has_no_rate() -> None:
    written = desk("enterprise-1", basics(), "2025", rates=(published(day=date(2025, 1, 7)),))

    assert {each.result for each in written.converted.values()} == {None}
    assert "e1-capital-rate" not in written.rules


def test_basic_information_off_the_rate_is_a_query() -> None:
    off = basics(**{"117": {"cny": "1000", "usd": "150"}})

    assert "e1-capital-rate" in desk("enterprise-1", off, "2024").rules
    assert "e1-capital-rate" not in desk("enterprise-1", basics(), "2024").rules


def test_a_nil_report_and_an_empty_draft_convert_nothing() -> None:
    written = desk("enterprise-3", execution())

    assert replace(written, working=replace(written.working, nil_reason="当月没有执行。")).converted == {}
    assert replace(written, working=Working()).converted == {}


def test_a_conversion_comes_back_from_the_store_as_it_was() -> None:
    found = tuple(desk("enterprise-2", contract()).converted.values())

    stored = load_payload(dump_payload({"converted": CONVERTER.unstructure(list(found))}))

    assert CONVERTER.structure(stored["converted"], tuple[Converted, ...]) == found


A = {"code": "a", "name": "甲", "kind": "whole", "source": "试"}
B = {"code": "b", "name": "乙", "kind": "text", "source": "试"}
PART = {"key": "n", "label": "数", "kind": "whole"}
ROWS = {"code": "r", "name": "行", "is_rows": True, "source": "试", "parts": [PART]}
ON_PERIOD = {"amount": "[a]", "from": "USD", "to": "CNY", "on": "period_end", "places": 2}
LISTS = {"lists": {"colour": "colour/1", "mark": "mark/1", "currency": "currency/1"}}
AMOUNT = {"code": "m", "name": "额", "kind": "money", "source": "试"}
DAY = {"code": "d", "name": "日", "kind": "date", "source": "试"}
CODE = {"code": "c", "name": "币", "kind": "code", "list": "currency", "source": "试"}


def form_of(*indicators: Mapping[str, Any], conversions: list[Mapping[str, Any]]) -> dict[str, Any]:
    return {"indicators": list(indicators), "rules": [], "conversions": conversions}


def faults_of(form: Mapping[str, Any]) -> list[str]:
    with pytest.raises(EditionError) as refused:
        tiny(form, **LISTS)
    return [f"{fault.place} {fault.code}" for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"amount": "[z]"}, "amount unknown_code"),
        ({"amount": "[b]"}, "amount not_a_number"),
        ({"amount": "[a] + 1"}, "amount not_a_cell"),
        ({"amount": "[previous:a]"}, "amount not_a_cell"),
        ({"amount": "a b"}, "amount not_a_cell"),
        ({"from": "usd"}, "from not_a_currency"),
        ({"from": "ZZZ"}, "from not_a_currency"),
        ({"from": "[b]"}, "from not_a_currency"),
        ({"to": "[c]"}, "to not_a_currency"),
        ({"to": "ZZZ"}, "to not_a_currency"),
        ({"on": "[b]"}, "on not_date"),
        ({"on": "[r.n]"}, "on row_or_not"),
        ({"on": "today"}, "on not_a_cell"),
        ({"places": 9}, "places places_unclear"),
        ({"places": "2"}, "places not_whole_number"),
        ({"fact": "rate.never"}, "fact unknown_fact"),
        ({"rounding": "up"}, "rounding unknown_key"),
    ],
)
def test_a_conversion_that_makes_no_sense_is_refused(change: Mapping[str, Any], fault: str) -> None:
    form = form_of(A, B, ROWS, AMOUNT, DAY, CODE, conversions=[{**ON_PERIOD, **change}])

    assert f"tiny.toml/conversions/0/{fault}" in faults_of(form)


def test_two_rates_can_not_be_told_by_one_fact() -> None:
    lines = [{**ON_PERIOD, "fact": "before"}, {**ON_PERIOD, "to": "USD", "fact": "before"}]

    assert "tiny.toml/conversions/1/fact told_twice" in faults_of(form_of(A, conversions=lines))


def test_a_currency_in_a_cell_and_a_day_in_a_cell_are_taken() -> None:
    line = {**ON_PERIOD, "amount": "[m]", "from": "[c]", "on": "[d]", "fact": "before"}

    edition = tiny(form_of(AMOUNT, DAY, CODE, conversions=[line]), **LISTS)

    (found,) = edition.forms[0].conversions
    assert (str(found.amount), str(found.currency), str(found.on)) == ("[m]", "[c]", "[d]")
