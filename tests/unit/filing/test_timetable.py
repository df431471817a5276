"""The year of the survey as each actor meets it: literal dates of 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime

from services.filing.model.units import UnitType
from services.filing.operations.timetable import Entry, Topic, timetable_of
from shared.calls import Call
from shared.identity.actor import Actor, Role
from tests.support.filing_deps import CITY, COUNTY, MINISTRY, OPERATOR, make_office
from tests.support.month_end import FIRM, make_firm_office

FRESH = Actor("t-1", Role.TRAINING_INSTITUTION, unit_id="c" * 32, division="330106")
ALL_FORMS = {
    *(f"enterprise-{number}" for number in range(1, 6)),
    "platform-1",
    *(f"city-{number}" for number in range(1, 4)),
}


def _on(entries: tuple[Entry, ...], topic: Topic, form: str = "") -> list[str]:
    found = [each for each in entries if each.topic is topic and (not form or (each.form and each.form.key == form))]
    return [each.on.isoformat() for each in found]


def test_a_firm_sees_its_own_forms_and_the_rules_of_contracts_and_executions() -> None:
    office = make_firm_office()

    entries = timetable_of(office.deps, Call(FIRM), 2026)

    assert {each.form.key for each in entries if each.form} == {f"enterprise-{number}" for number in range(1, 6)}
    assert _on(entries, Topic.DUE, "enterprise-1") == ["2026-01-31"]
    assert _on(entries, Topic.DUE, "enterprise-4") == ["2026-01-10"]
    assert _on(entries, Topic.DUE, "enterprise-3")[:3] == ["2026-01-31", "2026-02-28", "2026-03-31"]
    assert _on(entries, Topic.LOCK) == ["2026-03-31", "2026-12-31"]
    assert _on(entries, Topic.QUERY) == ["2026-12-31"]
    assert _on(entries, Topic.FINAL) == _on(entries, Topic.SHARING) == []


def test_the_first_basic_information_comes_with_the_contract_of_today() -> None:
    office = make_firm_office()
    office.filings.kept.clear()

    now, later = (timetable_of(office.deps, Call(FIRM), year) for year in (2026, 2027))

    (first,) = [each for each in now if each.topic is Topic.FIRST]
    assert (first.on, first.statutory.source) == (date(2026, 1, 20), "《服务外包统计调查制度》一（七）1")
    assert _on(later, Topic.FIRST) == []


def test_an_operator_sees_the_platform_form_and_the_basic_information_alone() -> None:
    office = make_office()

    entries = timetable_of(office.deps, Call(OPERATOR), 2026)

    assert [(each.form.key, each.on.isoformat()) for each in entries if each.form] == [
        ("platform-1", "2026-01-10"),
        ("enterprise-1", "2026-01-31"),
    ]


def test_a_training_institution_sees_the_list_that_it_hands_to_its_city() -> None:
    office = make_office()
    office.tell(FRESH.unit_id or "", UnitType.TRAINING)

    entries = timetable_of(office.deps, Call(FRESH), 2026)

    assert [each.form.key for each in entries if each.form] == ["city-2"]


def test_a_unit_that_nobody_knows_has_no_dates() -> None:
    office = make_office()

    assert timetable_of(office.deps, Call(FRESH), 2026) == ()


def test_departments_see_every_form_and_from_when_the_ministry_settles_and_shares() -> None:
    office = make_office(now=datetime(2026, 1, 8, 2, tzinfo=UTC))

    for actor in (COUNTY, CITY, MINISTRY):
        entries = timetable_of(office.deps, Call(actor), 2026)
        assert {each.form.key for each in entries if each.topic is Topic.DUE and each.form} == ALL_FORMS
        settled = {str(each.period): each.on.isoformat() for each in entries if each.topic is Topic.FINAL}
        assert (settled["2025"], settled["2025-12"], settled["2026-02"]) == ("2026-04-01", "2026-01-01", "2026-03-01")
        shared = {str(each.period): each.on.isoformat() for each in entries if each.topic is Topic.SHARING}
        assert (shared["2025"], shared["2026-01"]) == ("2026-04-17", "2026-02-14")


def test_the_year_stands_in_the_order_of_its_days() -> None:
    office = make_firm_office()

    for actor in (FIRM, MINISTRY):
        days = [each.on for each in timetable_of(office.deps, Call(actor), 2026)]
        assert days == sorted(days)
