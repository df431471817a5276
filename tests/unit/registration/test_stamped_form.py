"""From print to submission: the code of the form that is printed, read at upload, compared when shown and submitted."""

from __future__ import annotations

import io

import pytest

from services.registration.form.print_code import PrintCode, from_text, to_text
from services.registration.model.materials import Slot
from services.registration.model.review import Remark, Review, Verdict
from services.registration.model.states import State
from services.registration.operations.drafts import Chosen, save_form, set_material
from services.registration.operations.files import upload_file
from services.registration.operations.reading import print_registration, read_registration
from services.registration.operations.stamped_form import code_to_print
from services.registration.operations.submission import submit_registration
from services.registration.printing import WeasyPrinter
from shared.documents.kinds import Kind
from shared.errors import Invalid
from shared.identity.actor import Role
from tests.support.files import make_pdf
from tests.support.registration import (
    NOW,
    REVIEWER,
    Fakes,
    accepted,
    make_actor,
    make_call,
    make_fakes,
    make_file,
    make_form,
    make_materials,
    make_registration,
)
from tests.support.rescans import Rescan, rescan

ID = "1" * 32


def make_stamped(fakes: Fakes, **changes: object) -> dict[Slot, tuple[object, ...]]:
    """Return materials whose stamped form was printed when the form was as now but for `changes`."""
    code = code_to_print(fakes.deps, make_registration(form=make_form(**changes)), is_own=True)
    return {**make_materials(), Slot.FORM: (make_file("1" * 32, print_codes=(to_text(code),)),)}


def test_the_code_on_the_print_is_read_at_upload(monkeypatch: pytest.MonkeyPatch) -> None:
    fakes = make_fakes(make_registration())
    monkeypatch.setattr(fakes.deps.printer, "registration_form", WeasyPrinter(fakes.clock).registration_form)
    printed = print_registration(fakes.deps, make_call(), ID)

    scanned = io.BytesIO(rescan(printed, Rescan(150, 1.5)))
    ref = upload_file(fakes.deps, make_call(), ID, Slot.FORM, "盖章.pdf", scanned)
    set_material(fakes.deps, make_call(version=1), ID, Slot.FORM, [Chosen(ref.file_id)])

    [code] = [from_text(text) for text in fakes.registrations.get(ID).materials[Slot.FORM][0].print_codes]
    assert isinstance(code, PrintCode)
    assert (code.registration_id, code.revision) == (ID, 1)
    assert submit_registration(fakes.deps, make_call(version=2), ID, undertaking=True).state is State.SUBMITTED


def test_a_form_without_a_code_is_taken_and_the_reviewer_is_told() -> None:
    fakes = make_fakes(make_registration())

    ref = upload_file(fakes.deps, make_call(), ID, Slot.FORM, "盖章.pdf", io.BytesIO(make_pdf("form", 1)))
    submit_registration(fakes.deps, make_call(version=1), ID, undertaking=True)

    seen = read_registration(fakes.deps, make_call(make_actor(Role.COUNTY_REVIEWER)), ID)
    assert (ref.kind, ref.print_codes) == (Kind.PDF.value, ())
    assert [finding.code for finding in seen.checks if not finding.holds] == ["stamped_copy_matches"]


def test_a_form_changed_after_printing_is_shown_and_can_not_be_submitted() -> None:
    fakes = make_fakes()
    registration = make_registration(materials=make_stamped(fakes, phone="0571-66666666"))
    fakes.registrations.kept[ID] = registration

    shown = read_registration(fakes.deps, make_call(), ID).missing
    with pytest.raises(Invalid) as refused:
        submit_registration(fakes.deps, make_call(version=1), ID, undertaking=True)

    assert [problem.pointer for problem in shown] == ["/materials/1", "/form/phone"]
    assert tuple(refused.value.problems) == shown


def test_a_field_corrected_after_a_return_needs_a_new_stamped_form_which_is_open_for_it() -> None:
    fakes = make_fakes()
    review = Review(REVIEWER, NOW, accepted(), {"phone": Remark(Verdict.CORRECT, "号码有误")})
    registration = make_registration(State.RETURNED, materials=make_stamped(fakes))
    [revision] = registration.revisions
    fakes.registrations.kept[ID] = make_registration(
        State.RETURNED,
        materials=registration.materials,
        revisions=(type(revision)(1, NOW, revision.form, registration.materials, review),),
    )

    save_form(fakes.deps, make_call(version=1), ID, make_form(phone="0571-66666666"))
    seen = read_registration(fakes.deps, make_call(), ID)
    with pytest.raises(Invalid):
        submit_registration(fakes.deps, make_call(version=2), ID, undertaking=True)
    upload_file(fakes.deps, make_call(), ID, Slot.FORM, "盖章.pdf", io.BytesIO(make_pdf("form", 1)))

    assert seen.open_parts == ("/form/phone", "/materials/1")
    assert [problem.pointer for problem in seen.missing] == ["/materials/1", "/form/phone"]


@pytest.mark.parametrize(
    ("state", "is_own", "revision"),
    [
        (State.DRAFT, True, 1),
        (State.SUBMITTED, True, 1),
        (State.RETURNED, True, 2),
        (State.WITHDRAWN, True, 2),
        (State.RETURNED, False, 1),
        (State.APPROVED, False, 1),
    ],
)
def test_the_print_names_the_revision_that_it_is_for(state: State, is_own: bool, revision: int) -> None:
    code = code_to_print(make_fakes().deps, make_registration(state), is_own=is_own)

    assert code.revision == revision
