"""Until when each form is due: the edition's due rules, the edge at midnight, and the rules that speak of the same days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.filing.forms.catalogue import load_catalogue
from services.filing.forms.checks import check
from services.filing.forms.context import Context
from services.filing.forms.known_lists import KnownLists
from services.filing.forms.model import PeriodKind
from services.filing.forms.reading import read
from services.filing.model.periods import Period
from services.filing.operations.due import days_late, due_of, dues_of, statutory_due
from shared.calendar.statutory import may_file_execution
from tests.support.filing_deps import UNIT, Office, make_office
from tests.support.filing_typed import BASICS
from tests.support.month_end import FIRM_UNIT, filed, make_firm_office

EDITION = load_catalogue(KnownLists()).editions[0]
JANUARY_10 = datetime(2025, 1, 10, 16, tzinfo=UTC)  # midnight after the 10th in Shanghai
JANUARY_31 = datetime(2026, 1, 31, 16, tzinfo=UTC)

DUES = {
    "enterprise-1": ("2023-01-31 2024-01-31 2025-01-31 2026-01-31", "一（七）1"),
    "enterprise-4": ("2023-01-10 2024-01-10 2025-01-10 2026-01-10", "一（七）3"),
    "enterprise-5": ("2023-01-10 2024-01-10 2025-01-10 2026-01-10", "一（七）4"),
    "platform-1": ("2023-01-10 2024-01-10 2025-01-10 2026-01-10", "一（七）5"),
    "city-1": ("2023-01-10 2024-01-10 2025-01-10 2026-01-10", "一（七）6"),
    "city-2": ("2023-01-10 2024-01-10 2025-01-10 2026-01-10", "一（七）6"),
    "city-3": ("2023-01-10 2024-01-10 2025-01-10 2026-01-10", "一（七）6"),
    "enterprise-2": ("2023-02-28 2024-02-29 2025-02-28 2026-02-28", "一（七）2"),
    "enterprise-3": ("2023-12-31 2024-12-31 2025-12-31 2026-12-31", "一（七）2"),
}
"""The due days of each form that lie in 2023–2026: of the years 2022–2025, of February, and of December."""

MONTHS = {"enterprise-2": 2, "enterprise-3": 12}


@pytest.mark.parametrize("key", DUES)
def test_each_form_is_due_when_the_regulation_says(key: str) -> None:
    days, source = DUES[key]
    form = EDITION.form(key)
    assert form is not None
    first = 2023 if form.period is PeriodKind.MONTH else 2022

    found = [statutory_due(form, Period(first + each, MONTHS.get(key, 0))) for each in range(4)]

    assert [each.on.isoformat() for each in found] == days.split()
    assert all(source in each.explanation for each in found)


def test_every_form_of_the_edition_stands_in_the_table() -> None:
    assert sorted(form.key for form in EDITION.forms) == sorted(DUES)


@pytest.mark.parametrize(("seconds", "late"), [(-2, 0), (0, 1), (2, 1)])
def test_a_year_is_in_time_until_24_oclock_of_10_january_in_shanghai(seconds: int, late: int) -> None:
    office = make_office(now=JANUARY_10 + timedelta(seconds=seconds))

    filing = office.submit(office.filled())

    assert _late(office, UNIT, "platform-1", 2024, filing.id) == late


@pytest.mark.parametrize(("seconds", "late"), [(-2, 0), (0, 1), (2, 1)])
def test_basic_information_is_in_time_until_24_oclock_of_31_january_in_shanghai(seconds: int, late: int) -> None:
    office = make_firm_office()
    (first,) = office.filings.kept
    del office.filings.kept[first]
    office.clock.moment = JANUARY_31 + timedelta(seconds=seconds)

    filing = filed(office, "enterprise-1", "2025", BASICS)

    assert _late(office, FIRM_UNIT, "enterprise-1", 2025, filing.id) == late


def test_what_was_never_filed_is_not_late() -> None:
    office = make_office(now=JANUARY_10 + timedelta(days=40))

    filing = office.begin()

    assert _late(office, UNIT, "platform-1", 2024, filing.id) == 0


def test_one_question_and_many_give_the_same_day() -> None:
    office, form = make_office(), EDITION.form("platform-1")
    assert form is not None

    many = dues_of(office.deps, [(form, Period(2024))], (UNIT, FIRM_UNIT))

    assert many.of(UNIT, form, Period(2024)) == due_of(office.deps, UNIT, form, Period(2024))


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.integers(0, 600))
def test_the_rule_of_the_form_locks_executions_on_the_day_of_the_clock(dated_on: date, after: int) -> None:
    filed_on = dated_on + timedelta(days=after)
    form = EDITION.form("enterprise-3")
    assert form is not None
    answers = read(form, {"305": {"date": dated_on.isoformat(), "carry_over_reason": "年末结算"}}).answers
    context = Context(filed_on, filed_on, filed_on.year, filed_on.month)

    rules = {finding.rule for finding in check(EDITION, form, answers, context)}

    assert ("e3-carry-over" in rules) is not may_file_execution(dated_on, filed_on)


def _late(office: Office, unit_id: str, form_key: str, year: int, filing_id: str) -> int:
    form = EDITION.form(form_key)
    assert form is not None
    due = due_of(office.deps, unit_id, form, Period(year))
    return days_late(due, office.deps.filings.get(filing_id))
