"""Each ability of the forms, by the tiny form that shows it: what is read, refused, computed, suggested and found."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import pytest

from services.filing.forms.checks import Finding
from services.filing.forms.computing import suggestions, with_computed
from services.filing.forms.context import Context
from services.filing.forms.kinds.table import KINDS
from services.filing.forms.model import Edition, Form
from services.filing.forms.reading import dump, read
from services.filing.forms.wording import MESSAGES
from tests.support.filing import Story, a_context, answers_of, findings_of, stories, tiny

CASES = [(story, case) for story in stories() for case in story.cases]


def _with(key: str) -> pytest.MarkDecorator:
    """Return the mark that runs a test for every case that says something under `key`."""
    chosen = [(story, case) for story, case in CASES if key in case]
    names = [f"{story.name}: {case['title']}" for story, case in chosen]
    return pytest.mark.parametrize(("story", "case"), chosen, ids=names)


def _form(story: Story) -> tuple[Edition, Form]:
    edition = tiny(story.form)
    return edition, edition.forms[0]


def _context(form: Form, case: Mapping[str, Any]) -> Context:
    previous = answers_of(form, case["previous"]) if "previous" in case else None
    facts = {name: Decimal(value) for name, value in case.get("facts", {}).items()}
    return a_context(facts, previous)


def _lines(findings: Iterable[Finding]) -> list[str]:
    return [" ".join((finding.rule, *finding.pointers)) for finding in findings]


@_with("problems")
def test_what_is_malformed_is_refused_with_its_place(story: Story, case: Mapping[str, Any]) -> None:
    _, form = _form(story)

    reading = read(form, json.loads(case["answers"]))

    assert [f"{problem.pointer} {problem.code}" for problem in reading.problems] == case["problems"]
    assert all(problem.message == MESSAGES[problem.code] and problem.indicator for problem in reading.problems)


@_with("kept")
def test_what_is_accepted_is_normalised_and_reads_back_the_same(story: Story, case: Mapping[str, Any]) -> None:
    _, form = _form(story)

    answers = answers_of(form, case["answers"])

    assert dump(answers) == json.loads(case["kept"])
    assert answers_of(form, dump(answers)) == answers


@_with("findings")
def test_what_is_wrong_is_found_and_nothing_else(story: Story, case: Mapping[str, Any]) -> None:
    edition, form = _form(story)

    findings = findings_of(edition, form, case["answers"], _context(form, case))

    assert _lines(findings) == case["findings"]
    if "expected" in case:
        assert [f"{each.rule} {each.expected} {each.actual}" for each in findings] == case["expected"]
    if "severities" in case:
        assert [each.severity for each in findings] == case["severities"]


@_with("computed")
def test_what_is_computed_is_never_typed(story: Story, case: Mapping[str, Any]) -> None:
    edition, form = _form(story)
    typed = answers_of(form, case["answers"])

    whole = with_computed(edition, form, typed, _context(form, case))

    added = [place for place in whole.places() if typed.find(place) is None]
    assert [f"{place.pointer} {whole.value(place.indicator, place.part)}" for place in added] == case["computed"]


@_with("suggested")
def test_what_can_be_known_is_suggested(story: Story, case: Mapping[str, Any]) -> None:
    edition, form = _form(story)
    context = _context(form, case)

    found = suggestions(edition, form, answers_of(form, case["answers"]), context)

    assert [f"{place.pointer} {value}" for place, value in found.items()] == case["suggested"]


def test_every_kind_has_a_tiny_form() -> None:
    shown = {
        cell["kind"]
        for story in stories()
        for indicator in story.form["indicators"]
        for cell in (indicator, *indicator.get("parts", []))
        if "kind" in cell
    }

    missing = set(KINDS) - shown

    assert missing == set()


def test_answers_findings_and_reasons_do_not_print_their_values() -> None:
    story = next(each for each in stories() if each.name == "equation")
    edition, form = _form(story)
    answers = answers_of(form, {"a": 4711, "b": {"not_applicable": "秘密"}, "c": 2})

    printed = repr(answers) + repr(findings_of(edition, form, {"a": 4711, "b": 1, "c": 2}, a_context()))

    assert "4711" not in printed
    assert "秘密" not in printed
