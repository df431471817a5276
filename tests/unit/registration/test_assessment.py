"""The checks that a reviewer is shown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.registration.form.assessment import findings
from services.registration.form.print_code import PRINTED
from services.registration.form.stamped_copy import Comparison, Standing
from services.registration.model.materials import Slot
from shared.documents.scan import NOT_CONFIGURED
from tests.support.registration import make_file, make_form, make_materials

MATCHING = Comparison(Standing.MATCHES, revision=1)


def failing(form: dict[str, object], others: int = 0) -> set[str]:
    """Return the codes of the checks that do not hold."""
    return {finding.code for finding in findings(form, make_materials(), others, MATCHING) if not finding.holds}


def test_a_usual_registration_raises_no_question() -> None:
    assert failing(make_form()) == set()


@pytest.mark.parametrize(
    ("changes", "others", "code"),
    [
        ({"credit_code": "91330106000000019X"}, 0, "both_check_digits"),
        ({"icp_number": "京ICP备12345678号"}, 0, "icp_of_the_province"),
        ({"trade_volume": Decimal(0)}, 0, "has_trades"),
        ({}, 1, "only_platform_of_unit"),
    ],
)
def test_each_doubt_is_named(changes: dict[str, object], others: int, code: str) -> None:
    assert failing(make_form(**changes), others) == {code}


def test_files_that_no_scanner_saw_are_named() -> None:
    materials = {**make_materials(), Slot.LICENCE: (make_file(scan=NOT_CONFIGURED),)}

    unscanned = [
        finding.pointer for finding in findings(make_form(), materials, 0, MATCHING) if finding.code == "not_scanned"
    ]

    assert unscanned == ["/materials/2"]


@pytest.mark.parametrize(
    ("copy", "detail"),
    [
        (Comparison(Standing.DIFFERS, PRINTED[1:2]), "不一致：法定代表人（单位负责人）"),
        (Comparison(Standing.DIFFERS), "不一致：无法指明的项目"),
        (Comparison(Standing.OTHER_FORM), "盖章件是另一份注册的信息表"),
        (Comparison(Standing.NOT_READABLE), "扫描件上没有可识读的二维码，请人工逐项核对"),
    ],
)
def test_a_stamped_copy_that_was_not_found_to_match_is_a_doubt(copy: Comparison, detail: str) -> None:
    found = findings(make_form(), make_materials(), 0, copy)

    doubts = [(finding.pointer, finding.code, finding.detail) for finding in found if not finding.holds]

    assert doubts == [("/materials/1", "stamped_copy_matches", detail)]


def test_each_material_is_named_and_pages_only_where_there_are_any() -> None:
    plan = make_file("4" * 32, pages=None, scan=NOT_CONFIGURED)
    materials = {**make_materials(), Slot.PLAN: (plan,)}

    found = {f.code: f for f in findings(make_form(), materials, 0, MATCHING) if f.pointer == "/materials/4"}

    assert "—" not in found["type_checked"].detail
    assert found["not_scanned"].label.startswith("平台运营方案")
