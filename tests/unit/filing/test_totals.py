"""Long lists, a row at a time: the same findings as if all rows were held at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.filing.forms.answers import Answers
from services.filing.forms.catalogue import load_catalogue
from services.filing.forms.checks import Finding, check, check_row, check_totals
from services.filing.forms.context import Case, Context
from services.filing.forms.known_lists import KnownLists
from services.filing.forms.model import Edition, Form, Layout
from services.filing.forms.totals import Totals
from tests.support.filing import a_context, answers_of, tiny
from tests.support.filing_samples import ACCEPTED, Filing

ROWS = "rows"
CITY_FORMS = ("city-1", "city-2", "city-3")
SHARES: Mapping[str, Any] = {
    "indicators": [
        {
            "code": "r",
            "name": "行",
            "is_rows": True,
            "source": "试",
            "parts": [{"key": "n", "label": "数", "kind": "money", "may_not_apply": True}],
        }
    ],
    "rules": [
        {
            "id": "sum",
            "title": "不符",
            "reason": "试",
            "source": "试",
            "severity": "error",
            "check": "sum([r.n]) = 10",
        }
    ],
}
cells = st.sampled_from([{"n": "2.5"}, {"n": "5"}, {"n": {"not_applicable": "没有"}}, {}])


@cache
def _edition() -> Edition:
    return load_catalogue(KnownLists()).editions[0]


@cache
def _shares() -> Edition:
    return tiny(SHARES)


def _form(key: str) -> Form:
    form = _edition().form(key)
    assert form is not None
    return form


def _sums(form: Form, answers: Answers) -> Answers:
    totals = Totals(form)
    for code, rows in answers.rows.items():
        for row in rows:
            totals.add(code, row)
    return totals.answers()


def _by_rows(form: Form, answers: Answers, context: Context) -> list[Finding]:
    """Check rows one by one and then their sums."""
    (indicator,) = form.indicators
    found: list[Finding] = []
    for place in range(len(answers.rows[ROWS])):
        found += check_row(form, indicator, Case(_edition(), answers, context, ROWS, place))
    previous = _sums(form, context.previous) if context.previous else None
    return [*found, *check_totals(_edition(), form, _sums(form, answers), replace(context, previous=previous))]


def _lines(findings: Sequence[Finding]) -> set[tuple[object, ...]]:
    return {(each.rule, each.pointers, each.expected, each.actual) for each in findings}


@pytest.mark.parametrize("key", CITY_FORMS)
@given(data=st.data())
def test_rows_checked_one_by_one_give_the_findings_of_the_whole_list(key: str, data: st.DataObject) -> None:
    form = _form(key)
    filing, before = data.draw(ACCEPTED[key]()), data.draw(ACCEPTED[key]())
    whole = Filing(filing.body, filing.facts, before.body, filing.firms)
    answers, context = answers_of(form, whole.body), whole.context(form)

    at_once = check(_edition(), form, answers, context)
    one_by_one = _by_rows(form, answers, context)

    assert _lines(one_by_one) == _lines(at_once)


@given(st.lists(cells, max_size=5))
def test_the_sum_of_rows_added_one_by_one_is_that_of_the_list(rows: list[dict[str, object]]) -> None:
    form = _shares().forms[0]
    answers = answers_of(form, {"r": rows})

    at_once = [each for each in check(_shares(), form, answers, a_context()) if each.rule == "sum"]
    one_by_one = check_totals(_shares(), form, _sums(form, answers), a_context())

    assert _lines(one_by_one) == _lines(at_once)


def test_every_form_of_rows_can_be_added_up() -> None:
    forms = [form for form in _edition().forms if form.layout is Layout.ROWS]

    sums = {form.key: Totals(form).answers().rows for form in forms}

    assert sums == {key: {ROWS: ()} for key in CITY_FORMS}


def test_a_rule_that_counts_rows_can_not_be_checked_by_sums() -> None:
    rule = {**SHARES["rules"][0], "check": "count([r]) = 1"}

    with pytest.raises(ValueError, match="count"):
        Totals(tiny({**SHARES, "rules": [rule]}).forms[0])
