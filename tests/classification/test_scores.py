"""The aims that the helper must reach over the whole set, and that the measure can tell a bad helper from a good one."""

from __future__ import annotations

from functools import cache

import pytest

from tests.classification.scores import GATE, TOP_1, TOP_3, Scores, classifier, scores_of, without_words


@cache
def _scores() -> Scores:
    return scores_of(classifier())


@pytest.mark.parametrize(("score", "aim"), [("top-1", TOP_1), ("top-3", TOP_3), ("gate", GATE)])
def test_the_helper_reaches_its_aims(score: str, aim: float) -> None:
    reached = _scores().share(score)

    assert reached >= aim


@pytest.mark.parametrize(("score", "aim"), [("top-1", TOP_1), ("top-3", TOP_3), ("gate", GATE)])
def test_it_reaches_them_on_the_cases_that_were_never_tuned_on(score: str, aim: float) -> None:
    reached = _scores().share(score, "held_out")

    assert reached >= aim


def test_hardly_any_contract_of_a_class_is_refused_by_the_gate() -> None:
    kept = _scores().share("filed")

    assert kept >= GATE


def test_half_of_the_descriptions_without_any_term_of_the_trade_are_still_found() -> None:
    found = _scores().share("later top-1", "held_out")

    assert found >= 0.5


def test_the_code_list_alone_would_miss_the_aims() -> None:
    alone = scores_of(without_words())

    assert alone.share("top-1") < TOP_1
    assert alone.share("top-3") < TOP_3
