"""What edition 2022 demands without a rule: any one missing answer, and any one that is not asked for, is found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.filing.forms.answers import Answers, Cells, Place
from services.filing.forms.catalogue import load_catalogue
from services.filing.forms.checks import NOT_ASKED, REQUIRED, ROWS_TOO_FEW, blocking, check
from services.filing.forms.computing import with_computed
from services.filing.forms.context import Case
from services.filing.forms.expressions.expression import is_met
from services.filing.forms.known_lists import KnownLists
from services.filing.forms.model import Edition, Form, Indicator, Part
from services.filing.forms.reading import read
from tests.support.filing import answers_of, findings_of
from tests.support.filing_samples import ACCEPTED, Filing

FORMS = tuple(ACCEPTED)
WITH_CONDITIONS = ("enterprise-1", "enterprise-2", "enterprise-3", "enterprise-5")
SAMPLES: Mapping[str, object] = {
    "text": "文字",
    "names": ["名称"],
    "date": "2023-06-01",
    "money": "1",
    "percent": "50",
    "choice": "1",
    "yes_no": "1",
    "city": "330100",
    "cities": ["330100"],
    "country": "USA",
    "countries": ["USA"],
    "digits": "123",
    "organisation_code": "60003734-1",
    "named": "某认证",
}
"""A value of each kind that a conditional cell of the edition has."""


@cache
def _edition() -> Edition:
    return load_catalogue(KnownLists()).editions[0]


def _form(key: str) -> Form:
    form = _edition().form(key)
    assert form is not None
    return form


def _cases(form: Form, answers: Answers, filing: Filing) -> Iterator[tuple[Indicator, Case]]:
    for indicator in form.indicators:
        rows = range(len(answers.rows.get(indicator.code, ()))) if indicator.is_rows else (None,)
        for row in rows:
            yield indicator, Case(_edition(), answers, filing.context(form), indicator.code, row)


def _without(answers: Answers, place: Place) -> Answers:
    """Return the answers without the one at a place."""

    def cut(cells: Cells) -> Cells:
        return {key: answer for key, answer in cells.items() if key != place.part}

    if place.row is None:
        return Answers({**answers.cells, place.indicator: cut(answers.cells[place.indicator])}, answers.rows)
    rows = list(answers.rows[place.indicator])
    rows[place.row] = cut(rows[place.row])
    return Answers(answers.cells, {**answers.rows, place.indicator: tuple(rows)})


def _demanded(form: Form, answers: Answers) -> list[Place]:
    """Return the answered places whose cells must always have an answer, or whenever they are asked for."""
    parts = {(one.code, part.key): part for one in form.indicators for part in one.parts}
    return [
        place
        for place in answers.places()
        if parts[place.indicator, place.part].is_required and parts[place.indicator, place.part].computed is None
    ]


@pytest.mark.parametrize("key", FORMS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_single_missing_answer_is_found_at_its_place(key: str, data: st.DataObject) -> None:
    form = _form(key)
    filing = data.draw(ACCEPTED[key]())
    answers = answers_of(form, filing.body)
    place = data.draw(st.sampled_from(_demanded(form, answers)))

    context = filing.context(form)
    partial = with_computed(_edition(), form, _without(answers, place), context)
    findings = check(_edition(), form, partial, context)

    assert (REQUIRED, (place,)) in [(each.rule, each.places) for each in findings]
    assert {each.rule for each in blocking(findings)} == {REQUIRED}


def _unasked(form: Form, answers: Answers, filing: Filing) -> list[tuple[Place, Part]]:
    """Return the empty cells that the other answers leave no room for."""
    return [
        (Place(indicator.code, part.key, case.row), part)
        for indicator, case in _cases(form, answers, filing)
        for part in indicator.parts
        if part.only_when is not None and is_met(part.only_when, case) is False
    ]


def _put(body: dict[str, Any], place: Place, value: object) -> None:
    if place.row is not None:
        body[place.indicator][place.row][place.part] = value
    elif place.part:
        body.setdefault(place.indicator, {})[place.part] = value
    else:
        body[place.indicator] = value


@pytest.mark.parametrize("key", WITH_CONDITIONS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_single_answer_that_is_not_asked_for_is_found_at_its_place(key: str, data: st.DataObject) -> None:
    form = _form(key)
    filing = deepcopy(data.draw(ACCEPTED[key]()))
    unasked = _unasked(form, answers_of(form, filing.body), filing)
    if not unasked:
        return
    place, part = data.draw(st.sampled_from(unasked))
    options = [option.code for option in part.options]
    listed: object = options[:1] if part.kind_name == "choices" else options[0] if options else None
    _put(filing.body, place, SAMPLES[part.kind_name] if listed is None else listed)

    findings = findings_of(_edition(), form, filing.body, filing.context(form))

    assert (NOT_ASKED, (place,)) in [(each.rule, each.places) for each in findings]


def test_the_forms_with_conditions_are_those_that_the_tests_go_through() -> None:
    conditional = {
        form.key for form in _edition().forms for one in form.indicators for part in one.parts if part.only_when
    }

    assert conditional == set(WITH_CONDITIONS)


def test_no_investor_at_all_is_found() -> None:
    form = _form("enterprise-1")

    reading = read(form, {"119": []})
    findings = check(_edition(), form, reading.answers, Filing({}).context(form))

    assert (ROWS_TOO_FEW, ("/119",)) in [(each.rule, each.pointers) for each in findings]


@pytest.mark.parametrize("key", FORMS)
def test_a_blank_form_asks_for_every_cell_that_it_always_needs(key: str) -> None:
    form = _form(key)
    context = Filing({}).context(form)

    findings = check(_edition(), form, Answers(), context)

    asked = {place for each in findings if each.rule == REQUIRED for place in each.places}
    always = {
        Place(one.code, part.key)
        for one in form.indicators
        if not one.is_rows
        for part in one.parts
        if part.is_required and part.only_when is None and part.computed is None and not part.is_dash
    }
    assert always <= asked
    assert {Place(one.code) for one in form.indicators if one.is_rows} <= asked
