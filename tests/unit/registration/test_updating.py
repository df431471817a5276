"""A change of what is registered: new proofs, the revision in force meanwhile, what the 名录库 is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.registration.errors import PlatformTaken
from services.registration.form.updating import PROOFS, problems_of_change
from services.registration.model.directory import DirectoryKind
from services.registration.model.materials import Slot
from services.registration.model.registration import Registration
from services.registration.model.review import Decision, Review
from services.registration.model.standing import Life, Standing
from services.registration.model.states import Action, State
from services.registration.operations.applications import open_change
from services.registration.operations.coming_into_force import into_force
from services.registration.operations.drafts import withdraw_registration
from services.registration.operations.reading import as_listed, as_seen
from services.registration.operations.submission import submit_registration
from shared.errors import Invalid
from shared.identity.actor import Role
from tests.support.registration import (
    CITY,
    COUNTY,
    NOW,
    PROVINCE,
    REVIEWER,
    Fakes,
    make_actor,
    make_call,
    make_fakes,
    make_file,
    make_form,
    make_life,
    make_materials,
    make_registration,
)

ID = "1" * 32
OWN, DEPARTMENT = make_actor(), make_actor(Role.COUNTY_REVIEWER)
NEW_DEPARTMENT = make_actor(Role.COUNTY_REVIEWER, division="330108", account_id="e" * 32)
CITY_REVIEWER = make_actor(Role.CITY_REVIEWER, division=CITY)
DECISION = Decision(Action.APPROVE, "同意", None, "张三", date(2026, 3, 2), NOW, REVIEWER)
OTHER: dict[str, Any] = {
    "division": "330108",
    "opened_on": date(2014, 1, 1),
    "operating_since": date(2017, 1, 1),
    "website": "https://neu.example",
    "icp_number": "浙ICP备87654321号-1",
    "registration_type": "foreign",
}


def draft(new_slots: tuple[Slot, ...] = (), **changes: Any) -> Registration:
    """Return a registered platform with a change in preparation, and new files in some materials."""
    materials = make_materials() | {slot: (make_file(f"{number:032x}"),) for number, slot in enumerate(new_slots, 77)}
    if Slot.PLAN in new_slots:
        materials[Slot.PLAN] = (replace(make_materials()[Slot.PLAN][0], file_id="9" * 32),)
    registration = make_registration(State.APPROVED)
    return replace(registration, state=State.DRAFT, form=make_form(**changes), materials=materials)


def changed_to(**changes: Any) -> Registration:
    """Return the change of before under review, submitted as revision 2."""
    registration = draft(tuple(Slot), **changes)
    first = registration.revisions[0]
    second = replace(
        first, no=2, form=registration.form, materials=registration.materials, review=Review(REVIEWER, NOW)
    )
    return replace(registration, state=State.UNDER_REVIEW, revisions=(first, second))


@pytest.mark.parametrize("item", PROOFS)
def test_each_item_asks_for_the_materials_that_prove_it(item: str) -> None:
    value = OTHER.get(item, "另一个")

    problems = problems_of_change(draft(**{item: value}))

    asked = {problem.pointer.removeprefix("/materials/") for problem in problems}
    assert asked == {slot.value for slot in PROOFS[item] | {Slot.FORM}}


def test_an_item_without_a_proof_asks_for_the_stamped_form_alone() -> None:
    problems = problems_of_change(draft(phone="0571-99999999"))

    assert [problem.pointer for problem in problems] == ["/materials/1"]


def test_a_change_that_changes_nothing_can_not_be_submitted() -> None:
    assert [problem.code for problem in problems_of_change(draft())] == ["nothing_changed"]


def test_new_papers_alone_are_a_change() -> None:
    assert problems_of_change(draft((Slot.LICENCE,))) == ()


@pytest.mark.parametrize("life", [Life(), make_life(Standing.EXPIRED), make_life(Standing.DEREGISTERED)])
def test_only_a_change_is_held_against_what_is_in_force(life: Life) -> None:
    assert problems_of_change(replace(draft(), life=life)) == ()


def test_a_change_begins_with_what_is_in_force() -> None:
    fakes = make_fakes(make_registration(State.APPROVED, form={}, materials={}))

    opened = open_change(fakes.deps, make_call(OWN, 1), ID)

    assert (opened.state, opened.standing) == (State.DRAFT, Standing.REGISTERED)
    assert opened.form == opened.revisions[0].form


def test_while_a_change_is_drafted_others_see_what_is_in_force_and_nothing_of_it() -> None:
    registration = draft(platform_name="新名称")

    seen = [as_seen(registration, actor) for actor in (DEPARTMENT, CITY_REVIEWER)]

    assert [each.form["platform_name"] for each in seen] == ["云采服务外包交易平台"] * 2
    assert [each.state for each in seen] == [State.APPROVED] * 2
    assert as_seen(registration, OWN).form["platform_name"] == "新名称"


def test_while_a_change_is_reviewed_its_department_sees_it_and_lists_show_what_is_in_force() -> None:
    registration = changed_to(platform_name="新名称")

    assert as_seen(registration, DEPARTMENT).form["platform_name"] == "新名称"
    assert as_seen(registration, CITY_REVIEWER).form["platform_name"] == "云采服务外包交易平台"
    assert as_listed(registration, DEPARTMENT).form["platform_name"] == "云采服务外包交易平台"
    assert as_listed(registration, OWN).form["platform_name"] == "云采服务外包交易平台"


def submit(fakes: Fakes, version: int = 1) -> Registration:
    return submit_registration(fakes.deps, make_call(OWN, version), ID, undertaking=True)


def test_a_change_to_another_division_is_seen_by_both_until_it_ends() -> None:
    fakes = make_fakes(draft((Slot.FORM, Slot.LICENCE), division="330108"))

    submitted = submit(fakes)
    back = withdraw_registration(fakes.deps, make_call(OWN, submitted.version), ID)

    assert submitted.division == "330108"
    assert {"330108", COUNTY, CITY, PROVINCE} <= set(submitted.path)
    assert (back.division, "330108" in back.path) == (COUNTY, False)


def test_an_approved_move_informs_the_department_of_before() -> None:
    moved, events = into_force(changed_to(division="330108"), DECISION)

    told: list[Any] = [event.data.get("to") for event in events]
    assert (moved.division, moved.life.division) == ("330108", "330108")
    assert COUNTY not in moved.path
    assert {"role": "county_reviewer", "division": COUNTY} in told


def test_an_approved_change_comes_into_force_and_the_directory_is_told_each_field() -> None:
    changed, events = into_force(changed_to(legal_representative="赵六", phone="0571-99999999"), DECISION)

    secret: Any = events[0].secret
    assert events[0].type == "tongbao.registration.changed.v1"
    assert secret["changes"] == [
        {"field": "unit/legal_representative", "before": "王小明", "after": "赵六"},
        {"field": "unit/phone", "before": "0571-88888888", "after": "0571-99999999"},
    ]
    assert secret["unit"]["legal_representative"] == "赵六"
    assert (secret["effective_date"], secret["evidence"]["revision"]) == (date(2026, 3, 2), 2)
    assert (changed.life.in_force, changed.life.round) == (2, 1)
    assert changed.directory is not None
    assert (changed.directory.kind, changed.directory.revision) == (DirectoryKind.CHANGE, 2)


def test_a_change_of_what_the_directory_does_not_keep_is_not_sent_to_it() -> None:
    changed, events = into_force(changed_to(background="新的背景"), DECISION)

    assert events[0].type == "tongbao.registration.amended.v1"
    assert changed.directory == changed_to().directory
    assert changed.life.in_force == 2


@pytest.mark.parametrize(
    ("standing", "form", "fact", "after", "round_"),
    [
        (Standing.SUSPENDED, {"phone": "0571-99999999"}, "changed", Standing.SUSPENDED, 1),
        (Standing.EXPIRED, {}, "renewed", Standing.REGISTERED, 2),
        (Standing.EXPIRED, {"phone": "0571-99999999"}, "changed", Standing.REGISTERED, 2),
        (Standing.DEREGISTERED, {}, "approved", Standing.REGISTERED, 2),
    ],
)
def test_what_an_approval_does_depends_on_the_standing(
    standing: Standing, form: dict[str, Any], fact: str, after: Standing, round_: int
) -> None:
    registration = replace(changed_to(**form), life=make_life(standing))

    approved, events = into_force(registration, DECISION)

    assert events[0].type == f"tongbao.registration.{fact}.v1"
    assert (approved.standing, approved.life.round, approved.life.ending) == (after, round_, None)


def test_a_change_holds_the_old_site_and_the_new_one_until_it_is_decided() -> None:
    changing = draft((Slot.FORM, Slot.FILING, Slot.EVIDENCE), website="https://neu.example")
    fakes = make_fakes(changing)
    submit(fakes)
    for site in ("https://neu.example", "https://www.yuncai.example"):
        other = make_registration(State.DRAFT, id="2" * 32, form=make_form(website=site))
        fakes.registrations.kept["2" * 32] = other

        with pytest.raises(PlatformTaken):
            submit_registration(fakes.deps, make_call(OWN, 1), "2" * 32, undertaking=True)


def test_what_was_returned_and_comes_again_unchanged_needs_an_explanation() -> None:
    fakes = make_fakes(make_registration(State.RETURNED))
    with pytest.raises(Invalid) as caught:
        submit(fakes)

    explained = submit_registration(
        fakes.deps, make_call(OWN, 1), ID, undertaking=True, explanation="材料属实，无须修改"
    )

    assert [problem.pointer for problem in caught.value.problems] == ["/explanation"]
    assert explained.revisions[-1].explanation == "材料属实，无须修改"
