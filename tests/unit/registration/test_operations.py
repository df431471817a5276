"""The use cases of registration over fakes of its ports."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from services.registration.errors import PartNotOpen, PlatformTaken, ReviewIncomplete
from services.registration.model.directory import DirectoryState
from services.registration.model.materials import Slot
from services.registration.model.registration import Registration
from services.registration.model.review import ReasonCode, Remark, Verdict
from services.registration.model.states import Action, State
from services.registration.operations import drafts, files, reading, review, submission
from services.registration.operations.review import Marks, Signed
from shared.errors import Invalid, KeyReused, NotAllowed, NotFound, StaleVersion, VersionRequired
from shared.identity.actor import Role
from tests.support.files import make_pdf
from tests.support.registration import (
    CITY,
    Fakes,
    accepted,
    make_actor,
    make_call,
    make_fakes,
    make_file,
    make_form,
    make_registration,
)

ID = "1" * 32
DEPARTMENT = make_actor(Role.COUNTY_REVIEWER)
OPINION = Signed("同意注册", "西湖区商务局 陈明", date(2026, 3, 2))
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


def test_the_same_creation_twice_makes_one_registration() -> None:
    fakes = make_fakes()

    first = drafts.create_registration(fakes.deps, make_call(key="k"))
    second = drafts.create_registration(fakes.deps, make_call(key="k"))

    assert first == second
    assert len(fakes.registrations.kept) == 1


def test_a_creation_key_with_another_request_is_refused() -> None:
    fakes = make_fakes()
    drafts.create_registration(fakes.deps, make_call(key="k"))

    with pytest.raises(KeyReused):
        drafts.create_registration(fakes.deps, make_call(key="k", digest="other"))


def test_submitting_makes_a_revision_and_routes_it_by_the_division() -> None:
    fakes = make_fakes(make_registration())

    submitted = submission.submit_registration(fakes.deps, make_call(version=1), ID, undertaking=True)

    assert (submitted.state, submitted.revision, submitted.version) == (State.SUBMITTED, 1, 2)
    assert submitted.path == ("330106", "330100", "330000", "000000")
    assert fakes.event_types == ["tongbao.registration.submitted.v1"]


def test_submitting_an_incomplete_draft_names_everything_and_stores_nothing() -> None:
    draft = make_registration(form=make_form(phone=None), materials={})
    fakes = make_fakes(draft)

    with pytest.raises(Invalid) as caught:
        submission.submit_registration(fakes.deps, make_call(version=1), ID, undertaking=False)

    pointers = {problem.pointer for problem in caught.value.problems}
    assert {"/form/phone", "/materials/1", "/materials/5", "/undertaking"} <= pointers
    assert fakes.registrations.kept[ID] == draft


def test_a_web_site_of_another_live_registration_is_a_conflict() -> None:
    other = make_registration(State.APPROVED, id="2" * 32)
    fakes = make_fakes(make_registration(), other)

    with pytest.raises(PlatformTaken):
        submission.submit_registration(fakes.deps, make_call(version=1), ID, undertaking=True)


def test_a_repeated_submission_returns_what_the_first_one_did() -> None:
    fakes = make_fakes(make_registration())
    call = make_call(version=1, key="submit-once")

    first = submission.submit_registration(fakes.deps, call, ID, undertaking=True)
    second = submission.submit_registration(fakes.deps, call, ID, undertaking=True)

    assert first == second
    assert fakes.event_types == ["tongbao.registration.submitted.v1"]


@pytest.mark.parametrize(("version", "error"), [(None, VersionRequired), (7, StaleVersion)])
def test_a_change_needs_the_present_version(version: int | None, error: type[Exception]) -> None:
    fakes = make_fakes(make_registration())

    with pytest.raises(error):
        drafts.save_form(fakes.deps, make_call(version=version), ID, make_form())


def test_a_draft_does_not_exist_for_the_department() -> None:
    fakes = make_fakes(make_registration())

    with pytest.raises(NotFound):
        reading.read_registration(fakes.deps, make_call(DEPARTMENT), ID)


def test_a_registration_of_another_unit_does_not_exist() -> None:
    fakes = make_fakes(make_registration())

    with pytest.raises(NotFound):
        drafts.save_form(fakes.deps, make_call(make_actor(unit_id="9" * 32), version=1), ID, make_form())


def test_the_level_above_sees_a_registration_but_does_not_decide_it() -> None:
    fakes = make_fakes(under_review())
    city = make_actor(Role.CITY_REVIEWER, division=CITY)

    seen = reading.read_registration(fakes.deps, make_call(city), ID)

    assert seen.open_actions == ()
    with pytest.raises(NotAllowed):
        review.approve_registration(fakes.deps, make_call(city, version=1), ID, OPINION)


def test_a_read_by_the_department_is_recorded_and_one_by_the_unit_is_not() -> None:
    fakes = make_fakes(under_review())

    reading.read_registration(fakes.deps, make_call(DEPARTMENT), ID)
    reading.read_registration(fakes.deps, make_call(), ID)

    assert fakes.reads.rows == [(DEPARTMENT.account_id, "read")]


def test_the_applicant_does_not_see_verdicts_before_the_decision() -> None:
    fakes = make_fakes(under_review(m5=Verdict.EXPIRED))

    seen = reading.read_registration(fakes.deps, make_call(), ID)

    assert seen.registration.review is None


def test_a_return_needs_a_faulty_part() -> None:
    fakes = make_fakes(under_review())

    with pytest.raises(ReviewIncomplete):
        review.return_registration(fakes.deps, make_call(DEPARTMENT, version=1), ID, REASON)


def test_a_return_needs_a_note_on_each_faulty_part() -> None:
    fakes = make_fakes(make_registration(State.UNDER_REVIEW))
    silent = {**accepted(), Slot.FILING: Remark(Verdict.REPLACE)}
    call = make_call(DEPARTMENT, version=1)
    review.save_review(fakes.deps, call, ID, Marks(materials=silent))

    with pytest.raises(ReviewIncomplete) as caught:
        review.return_registration(fakes.deps, make_call(DEPARTMENT, version=2), ID, REASON)

    assert [problem.pointer for problem in caught.value.problems] == ["/materials/5"]


def test_after_a_return_only_the_faulty_part_can_be_changed() -> None:
    fakes = make_fakes(under_review(m5=Verdict.EXPIRED))
    version = returned(fakes).version

    with pytest.raises(PartNotOpen) as caught:
        drafts.save_form(fakes.deps, make_call(version=version), ID, make_form(phone="010-66666666"))

    assert [problem.pointer for problem in caught.value.problems] == ["/form/phone"]


def test_a_replaced_material_goes_into_a_new_revision_and_the_old_one_stays() -> None:
    fakes = make_fakes(under_review(m5=Verdict.EXPIRED))
    version = returned(fakes).version
    ref = files.upload_file(fakes.deps, make_call(), ID, Slot.FILING, "备案.pdf", io.BytesIO(make_pdf("备案证明")))

    mended = drafts.set_material(fakes.deps, make_call(version=version), ID, Slot.FILING, [drafts.Chosen(ref.file_id)])
    again = submission.submit_registration(fakes.deps, make_call(version=mended.version), ID, undertaking=True)

    assert [revision.no for revision in again.revisions] == [1, 2]
    assert again.revisions[0].materials[Slot.FILING][0].file_id == "5" * 32
    assert again.revisions[1].materials[Slot.FILING][0].file_id == ref.file_id


def test_a_file_for_a_part_that_was_accepted_is_refused_and_not_kept() -> None:
    fakes = make_fakes(under_review(m5=Verdict.EXPIRED))
    returned(fakes)

    with pytest.raises(PartNotOpen):
        files.upload_file(fakes.deps, make_call(), ID, Slot.LICENCE, "执照.pdf", io.BytesIO(make_pdf("x")))

    assert fakes.files.content == {}


def test_a_file_that_is_not_what_its_name_says_leaves_nothing() -> None:
    fakes = make_fakes(make_registration())

    with pytest.raises(Invalid):
        files.upload_file(fakes.deps, make_call(), ID, Slot.LICENCE, "执照.pdf", io.BytesIO(b"GIF89a"))

    assert fakes.files.content == {}
    assert fakes.files.ready == {}


def test_an_uploaded_file_goes_into_its_own_slot_only() -> None:
    fakes = make_fakes(make_registration())
    ref = files.upload_file(fakes.deps, make_call(), ID, Slot.LICENCE, "执照.pdf", io.BytesIO(make_pdf("x")))

    with pytest.raises(Invalid):
        drafts.set_material(fakes.deps, make_call(version=1), ID, Slot.FILING, [drafts.Chosen(ref.file_id)])


def test_a_return_can_be_undone_until_the_applicant_acts() -> None:
    fakes = make_fakes(under_review(m5=Verdict.EXPIRED))
    version = returned(fakes).version

    undone = review.undo_decision(fakes.deps, make_call(DEPARTMENT, version=version), ID, "误操作")

    assert undone.state is State.UNDER_REVIEW
    assert undone.review is not None
    assert undone.review.undone[0].reason == "误操作"


@pytest.mark.parametrize(
    "decide", [review.return_registration, review.approve_registration, review.reject_registration]
)
def test_nobody_signs_with_a_day_to_come(decide: Callable[..., Registration]) -> None:
    faults = {"m5": Verdict.EXPIRED} if decide is review.return_registration else {}
    fakes = make_fakes(under_review(**faults))

    with pytest.raises(Invalid) as refused:
        decide(fakes.deps, make_call(DEPARTMENT, version=1), ID, replace(REASON, signed_on=date(2026, 3, 3)))

    assert [problem.pointer for problem in refused.value.problems] == ["/signed_on"]
    assert fakes.event_types == []


def test_nobody_signs_with_a_day_before_the_submission() -> None:
    fakes = make_fakes(under_review())

    with pytest.raises(Invalid) as refused:
        review.approve_registration(
            fakes.deps, make_call(DEPARTMENT, version=1), ID, replace(OPINION, signed_on=date(2026, 3, 1))
        )

    assert [problem.code for problem in refused.value.problems] == ["before_submission"]


def test_an_approval_needs_every_material_accepted() -> None:
    fakes = make_fakes(under_review(m5=Verdict.EXPIRED))

    with pytest.raises(ReviewIncomplete):
        review.approve_registration(fakes.deps, make_call(DEPARTMENT, version=1), ID, OPINION)

    assert fakes.registrations.events == []


def test_an_approval_sends_the_unit_sealed_for_the_exchange() -> None:
    fakes = make_fakes(under_review())

    approved = review.approve_registration(fakes.deps, make_call(DEPARTMENT, version=1), ID, OPINION)

    event, *_ = fakes.registrations.events
    assert approved.directory is not None
    assert approved.directory.state is DirectoryState.PENDING
    assert (event.type, event.reader) == ("tongbao.registration.approved.v1", "exchange")
    assert event.secret is not None
    assert event.secret["unit"]["unit_types"] == ["服务外包交易平台"]  # type: ignore[index]
    assert set(event.data) == {"registration_id", "unit_id", "division", "revision"}


def test_the_second_platform_of_a_unit_is_a_note_for_the_reviewer_and_not_for_the_unit() -> None:
    other = make_registration(State.APPROVED, id="2" * 32)
    fakes = make_fakes(make_registration(State.SUBMITTED), other)

    for_reviewer = reading.read_registration(fakes.deps, make_call(DEPARTMENT), ID)
    for_unit = reading.read_registration(fakes.deps, make_call(), ID)

    assert [note.code for note in for_reviewer.notes] == ["same_unit_other_platform"]
    assert for_unit.notes == ()


def test_the_reviewer_of_a_returned_registration_sees_what_was_submitted_not_the_work_in_progress() -> None:
    fakes = make_fakes(replace(make_registration(State.RETURNED), form=make_form(phone="010-66666666")))

    seen = reading.read_registration(fakes.deps, make_call(DEPARTMENT), ID)

    assert seen.registration.form["phone"] == "0571-88888888"


def test_withdrawing_and_resuming_brings_the_draft_back() -> None:
    fakes = make_fakes(make_registration(State.SUBMITTED))

    withdrawn = drafts.withdraw_registration(fakes.deps, make_call(version=1), ID)
    resumed = drafts.resume_registration(fakes.deps, make_call(version=withdrawn.version), ID)

    assert (withdrawn.state, resumed.state) == (State.WITHDRAWN, State.DRAFT)
    assert resumed.form == make_form()


def test_a_doubled_or_foreign_file_is_named_by_its_place() -> None:
    fakes = make_fakes(make_registration(materials={Slot.LICENCE: (make_file("2" * 32),)}))
    chosen = [drafts.Chosen("2" * 32), drafts.Chosen("2" * 32), drafts.Chosen("8" * 32)]

    with pytest.raises(Invalid) as caught:
        drafts.set_material(fakes.deps, make_call(version=1), ID, Slot.LICENCE, chosen)

    found = [(problem.pointer, problem.code) for problem in caught.value.problems]
    assert found == [("/files/1/file_id", "file_doubled"), ("/files/2/file_id", "file_unknown")]


def test_every_act_is_kept_with_who_and_when() -> None:
    fakes = make_fakes(under_review())

    approved = review.approve_registration(fakes.deps, make_call(DEPARTMENT, version=1), ID, OPINION)

    last = approved.history[-1]
    assert (last.action, last.actor_id, last.from_state, last.to_state) == (
        Action.APPROVE,
        DEPARTMENT.account_id,
        State.UNDER_REVIEW,
        State.APPROVED,
    )
