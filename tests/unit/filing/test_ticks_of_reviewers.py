"""What a reviewer ticks off: kept for the version and the person, and carried into the decision."""

from __future__ import annotations

import pytest

from services.filing.model.filings import Filing
from services.filing.operations.reading import view_of
from services.filing.operations.review import tick_findings, undo_decision
from services.filing.operations.submission import withdraw_filing
from shared.calls import Call
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, StaleVersion, TongbaoError
from shared.identity.actor import Actor, Role
from tests.support.filing_deps import CITY, COUNTY, OPERATOR, RIVAL, Office, make_office

COLLEAGUE = Actor("r-9", Role.COUNTY_REVIEWER, division="330106")


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def filing(office: Office) -> Filing:
    return office.submit(office.filled())


def keys_of(filing: Filing) -> list[str]:
    return [each.key for each in filing.versions[-1].noted]


def tick(office: Office, filing: Filing, *keys: str, actor: Actor = COUNTY) -> tuple[str, ...]:
    _, ticked = tick_findings(office.deps, Call(actor, version=filing.version), filing.id, keys)
    return ticked


def seen(office: Office, filing: Filing, actor: Actor = COUNTY) -> tuple[str, ...]:
    return view_of(office.deps, Call(actor), filing).seen


def test_they_are_there_on_return_for_whoever_ticked_and_the_filing_does_not_change(
    office: Office, filing: Filing
) -> None:
    key = keys_of(filing)[0]

    tick(office, filing, key)

    assert seen(office, filing) == (key,)
    assert seen(office, filing, COLLEAGUE) == ()
    assert office.filings.get(filing.id) == filing


def test_the_last_word_counts(office: Office, filing: Filing) -> None:
    tick(office, filing, *keys_of(filing))

    tick(office, filing)

    assert seen(office, filing) == ()


def test_the_decision_carries_what_its_reviewer_ticked_off(office: Office, filing: Filing) -> None:
    key = keys_of(filing)[0]
    tick(office, filing, key)
    tick(office, filing, *keys_of(filing), actor=COLLEAGUE)

    approved = office.pass_on(filing)
    reopened = undo_decision(office.deps, Call(COUNTY, version=approved.version), filing.id)

    (version,) = approved.versions
    assert version.decision is not None
    assert version.decision.seen == (key,)
    assert reopened.versions[0].undone[0].seen == (key,)
    assert seen(office, reopened) == (key,)


def test_a_new_version_is_checked_anew(office: Office, filing: Filing) -> None:
    tick(office, filing, *keys_of(filing))
    withdrawn = withdraw_filing(office.deps, Call(OPERATOR, version=filing.version), filing.id)

    again = office.submit(withdrawn)

    assert seen(office, again) == ()


@pytest.mark.parametrize(
    ("actor", "error"), [(OPERATOR, NotAllowed), (CITY, NotAllowed), (RIVAL, NotFound)], ids=["unit", "city", "rival"]
)
def test_only_who_may_decide_ticks_off(office: Office, filing: Filing, actor: Actor, error: type[TongbaoError]) -> None:
    with pytest.raises(error):
        tick(office, filing, *keys_of(filing), actor=actor)

    assert seen(office, filing) == ()


def test_what_is_decided_is_ticked_off_no_more(office: Office, filing: Filing) -> None:
    approved = office.approve(filing)

    with pytest.raises(Conflict):
        tick(office, approved, *keys_of(filing))


def test_what_the_version_does_not_have_and_what_changed_meanwhile_is_refused(office: Office, filing: Filing) -> None:
    with pytest.raises(Invalid) as unknown:
        tick(office, filing, keys_of(filing)[0], "p1-none@/601/2")
    with pytest.raises(StaleVersion):
        tick_findings(office.deps, Call(COUNTY, version=filing.version - 1), filing.id, keys_of(filing))

    assert [each.pointer for each in unknown.value.problems] == ["/keys/1"]
    assert seen(office, filing) == ()
