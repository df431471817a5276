"""The checks that a reviewer is shown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.registration.form.assessment import findings
from services.registration.model import Slot
from shared.documents.scan import NOT_CONFIGURED
from tests.support.registration import make_file, make_form, make_materials


def failing(form: dict[str, object], others: int = 0) -> set[str]:
    """Return the codes of the checks that do not hold."""
    return {finding.code for finding in findings(form, make_materials(), others) if not finding.holds}


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

    unscanned = [finding.pointer for finding in findings(make_form(), materials, 0) if finding.code == "not_scanned"]

    assert unscanned == ["/materials/2"]
