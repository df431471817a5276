"""What the desk decides on each field of a case, and what leaves with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.exchange.comparing.fields import Field
from services.exchange.comparing.verdicts import Outcome
from services.exchange.model.cases import Answer, Case, Choice, State
from services.exchange.model.messages import Kind
from services.exchange.model.survey_units import Source
from services.exchange.operations.ageing import Age, age_of, count_cases, days_open, of_age
from services.exchange.operations.casework import case_id_of, follow_directory
from services.exchange.operations.deciding import Chosen, decide, list_cases, read_case
from services.exchange.policy import EXCHANGE
from services.exchange.ports.cases import Wanted
from shared.calendar.working_days import working_days_between
from shared.calls import Call
from shared.clock import local_date
from shared.contracts import all_contracts
from shared.contracts.border import KIND_BY_NAME, load_content
from shared.contracts.exchange import DIRECTORY_TAKEN
from shared.contracts.notification import NOTICE_DUE
from shared.errors import Conflict, Invalid, KeyReused, NotAllowed, NotFound, StaleVersion, VersionRequired
from shared.idempotency import RequestKey
from shared.identity.actor import COUNTRY, Actor, Role
from tests.support.exchange_conflict import DIRECTORY, announced, correct, known, told_unit
from tests.support.exchange_desk import DESK, UNIT, DeskDeps, make_deps
from tests.support.exchange_mirror import make_announcement

THEIRS = "西湖外包科技有限公司"
COUNTY = Actor("r" * 32, Role.COUNTY_REVIEWER, division="330106")
REASON = "以营业执照为准。"


def in_conflict(**changes: Any) -> tuple[DeskDeps, Case]:
    """Return an exchange with an open case on the name, and on what else changes."""
    deps = make_deps()
    told_unit(deps)
    [case] = announced(deps, known(**({"name": THEIRS} | changes)))
    return deps, case


def choose(deps: DeskDeps, case: Case, *chosen: Chosen, **call: Any) -> Case:
    return decide(deps, Call(**({"actor": DESK, "version": case.version} | call)), case.id, chosen).case


def test_taking_the_directorys_value_settles_the_field_and_tells_filing_and_the_unit() -> None:
    deps, case = in_conflict()

    settled = choose(deps, case, Chosen(Field.NAME, Choice.TAKE_THEIRS))

    name = settled.find(Field.NAME)
    fact = deps.survey_units.rows[UNIT].facts[Field.NAME]
    taken, notice = deps.cases.outbox
    assert name is not None
    assert (settled.state, name.compared.outcome, name.ours) == (State.SETTLED, Outcome.SAME, THEIRS)
    assert (fact.said.value, fact.ground.source) == (THEIRS, Source.DIRECTORY)
    assert (taken.type, taken.reader, taken.secret) == (
        DIRECTORY_TAKEN.type,
        "filing",
        {"facts": {"name": THEIRS}, "lists": {}},
    )
    assert DIRECTORY_TAKEN.load({**taken.data, "reader": "filing", "sealed": "x"})["unit_id"] == UNIT
    assert notice.type == NOTICE_DUE["exchange"].type
    assert (notice.data["occasion"], notice.secret) == ("exchange.directory_taken", {"fields": "单位详细名称"})


def test_keeping_ours_tells_the_directory_before_after_day_and_ground() -> None:
    deps, case = in_conflict(legal_representative="李四")

    waiting = choose(
        deps,
        case,
        Chosen(Field.NAME, Choice.KEEP_OURS, REASON),
        Chosen(Field.LEGAL_REPRESENTATIVE, Choice.KEEP_OURS, REASON),
    )

    [message] = [each for each in deps.messages.rows.values() if each.sequence == 2]
    content: Any = load_content(KIND_BY_NAME["UNIT_CHANGE"].content, deps.messages.secret_of(message).content)
    assert (waiting.state, message.kind, message.registration_id) == (State.WAITING, Kind.UNIT_CHANGE, "2" * 32)
    assert content["changes"] == [
        {"field": "unit/name", "before": THEIRS, "after": "西湖外包平台有限公司"},
        {"field": "unit/legal_representative", "before": "李四", "after": "王小明"},
    ]
    assert (content["effective_date"], content["evidence"]["registration_id"]) == ("2026-03-01", "2" * 32)
    assert {each.decisions[-1].message_id for each in waiting.fields if each.decisions} == {message.id}


def test_what_is_kept_is_told_though_the_content_of_the_message_before_was_removed() -> None:
    deps, case = in_conflict()
    [before] = deps.messages.rows
    del deps.messages.secrets[before]

    choose(deps, case, Chosen(Field.NAME, Choice.KEEP_OURS, REASON))

    [message] = [each for each in deps.messages.rows.values() if each.sequence == 2]
    content: Any = load_content(KIND_BY_NAME["UNIT_CHANGE"].content, deps.messages.secret_of(message).content)
    assert (content["unit"]["name"], content["platform"]) == ("西湖外包平台有限公司", None)


def test_asking_the_unit_sends_it_a_notice_and_waits() -> None:
    deps, case = in_conflict()

    waiting = choose(deps, case, Chosen(Field.NAME, Choice.ASK_UNIT, "请寄送执照复印件。"))

    [notice] = deps.cases.outbox
    assert waiting.state is State.WAITING
    assert (notice.data["occasion"], notice.data["to"]) == ("exchange.unit_asked", {"unit_id": UNIT})
    assert notice.data["link"] == f"/registrations/{'2' * 32}"
    assert notice.secret == {"fields": "单位详细名称", "words": "请寄送执照复印件。"}


def test_what_is_left_for_later_stays_open_with_its_reason() -> None:
    deps, case = in_conflict()

    left = choose(deps, case, Chosen(Field.NAME, Choice.LEAVE, "等单位换发执照。"))

    assert (left.state, deps.cases.outbox) == (State.OPEN, [])
    assert left.find(Field.NAME).decisions[-1].reason == "等单位换发执照。"  # type: ignore[union-attr]  # it is there


def test_decisions_are_counted_and_the_former_ones_stay() -> None:
    deps, case = in_conflict()
    left = choose(deps, case, Chosen(Field.NAME, Choice.LEAVE, "再看"))

    kept = choose(deps, left, Chosen(Field.NAME, Choice.KEEP_OURS, REASON))

    name = kept.find(Field.NAME)
    assert name is not None
    assert [(each.no, each.choice, each.by) for each in name.decisions] == [
        (1, Choice.LEAVE, DESK.account_id),
        (2, Choice.KEEP_OURS, DESK.account_id),
    ]
    assert [entry.action for entry in kept.history] == ["open", "decide", "decide"]


@pytest.mark.parametrize(
    ("chosen", "pointer", "code"),
    [
        ([Chosen(Field.NAME, Choice.KEEP_OURS)], "/decisions/0/reason", "required"),
        ([Chosen(Field.NAME, Choice.LEAVE)], "/decisions/0/reason", "required"),
        ([Chosen(Field.INDUSTRY, Choice.KEEP_OURS, REASON)], "/decisions/0/choice", "value_missing"),
        ([Chosen(Field.ENGLISH_NAME, Choice.KEEP_OURS, REASON)], "/decisions/0/field", "field_unknown"),
        ([Chosen(Field.CREDIT_CODE, Choice.TAKE_THEIRS)], "/decisions/0/field", "field_settled"),
        ([Chosen(Field.NAME, Choice.TAKE_THEIRS)] * 2, "/decisions/1/field", "field_twice"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(chosen: list[Chosen], pointer: str, code: str) -> None:
    deps, case = in_conflict()

    with pytest.raises(Invalid) as refused:
        choose(deps, case, *chosen)

    assert [(each.pointer, each.code) for each in refused.value.problems] == [(pointer, code)]
    assert deps.cases.get(case.id) == case


def test_what_is_under_way_to_the_directory_is_not_decided_again() -> None:
    deps, case = in_conflict()
    kept = choose(deps, case, Chosen(Field.NAME, Choice.KEEP_OURS, REASON))

    with pytest.raises(Invalid):
        choose(deps, kept, Chosen(Field.NAME, Choice.TAKE_THEIRS))


def test_two_people_do_not_settle_one_case_at_once() -> None:
    deps, case = in_conflict()
    choose(deps, case, Chosen(Field.NAME, Choice.LEAVE, "甲"))

    with pytest.raises(StaleVersion):
        choose(deps, case, Chosen(Field.NAME, Choice.TAKE_THEIRS))
    with pytest.raises(VersionRequired):
        choose(deps, case, Chosen(Field.NAME, Choice.TAKE_THEIRS), version=None)


def test_the_same_request_twice_decides_once_and_a_key_is_for_one_request() -> None:
    deps, case = in_conflict()
    request = RequestKey("k" * 16, "a")
    kept = choose(deps, case, Chosen(Field.NAME, Choice.KEEP_OURS, REASON), request=request)

    again = choose(deps, case, Chosen(Field.NAME, Choice.KEEP_OURS, REASON), request=request)

    assert again == kept
    assert len(deps.messages.rows) == 2
    with pytest.raises(KeyReused):
        choose(deps, kept, Chosen(Field.NAME, Choice.LEAVE, REASON), request=RequestKey("k" * 16, "b"))


@pytest.mark.parametrize("actor", [COUNTY, EXCHANGE, Actor("m" * 32, Role.MINISTRY, division=COUNTRY)])
def test_only_a_person_at_the_desk_decides(actor: Actor) -> None:
    deps, case = in_conflict()

    with pytest.raises(NotAllowed):
        choose(deps, case, Chosen(Field.NAME, Choice.TAKE_THEIRS), actor=actor)


def test_a_settled_case_is_closed_until_something_new_contradicts() -> None:
    deps, case = in_conflict()
    settled = choose(deps, case, Chosen(Field.NAME, Choice.TAKE_THEIRS))

    with pytest.raises(Conflict):
        choose(deps, settled, Chosen(Field.NAME, Choice.LEAVE, REASON))
    assert follow_directory(deps, DIRECTORY, known(name=THEIRS), make_announcement()) == (settled,)


def test_what_was_taken_is_to_be_decided_anew_once_the_unit_has_gone_back_on_it() -> None:
    deps, case = in_conflict()
    ours = case.find(Field.NAME).ours  # type: ignore[union-attr]
    choose(deps, case, Chosen(Field.NAME, Choice.TAKE_THEIRS))
    announced(deps, known(2, name=ours))
    correct(deps, "8" * 32, name=ours)

    [again] = announced(deps, known(3, name=THEIRS))

    name = again.find(Field.NAME)
    assert (name.theirs, name.ours, again.state) == (THEIRS, ours, State.OPEN)  # type: ignore[union-attr]


def test_departments_see_the_cases_of_their_area_and_decide_nothing() -> None:
    deps, case = in_conflict()
    foreign = Call(replace(COUNTY, division="330110"))

    view = read_case(deps, Call(COUNTY), case.id)

    assert (view.may_decide, view.case) == (False, case)
    assert list_cases(deps, Call(COUNTY), Wanted(""), "", 20).items == (case,)
    assert list_cases(deps, foreign, Wanted(""), "", 20).items == ()
    with pytest.raises(NotFound):
        read_case(deps, foreign, case.id)
    with pytest.raises(NotFound):
        list_cases(deps, foreign, Wanted("330111"), "", 20)


def test_what_was_taken_goes_along_when_the_directory_is_told_something_else_later() -> None:
    deps, case = in_conflict()
    choose(deps, case, Chosen(Field.NAME, Choice.TAKE_THEIRS))
    [again] = announced(deps, known(2, name=THEIRS, legal_representative="李四"))

    choose(deps, again, Chosen(Field.LEGAL_REPRESENTATIVE, Choice.KEEP_OURS, REASON))

    [message] = [each for each in deps.messages.rows.values() if each.sequence == 2]
    content: Any = load_content(KIND_BY_NAME["UNIT_CHANGE"].content, deps.messages.secret_of(message).content)
    assert content["unit"]["name"] == THEIRS
    assert [each["field"] for each in content["changes"]] == ["unit/legal_representative"]


def test_a_correction_of_the_unit_goes_on_from_what_was_taken() -> None:
    deps, case = in_conflict()
    choose(deps, case, Chosen(Field.NAME, Choice.TAKE_THEIRS))

    known_already = correct(deps, "8" * 32, name=THEIRS)
    told = correct(deps, "9" * 32, name=THEIRS, legal_representative="赵六")

    assert known_already is None
    assert told is not None
    content: Any = load_content(KIND_BY_NAME["UNIT_CHANGE"].content, deps.messages.secret_of(told).content)
    assert content["unit"]["name"] == THEIRS
    assert content["changes"] == [{"field": "unit/legal_representative", "before": "王小明", "after": "赵六"}]


def test_ages_are_counted_in_working_days_and_their_spans_meet() -> None:
    wanted = Wanted(COUNTRY)
    for on in (date(2025, 10, 9), date(2026, 2, 24), date(2026, 11, 28)):  # after the long holidays, and a Saturday
        spans = {age: of_age(wanted, age, on) for age in Age}
        for back in range(60):
            opened = on - timedelta(days=back)
            expected = age_of(working_days_between(opened, on).days)
            inside = [
                age
                for age, span in spans.items()
                if (span.opened_from is None or local_date(span.opened_from) <= opened)
                and (span.opened_before is None or opened < local_date(span.opened_before))
            ]
            assert inside == [expected]


def test_cases_are_counted_by_age_and_state() -> None:
    deps, case = in_conflict()
    deps.clock.advance(timedelta(days=40))

    counts = count_cases(deps, Call(DESK), Wanted(""))

    assert counts.by_age == {Age.NEW: 0, Age.DUE: 0, Age.LATE: 1}
    assert counts.by_state == {State.OPEN: 1, State.WAITING: 0, State.SETTLED: 0}
    assert days_open(case, local_date(deps.clock.now())) > 20


def test_every_event_that_leaves_has_a_contract() -> None:
    deps, case = in_conflict(legal_representative="李四")

    choose(deps, case, Chosen(Field.NAME, Choice.TAKE_THEIRS), Chosen(Field.LEGAL_REPRESENTATIVE, Choice.ASK_UNIT))

    assert {each.type for each in deps.cases.outbox} <= set(all_contracts())
    assert deps.cases.get(case_id_of(UNIT)).find(Field.NAME).decisions[-1].answer is Answer.NONE  # type: ignore[union-attr]
