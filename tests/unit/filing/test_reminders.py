"""Reminding units and telling departments, over the operations: those alone who have not filed, each thing once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import cast

import pytest

from services.filing.model.reliefs import ReliefKind, Waiver
from services.filing.model.units import UnitType
from services.filing.operations.department_digests import tell_departments
from services.filing.operations.reminders import Fate, ToUrge, remind_units, settle_filed, urge_units
from services.filing.policy import SYSTEM
from shared.calls import Call
from shared.clock import SHANGHAI
from shared.errors import Invalid
from shared.identity.actor import Actor, Role
from shared.messaging.events import Outgoing
from shared.scheduling.jobs import GaveWay
from tests.support.filing_deps import CITY, COUNTY, MINISTRY, PLATFORM, UNIT, Office, make_office
from tests.support.filing_reminding import MemoryRecords, MemoryToldDepartments, Running

BEFORE = datetime(2025, 1, 9, 7, tzinfo=SHANGHAI)
"""The day before the last day of 平台1表 for 2024."""
AFTER = datetime(2025, 1, 17, 7, tzinfo=SHANGHAI)


def office_at(moment: datetime = BEFORE) -> Office:
    """Return an office in which the unit has been known since the year before."""
    office = make_office(now=datetime(2024, 11, 1, 2, 0, tzinfo=UTC))
    office.clock.moment = moment.astimezone(UTC)
    return office


def records(office: Office) -> MemoryRecords:
    return cast(MemoryRecords, office.deps.reminding.records)


def remind(office: Office, moment: datetime, **changes: object) -> Running:
    """Run the job of a moment."""
    running = replace(Running(moment), **changes)  # type: ignore[arg-type]  # a test names parts
    remind_units(office.deps, running)
    return running


def told(office: Office, occasion: str = "filing.reminder", cities: bool = False) -> list[Outgoing]:
    """Return the notices on an occasion to units, or to demonstration cities."""
    notices = [each for each in records(office).events if each.data["occasion"] == occasion and each.secret is not None]
    return [each for each in notices if str(each.data["about"]).startswith("city-") == cities]


def settled(office: Office) -> list[str]:
    """Return the very occasions that were taken back."""
    return [str(each.data["once"]) for each in records(office).events if each.type.endswith("notice_settled.v1")]


def waive(office: Office, kind: ReliefKind, **days: date) -> None:
    """Grant the unit something for 平台1表."""
    period = "2024" if kind is ReliefKind.EXTENSION else ""
    waiver = Waiver("w", kind, UNIT, "platform-1", period, **days)
    office.deps.reliefs.waivers = lambda *_: (waiver,)  # type: ignore[method-assign]  # granted, however that came about


def words(notice: Outgoing) -> Mapping[str, str]:
    """Return what a notice says."""
    return cast("Mapping[str, str]", notice.secret)


def urge(office: Office, *wanted: ToUrge, actor: Actor = COUNTY) -> tuple[Fate, ...]:
    return urge_units(office.deps, Call(actor), wanted)


PLATFORM_FORM = ToUrge(UNIT, "platform-1", "2024", PLATFORM)


def test_a_unit_is_told_in_one_notice_all_that_is_due():
    office = office_at()

    running = remind(office, BEFORE)

    (notice,) = told(office)
    assert notice.data["to"] == {"unit_id": UNIT}
    assert notice.data["link"] == "/tasks"
    assert words(notice)["count"] == "1"
    assert "2024年《服务外包交易平台情况登记表》（云采平台），2025年1月10日前报送，还有1天" in words(notice)["items"]
    assert running.counts == {
        "units": 1 + len(told(office, cities=True)),
        "reminded": 1 + len(told(office, cities=True)),
    }


def test_who_has_filed_is_not_told():
    office = office_at()
    office.submit(office.filled())

    remind(office, BEFORE)

    assert told(office) == []


def test_what_was_returned_is_told_as_such():
    office = office_at()
    office.give_back(office.submit(office.filled()))

    remind(office, BEFORE)

    assert "已退回待改" in words(told(office)[0])["items"]


def test_an_extension_moves_the_reminder_with_the_day():
    office = office_at()
    waive(office, ReliefKind.EXTENSION, until=date(2025, 1, 20))

    for moment in (BEFORE, datetime(2025, 1, 19, 7, tzinfo=SHANGHAI)):
        remind(office, moment)

    assert ["2025年1月20日前报送，还有1天" in words(each)["items"] for each in told(office)] == [True]


def test_who_need_not_file_is_neither_reminded_nor_urged_nor_counted():
    office = office_at(AFTER)
    waive(office, ReliefKind.EXEMPTION, from_day=date(2025, 1, 1), to_day=date(2025, 12, 31))

    remind(office, AFTER)
    fates = urge(office, PLATFORM_FORM)
    tell_departments(office.deps, Running(datetime(2025, 1, 17, 7, 30, tzinfo=SHANGHAI)))

    departments = cast(MemoryToldDepartments, office.deps.reminding.departments)
    assert (told(office), fates) == ([], (Fate.NOT_OWED,))
    assert "330106" not in departments.events


def test_what_was_only_begun_counts_as_not_filed():
    office = office_at()
    office.filled()

    remind(office, BEFORE)

    assert len(told(office)) == 1


def test_a_job_that_runs_twice_or_goes_on_after_a_kill_tells_each_unit_once():
    office = office_at()
    for number in range(7):
        office.tell(f"{number:032x}", UnitType.ENTERPRISE, at=datetime(2024, 11, 1, tzinfo=UTC), platform=None)

    with pytest.raises(GaveWay):
        remind(office, BEFORE, killed_after=1)
    remind(office, BEFORE)
    remind(office, BEFORE)

    units = [each.data["about"] for each in told(office)]
    assert len(units) == 8
    assert len(set(units)) == 8


def test_a_filing_that_arrives_takes_its_reminder_back():
    office = office_at()
    remind(office, BEFORE)
    office.submit(office.filled())

    count = settle_filed(office.deps, Call(SYSTEM), UNIT, "platform-1", "2024")
    again = settle_filed(office.deps, Call(SYSTEM), UNIT, "platform-1", "2024")

    assert (count, again) == (1, 0)
    assert settled(office) == [told(office)[0].data["once"]]


def test_a_reminder_of_two_forms_stands_until_both_are_filed():
    office = office_at()
    later = datetime(2025, 1, 30, 7, tzinfo=SHANGHAI)
    office.clock.moment = later.astimezone(UTC)
    urge(office, PLATFORM_FORM, ToUrge(UNIT, "enterprise-1", "2024"))
    office.submit(office.filled())

    count = settle_filed(office.deps, Call(SYSTEM), UNIT, "platform-1", "2024")

    assert count == 0
    assert len(told(office, "filing.urged")) == 1
    assert settled(office) == []


def test_a_fact_about_another_period_takes_nothing_back():
    office = office_at()
    remind(office, BEFORE)

    count = settle_filed(office.deps, Call(SYSTEM), UNIT, "platform-1", "2023")

    assert count == 0


def test_a_department_urges_a_unit_of_its_area_once_a_day():
    office = office_at(AFTER)

    first = urge(office, PLATFORM_FORM)
    second = urge(office, PLATFORM_FORM, actor=CITY)
    office.clock.advance(timedelta(days=1))
    next_day = urge(office, PLATFORM_FORM)

    assert (first, second, next_day) == ((Fate.SENT,), (Fate.URGED_TODAY,), (Fate.SENT,))
    notice = told(office, "filing.urged")[0]
    assert words(notice)["department"] == "浙江省杭州市西湖区商务主管部门"
    assert "已于2025年1月10日到期，逾期7天" in words(notice)["items"]


def test_each_item_gets_its_own_answer_in_the_order_asked():
    office = office_at(AFTER)
    office.submit(office.filled())
    filed, basics = PLATFORM_FORM, ToUrge(UNIT, "enterprise-1", "2024")

    fates = urge(office, basics, filed, replace(basics, form="enterprise-5"), replace(basics, unit_id="9" * 32), basics)

    assert fates == (Fate.SENT, Fate.NOT_OWED, Fate.NOT_EXPECTED, Fate.NOT_FOUND, Fate.SENT)
    assert len(told(office, "filing.urged")) == 1


@pytest.mark.parametrize(
    ("actor", "fate"),
    [
        (COUNTY, Fate.SENT),
        (MINISTRY, Fate.SENT),
        (Actor("r-9", Role.COUNTY_REVIEWER, division="330108"), Fate.NOT_FOUND),
        (Actor("r-9", Role.COUNTY_REVIEWER), Fate.NOT_FOUND),
        (Actor("r-9", Role.PROVINCE_REVIEWER, division="440000"), Fate.NOT_FOUND),
    ],
)
def test_a_department_urges_nobody_outside_of_its_area(actor: Actor, fate: Fate):
    office = office_at(AFTER)

    fates = urge(office, PLATFORM_FORM, actor=actor)

    assert fates == (fate,)


def test_a_city_is_urged_by_the_province_and_not_by_itself():
    office, form = office_at(AFTER), ToUrge("city-330100", "city-3", "2024")

    by_itself = urge(office, form, actor=CITY)
    by_the_ministry = urge(office, form, actor=MINISTRY)

    assert (by_itself, by_the_ministry) == ((Fate.NOT_FOUND,), (Fate.SENT,))
    assert told(office, "filing.urged", cities=True)[0].data["to"] == {"role": "city_reviewer", "division": "330100"}


def test_nobody_is_urged_to_a_period_that_has_not_begun():
    office = office_at(AFTER)

    fates = urge(office, replace(PLATFORM_FORM, period="2026"))

    assert fates == (Fate.NOT_EXPECTED,)


def test_a_period_that_is_none_is_refused():
    office = office_at(AFTER)

    with pytest.raises(Invalid):
        urge(office, replace(PLATFORM_FORM, period="2024-13"))


def test_departments_are_told_once_a_day_what_waits_and_who_is_missing():
    office = office_at(BEFORE)
    office.submit(office.filled())
    morning = datetime(2025, 1, 22, 7, 30, tzinfo=SHANGHAI)
    for _ in range(2):
        tell_departments(office.deps, Running(morning))

    departments = cast(MemoryToldDepartments, office.deps.reminding.departments)
    county, city = (words(departments.events[code]) for code in ("330106", "330100"))
    assert (county["waiting"], county["late"]) == ("1", "1")
    assert departments.events["330106"].data["to"] == {"role": "county_reviewer", "division": "330106"}
    assert "西湖区（待审核 1 份）" in city["below"]
    assert "云采" not in str(departments.events)
    assert len(departments.days) == len(departments.events)


def test_an_overdue_form_is_counted_once_for_a_unit_however_many_periods_it_owes():
    office = office_at(AFTER)

    tell_departments(office.deps, Running(datetime(2025, 1, 17, 7, 30, tzinfo=SHANGHAI)))

    departments = cast(MemoryToldDepartments, office.deps.reminding.departments)
    assert "《服务外包交易平台情况登记表》1 家" in words(departments.events["330106"])["overdue"]


def test_a_demonstration_city_is_told_what_it_is_to_report():
    office = office_at()

    remind(office, BEFORE)

    notices = {str(each.data["about"]): each for each in told(office, cities=True)}
    assert notices["city-330100"].data["to"] == {"role": "city_reviewer", "division": "330100"}
    assert words(notices["city-330100"])["count"] == "3"


def test_nobody_names_a_unit_in_clear():
    office = office_at(AFTER)
    urge(office, PLATFORM_FORM)
    remind(office, AFTER)

    clear = [str(each.data) for each in (*told(office), *told(office, "filing.urged"))]

    assert len(clear) == 2
    assert not any("云采" in each for each in clear)
