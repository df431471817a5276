"""What submission asks for, item by item."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from services.registration.form.changes import differences, faulty_parts, open_parts
from services.registration.form.checks import problems_before_submission, progress
from services.registration.form.items import ITEMS, Section
from services.registration.model.materials import REQUIRED_SLOTS, PlanPart, Slot
from services.registration.model.review import Remark, Review, Verdict
from tests.support.registration import NOW, accepted, make_file, make_form, make_materials

TODAY = date(2026, 3, 2)


def codes(form: dict[str, object], materials: object = None) -> dict[str, str]:
    """Return the problems as pointer → code."""
    found = problems_before_submission(form, materials or make_materials(), TODAY)  # type: ignore[arg-type]
    return {problem.pointer: problem.code for problem in found}


def test_a_complete_registration_has_no_problems() -> None:
    assert codes(make_form()) == {}


@pytest.mark.parametrize("item", [item for item in ITEMS if item.is_required])
def test_each_required_item_is_missed_where_it_is_absent(item: object) -> None:
    key = item.key  # type: ignore[attr-defined]

    assert codes(make_form(**{key: None})) == {f"/form/{key}": "required"}


@pytest.mark.parametrize("item", [item for item in ITEMS if not item.is_required])
def test_an_optional_item_may_be_absent(item: object) -> None:
    assert codes(make_form(**{item.key: None})) == {}  # type: ignore[attr-defined]


def test_an_amount_of_zero_is_an_answer() -> None:
    assert codes(make_form(trade_volume=Decimal(0), registered_capital=Decimal(0))) == {}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"opened_on": date(2026, 3, 3)},
            {"/form/opened_on": "date_in_future", "/form/operating_since": "before_opening"},
        ),
        ({"operating_since": date(2026, 3, 3)}, {"/form/operating_since": "date_in_future"}),
        ({"operating_since": date(2015, 2, 28)}, {"/form/operating_since": "before_opening"}),
        ({"division": "500105"}, {"/form/division": "division_unknown"}),
        ({"trade_volume": Decimal("-0.01")}, {"/form/trade_volume": "negative_amount"}),
        ({"website": "http://www.ccgp.gov.cn/"}, {"/form/website": "government_procurement"}),
        ({"traits": {"matching": True, "services": True}}, {"/form/traits/online": "not_confirmed"}),
        (
            {"conditions": {"legal_person_and_team": False, "rules_and_quality": True, "users_and_trades": True}},
            {"/form/conditions/legal_person_and_team": "not_confirmed"},
        ),
    ],
)
def test_each_rule_names_the_item_that_breaks_it(changes: dict[str, object], expected: dict[str, str]) -> None:
    assert codes(make_form(**changes)) == expected


@pytest.mark.parametrize("slot", REQUIRED_SLOTS)
def test_each_material_is_missed_where_it_is_absent(slot: Slot) -> None:
    materials = {kept: refs for kept, refs in make_materials().items() if kept is not slot}

    assert codes(make_form(), materials)[f"/materials/{slot}"] == "material_missing"


@pytest.mark.parametrize("part", PlanPart)
def test_the_plan_must_cover_each_of_its_parts(part: PlanPart) -> None:
    covered = tuple(other for other in PlanPart if other is not part)
    materials = {**make_materials(), Slot.PLAN: (make_file(parts=covered),)}

    assert codes(make_form(), materials) == {f"/materials/4/parts/{part}": "plan_part_missing"}


def test_an_empty_draft_gets_the_whole_list_at_once() -> None:
    found = problems_before_submission({}, {}, TODAY)

    required = sum(item.is_required for item in ITEMS)
    assert len(found) == required + 6 + len(REQUIRED_SLOTS) + len(PlanPart)


def test_progress_counts_what_is_there_per_section() -> None:
    empty = {part.section: (part.done, part.total) for part in progress({}, {})}
    full = {part.section: (part.done, part.total) for part in progress(make_form(), make_materials())}

    assert all(done == 0 and total > 0 for done, total in empty.values())
    assert all(done == total for done, total in full.values())
    assert empty.keys() == set(Section)


def test_a_difference_names_the_item_and_both_values() -> None:
    old, new = make_form(), make_form(phone="010-66666666")

    (change,) = differences(old, make_materials(), new, make_materials())

    assert (change.pointer, change.before, change.after) == ("/form/phone", "0571-88888888", "010-66666666")


def test_a_replaced_file_is_a_difference_of_its_material() -> None:
    replaced = {**make_materials(), Slot.FILING: (make_file("e" * 32, name="新备案.pdf"),)}

    (change,) = differences(make_form(), make_materials(), make_form(), replaced)

    assert (change.pointer, change.after) == ("/materials/5", ["新备案.pdf"])


def test_only_what_was_not_accepted_is_open_after_a_return() -> None:
    remarks = {"phone": Remark(Verdict.CORRECT, "号码有误"), "email": Remark(Verdict.ACCEPT)}
    review = Review("r" * 32, NOW, materials=accepted(m5=Verdict.EXPIRED), fields=remarks)

    assert open_parts(review) == {"/materials/5", "/form/phone", "/materials/1"}


def test_a_reopened_field_reopens_the_stamped_form_with_it_and_a_reopened_material_does_not() -> None:
    material = Review("c" * 32, NOW, materials={Slot.FILING: Remark(Verdict.EXPIRED, "已过期")})
    form = Review("c" * 32, NOW, fields={"phone": Remark(Verdict.CORRECT, "号码有误")})

    assert open_parts(material) == faulty_parts(material) == {"/materials/5"}
    assert open_parts(form) == {"/form/phone", "/materials/1"}
    assert faulty_parts(form) == {"/form/phone"}
