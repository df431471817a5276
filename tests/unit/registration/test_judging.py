"""A review with facts and conditions: what an approval waits for, what a second round takes over, who sees what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.registration.errors import PartNotOpen, ReviewIncomplete
from services.registration.form.items import CONDITIONS
from services.registration.model.facts import DirectoryRecord
from services.registration.model.materials import Slot
from services.registration.model.registration import Registration, Revision
from services.registration.model.review import Remark, Review, Verdict
from services.registration.model.states import State
from services.registration.operations import facts, reading, review, submission
from services.registration.operations.review import Marks, Signed
from services.registration.schemas.facts import checked_body
from shared.identity.actor import Role
from tests.support.registration import (
    NOW,
    Fakes,
    accepted,
    make_actor,
    make_call,
    make_facts,
    make_fakes,
    make_file,
    make_registration,
)

DEPARTMENT = make_actor(Role.COUNTY_REVIEWER)
ID = "1" * 32
OPINION = Signed(text="同意注册", signatory="陈明", signed_on=date(2026, 3, 2))
OTHER_NAME = "杭州云采技术有限公司"


def under_review(**changes: object) -> Registration:
    registration = make_registration(State.UNDER_REVIEW)
    (revision,) = registration.revisions
    assert revision.review is not None
    marks = replace(revision.review, **changes)  # type: ignore[arg-type]  # a test names fields of the review
    return replace(registration, revisions=(replace(revision, review=marks),))


def saved(fakes: Fakes, version: int = 1, **changes: object) -> Registration:
    marks = {
        "materials": accepted(),
        "conditions": dict.fromkeys(CONDITIONS, Remark(Verdict.ACCEPT)),
        "facts": make_facts(),
    } | changes
    return review.save_review(fakes.deps, make_call(DEPARTMENT, version=version), ID, Marks(**marks))  # type: ignore[arg-type]


def refused(fakes: Fakes, version: int = 1) -> list[tuple[str, str]]:
    with pytest.raises(ReviewIncomplete) as found:
        review.approve_registration(fakes.deps, make_call(DEPARTMENT, version=version), ID, OPINION)
    return [(problem.pointer, problem.code) for problem in found.value.problems]


def test_an_approval_waits_for_each_condition_of_registration() -> None:
    marks = {"legal_person_and_team": Remark(Verdict.ACCEPT), "rules_and_quality": Remark(Verdict.NOT_MET, "无制度")}

    problems = refused(make_fakes(under_review(conditions=marks)))

    assert problems == [
        ("/conditions/rules_and_quality", "condition_not_met"),
        ("/conditions/users_and_trades", "condition_not_judged"),
    ]


def test_an_approval_waits_for_each_fact_and_for_the_reason_of_each_that_differs() -> None:
    problems = refused(make_fakes(under_review(facts=make_facts(icp_subject=None, licence_name=OTHER_NAME))))

    assert ("/facts/icp_subject", "fact_not_recorded") in problems
    assert ("/facts/licence_name", "fact_in_dispute") in problems


def test_a_reason_settles_what_differs_and_the_approval_goes_through() -> None:
    fakes = make_fakes(under_review())
    read = make_facts(licence_valid_until=date(2026, 3, 1))
    saved(fakes, facts=read)
    before = refused(fakes, version=2)

    saved(fakes, version=2, facts=read, reasons={"licence_valid_until": "已换发新照，旧照待交"})
    approved = review.approve_registration(fakes.deps, make_call(DEPARTMENT, version=3), ID, OPINION)

    assert before == [("/facts/licence_valid_until", "fact_in_dispute")]
    assert approved.state is State.APPROVED
    assert approved.review is not None
    assert approved.review.settled["licence_valid_until"].by == DEPARTMENT.account_id


def test_a_reason_for_what_agrees_is_not_kept() -> None:
    fakes = make_fakes(under_review())

    stored = saved(fakes, reasons={"licence_name": "已核对"})

    assert stored.review is not None
    assert stored.review.settled == {}


def test_a_record_of_the_directory_that_changed_after_the_reason_asks_for_a_new_one() -> None:
    fakes = make_fakes(under_review())
    fakes.registrations.records[ID] = DirectoryRecord(NOW, {"legal_representative": "张三"})
    stored = saved(fakes, reasons={"licence_representative": "刚办理变更"})
    fakes.registrations.records[ID] = DirectoryRecord(NOW, {"legal_representative": "李四"})

    problems = refused(fakes, version=2)

    assert stored.review is not None
    assert set(stored.review.settled) == {"licence_representative"}
    assert problems == [("/facts/licence_representative", "fact_in_dispute")]


def second_round() -> Registration:
    """Return a registration submitted again, with another file in material 5, that the first round returned."""
    registration = under_review(materials=accepted(m5=Verdict.REPLACE))
    (first,) = registration.revisions
    materials = {**first.materials, Slot.FILING: (make_file("9" * 32),)}
    second = Revision(no=2, submitted_at=NOW, form=first.form, materials=materials)
    return replace(registration, state=State.SUBMITTED, revisions=(first, second), materials=materials)


def test_a_second_round_takes_over_the_judgement_of_unchanged_parts_to_be_confirmed_by_one_act() -> None:
    fakes = make_fakes(second_round())
    started = review.start_review(fakes.deps, make_call(DEPARTMENT, version=1), ID)

    kept = started.review
    assert kept is not None
    saved(fakes, version=2, materials={**kept.materials, Slot.FILING: Remark(Verdict.ACCEPT)})
    unconfirmed = refused(fakes, version=3)
    confirmed = saved(fakes, version=3, confirms_carried=True)

    assert Slot.FILING not in kept.materials
    assert "icp_number" not in kept.facts
    assert {"/materials/2", "/facts/licence_name", "/conditions/users_and_trades"} <= set(kept.carried)
    assert unconfirmed == [("/carried", "carried_not_confirmed")]
    assert confirmed.review is not None
    assert confirmed.review.carried == ()


def test_what_a_reviewer_marks_anew_is_no_longer_carried() -> None:
    fakes = make_fakes(second_round())
    review.start_review(fakes.deps, make_call(DEPARTMENT, version=1), ID)

    stored = saved(fakes, version=2, materials={Slot.LICENCE: Remark(Verdict.EXPIRED, "已过期")}, conditions={})

    assert stored.review is not None
    assert not {"/materials/1", "/materials/2", "/conditions/users_and_trades"} & set(stored.review.carried)


def test_a_verdict_once_chosen_can_be_taken_away_again() -> None:
    fakes = make_fakes(under_review())

    stored = saved(fakes, materials={})

    assert stored.review is not None
    assert stored.review.materials == {}


def test_what_the_filer_states_is_submitted_with_the_revision_and_fills_no_reading() -> None:
    draft = make_registration()
    fakes = make_fakes(draft)
    facts.state_facts(fakes.deps, make_call(version=1), ID, {"licence_name": OTHER_NAME})

    submission.submit_registration(fakes.deps, make_call(version=2), ID, undertaking=True)
    seen = reading.read_registration(fakes.deps, make_call(DEPARTMENT), ID)

    (name,) = [one for one in seen.facts if one.fact.key == "licence_name"]
    assert (name.stated, name.read, name.is_recorded) == (OTHER_NAME, None, False)
    assert name.disputed


def test_facts_of_a_closed_material_stay_as_they_were_submitted() -> None:
    fakes = make_fakes(replace(under_review(materials=accepted(m5=Verdict.REPLACE)), state=State.RETURNED))

    facts.state_facts(fakes.deps, make_call(version=1), ID, {"icp_subject": OTHER_NAME})
    with pytest.raises(PartNotOpen) as found:
        facts.state_facts(fakes.deps, make_call(version=2), ID, {"icp_subject": OTHER_NAME, "licence_name": OTHER_NAME})

    assert [problem.pointer for problem in found.value.problems] == ["/materials/2"]


def test_the_unit_sees_neither_the_readings_and_reasons_of_the_department_nor_what_the_directory_knows() -> None:
    registration = under_review(facts=make_facts(licence_name=OTHER_NAME))
    fakes = make_fakes(registration)
    fakes.registrations.records[ID] = DirectoryRecord(NOW, {"legal_representative": "张三"})
    saved(fakes, facts=make_facts(licence_name=OTHER_NAME), reasons={"licence_name": "内部判断"})

    seen = reading.read_registration(fakes.deps, make_call(), ID)

    shown = str([checked_body(one, {}) for one in seen.facts])
    assert not [secret for secret in (OTHER_NAME, "内部判断", "张三", "directory") if secret in shown]


def test_a_review_stored_before_there_were_facts_still_has_none() -> None:
    old = Review(reviewer_id=DEPARTMENT.account_id, started_at=NOW, materials=accepted())

    seen = reading.read_registration(make_fakes(under_review(**vars(old))).deps, make_call(DEPARTMENT), ID)

    assert all(one.read is None for one in seen.facts)
