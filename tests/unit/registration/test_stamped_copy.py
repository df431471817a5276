"""The code of the printed form: what it holds, and how a stamped copy is compared with the electronic form."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from services.registration.form.print_code import PRINTED, PrintCode, code_of, from_text, to_text
from services.registration.form.stamped_copy import Comparison, Standing, compare, problems_of
from services.registration.model.materials import FileRef, Slot
from shared.crypto.structured import CONVERTER
from tests.support.registration import PRINT_KEY, make_file, make_form

ONE, OTHER = "1" * 32, "2" * 32
QR_8_H = 122
"""Alphanumeric characters that a QR code of version 8, level H, takes (ISO/IEC 18004, table 7)."""


def make_code(revision: int = 1, registration_id: str = ONE, **changes: object) -> PrintCode:
    return code_of(PRINT_KEY, registration_id, revision, make_form(**changes))


def compared(*codes: PrintCode | str, **changes: object) -> Comparison:
    texts = [code if isinstance(code, str) else to_text(code) for code in codes]
    refs = tuple(make_file(f"{number:032x}", print_codes=(text,)) for number, text in enumerate(texts))
    return compare(PRINT_KEY, ONE, make_form(**changes), {Slot.FORM: refs})


def test_a_code_goes_to_text_and_back_and_fits_the_square() -> None:
    code = make_code(revision=7)

    text = to_text(code)

    assert from_text(text) == code
    assert len(text) <= QR_8_H
    assert len(PRINTED) == 32


@pytest.mark.parametrize("text", ["", "HTTPS://EXAMPLE", "A" * 119, "A" * 120, "a" * 120, "码" * 120, "1" * 120])
def test_another_text_is_no_code(text: str) -> None:
    assert from_text(text) is None


def test_the_digest_depends_on_content_registration_and_key_but_not_on_the_revision() -> None:
    code = make_code()

    assert make_code(revision=9).digest == code.digest
    assert make_code(registration_id=OTHER).digest != code.digest
    assert make_code(phone="0571-1").digest != code.digest
    assert code_of(b"x" * 32, ONE, 1, make_form()).digest != code.digest
    assert code_of(b"x" * 32, ONE, 1, make_form()).items != code.items


def test_what_prints_alike_is_alike() -> None:
    as_stored = make_code(fax="", registered_capital=Decimal("1000.00"), top_buyers=("采购商甲",))

    assert as_stored == make_code()


def test_what_lists_hold_is_told_apart_by_entry() -> None:
    assert make_code(top_buyers=["甲", "乙"]).digest != make_code(top_buyers=["甲,乙"]).digest
    assert make_code(top_buyers=["甲", "乙"]).digest != make_code(top_buyers=["乙", "甲"]).digest


def test_a_value_of_no_known_kind_is_refused() -> None:
    with pytest.raises(TypeError):
        make_code(phone=object())


def test_an_unchanged_form_matches_in_a_later_revision_too() -> None:
    found = compared(make_code(revision=1))

    assert found == Comparison(Standing.MATCHES, revision=1)
    assert problems_of(found) == ()


@pytest.mark.parametrize(
    ("changes", "pointer", "label"),
    [
        ({"phone": "0571-66666666"}, "/form/phone", "电话"),
        ({"operator_name": "另一公司"}, "/form/operator_name", "名称（平台运营主体基本信息）"),
        ({"opened_on": date(2015, 3, 2)}, "/form/opened_on", "开业(成立)时间"),
        ({"traits": {"matching": True, "services": True}}, "/form/traits/online", "平台的运营是基于互联网线上运营"),
    ],
)
def test_an_item_changed_after_printing_blocks_and_is_named(
    changes: dict[str, object], pointer: str, label: str
) -> None:
    found = compared(make_code(), **changes)

    whole, item = problems_of(found)

    assert found.standing is Standing.DIFFERS
    assert (whole.pointer, whole.code) == ("/materials/1", "stamped_copy_differs")
    assert (item.pointer, item.code, item.indicator) == (pointer, "stamped_item_differs", label)
    assert "重新打印" in item.message
    assert label in item.message


def test_a_change_that_the_short_digests_miss_blocks_all_the_same() -> None:
    code = make_code()
    blind = PrintCode(code.registration_id, 1, b"\x00" * 16, code.items)

    assert [problem.pointer for problem in problems_of(compared(blind))] == ["/materials/1"]


def test_the_form_of_another_registration_blocks() -> None:
    problems = problems_of(compared(make_code(), make_code(registration_id=OTHER)))

    assert [(problem.pointer, problem.code) for problem in problems] == [("/materials/1", "stamped_other_form")]


def test_an_old_copy_beside_the_new_one_blocks() -> None:
    found = compared(make_code(phone="0571-1"), make_code())

    assert [item.pointer for item in found.items] == ["/form/phone"]


def test_a_copy_without_a_readable_code_blocks_nobody() -> None:
    unreadable = compare(PRINT_KEY, ONE, make_form(), {Slot.FORM: (make_file(),)})

    assert unreadable.standing is compared("HTTPS://EXAMPLE").standing is Standing.NOT_READABLE
    assert compare(PRINT_KEY, ONE, make_form(), {}).standing is Standing.ABSENT
    assert problems_of(unreadable) == ()


def test_a_file_stored_before_there_were_codes_still_loads() -> None:
    document = CONVERTER.unstructure(make_file())
    del document["print_codes"]

    assert CONVERTER.structure(document, FileRef) == make_file()
    assert CONVERTER.structure(CONVERTER.unstructure(make_file(print_codes=("A",))), FileRef).print_codes == ("A",)
