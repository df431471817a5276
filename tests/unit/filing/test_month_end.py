"""The work at a month's end: what is proposed, lines that stand for themselves, the nil report, submitting together."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from services.filing.errors import AlreadyFiled, ExecutionsThere, NotExpected
from services.filing.model.filings import Filing
from services.filing.model.periods import Period
from services.filing.model.states import State
from services.filing.operations.drafts import Content, discard_filing, save_content
from services.filing.operations.due import days_late, due_of
from services.filing.operations.executions import Saved, save_executions
from services.filing.operations.month_end import file_nil, month_end
from services.filing.operations.selection import Outcome, Selected, submit_selected
from services.filing.schemas.overview import row_body
from shared.calls import Call
from shared.errors import Invalid, KeyReused
from shared.idempotency import RequestKey
from tests.support.filing_deps import COUNTY, OPERATOR, RIVAL, Office
from tests.support.month_end import BEFORE, FIRM, FIRM_UNIT, MONTH, SIGN_OFF, contract, line, make_firm_office, save


@pytest.fixture
def office() -> Office:
    return make_firm_office()


def filing_of(saved: Saved) -> Filing:
    assert saved.filing is not None, saved.problems
    return saved.filing


def submit(office: Office, *saved: Saved | Filing, key: str = "s" * 8) -> tuple[Outcome, ...]:
    filings = [filing_of(each) if isinstance(each, Saved) else each for each in saved]
    selected = [Selected(each.id, each.version) for each in filings]
    call = Call(FIRM, request=RequestKey(key, key))
    return submit_selected(office.deps, call, selected, SIGN_OFF, duties_read=True)


def test_a_month_proposes_the_open_contracts_with_what_was_executed_on_each(office: Office) -> None:
    first, second = contract(office, "HT-1"), contract(office, "HT-2")
    contract(office, "HT-3", contract_state={"state": "2", "ended_on": "2026-01-10"})
    saved = save(office, line(first), line(first, "2", typed={"308": "5"}))
    submit(office, saved[0])

    month = month_end(office.deps, Call(FIRM), MONTH)

    assert [each.account.terms.number for each in month.contracts] == ["HT-1", "HT-2"]
    assert [each.state for each in month.contracts[0].executions] == [State.SUBMITTED, State.DRAFT]
    assert (month.contracts[0].account.executed, month.contracts[0].account.remaining) == (Decimal(10), Decimal(90))
    assert month.contracts[1].executions == ()
    assert (month.due.on.isoformat(), month.is_overdue, month.nil) == ("2026-01-31", False, None)
    assert second.id == month.contracts[1].account.id


def test_executions_on_a_contract_that_ended_are_shown_beside(office: Office) -> None:
    ended = contract(office, "HT-3", contract_state={"state": "2", "ended_on": "2026-01-10"})

    (saved,) = save(office, line(ended))

    month = month_end(office.deps, Call(FIRM), MONTH)
    assert month.contracts == ()
    assert [each.id for each in month.others] == [filing_of(saved).id]


def test_a_month_that_has_ended_is_overdue_but_not_locked(office: Office) -> None:
    of = contract(office, "HT-1")
    late_reason = {"date": "2025-12-20", "carry_over_reason": "银行年末结算顺延"}

    (saved,) = save(office, line(of, typed={"305": late_reason}), period=BEFORE)

    assert month_end(office.deps, Call(FIRM), BEFORE).is_overdue
    (outcome,) = submit(office, saved)
    assert outcome.filing is not None
    form = office.deps.catalogue.find("2022").form("enterprise-3")  # type: ignore[union-attr]  # it is there
    assert form is not None
    shown = row_body(outcome.filing, form, None, due_of(office.deps, FIRM_UNIT, form, Period(2025, 12)))
    assert (shown["due"], shown["is_late"]) == ("2025-12-31", True)


def test_the_mark_goes_by_the_first_submission(office: Office) -> None:
    of = contract(office, "HT-1")
    (outcome,) = submit(office, *save(office, line(of)))
    filing = outcome.filing
    assert filing is not None
    form = office.deps.catalogue.find("2022").form("enterprise-3")  # type: ignore[union-attr]  # it is there
    assert form is not None

    later = replace(filing, submitted_at=datetime(2026, 3, 1, tzinfo=UTC))

    due = due_of(office.deps, FIRM_UNIT, form, Period(2026, 1))
    assert days_late(due, later) == 0
    assert days_late(due, replace(filing, filed_on=date(2026, 2, 1))) == 1
    assert days_late(due, replace(filing, filed_on=None)) == 0


def test_a_line_takes_the_parties_the_nature_and_the_number_from_its_contract(office: Office) -> None:
    of = contract(office, "HT-1")

    (saved,) = save(office, line(of))

    answers = filing_of(saved).working.answers
    assert answers["301"] == {"name": "杭州软件研发有限公司"}
    assert answers["302"] == {"foreign_name": "Delta Ltd"}
    assert (answers["303"], answers["304"]) == ("2", {"number": "HT-1"})
    assert saved.cumulative == Decimal(10)
    assert saved.found is not None
    assert saved.found.findings == ()


def test_nothing_of_a_faulty_line_is_stored_and_the_others_are(office: Office) -> None:
    of = contract(office, "HT-1")
    before = set(office.filings.kept)
    wrong = {"305": {"date": "2026-02-30"}, "308": "zehn", "309": "1,5"}

    saved = save(office, line(of), line(of, "2", typed=wrong), line(of, "3"), line(of, "4", contract="f" * 32))

    assert [each.pointer for each in saved[1].problems] == ["/lines/1/305/date", "/lines/1/308", "/lines/1/309"]
    assert [(each.pointer, each.code) for each in saved[3].problems] == [("/lines/3/contract", "contract_unknown")]
    new = set(office.filings.kept) - before
    assert new == {filing_of(saved[0]).id, filing_of(saved[2]).id}


def test_a_request_that_was_carried_out_by_half_is_carried_out_once(office: Office) -> None:
    of = contract(office, "HT-1")
    lines = [line(of, str(number)) for number in range(4)]
    half = save(office, *lines[:2])

    whole = save(office, *lines)
    again = save(office, *lines)

    assert [filing_of(each).id for each in whole[:2]] == [filing_of(each).id for each in half]
    assert [filing_of(each).id for each in again] == [filing_of(each).id for each in whole]
    assert len(month_end(office.deps, Call(FIRM), MONTH).contracts[0].executions) == 4


def test_a_key_that_comes_back_with_other_lines_is_refused(office: Office) -> None:
    of = contract(office, "HT-1")
    save(office, line(of))

    with pytest.raises(KeyReused):
        save_executions(office.deps, Call(FIRM, request=RequestKey("k" * 8, "other")), MONTH, [line(of)])


def test_a_draft_is_changed_on_the_version_that_was_read_and_keeps_what_the_line_does_not_say(office: Office) -> None:
    of = contract(office, "HT-1")
    (saved,) = save(office, line(of))
    draft = filing_of(saved)
    content = Content(answers=draft.working.answers, explanations={"e3-voucher-again": "拆分"})
    draft = save_content(office.deps, Call(FIRM, version=draft.version), draft.id, content)

    changed = line(of, filing=draft.id, version=draft.version, typed={"308": "12", "309": None})
    stale = replace(changed, key="2", version=draft.version)
    first, second = save(office, changed, stale, key="n" * 8)

    assert filing_of(first).working.answers["308"] == "12"
    assert "309" not in filing_of(first).working.answers
    assert filing_of(first).working.explanations == {"e3-voucher-again": "拆分"}
    assert [each.code for each in second.problems] == ["stale_version"]
    assert [each.pointer for each in second.problems] == ["/lines/1"]


def test_lines_with_one_key_are_refused_together(office: Office) -> None:
    of = contract(office, "HT-1")
    before = len(office.filings.kept)

    with pytest.raises(Invalid) as refused:
        save(office, line(of), line(of))

    assert [each.pointer for each in refused.value.problems] == ["/lines/1/key"]
    assert len(office.filings.kept) == before


def test_no_line_reaches_the_contract_or_the_draft_of_another_unit(office: Office) -> None:
    of = contract(office, "HT-1")
    (own,) = save(office, line(of))
    stranger = office.begin("platform-1", "2024", OPERATOR)

    foreign = line(of, filing=stranger.id, version=1)
    (refused,) = save(office, foreign, key="n" * 8)

    assert [each.pointer for each in refused.problems] == ["/lines/0/filing"]
    assert filing_of(own).unit_id == FIRM.unit_id
    with pytest.raises(NotExpected):
        month_end(office.deps, Call(OPERATOR), MONTH)


def test_a_nil_report_is_there_once_and_only_where_nothing_was_executed(office: Office) -> None:
    of = contract(office, "HT-1")
    nil = file_nil(office.deps, Call(FIRM), MONTH, "当月没有执行")

    with pytest.raises(AlreadyFiled):
        file_nil(office.deps, Call(FIRM), MONTH, "当月没有执行")
    found = month_end(office.deps, Call(FIRM), MONTH).nil
    (outcome,) = submit(office, nil)
    save(office, line(of), period=BEFORE)
    with pytest.raises(ExecutionsThere):
        file_nil(office.deps, Call(FIRM), BEFORE, "当月没有执行")

    assert found is not None
    assert found.id == nil.id
    assert outcome.filing is not None
    assert outcome.filing.state is State.SUBMITTED


def test_a_nil_report_that_was_given_up_makes_room_for_another(office: Office) -> None:
    call = Call(FIRM, request=RequestKey("n" * 8, "d"))
    nil = file_nil(office.deps, call, MONTH, "当月没有执行")
    assert file_nil(office.deps, call, MONTH, "当月没有执行").id == nil.id
    discard_filing(office.deps, Call(FIRM, version=nil.version), nil.id)

    again = file_nil(office.deps, Call(FIRM), MONTH, "确无执行")

    assert again.id != nil.id


def test_of_what_is_submitted_together_each_gets_its_own_word(office: Office) -> None:
    of = contract(office, "HT-1")
    saved = save(office, line(of), line(of, "2", typed={"308": None}), line(of, "3"))

    outcomes = submit(office, *saved)

    assert [each.filing is not None for each in outcomes] == [True, False, True]
    assert [(each.pointer, each.code) for each in outcomes[1].problems] == [("/items/1/answers/308", "required")]
    assert outcomes[1].refused is not None
    assert [each.rule for each in outcomes[1].refused.found.findings] == ["required"]
    assert office.accounts.get(of.id).executed == Decimal(20)


def test_submitting_together_again_submits_nothing_twice(office: Office) -> None:
    of = contract(office, "HT-1")
    saved = save(office, line(of), line(of, "2"))
    before = submit(office, saved[0], key="other-key")

    first = submit(office, *saved)
    again = submit(office, *saved)

    assert before[0].filing is not None
    assert [each.code for each in first] == ["stale_version", ""]
    assert [each.code for each in again] == ["stale_version", ""]
    assert [len(each.versions) for each in office.filings.kept.values() if each.form == "enterprise-3"] == [1, 1]


def test_a_faulty_sign_off_submits_nothing(office: Office) -> None:
    of = contract(office, "HT-1")
    filing = filing_of(save(office, line(of))[0])
    selected = [Selected(filing.id, filing.version)] * 2

    with pytest.raises(Invalid) as refused:
        submit_selected(office.deps, Call(FIRM), selected, SIGN_OFF, duties_read=False)

    assert [each.pointer for each in refused.value.problems] == ["/duties_read", "/items/1/id"]
    assert office.filings.get(filing.id).state is State.DRAFT


def test_nobody_submits_what_is_not_theirs(office: Office) -> None:
    of = contract(office, "HT-1")
    filing = filing_of(save(office, line(of))[0])

    codes = [
        submit_selected(office.deps, Call(actor), [Selected(filing.id, 1)], SIGN_OFF, duties_read=True)[0].code
        for actor in (RIVAL, COUNTY)
    ]

    assert codes == ["not_found", "not_found"]
