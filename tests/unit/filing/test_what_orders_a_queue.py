"""The data of an edition by which filings under review are put in order: key totals and grave queries."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from services.filing.forms.answers import Given
from services.filing.forms.catalogue import load_catalogue
from services.filing.forms.expressions.syntax import Ref
from services.filing.forms.known_lists import KnownLists
from services.filing.forms.loading.faults import EditionError
from services.filing.forms.model import Layout
from services.filing.forms.totals import Totals
from tests.support.filing import tiny

COUNT = {"code": "a", "name": "甲", "kind": "whole", "source": "试"}
WORDS = {"code": "b", "name": "乙", "kind": "text", "source": "试"}
QUERY = {"id": "odd", "title": "不符", "reason": "试", "source": "试", "severity": "query", "check": "[a] > 1"}
ERROR = {**QUERY, "id": "wrong", "severity": "error"}
FORM: dict[str, Any] = {"indicators": [COUNT, WORDS], "rules": [QUERY, ERROR]}


def test_key_totals_and_grave_queries_are_read_from_the_edition() -> None:
    edition = tiny(FORM, key_totals={"tiny": ["[a]"]}, grave_queries=["odd"])

    assert edition.key_totals == {"tiny": (Ref("a"),)}
    assert edition.grave_queries == {"odd"}


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"key_totals": {"other": ["[a]"]}}, "edition.toml/key_totals/other unknown_form"),
        ({"key_totals": {"tiny": "[a]"}}, "edition.toml/key_totals/tiny not_texts"),
        ({"key_totals": {"tiny": ["1 + 1"]}}, "edition.toml/key_totals/tiny not_a_cell"),
        ({"key_totals": {"tiny": ["[previous:a]"]}}, "edition.toml/key_totals/tiny not_a_cell"),
        ({"key_totals": {"tiny": ["[c]"]}}, "edition.toml/key_totals/tiny unknown_code"),
        ({"key_totals": {"tiny": ["[b]"]}}, "edition.toml/key_totals/tiny not_a_number"),
        ({"grave_queries": ["wrong"]}, "edition.toml/grave_queries unknown_query"),
        ({"grave_queries": ["none"]}, "edition.toml/grave_queries unknown_query"),
    ],
)
def test_what_leads_nowhere_is_refused_with_its_place(settings: dict[str, Any], fault: str) -> None:
    with pytest.raises(EditionError) as refused:
        tiny(FORM, **settings)

    assert [f"{each.place} {each.code}" for each in refused.value.faults] == [fault]


def test_every_form_has_key_totals_and_sums_of_long_lists_hold_theirs() -> None:
    one = Given(Decimal(1))

    for edition in load_catalogue(KnownLists()).editions:
        for form in edition.forms:
            summed = Totals(form)
            if form.layout is Layout.ROWS:
                for indicator in form.indicators:
                    summed.add(indicator.code, {part.key: one for part in indicator.parts})
            sums = summed.answers()

            assert edition.key_totals[form.key]
            for ref in edition.key_totals[form.key] if form.layout is Layout.ROWS else ():
                assert sums.rows[ref.indicator][0][ref.part] == one
