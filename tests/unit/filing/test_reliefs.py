"""Extensions and exceptions: who asks and decides, what they move, and what nobody can move."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.filing.errors import AlreadyFiled, ExceptionOver, ExtensionAsked
from services.filing.forms.model import PeriodKind
from services.filing.model.periods import Period
from services.filing.model.reliefs import Ground, ReliefAction, ReliefKind, ReliefState
from services.filing.operations.due import days_late, due_of, dues_of
from services.filing.operations.reliefs import (
    Asked,
    Given,
    ReliefView,
    ask_extension,
    end_exception,
    give_exception,
    grant_extension,
    latest_day,
    list_reliefs,
    read_relief,
    refuse_extension,
    withdraw_extension,
)
from services.filing.ports.reliefs import WantedReliefs
from shared.calls import Call
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, StaleVersion
from shared.identity.actor import Actor, Role
from tests.support.filing_deps import (
    CITY,
    COUNTY,
    MATE,
    MINISTRY,
    OPERATOR,
    PROVINCE,
    RIVAL,
    UNIT,
    Office,
    make_office,
    repeated,
    the_catalogue,
)
from tests.support.filing_reliefs import MemoryReliefs
from tests.support.month_end import FIRM, FIRM_UNIT, make_firm_office

EDITION = the_catalogue().editions[0]
PLATFORM_FORM, EXECUTIONS = EDITION.form("platform-1"), EDITION.form("enterprise-3")
ASKED = Asked("platform-1", "2024", date(2025, 1, 20), "年末系统迁移")
GIVEN = Given(UNIT, ReliefKind.RESPITE, "", date(2025, 1, 1), date(2025, 1, 25), Ground.DISASTER, "台风后停电")
CITY_FORM = Asked("city-1", "2024", date(2025, 1, 20), "汇总较慢")


def _kept(office: Office) -> MemoryReliefs:
    assert isinstance(office.deps.reliefs, MemoryReliefs)
    return office.deps.reliefs


def _ask(office: Office, asked: Asked = ASKED, actor: Actor = OPERATOR) -> ReliefView:
    return ask_extension(office.deps, Call(actor), asked)


def _grant(office: Office, view: ReliefView, until: date = ASKED.until, actor: Actor = COUNTY) -> ReliefView:
    call = Call(actor, version=view.relief.version)
    return grant_extension(office.deps, call, view.relief.id, until, "同意")


def _due(office: Office, unit_id: str = UNIT) -> date:
    assert PLATFORM_FORM is not None
    return due_of(office.deps, unit_id, PLATFORM_FORM, Period(2024)).on


def test_a_granted_extension_moves_the_due_day_of_that_unit_form_and_period_alone() -> None:
    office = make_office()
    assert PLATFORM_FORM is not None

    _grant(office, _ask(office))

    assert _due(office) == date(2025, 1, 20)
    assert _due(office, FIRM_UNIT) == date(2025, 1, 10)
    assert due_of(office.deps, UNIT, PLATFORM_FORM, Period(2023)).on == date(2024, 1, 10)
    assert _kept(office).occasions == ["filing.extension_asked", "filing.extension_granted"]


def test_what_was_asked_for_moves_nothing_before_it_is_granted() -> None:
    office = make_office()

    view = _ask(office)

    assert _due(office) == date(2025, 1, 10)
    assert (view.relief.state, view.relief.decider) == (ReliefState.ASKED, "330106")


def test_the_explanation_tells_the_statutory_day_and_the_granted_one() -> None:
    office = make_office()
    assert PLATFORM_FORM is not None
    _grant(office, _ask(office))

    said = due_of(office.deps, UNIT, PLATFORM_FORM, Period(2024)).explanation

    assert "2025年1月10日（星期五）24时止" in said
    assert "已同意延期至2025年1月20日（星期一）24时止" in said


@pytest.mark.parametrize(("seconds", "late"), [(-2, 0), (2, 1)])
def test_a_form_is_in_time_until_24_oclock_of_the_granted_day(seconds: int, late: int) -> None:
    office = make_office()
    assert PLATFORM_FORM is not None
    _grant(office, _ask(office))
    office.clock.moment = datetime(2025, 1, 20, 16, tzinfo=UTC) + timedelta(seconds=seconds)

    filing = office.submit(office.filled())

    assert days_late(due_of(office.deps, UNIT, PLATFORM_FORM, Period(2024)), filing) == late


def test_the_department_may_grant_another_day() -> None:
    office = make_office()

    _grant(office, _ask(office), date(2025, 1, 15))

    assert _due(office) == date(2025, 1, 15)


def test_a_refusal_moves_nothing_and_the_unit_may_ask_again() -> None:
    office = make_office()
    view = _ask(office)

    refused = refuse_extension(office.deps, Call(COUNTY, version=1), view.relief.id, "理由不充分")
    again = _ask(office)

    assert (refused.relief.state, refused.relief.said.answer) == (ReliefState.REFUSED, "理由不充分")
    assert _due(office) == date(2025, 1, 10)
    assert again.relief.id != view.relief.id


def test_a_unit_waits_for_one_answer_at_a_time() -> None:
    office = make_office()
    _ask(office)

    with pytest.raises(ExtensionAsked):
        _ask(office, actor=MATE)


def test_the_same_request_asks_once() -> None:
    office = make_office()

    first = ask_extension(office.deps, repeated(OPERATOR, None), ASKED)
    second = ask_extension(office.deps, repeated(OPERATOR, None), ASKED)

    assert first.relief == second.relief
    assert _kept(office).occasions == ["filing.extension_asked"]


@pytest.mark.parametrize("actor", [OPERATOR, MATE, CITY, PROVINCE, MINISTRY])
def test_only_the_department_of_the_unit_decides(actor: Actor) -> None:
    office = make_office()
    view = _ask(office)

    with pytest.raises(NotAllowed):
        _grant(office, view, actor=actor)


@pytest.mark.parametrize("actor", [RIVAL, Actor("x", Role.COUNTY_REVIEWER, division="330108")])
def test_outside_of_sight_there_is_nothing(actor: Actor) -> None:
    office = make_office()
    view = _ask(office)

    with pytest.raises(NotFound):
        _grant(office, view, actor=actor)


def test_nobody_decides_on_their_own_wish_in_whatever_role() -> None:
    office = make_office()
    view = _ask(office)

    with pytest.raises(NotAllowed):
        _grant(office, view, actor=replace(COUNTY, account_id=OPERATOR.account_id))


def test_a_demonstration_city_asks_the_province() -> None:
    office = make_office()
    view = _ask(office, CITY_FORM, CITY)

    with pytest.raises(NotAllowed):
        _grant(office, view, actor=CITY)
    granted = _grant(office, view, actor=PROVINCE)

    assert (view.relief.decider, granted.relief.state) == ("330000", ReliefState.GRANTED)


def test_a_decision_is_on_the_version_that_was_read_and_is_taken_once() -> None:
    office = make_office()
    view = _ask(office)
    _grant(office, view)

    with pytest.raises(StaleVersion):
        _grant(office, view)
    with pytest.raises(Conflict):
        refuse_extension(office.deps, Call(COUNTY, version=2), view.relief.id, "不再同意")


def test_the_unit_takes_its_wish_back() -> None:
    office = make_office()
    view = _ask(office)

    taken = withdraw_extension(office.deps, Call(MATE, version=1), view.relief.id)

    assert (taken.relief.state, taken.open_actions) == (ReliefState.WITHDRAWN, ())


@pytest.mark.parametrize("until", ["2024-12-01", "2025-01-08", "2025-01-10", "2025-04-01"])
def test_a_day_that_is_no_later_one_or_after_the_carry_over_is_refused(until: str) -> None:
    office = make_office()

    with pytest.raises(Invalid) as refused:
        _ask(office, replace(ASKED, until=date.fromisoformat(until)))

    (problem,) = refused.value.problems
    assert (problem.pointer, problem.expected) == ("/until", "2025-01-11 至 2025-03-31")


def test_after_the_due_day_a_unit_asks_for_a_day_that_is_still_to_come() -> None:
    office = make_office(now=datetime(2025, 1, 15, 2, tzinfo=UTC))

    with pytest.raises(Invalid):
        _ask(office, replace(ASKED, until=date(2025, 1, 15)))

    assert _ask(office).relief.wanted == date(2025, 1, 20)


def test_what_was_filed_needs_no_extension() -> None:
    office = make_office()
    office.submit(office.filled())

    with pytest.raises(AlreadyFiled):
        _ask(office)


@pytest.mark.parametrize(("month", "latest"), [(1, "2026-12-31"), (6, "2026-12-31"), (7, "2027-03-31")])
def test_executions_are_never_put_off_beyond_their_lock(month: int, latest: str) -> None:
    assert EXECUTIONS is not None

    assert latest_day(EXECUTIONS, Period(2026, month)).isoformat() == latest


def test_a_firm_asks_for_a_month_of_executions() -> None:
    office = make_firm_office()
    asked = Asked("enterprise-3", "2025-12", date(2026, 2, 10), "银行凭证未到")
    assert EXECUTIONS is not None

    _grant(office, _ask(office, asked, FIRM), date(2026, 2, 10))

    assert due_of(office.deps, FIRM_UNIT, EXECUTIONS, Period(2025, 12)).on == date(2026, 2, 10)


def test_a_respite_moves_every_due_day_of_its_span_to_its_end_and_ends_by_itself() -> None:
    office = make_office()
    assert PLATFORM_FORM is not None

    view = give_exception(office.deps, Call(COUNTY), GIVEN)

    assert _due(office) == date(2025, 1, 25)
    assert due_of(office.deps, UNIT, PLATFORM_FORM, Period(2025)).on == date(2026, 1, 10)
    assert view.relief.state is ReliefState.GRANTED
    assert _kept(office).occasions == ["filing.exception_given"]


def test_an_exemption_says_that_nothing_is_to_be_filed() -> None:
    office = make_office()
    assert PLATFORM_FORM is not None
    given = replace(GIVEN, kind=ReliefKind.EXEMPTION, ground=Ground.CEASED, form="platform-1")

    give_exception(office.deps, Call(PROVINCE), given)

    due = due_of(office.deps, UNIT, PLATFORM_FORM, Period(2024))
    assert (due.is_exempt, due.on) == (True, date(2025, 1, 10))
    assert "免报" in due.explanation


def test_an_exception_for_another_form_covers_nothing() -> None:
    office = make_office()

    give_exception(office.deps, Call(COUNTY), replace(GIVEN, form="enterprise-4"))

    assert _due(office) == date(2025, 1, 10)


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        (replace(GIVEN, ground=Ground.CEASED), "/ground"),
        (replace(GIVEN, kind=ReliefKind.EXEMPTION), "/ground"),
        (replace(GIVEN, to_day=date(2024, 12, 31)), "/to_day"),
        (replace(GIVEN, to_day=date(2026, 1, 3)), "/to_day"),
        (replace(GIVEN, form="enterprise-9"), "/form"),
    ],
)
def test_an_exception_that_makes_no_sense_is_refused(given: Given, pointer: str) -> None:
    office = make_office()

    with pytest.raises(Invalid) as refused:
        give_exception(office.deps, Call(COUNTY), given)

    assert [each.pointer for each in refused.value.problems] == [pointer]


def test_an_extension_is_asked_for_and_not_given() -> None:
    office = make_office()

    with pytest.raises(Invalid) as refused:
        give_exception(office.deps, Call(COUNTY), replace(GIVEN, kind=ReliefKind.EXTENSION, ground=Ground.ON_REQUEST))

    assert [each.pointer for each in refused.value.problems] == ["/kind"]


def test_a_department_gives_units_of_its_area_exceptions_and_no_city_itself() -> None:
    office = make_office()
    afar = Actor("x", Role.COUNTY_REVIEWER, division="330108")
    city = replace(GIVEN, unit_id="city-330100")

    with pytest.raises(NotFound):
        give_exception(office.deps, Call(afar), GIVEN)
    with pytest.raises(NotAllowed):
        give_exception(office.deps, Call(CITY), city)
    view = give_exception(office.deps, Call(PROVINCE), city)

    assert (view.relief.decider, view.relief.is_of_city) == ("330000", True)


def test_an_exception_ended_early_covers_no_day_after() -> None:
    office = make_office()
    view = give_exception(office.deps, Call(COUNTY), GIVEN)

    ended = end_exception(office.deps, Call(COUNTY, version=1), view.relief.id, "已恢复供电")

    assert view.open_actions == (ReliefAction.END,)
    assert (ended.relief.state, ended.relief.to_day) == (ReliefState.ENDED, date(2025, 1, 8))
    assert _due(office) == date(2025, 1, 10)


def test_an_exception_that_is_over_needs_no_end() -> None:
    office = make_office()
    view = give_exception(office.deps, Call(COUNTY), GIVEN)
    office.clock.moment = datetime(2025, 1, 26, 2, tzinfo=UTC)

    with pytest.raises(ExceptionOver):
        end_exception(office.deps, Call(COUNTY, version=1), view.relief.id, "已恢复供电")
    seen = read_relief(office.deps, Call(COUNTY), view.relief.id)

    assert seen.open_actions == ()


def test_another_department_does_not_end_what_the_county_gave() -> None:
    office = make_office()
    view = give_exception(office.deps, Call(COUNTY), GIVEN)

    with pytest.raises(NotAllowed):
        end_exception(office.deps, Call(CITY, version=1), view.relief.id, "已恢复供电")


def test_a_granted_extension_stands() -> None:
    office = make_office()
    view = _grant(office, _ask(office))

    with pytest.raises(Conflict):
        end_exception(office.deps, Call(COUNTY, version=2), view.relief.id, "不再同意")


def test_many_units_are_asked_for_in_one_read() -> None:
    office = make_office()
    assert PLATFORM_FORM is not None
    asked = [(form, Period(2024)) for form in EDITION.forms if form.period is PeriodKind.YEAR] + [
        (PLATFORM_FORM, Period(2023))
    ]
    _kept(office).reads = 0

    dues = dues_of(office.deps, asked)
    found = [dues.of(f"{number:032x}", form, period).on for number in range(100) for form, period in asked]

    assert len(found) == 100 * len(asked)
    assert _kept(office).reads == 1


def test_a_department_lists_what_waits_for_it_and_a_unit_what_is_its_own() -> None:
    office = make_office()
    _ask(office)
    waiting = WantedReliefs(is_waiting=True)

    county = list_reliefs(office.deps, Call(COUNTY), waiting, "", 20).items
    city = list_reliefs(office.deps, Call(CITY), waiting, "", 20).items
    own = list_reliefs(office.deps, Call(MATE), WantedReliefs(), "", 20).items
    rival = list_reliefs(office.deps, Call(RIVAL), WantedReliefs(), "", 20).items

    assert [each.open_actions for each in county] == [(ReliefAction.GRANT, ReliefAction.REFUSE)]
    assert [each.open_actions for each in own] == [(ReliefAction.WITHDRAW,)]
    assert (len(city), len(rival)) == (0, 0)
