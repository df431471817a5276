"""The answers that a save hands on are those that stand in what it stored."""

from __future__ import annotations

from services.filing.operations.drafts import Content, save_draft
from services.filing.operations.instruments import instrument_for
from services.filing.operations.reading import saved_view, view_of
from shared.calls import Call
from tests.support.filing_deps import OPERATOR, make_office, repeated
from tests.support.platform_filing import ANSWERS, EXPLAINED

CONTENT = Content(answers=ANSWERS, explanations=EXPLAINED)


def test_a_save_hands_on_the_answers_that_it_stored() -> None:
    office = make_office()
    filing = office.begin()

    saved = save_draft(office.deps, Call(OPERATOR, version=1), filing.id, CONTENT)

    stored = office.filings.get(filing.id)
    assert saved.filing == stored
    assert saved.answers == instrument_for(office.deps, stored).answers(stored.working.answers)


def test_what_is_shown_of_a_save_is_what_is_read_afterwards() -> None:
    office = make_office()
    filing = office.begin()
    saved = save_draft(office.deps, Call(OPERATOR, version=1), filing.id, CONTENT)

    shown = view_of(office.deps, Call(OPERATOR), saved.filing, saved.answers)
    told = saved_view(office.deps, saved.filing, saved.answers)

    assert shown == view_of(office.deps, Call(OPERATOR), office.filings.get(filing.id))
    assert told.checked == shown.checked


def test_a_save_that_was_carried_out_before_hands_on_no_answers_of_its_own() -> None:
    office = make_office()
    filing = office.begin()
    first = save_draft(office.deps, repeated(OPERATOR, 1), filing.id, CONTENT)
    emptied = save_draft(office.deps, Call(OPERATOR, version=2), filing.id, Content())

    again = save_draft(office.deps, repeated(OPERATOR, 1), filing.id, CONTENT)

    assert first.answers is not None
    assert again.filing == emptied.filing
    assert again.answers is None
