"""What is expected of whom and when (待办), what can be begun, what is offered, and where facts of a unit come from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.filing.errors import AlreadyFiled, ApprovalExpired, BasicsMissing, NotExpected, UnitUnknown
from services.filing.model.filings import Decision, Filing, Version, Working
from services.filing.model.states import Action
from services.filing.model.units import Platform, Source, UnitType
from services.filing.operations.agenda import agenda_of
from services.filing.operations.decisions import Wanted, decide_collection
from services.filing.operations.drafts import Content, begin_filing, discard_filing, save_content
from services.filing.operations.instruments import instrument_for
from services.filing.operations.reading import view_of
from services.filing.operations.units import register_unit, take_basics, take_filing
from shared.calls import Call
from shared.contracts.filing import DIRECTORY_WANTED
from shared.errors import Invalid, NotAllowed
from shared.identity.actor import Actor, Role
from tests.support.codes import make_uscc
from tests.support.filing_deps import (
    CITY,
    COUNTY,
    MINISTRY,
    OPERATOR,
    PLATFORM,
    RIVAL,
    SIGN_OFF,
    UNIT,
    Office,
    make_office,
)

FIRM = Actor("e-1", Role.ENTERPRISE, unit_id="e" * 32, division="330106")
NEW_FIRM = Actor("e-2", Role.ENTERPRISE, unit_id="9" * 32)
LATE = datetime(2026, 1, 8, 2, 0, tzinfo=UTC)


@pytest.fixture
def office() -> Office:
    made = make_office()
    made.tell(FIRM.unit_id or "", UnitType.ENTERPRISE, platform=None)
    return made


def listed(office: Office, actor: Actor) -> dict[tuple[str, str, str], int]:
    """Return days left by form, period and platform."""
    return {
        (each.form.key, str(each.period), each.item): each.days_left for each in agenda_of(office.deps, Call(actor))
    }


def test_a_platform_files_its_basics_and_its_form_by_their_days(office: Office) -> None:
    assert listed(office, OPERATOR) == {("platform-1", "2024", PLATFORM): 2, ("enterprise-1", "2024", ""): 23}


def test_each_registered_platform_is_filed_for_and_no_other(office: Office) -> None:
    office.tell(platform=Platform("2" * 32, "第二平台"))
    office.tell(platform=Platform("3" * 32, "已注销平台", is_registered=False))

    found = {item for form, _, item in listed(office, OPERATOR) if form == "platform-1"}

    assert found == {PLATFORM, "2" * 32}


def test_an_enterprise_files_its_yearly_and_its_monthly_forms(office: Office) -> None:
    found = listed(office, FIRM)

    assert {form for form, _, _ in found} == {"enterprise-1", "enterprise-4", "enterprise-5"} | {
        form for form, _, _ in found if form == "enterprise-3"
    }
    assert found["enterprise-4", "2024", ""] == 2
    assert "platform-1" not in {form for form, _, _ in found}


def test_a_demonstration_city_reports_its_three_forms_and_another_department_nothing(office: Office) -> None:
    assert {form for form, _, _ in listed(office, CITY)} == {"city-1", "city-2", "city-3"}
    assert listed(office, COUNTY) == {}


def test_what_is_late_says_by_how_many_days_and_what_was_filed_is_done(office: Office) -> None:
    office.submit(office.filled())
    office.clock.advance(timedelta(days=30))

    tasks = {each.form.key: each for each in agenda_of(office.deps, Call(OPERATOR))}

    assert (tasks["platform-1"].is_done, tasks["platform-1"].days_left) == (True, -28)
    assert (tasks["enterprise-1"].is_done, tasks["enterprise-1"].days_left) == (False, -7)
    assert [each.is_done for each in agenda_of(office.deps, Call(OPERATOR))] == [False, True]


def test_a_unit_that_nobody_knows_has_nothing_to_do(office: Office) -> None:
    assert agenda_of(office.deps, Call(RIVAL)) == ()


def test_a_period_after_the_end_of_the_approval_waits_for_the_ministry() -> None:
    office = make_office(now=LATE)
    blocked = [each.blocked for each in agenda_of(office.deps, Call(OPERATOR))]
    with pytest.raises(ApprovalExpired):
        office.begin(period="2025")

    wanted = Wanted("2022", "2025", "2025-12", "商办服贸函〔2025〕1号", "继续填报")
    decide_collection(office.deps, Call(MINISTRY), wanted)
    begun = office.begin(period="2025")

    assert all(blocked)
    assert begun.edition == "2022"
    assert not any(each.blocked for each in agenda_of(office.deps, Call(OPERATOR)))


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"edition": "1999"}, "/edition"),
        ({"from_period": "2024", "to_period": "2024"}, "/to_period"),
        ({"from_period": "2026", "to_period": "2025"}, "/to_period"),
        ({"from_period": "soon"}, "/from_period"),
    ],
)
def test_a_decision_that_decides_nothing_is_refused(changes: dict[str, str], pointer: str) -> None:
    office = make_office(now=LATE)
    values = {"edition": "2022", "from_period": "2025", "to_period": "2026", "document": "函", "ground": "继续"}

    with pytest.raises(Invalid) as refused:
        decide_collection(office.deps, Call(MINISTRY), Wanted(**{**values, **changes}))

    assert [each.pointer for each in refused.value.problems] == [pointer]
    assert office.deps.decisions.list_all() == ()


def test_the_first_contract_comes_after_the_basic_information(office: Office) -> None:
    with pytest.raises(BasicsMissing):
        begin_filing(office.deps, Call(FIRM), "enterprise-2", "2024-12")


def test_only_what_is_expected_can_be_begun_once(office: Office) -> None:
    office.begin()

    with pytest.raises(AlreadyFiled):
        office.begin()
    with pytest.raises(NotExpected):
        begin_filing(office.deps, Call(FIRM), "platform-1", "2024")
    with pytest.raises(UnitUnknown):
        begin_filing(office.deps, Call(NEW_FIRM), "enterprise-1", "2024")
    with pytest.raises(NotAllowed):
        begin_filing(office.deps, Call(COUNTY), "platform-1", "2024")
    with pytest.raises(NotExpected):
        begin_filing(office.deps, Call(COUNTY), "city-1", "2024")


@pytest.mark.parametrize("period", ["2026", "2024-12", "20", "2024-13"])
def test_a_period_of_another_kind_or_to_come_is_refused(office: Office, period: str) -> None:
    with pytest.raises(Invalid) as refused:
        office.begin(period=period)

    assert [each.pointer for each in refused.value.problems] == ["/period"]


def test_a_form_that_was_given_up_can_be_begun_anew(office: Office) -> None:
    filing = office.begin()

    discard_filing(office.deps, Call(OPERATOR, version=1), filing.id)

    assert office.begin().id != filing.id


def test_a_nil_report_is_taken_where_the_form_takes_one(office: Office) -> None:
    executions = begin_filing(office.deps, Call(FIRM), "enterprise-3", "2024-12")
    staff = begin_filing(office.deps, Call(FIRM), "enterprise-4", "2024")
    nil = Content(nil_reason="本期没有执行")

    saved = save_content(office.deps, Call(FIRM, version=1), executions.id, nil)
    submitted = office.submit(saved, FIRM)
    with pytest.raises(Invalid) as refused:
        save_content(office.deps, Call(FIRM, version=1), staff.id, nil)

    assert submitted.versions[0].content.nil_reason == "本期没有执行"
    assert [each.code for each in refused.value.problems] == ["no_nil"]


def test_basics_are_offered_with_where_they_come_from(office: Office) -> None:
    filing = begin_filing(office.deps, Call(FIRM), "enterprise-1", "2024")

    offered = {each.pointer: each for each in view_of(office.deps, Call(FIRM), filing).suggestions}

    assert (offered["/101/uscc"].value, offered["/101/uscc"].source) == ("91330106000000019W", "registration")
    assert offered["/102"].value == "杭州云采科技有限公司"


def test_a_newer_fact_replaces_an_older_one_and_never_the_other_way(office: Office) -> None:
    at = office.clock.now()
    office.tell(basics={"name": "新名称"}, at=at + timedelta(days=1), source=Source.DIRECTORY)

    office.tell(basics={"name": "旧名称"}, at=at - timedelta(days=1))

    unit = office.units.get(UNIT)
    assert (unit.basic("name"), unit.basics["name"].source) == ("新名称", Source.DIRECTORY)
    assert unit.basic("uscc") == "91330106000000019W"


def test_telling_the_same_twice_writes_once(office: Office) -> None:
    before = office.units.writes

    office.tell()

    assert office.units.writes == before


def test_an_enterprise_registers_itself_and_an_operator_does_not(office: Office) -> None:
    unit = register_unit(office.deps, Call(NEW_FIRM), "330106", {"name": "杭州软件研发有限公司"})

    with pytest.raises(NotAllowed):
        register_unit(office.deps, Call(RIVAL), "330106", {"name": "某平台"})
    with pytest.raises(Invalid):
        register_unit(office.deps, Call(Actor("t", Role.TRAINING_INSTITUTION, unit_id="8" * 32)), "999999", {})

    assert (unit.types, unit.basics["name"].source) == ({UnitType.ENTERPRISE}, Source.UNIT)
    assert office.units.find(RIVAL.unit_id or "") is None


def test_the_exchange_is_told_what_approved_basics_say_and_what_of_it_is_new(office: Office) -> None:
    same, other = _basics(office, "杭州云采科技有限公司"), _basics(office, "杭州云采数字科技有限公司", "2023")
    instrument = instrument_for(office.deps, same)
    platform = office.filled()

    ((known,), (event,)) = (take_filing(office.deps, filing, instrument) for filing in (same, other))

    assert take_filing(office.deps, platform, instrument_for(office.deps, platform)) == ()
    assert event.type == "tongbao.filing.unit_changed.v1"
    assert "云采" not in repr(event.data)
    assert known.secret["changes"] == []  # type: ignore[index]  # what is sealed
    assert [(each["field"], each["after"]) for each in event.secret["changes"]] == [  # type: ignore[index]
        ("unit/name", "杭州云采数字科技有限公司")
    ]


def test_approved_basics_become_facts_of_the_unit_with_their_source(office: Office) -> None:
    office.clock.advance(timedelta(days=1))
    filing = _basics(office, "杭州云采数字科技有限公司")

    take_basics(office.deps, Call(MINISTRY), filing)
    unit = take_basics(office.deps, Call(MINISTRY), filing)

    assert (unit.basic("name"), unit.basics["name"].source) == ("杭州云采数字科技有限公司", Source.FILING)
    assert (unit.basics["uscc"].source, unit.version) == (Source.REGISTRATION, 2)


def _basics(office: Office, name: str, period: str = "2024") -> Filing:
    """Return 企业1表 with this name, approved as it stands: what its rules say is proven elsewhere."""
    begun = begin_filing(office.deps, Call(OPERATOR), "enterprise-1", period)
    content = Working(answers={"101": {"uscc": "91330106000000019W"}, "102": name})
    decision = Decision(Action.APPROVE, "同意", "张审核", office.clock.now(), "r-1", "330106")
    version = Version(1, office.clock.now(), "o-1", content, SIGN_OFF, (), "", "", (decision,))
    return replace(begun, versions=(version,), in_force=1)


def test_a_unit_that_registers_itself_by_its_code_asks_what_the_directory_has_of_it(office: Office) -> None:
    typed = {"name": "杭州软件研发有限公司", "uscc": make_uscc(7), "legal_representative": "王小明"}

    for _ in range(2):
        register_unit(office.deps, Call(NEW_FIRM), "330106", typed)

    assert [(event.type, event.reader, event.secret) for event in office.units.told] == [
        (DIRECTORY_WANTED.type, "exchange", {"basics": typed})
    ]


def test_a_unit_without_a_code_asks_for_nothing(office: Office) -> None:
    register_unit(office.deps, Call(NEW_FIRM), "330106", {"name": "杭州软件研发有限公司"})

    assert office.units.told == []
