"""The search over the classes: what a description denies does not count, exclusions move, and the ranking says why."""

from __future__ import annotations

from functools import cache

from services.filing.classification.ranking import Field, Ranked
from services.filing.classification.texts import describe
from tests.classification.scores import classifier


@cache
def _rank(text: str) -> dict[str, Ranked]:
    return {each.code: each for each in classifier().index.rank(text)}


def _first(text: str) -> str:
    return next(iter(_rank(text)))


def test_the_words_that_brought_the_points_are_named_with_where_they_stand() -> None:
    ranked = _rank("版图与流片")["I12"]

    hits = {hit.word: hit.field for hit in ranked.hits}

    assert hits == {"版图": Field.STRONG, "流片": Field.STRONG}
    assert ranked.points == round(sum(hit.points for hit in ranked.hits), 2)


def test_an_exclusion_moves_a_contract_to_the_class_that_it_belongs_to() -> None:
    ranked = _rank("电子商务平台上线前的测试")

    shift = ranked["I23"].shifts[0]

    assert next(iter(ranked)) == "I23"
    assert (shift.source, shift.what, shift.targets) == ("I13", "电子商务平台的测试", ("I23",))
    assert set(shift.words) == {"电子商务", "测试"}


def test_what_is_denied_speaks_for_nothing() -> None:
    affirmed, denied = _rank("数据录入"), _rank("不含数据录入")

    assert next(iter(affirmed)) == "B21"
    assert denied == {}


def test_whom_a_contract_is_for_counts_less_than_what_it_is() -> None:
    first = _first("为银行和保险公司开发移动应用软件")

    assert first == "I11"


def test_the_lesser_part_gives_way_to_the_main_one() -> None:
    first, turned = _first("外观设计为主，附带少量招聘"), _first("招聘为主，附带少量外观设计")

    assert (first, turned) == ("K21", "B11")


def test_one_description_is_always_ranked_alike() -> None:
    text = "为制造企业提供数字化转型咨询，含软件开发和数据采集"

    rankings = {tuple(each.code for each in classifier().index.rank(text)) for _ in range(3)}

    assert len(rankings) == 1


def test_wide_letters_and_capitals_make_no_difference() -> None:
    assert list(_rank("ＳＡＡＳ订阅")) == list(_rank("saas订阅"))


def test_text_without_a_known_word_finds_nothing() -> None:
    assert _rank("嗯嗯啊啊") == {}


def test_a_description_weighs_every_character() -> None:
    description = describe("施工图设计，不含施工")

    assert len(description.weights) == len(description.text)
    assert description.affirms("设计")
    assert description.places("施工") == (0, 8)
