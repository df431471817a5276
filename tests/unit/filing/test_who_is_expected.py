"""Of whom a form is expected, and which day decides: the last one of the period."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.filing.completeness.expecting import rule_of, slots_of
from services.filing.forms.model import Form
from services.filing.ledger.terms import ContractState, Opening, Terms
from services.filing.model.periods import Period, period_of
from services.filing.model.respondents import Respondent, city_respondent, respondent_of
from services.filing.model.spells import Spell, continued
from services.filing.model.units import Platform, UnitType
from services.filing.operations.agenda import agenda_of
from services.filing.operations.expected import demonstration_cities, expected_of, forms_expected
from shared.calls import Call
from shared.clock import SHANGHAI
from tests.support.filing_deps import OPERATOR, PLATFORM, UNIT, make_office, the_catalogue
from tests.support.month_end import FIRM, contract, make_firm_office

LAST = date(2024, 12, 31)
PATH = ("330106", "330100", "330000", "000000")


def form(key: str) -> Form:
    """Return a form of the edition of 2022."""
    in_force = the_catalogue().on(LAST)
    found = in_force.edition.form(key) if in_force else None
    assert found is not None
    return found


def respondent(**changes: Any) -> Respondent:
    """Return an enterprise that was known long ago."""
    plain: dict[str, Any] = {"since": {UnitType.ENTERPRISE: date(2023, 1, 1)}, "platforms": {}}
    return Respondent("u", "330106", PATH, **{**plain, **changes})


def items(one: Respondent, key: str, period: str = "2024", *, has_contract: bool = False) -> list[str]:
    """Return the items that are expected."""
    return [each.item for each in slots_of(one, form(key), period_of(period), has_contract=has_contract)]


@pytest.mark.parametrize("key", ["enterprise-1", "enterprise-4", "enterprise-5"])
def test_an_enterprise_known_on_the_last_day_files_the_yearly_forms_and_one_that_came_after_it_does_not(
    key: str,
) -> None:
    in_time, late = (respondent(since={UnitType.ENTERPRISE: day}) for day in (LAST, LAST + timedelta(days=1)))

    found = items(in_time, key), items(late, key)

    assert found == ([""], [])


def test_contracts_are_expected_of_nobody() -> None:
    assert items(respondent(), "enterprise-2", "2024-12", has_contract=True) == []
    assert "没有应报单位" in rule_of(form("enterprise-2"))


def test_executions_are_expected_in_months_with_an_open_contract_alone() -> None:
    found = [items(respondent(), "enterprise-3", "2024-12", has_contract=has) for has in (True, False)]

    assert found == [[""], []]


def test_a_yearly_form_is_not_expected_for_a_month_nor_the_other_way() -> None:
    assert items(respondent(), "enterprise-4", "2024-12") == []
    assert items(respondent(), "enterprise-3", "2024", has_contract=True) == []


@pytest.mark.parametrize(
    ("spells", "expected"),
    [
        ((Spell(LAST),), ["p"]),
        ((Spell(LAST + timedelta(days=1)),), []),
        ((Spell(date(2023, 1, 1), LAST),), []),
        ((Spell(date(2023, 1, 1), LAST + timedelta(days=1)),), ["p"]),
        ((Spell(date(2023, 1, 1), date(2024, 3, 1)), Spell(date(2024, 6, 1))), ["p"]),
        ((), []),
    ],
)
def test_a_platform_is_expected_to_file_while_it_is_registered_on_the_last_day(
    spells: tuple[Spell, ...], expected: list[str]
) -> None:
    operator = respondent(since={UnitType.PLATFORM: date(2023, 1, 1)}, platforms={"p": spells})

    assert items(operator, "platform-1") == expected
    assert items(operator, "enterprise-1") == ([""] if expected else [])
    assert items(operator, "enterprise-4") == []


def test_a_unit_of_both_types_files_the_basic_information_once() -> None:
    both = respondent(
        since={UnitType.PLATFORM: date(2023, 1, 1), UnitType.ENTERPRISE: date(2023, 1, 1)},
        platforms={"p": (Spell(date(2023, 1, 1)),), "q": (Spell(date(2023, 1, 1)),)},
    )

    assert items(both, "enterprise-1") == [""]
    assert items(both, "platform-1") == ["p", "q"]


def test_a_city_reports_from_the_year_in_which_it_is_on_the_list() -> None:
    city = city_respondent("210100", ("210100", "210000", "000000"), date(2016, 5, 5))

    assert [items(city, "city-1", year) for year in ("2015", "2016")] == [[], [""]]
    assert items(city, "enterprise-1") == []


def test_the_cities_of_a_period_are_those_of_the_list_in_a_division() -> None:
    then, now = (demonstration_cities(Period(year), "210000") for year in (2015, 2024))

    assert [[each.division for each in cities] for cities in (then, now)] == [["210200"], ["210200", "210100"]]


def test_a_contract_is_open_from_its_signing_to_its_end_and_after_its_opening_balance() -> None:
    plain = Terms(number="C1", signed_on=date(2024, 3, 31))
    ended = Terms(number="C1", signed_on=date(2024, 3, 31), state=ContractState.COMPLETED, ended_on=date(2024, 9, 1))
    carried = Terms(number="C1", signed_on=date(2023, 3, 1), opening=Opening(as_of=date(2024, 6, 30)))

    found = [each.open_months("2024-05") for each in (plain, ended, carried, Terms(number="C1"))]

    assert found == [("2024-03", "9999-12"), ("2024-03", "2024-09"), ("2024-07", "9999-12"), ("2024-05", "9999-12")]


def test_news_of_the_same_change_no_spell_and_a_return_begins_another() -> None:
    first = continued((), date(2024, 1, 1), holds=True)
    ended = continued(continued(first, date(2024, 2, 1), holds=True), date(2024, 3, 1), holds=False)

    again = continued(continued(ended, date(2024, 4, 1), holds=False), date(2024, 5, 1), holds=True)

    assert continued((), date(2024, 1, 1), holds=False) == ()
    assert again == (Spell(date(2024, 1, 1), date(2024, 3, 1)), Spell(date(2024, 5, 1)))


def test_what_registration_tells_of_a_platform_makes_its_spells() -> None:
    office = make_office(now=datetime(2024, 6, 1, tzinfo=SHANGHAI))
    for month, is_registered in ((7, False), (9, True)):
        platform = Platform(PLATFORM, "云采平台", is_registered=is_registered)
        office.tell(platform=platform, at=datetime(2024, month, 1, tzinfo=SHANGHAI))

    spells = respondent_of(office.units.get(UNIT)).platforms[PLATFORM]

    assert spells == (Spell(date(2024, 6, 1), date(2024, 7, 1)), Spell(date(2024, 9, 1)))


def test_a_day_in_shanghai_decides() -> None:
    late = make_office(now=datetime(2024, 12, 31, 16, 30, tzinfo=SHANGHAI).astimezone())
    after = make_office(now=datetime(2025, 1, 1, 0, 30, tzinfo=SHANGHAI).astimezone())

    found = [items(respondent_of(each.units.get(UNIT)), "platform-1") for each in (late, after)]

    assert found == [[PLATFORM], []]


def test_the_agenda_says_by_the_same_rule_what_may_be_filed_without_being_expected() -> None:
    office = make_office(now=datetime(2025, 1, 8, tzinfo=SHANGHAI))
    earlier = make_office(now=datetime(2024, 12, 8, tzinfo=SHANGHAI))
    earlier.clock.advance(timedelta(days=31))

    found = [{each.is_expected for each in agenda_of(one.deps, Call(OPERATOR))} for one in (office, earlier)]

    assert found == [{False}, {True}]


def test_a_filed_contract_makes_its_months_expected_and_its_end_ends_them() -> None:
    office = make_firm_office()
    contract(office, "HT-1", **{"204": "2025-11-20"})
    unit = respondent_of(office.units.get(FIRM.unit_id or ""))
    known = Respondent(unit.unit_id, unit.division, unit.path, {UnitType.ENTERPRISE: date(2025, 1, 1)})
    executions = form("enterprise-3")

    months = [Period(2025, 10), Period(2025, 11), Period(2026, 1)]
    found = [len(expected_of(office.deps, (known,), executions, month)) for month in months]

    assert found == [0, 1, 1]


def test_each_kind_of_period_has_its_forms() -> None:
    office = make_office()

    months, years = (
        [each.key for _, each in forms_expected(office.deps, one)] for one in (Period(2024, 12), Period(2024))
    )

    assert months == ["enterprise-3"]
    assert set(years) == {"enterprise-1", "enterprise-4", "enterprise-5", "platform-1", "city-1", "city-2", "city-3"}
