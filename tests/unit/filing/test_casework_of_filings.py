"""Threads on filings: who of which level reads, asks, answers and resolves in which state, and who is told of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.filing import policy
from services.filing.model.filings import Filing
from services.filing.operations import threads
from services.filing.operations.submission import withdraw_filing
from shared.calls import Call
from shared.errors import Invalid, NotAllowed, NotFound
from shared.identity.actor import Actor, Role
from shared.messaging.events import Outgoing
from shared.threads.model import Visibility
from tests.support.filing_casework import MemoryThreads
from tests.support.filing_deps import (
    CITY,
    COUNTY,
    MATE,
    MINISTRY,
    OPERATOR,
    PROVINCE,
    RIVAL,
    SHANGHAI,
    Office,
    make_office,
)

INTERNAL, FILER = Visibility.INTERNAL, Visibility.FILER
SELF = replace(OPERATOR, role=Role.COUNTY_REVIEWER, unit_id=None)
SIBLING = Actor("r-6", Role.COUNTY_REVIEWER, division="330108")
PEOPLE = {
    "unit": OPERATOR,
    "mate": MATE,
    "rival": RIVAL,
    "county": COUNTY,
    "self": SELF,
    "sibling": SIBLING,
    "city": CITY,
    "province": PROVINCE,
    "abroad": SHANGHAI,
    "ministry": MINISTRY,
}
STATES = ("at county", "at city", "at province", "at ministry", "approved", "returned by city", "withdrawn")

SEES = {
    INTERNAL: {"county", "city", "province", "ministry"},
    FILER: {"unit", "mate", "self", "county", "city", "province", "ministry"},
}
"""Who reads a thread, in every state after a submission."""

ASKS = {
    "at county": {"county"},
    "at city": {"county", "city"},
    "at province": {"county", "city", "province"},
    "at ministry": {"county", "city", "province", "ministry"},
    "approved": {"county", "city", "province", "ministry"},
    "returned by city": {"county", "city"},
    "withdrawn": {"county"},
}
"""Who asks the unit, resolves and reopens: the levels to which the version has come."""


def brought(office: Office, state: str) -> Filing:
    """Return a filing in a state."""
    filing = office.submit(office.filled())
    if state == "withdrawn":
        return withdraw_filing(office.deps, Call(OPERATOR, version=filing.version), filing.id)
    if state == "approved":
        return office.approve(filing)
    passed = {"at county": (), "at city": (COUNTY,), "at province": (COUNTY, CITY), "returned by city": (COUNTY,)}
    for actor in passed.get(state, (COUNTY, CITY, PROVINCE)):
        filing = office.pass_on(filing, actor)
    return office.give_back(filing, actor=CITY) if state == "returned by city" else filing


def asked(office: Office, filing: Filing, visibility: Visibility = FILER, pointer: str = "/622/2") -> str:
    """Return the id of a thread that the county began."""
    found = threads.open_thread(office.deps, Call(COUNTY), filing.id, visibility, pointer, "请说明增长的原因")
    return found.seen.thread.id


def notices(office: Office) -> list[Outgoing]:
    """Return the notices that threads told, in their order."""
    assert isinstance(office.deps.threads, MemoryThreads)
    return [each for each in office.deps.threads.events if each.type.endswith("notice_due.v1")]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("person", PEOPLE)
def test_who_reads_asks_answers_and_resolves_at_each_level_is_decided(state: str, person: str) -> None:
    office = make_office()
    filing, actor = brought(office, state), PEOPLE[person]

    found = {
        visibility: (
            policy.is_in_sight(actor, filing) and policy.reads_threads(actor, filing, visibility),
            policy.opens_threads(actor, filing, visibility),
            policy.writes_threads(actor, filing, visibility),
        )
        for visibility in (INTERNAL, FILER)
    }

    is_unit = person in {"unit", "mate"}
    assert found[INTERNAL] == (person in SEES[INTERNAL],) * 3
    assert found[FILER] == (person in SEES[FILER], person in ASKS[state], person in ASKS[state] or is_unit)


def test_of_an_internal_thread_the_unit_and_whoever_filed_find_nothing_by_any_way() -> None:
    office = make_office()
    filing = brought(office, "at city")
    thread_id = asked(office, filing, INTERNAL)

    for actor in (OPERATOR, MATE, SELF):
        assert threads.list_threads(office.deps, Call(actor), filing.id) == ()
        for attempt in (
            lambda actor=actor: threads.answer_thread(office.deps, Call(actor), filing.id, thread_id, "？"),
            lambda actor=actor: threads.resolve_thread(
                office.deps, Call(actor), filing.id, thread_id, is_resolved=True
            ),
            lambda actor=actor: threads.mark_read(office.deps, Call(actor), filing.id, thread_id, 1),
        ):
            with pytest.raises(NotFound):
                attempt()


def test_the_unit_is_told_of_a_question_at_its_field_and_the_department_that_asked_of_the_answer() -> None:
    office = make_office()
    filing = brought(office, "at city")
    thread_id = asked(office, filing)
    threads.answer_thread(office.deps, Call(OPERATOR), filing.id, thread_id, "新增两个板块")

    question, answer = notices(office)

    assert question.data["occasion"] == "filing.question"
    assert question.data["to"] == {"unit_id": filing.unit_id}
    assert question.data["link"] == f"/filings/{filing.id}?at=/622/2"
    assert answer.data["to"] == {"role": "county_reviewer", "division": "330106"}
    assert answer.data["link"] == f"/filings/{filing.id}/review"
    assert "增长" not in str(dict(question.data)) + str(dict(question.secret or {}))
    assert "622" in str((question.secret or {})["place"])


def test_of_a_remark_among_departments_those_in_it_and_the_one_that_acts_are_told_and_the_unit_is_not() -> None:
    office = make_office()
    filing = brought(office, "at province")
    thread_id = asked(office, filing, INTERNAL)
    threads.answer_thread(office.deps, Call(CITY), filing.id, thread_id, "已电话核实")

    told = [(each.data["occasion"], each.data["to"]) for each in notices(office)]

    province = {"role": "province_reviewer", "division": "330000"}
    assert told == [
        ("filing.remark", province),
        ("filing.remark", {"role": "county_reviewer", "division": "330106"}),
        ("filing.remark", province),
    ]


def test_a_thread_is_answered_whatever_the_state_and_the_filing_does_not_change() -> None:
    office = make_office()
    filing = brought(office, "at city")
    thread_id = asked(office, filing)

    answered = threads.answer_thread(office.deps, Call(MATE), filing.id, thread_id, "见证明材料")

    assert [each.text for each in answered.seen.thread.messages] == ["请说明增长的原因", "见证明材料"]
    assert [each.division for each in answered.seen.thread.messages] == ["330106", ""]
    assert office.deps.filings.get(filing.id) == filing


def test_resolving_and_reopening_leave_as_facts_without_what_was_said() -> None:
    office = make_office()
    filing = brought(office, "at city")
    thread_id = asked(office, filing)
    for is_resolved in (True, True, False):
        threads.resolve_thread(office.deps, Call(CITY), filing.id, thread_id, is_resolved=is_resolved)

    assert isinstance(office.deps.threads, MemoryThreads)
    facts = [each for each in office.deps.threads.events if not each.type.endswith("notice_due.v1")]

    assert [each.type.split(".")[2] for each in facts] == ["thread_resolved", "thread_reopened"]
    assert facts[0].data["thread_id"] == thread_id
    assert not {"pointer", "text", "place"} & set(facts[0].data)


@pytest.mark.parametrize("pointer", ["/999", "/622/9", "/622/2/3", "622/2", "/extras/none/h1"])
def test_a_place_that_the_form_does_not_have_is_refused(pointer: str) -> None:
    office = make_office()
    filing = brought(office, "at county")

    with pytest.raises(Invalid):
        asked(office, filing, FILER, pointer)


def test_a_level_to_which_the_version_has_not_come_does_not_ask_the_unit() -> None:
    office = make_office()
    filing = brought(office, "at county")

    with pytest.raises(NotAllowed):
        threads.open_thread(office.deps, Call(PROVINCE), filing.id, FILER, "", "请补充")
