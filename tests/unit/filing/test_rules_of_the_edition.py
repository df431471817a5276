"""Every rule of edition 2022: an accepted filing meets them all, and any single broken one is found and named."""

from __future__ import annotations

from copy import deepcopy
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.filing.forms.catalogue import load_catalogue
from services.filing.forms.known_lists import KnownLists
from services.filing.forms.model import Edition, Form, Severity
from services.filing.forms.reading import dump
from tests.support.filing import answers_of, findings_of
from tests.support.filing_breakers import BREAKERS, COMPANIONS
from tests.support.filing_samples import ACCEPTED, Filing

FORMS = tuple(ACCEPTED)


@cache
def _edition() -> Edition:
    return load_catalogue(KnownLists()).editions[0]


def _form(key: str) -> Form:
    form = _edition().form(key)
    assert form is not None
    return form


def _form_of_rule(rule: str) -> Form:
    return next(form for form in _edition().forms if any(each.id == rule for each in form.rules))


def _found(form: Form, filing: Filing) -> list[str]:
    return [finding.rule for finding in findings_of(_edition(), form, filing.body, filing.context(form))]


@pytest.mark.parametrize("key", FORMS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_an_accepted_filing_meets_every_rule(key: str, data: st.DataObject) -> None:
    form = _form(key)
    filing = data.draw(ACCEPTED[key]())

    found = _found(form, filing)

    assert found == []


@pytest.mark.parametrize("key", FORMS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_an_accepted_filing_reads_back_as_it_was_written(key: str, data: st.DataObject) -> None:
    form = _form(key)
    answers = answers_of(form, data.draw(ACCEPTED[key]()).body)

    again = answers_of(form, dump(answers))

    assert again == answers


@pytest.mark.parametrize("rule", BREAKERS)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_single_broken_rule_is_found_and_named(rule: str, data: st.DataObject) -> None:
    form = _form_of_rule(rule)
    filing = deepcopy(data.draw(ACCEPTED[form.key]()))
    BREAKERS[rule](filing)

    found = set(_found(form, filing))

    assert rule in found
    assert found - {rule} <= COMPANIONS.get(rule, frozenset())


def test_every_rule_of_the_edition_is_broken_by_a_test() -> None:
    rules = {rule.id for form in _edition().forms for rule in form.rules}

    assert rules == set(BREAKERS)
    assert set(COMPANIONS) <= rules


def test_every_rule_says_why_and_where_it_comes_from() -> None:
    rules = [rule for form in _edition().forms for rule in form.rules]

    silent = [rule.id for rule in rules if not (rule.title and rule.reason and rule.source and rule.places)]

    assert len(rules) >= 80
    assert silent == []
    assert {rule.severity for rule in rules} == set(Severity)
