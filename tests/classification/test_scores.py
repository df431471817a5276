"""The aims that the helper must reach over the whole set, and that the measure can tell a bad helper from a good one."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from services.filing.classification.ranking import WEIGHTS, Field
from tests.classification.scores import GATE, TOP_1, TOP_3, Scores, classifier, scores_of


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
    fields = {
        field: 0.0 if field in (Field.STRONG, Field.WORDS) else weight for field, weight in WEIGHTS.fields.items()
    }

    alone = scores_of(classifier(replace(WEIGHTS, fields=fields)))

    assert alone.share("top-1") < 0.7
    assert alone.share("top-3") < TOP_3
