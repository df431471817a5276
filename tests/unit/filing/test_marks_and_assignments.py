"""Marks for follow-up, and who of a department takes a filing on: what stays, what falls away, who may."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.filing.model.filings import Filing
from services.filing.operations import assignments, marks
from services.filing.operations.drafts import Content, save_content
from services.filing.operations.review import undo_decision
from services.filing.ports.casework import WantedMarks
from shared.calls import Call
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, StaleVersion
from shared.identity.actor import Actor, Role
from tests.support.filing_casework import MemoryAssignments
from tests.support.filing_deps import CITY, COUNTY, MATE, MINISTRY, OPERATOR, PROVINCE, Office, make_office
from tests.support.platform_filing import ANSWERS, EXPLAINED

COLLEAGUE = Actor("r-7", Role.COUNTY_REVIEWER, division="330106")


def submitted(office: Office) -> Filing:
    """Return a filing that waits for the county."""
    return office.submit(office.filled())


def assigned(office: Office, filing: Filing, assignee: str = "r-7", actor: Actor = COUNTY) -> str:
    """Assign a filing and return who has it."""
    assignments.assign_filing(office.deps, Call(actor, version=filing.version), filing.id, assignee)
    return assignments.assignee_of(office.deps, office.deps.filings.get(filing.id))


def resubmitted(office: Office, filing: Filing, answers: dict[str, object]) -> Filing:
    """Return a filing, the unit having changed its answers after a return and submitted it again."""
    returned = office.give_back(filing)
    content = Content(answers=answers, explanations=EXPLAINED, evidence=["f" * 32])
    saved = save_content(office.deps, Call(OPERATOR, version=returned.version), filing.id, content)
    return office.submit(saved)


def test_a_mark_goes_with_the_filing_to_its_next_version_and_says_what_stands_there_now() -> None:
    office = make_office()
    filing = submitted(office)
    marks.mark_value(office.deps, Call(COUNTY), filing.id, "/622/2", "年后核对")
    resubmitted(office, filing, {**ANSWERS, "622": {"1": {"not_applicable": "首年运营"}, "2": "30310.5"}})

    (found,) = marks.list_marks(office.deps, Call(COUNTY), filing.id)

    assert (found.mark.value, found.now, found.is_there) == ("30210.5", "30310.5", True)
    assert found.mark.revision == 1
    assert found.place.startswith("622 ")


def test_marks_are_those_of_a_department_and_nobody_else_finds_them() -> None:
    office = make_office()
    filing = submitted(office)
    mark = marks.mark_value(office.deps, Call(COUNTY), filing.id, "/601/2", "年后核对").mark

    seen = {
        actor.account_id: len(marks.list_marks(office.deps, Call(actor), filing.id)) for actor in (COUNTY, COLLEAGUE)
    }
    others = [marks.list_marks(office.deps, Call(actor), filing.id) for actor in (CITY, PROVINCE, MINISTRY, OPERATOR)]

    assert seen == {"r-1": 1, "r-7": 1}
    assert others == [(), (), (), ()]
    with pytest.raises(NotFound):
        marks.settle_mark(office.deps, Call(CITY), filing.id, mark.id, is_done=True)
    with pytest.raises(NotAllowed):
        marks.mark_value(office.deps, Call(MATE), filing.id, "/601/2", "年后核对")


def test_a_mark_is_done_and_undone_once_each_and_the_list_names_its_place() -> None:
    office = make_office()
    filing = submitted(office)
    mark = marks.mark_value(office.deps, Call(COUNTY), filing.id, "/601/2", "年后核对").mark
    for is_done in (True, True, False):
        marks.settle_mark(office.deps, Call(COLLEAGUE), filing.id, mark.id, is_done=is_done)

    (listed,) = marks.list_all_marks(office.deps, Call(COUNTY), WantedMarks(), "", 20).items

    assert [each.action for each in listed.mark.history] == ["mark", "done", "undone"]
    assert not listed.mark.is_done
    assert (listed.place.split()[0], listed.form_title) == ("601", "服务外包交易平台情况登记表")


@pytest.mark.parametrize("pointer", ["/999", "/601/9"])
def test_only_a_value_that_is_there_is_marked(pointer: str) -> None:
    office = make_office()
    filing = submitted(office)

    with pytest.raises(Invalid):
        marks.mark_value(office.deps, Call(COUNTY), filing.id, pointer, "年后核对")


def test_anybody_of_the_department_that_acts_assigns_to_whom_they_like_and_takes_it_back() -> None:
    office = make_office()
    filing = submitted(office)

    courses = [assigned(office, filing, each, COLLEAGUE) for each in ("r-7", "r-1", "")]

    assert courses == ["r-7", "r-1", ""]
    assert isinstance(office.deps.assignments, MemoryAssignments)
    told = [each.data["to"] for each in office.deps.assignments.events]
    assert told == [{"account_id": "r-1"}]


@pytest.mark.parametrize("actor", [CITY, PROVINCE, MINISTRY])
def test_a_level_that_does_not_act_assigns_nothing(actor: Actor) -> None:
    office = make_office()
    filing = submitted(office)

    with pytest.raises(NotAllowed):
        assigned(office, filing, actor.account_id, actor)


def test_nobody_is_given_what_they_filed_themselves() -> None:
    office = make_office()
    filing = submitted(office)

    with pytest.raises(Invalid):
        assigned(office, filing, OPERATOR.account_id)


def test_an_assignment_is_made_on_what_its_maker_saw() -> None:
    office = make_office()
    filing = submitted(office)
    office.pass_on(filing)

    with pytest.raises(StaleVersion):
        assigned(office, filing)


@pytest.mark.parametrize("act", ["approve", "return"])
def test_an_assignment_falls_away_when_the_filing_moves_on(act: str) -> None:
    office = make_office()
    filing = submitted(office)
    assigned(office, filing)
    office.clock.advance(timedelta(hours=1))

    moved = office.pass_on(filing) if act == "approve" else office.give_back(filing)

    assert assignments.assignee_of(office.deps, moved) == ""
    assert assignments.assigned_to(office.deps, "330106", "r-7") == []


def test_an_undone_decision_brings_the_assignment_back_where_the_wait_is_the_same() -> None:
    office = make_office()
    filing = submitted(office)
    assigned(office, filing)
    moved = office.pass_on(filing)

    again = undo_decision(office.deps, Call(COUNTY, version=moved.version), filing.id)

    assert assignments.assignee_of(office.deps, again) == "r-7"


def test_what_does_not_wait_is_assigned_to_nobody() -> None:
    office = make_office()
    returned = office.give_back(submitted(office))

    with pytest.raises(Conflict):
        assigned(office, returned)


def test_the_workload_counts_what_each_has_the_oldest_and_what_is_past_its_review_day() -> None:
    office = make_office()
    filing = submitted(office)
    assigned(office, filing)
    early = assignments.workload(office.deps, Call(COUNTY))
    office.clock.advance(timedelta(days=10))

    late = assignments.workload(office.deps, Call(COLLEAGUE))

    (load,) = late.loads
    assert (early.loads[0].overdue, load.overdue) == (0, 1)
    assert (load.account_id, load.assigned, load.oldest) == ("r-7", 1, filing.waiting_since)
    assert (late.waiting, late.unassigned) == (1, 0)
    assert assignments.workload(office.deps, Call(CITY)).loads == ()


def test_the_review_day_of_each_level_is_counted_in_working_days_from_when_it_came_there() -> None:
    office = make_office()
    filing = submitted(office)
    days = [assignments.review_day(filing)]
    for actor in (COUNTY, CITY, PROVINCE, MINISTRY):
        filing = office.pass_on(filing, actor)
        days.append(assignments.review_day(filing))

    found = [each.isoformat() if each else None for each in days]

    assert found == ["2025-01-13", "2025-01-13", "2025-01-13", "2025-01-15", None]
