"""Who is told of a step, and what: in the same write as the step itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.registration.model.registration import Registration
from services.registration.model.review import ReasonCode, Verdict
from services.registration.model.states import State
from services.registration.operations import review, submission
from services.registration.operations.review import Signed
from shared.identity.actor import Role
from tests.support.registration import UNIT, Fakes, accepted, make_actor, make_call, make_fakes, make_registration

ID = "1" * 32
DEPARTMENT = make_actor(Role.COUNTY_REVIEWER)
REASON = Signed("备案证明已过期", "西湖区商务局 陈明", date(2026, 3, 2), ReasonCode.MATERIALS_UNCLEAR)


def under_review(**faults: Verdict) -> Registration:
    """Return a registration in review with verdicts on each material."""
    registration = make_registration(State.UNDER_REVIEW)
    (revision,) = registration.revisions
    assert revision.review is not None
    reviewed = replace(revision, review=replace(revision.review, materials=accepted(**faults)))
    return replace(registration, revisions=(reviewed,))


def returned(fakes: Fakes) -> Registration:
    """Return the registration of `fakes` after its fifth material was found expired."""
    return review.return_registration(fakes.deps, make_call(DEPARTMENT, version=1), ID, REASON)


def test_the_applicant_is_told_the_reason_in_the_same_write() -> None:
    fakes = make_fakes(under_review(m5=Verdict.EXPIRED))

    returned(fakes)

    (notice,) = fakes.notices
    assert notice.data["occasion"] == "registration.returned"
    assert notice.data["to"] == {"unit_id": UNIT}
    assert notice.data["link"] == f"/registrations/{ID}?at=/materials/5"
    assert notice.reader == "notification"
    assert notice.secret is not None
    assert notice.secret["reason"] == "材料不清晰：备案证明已过期"
    assert "备案证明已过期" not in str(notice.data)


def test_each_of_two_returns_of_one_revision_is_an_occasion_of_its_own() -> None:
    fakes = make_fakes(under_review(m5=Verdict.EXPIRED))
    first = returned(fakes)
    undone = review.undo_decision(fakes.deps, make_call(DEPARTMENT, version=first.version), ID, "退回有误")
    review.return_registration(fakes.deps, make_call(DEPARTMENT, version=undone.version), ID, REASON)

    told = [event.data for event in fakes.notices]

    assert [data["occasion"].partition(".")[2] for data in told] == ["returned", "decision_undone", "returned"]  # type: ignore[attr-defined]
    assert len({str(data["once"]) for data in told}) == 3


def test_a_submission_tells_the_operator_and_the_reviewers_of_the_division() -> None:
    fakes = make_fakes(make_registration())

    submission.submit_registration(fakes.deps, make_call(version=1), ID, undertaking=True)

    told = {str(notice.data["occasion"]): notice.data["to"] for notice in fakes.notices}
    assert told == {
        "registration.submitted": {"unit_id": UNIT},
        "registration.awaiting_review": {"role": "county_reviewer", "division": "330106"},
    }
