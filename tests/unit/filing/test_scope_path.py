"""The guided paths: the same answers always come to the same end, and what is not asked can't be answered."""

from __future__ import annotations

from functools import cache
from itertools import product

import pytest

from services.filing.classification.gate import suggest, verdict_of
from services.filing.classification.knowledge import Knowledge, Verdict
from services.filing.classification.paths import Answers, Fault, Path, walk
from tests.classification.scores import classifier

ORDINARY = {"organisations": ["yes"], "own": ["yes"], "statutory": ["no"], "kind": ["none"], "product": ["no"]}


@cache
def _knowledge() -> Knowledge:
    return classifier().knowledge


def _ends(path: Path) -> list[Answers]:
    """Return every complete way through a path, of answers to several at once the empty and the full one."""
    ways: list[dict[str, list[str]]] = [{}]
    ends: list[Answers] = []
    while ways:
        way = ways.pop()
        found = walk(path, way)
        if not found.open:
            ends.append(way)
            continue
        question = path.questions[found.open]
        values = [each.value for each in question.answers]
        choices = [[], values] if question.is_many else [[value] for value in values]
        ways += [{**way, question.id: chosen} for chosen in choices]
    return ends


def test_an_ordinary_service_counts_in_full() -> None:
    end = walk(_knowledge().scope, {**ORDINARY, "amount": []})

    assert (verdict_of(end), end.open, end.deductions) == (Verdict.IN, "", ())


def test_sums_that_do_not_count_make_it_a_part() -> None:
    end = walk(_knowledge().scope, {**ORDINARY, "product": ["stated"], "amount": ["paid_on_behalf"]})

    assert verdict_of(end) is Verdict.PART
    assert end.deductions == ("product_value", "paid_on_behalf")


def test_a_reason_ends_the_path_at_once() -> None:
    end = walk(_knowledge().scope, {"organisations": ["yes"], "own": ["yes"], "statutory": ["yes"]})

    assert (verdict_of(end), end.reason) == (Verdict.OUT, "statutory_third_party")


def test_an_unfinished_path_says_what_is_asked_next() -> None:
    found = walk(_knowledge().scope, {"organisations": ["yes"]})

    assert (found.open, verdict_of(found)) == ("own", None)


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ({"organisations": ["perhaps"]}, Fault("organisations", "unknown_answer")),
        ({"organisations": ["yes", "no"]}, Fault("organisations", "one_answer")),
        ({"organisations": []}, Fault("organisations", "one_answer")),
        ({"organisations": ["no"], "own": ["yes"]}, Fault("own", "not_asked")),
        ({"elsewhere": ["yes"]}, Fault("elsewhere", "not_asked")),
        ({**ORDINARY, "amount": ["goods_purchased", "goods_purchased"]}, Fault("amount", "unknown_answer")),
    ],
)
def test_answers_that_the_path_does_not_ask_are_faults(answers: Answers, fault: Fault) -> None:
    found = walk(_knowledge().scope, answers)

    assert found.faults == (fault,)


def test_every_way_ends_and_every_reason_and_deduction_is_reached() -> None:
    knowledge = _knowledge()

    ends = [walk(knowledge.scope, way) for way in _ends(knowledge.scope)]

    assert {end.reason for end in ends if end.reason} == set(knowledge.reasons)
    assert {kind for end in ends for kind in end.deductions} == set(knowledge.deductions)


def test_every_result_of_the_path_for_mixed_contracts_is_reached() -> None:
    mixed = _knowledge().mixed

    ends = {walk(mixed, way).outcome for way in _ends(mixed)}

    assert ends == set(mixed.results)


def test_business_and_knowledge_processes_together_go_to_knowledge() -> None:
    mixed = _knowledge().mixed
    answers = {"priced": ["no"], "means": ["no"], "hardware": ["yes"], "product": ["no"], "main": ["knowledge"]}

    end = walk(mixed, answers)

    assert mixed.results[end.outcome].families == ("K",)


def test_a_description_suggests_answers_with_the_words_behind_them() -> None:
    found = suggest(_knowledge(), "写字楼保洁服务")

    assert found.answers == {
        "organisations": ("yes",),
        "own": ("yes",),
        "statutory": ("no",),
        "kind": ("property_services",),
    }
    assert found.words == {"kind": ("保洁",)}


@pytest.mark.parametrize(("text", "verdict"), [("施工", Verdict.OUT), ("不含施工，只做设计", Verdict.IN)])
def test_what_is_denied_suggests_nothing(text: str, verdict: Verdict) -> None:
    found = suggest(_knowledge(), text)

    assert verdict_of(found.outcome) is verdict


def test_suggestions_are_always_complete() -> None:
    texts = ["", "。", *("".join(pair) for pair in product(("施工", "派遣", "审计"), ("销售", "货款", "个人用户")))]

    ends = [suggest(_knowledge(), text).outcome for text in texts]

    assert all(end.outcome and not end.open and not end.faults for end in ends)
