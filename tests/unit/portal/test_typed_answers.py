"""From the fields of a page to the answers of a form: zero, nothing, none and "does not apply" are four things."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from services.portal.presenters.typed_answers import typed_answers
from tests.support.portal_filing import form_answer


def read(form: str, *posted: tuple[str, str], is_final: bool = True, **options: Any) -> dict[str, object]:
    opened = options.get("opened")
    stored = options.get("stored", {})
    return typed_answers(
        form_answer(form),
        MultiDict(posted),
        stored,
        lambda pointer: opened is None or pointer in opened,
        is_final=is_final,
    )


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [("320", 320), ("1,234", 1234), ("１２", 12), ("0", 0), ("1.5", "1.5"), ("很多", "很多"), ("  ", None)],
)
def test_a_whole_number_is_read_as_people_write_it(typed: str, read_as: object) -> None:
    answers = read("platform-1", ("/601/2", typed))

    assert answers == ({} if read_as is None else {"601": {"2": read_as}})


def test_an_amount_stays_text_so_that_no_digit_is_lost() -> None:
    answers = read("platform-1", ("/622/2", "30,210.50"))

    assert answers == {"622": {"2": "30210.50"}}


def test_what_does_not_apply_carries_its_reason_whatever_else_is_typed() -> None:
    posted = (("/601/1", "5"), ("/601/1:na", "true"), ("/601/1:why", " 首年  运营 "))

    answers = read("platform-1", *posted)

    assert answers == {"601": {"1": {"not_applicable": "首年 运营"}}}


@pytest.mark.parametrize(
    ("posted", "read_as"),
    [
        ((), {}),
        ((("/501/held:none", "true"),), {"501": {"held": []}}),
        ((("/501/held", "CMMI-3"), ("/501/held", "nonsense")), {"501": {"held": ["CMMI-3"]}}),
    ],
)
def test_no_box_ticked_is_missing_until_somebody_says_none(
    posted: tuple[tuple[str, str], ...], read_as: dict[str, object]
) -> None:
    answers = read("enterprise-5", *posted)

    assert answers == read_as


def test_of_a_list_entry_the_code_is_kept() -> None:
    posted = (("/209", "I11 软件研发服务"), ("/207/where", "1"), ("/207/city", "330100 杭州市"))

    answers = read("enterprise-2", *posted)

    assert answers == {"209": "I11", "207": {"where": "1", "city": "330100"}}


def test_several_places_stand_on_a_line_each() -> None:
    answers = read("enterprise-1", ("/115/domestic", "330100 杭州市\r\n\r\n310000"), ("/115/abroad:none", "true"))

    assert answers == {"115": {"domestic": ["330100", "310000"], "abroad": []}}


def test_empty_rows_go_at_the_end_while_typing_and_all_of_them_with_the_button() -> None:
    posted = [("/502:row", number) for number in "0123"]
    posted += [("/502/1/fee", "12.5"), ("/502/2/fee", "3")]

    typing, saved = read("enterprise-5", *posted, is_final=False), read("enterprise-5", *posted)

    assert typing == {"502": [{}, {"fee": "12.5"}, {"fee": "3"}]}
    assert saved == {"502": [{"fee": "12.5"}, {"fee": "3"}]}


def test_an_empty_table_is_an_answer_only_where_it_is_said() -> None:
    silent, said = read("enterprise-5", ("/502:row", "0")), read("enterprise-5", ("/502:none", "true"))

    assert silent == {}
    assert said == {"502": []}


def test_closed_cells_keep_what_is_stored() -> None:
    stored = {"601": {"1": 5, "2": 7}, "602": {"2": 1}}

    answers = read("platform-1", ("/601/2", "8"), ("/602/2", "9"), stored=stored, opened={"/601/2"})

    assert answers == {"601": {"1": 5, "2": 8}, "602": {"2": 1}}
