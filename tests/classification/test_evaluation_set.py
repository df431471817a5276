"""The evaluation set is what the decision on classification says it is, and covers what it must."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from shared.codes import classes
from tests.classification.sets import LATER, Split, digest, read_sets
from tests.support.tree import ROOT

ADR = ROOT / "docs" / "adr" / "0023-classification-is-searched-and-asked.md"


def test_the_cases_are_those_that_were_written_before_the_helper() -> None:
    decided = ADR.read_text("utf-8")

    recorded = re.findall(r"`([0-9a-f]{64})`", decided)

    assert recorded == [digest(), digest(LATER)]


def test_every_class_has_three_cases_and_half_of_them_were_never_tuned_on() -> None:
    codes = {each.code for each in classes.classes(date(2026, 1, 1))}

    cases = [each for each in read_sets().classes if each.source == "classes"]

    assert len(codes) == 45
    assert {each.code for each in cases} == codes
    assert min(Counter(each.code for each in cases).values()) >= 3
    assert {split: sum(each.split is split for each in cases) for split in Split} == {
        Split.TUNING: len(cases) // 2,
        Split.HELD_OUT: len(cases) // 2,
    }


def test_exclusions_mixed_contracts_and_the_gate_have_cases_of_their_own() -> None:
    sets = read_sets()

    from_rules = [each for each in sets.classes if each.source != "classes"]
    outcomes = Counter(each.outcome for each in sets.gate)

    assert len(from_rules) >= 30
    assert {each.source for each in from_rules} == {"exclusion", "mixed"}
    assert len(sets.gate) >= 40
    assert min(outcomes[name] for name in ("in", "out", "part")) >= 10


def test_no_description_is_written_twice() -> None:
    sets = read_sets()

    texts = Counter([each.text for each in (*sets.classes, *sets.later)] + [each.text for each in sets.gate])

    assert [text for text, count in texts.items() if count > 1] == []
