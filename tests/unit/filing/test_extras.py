"""A division's own indicators: loaded like a form's, answered beside the national ones and never mixed into them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from services.filing.forms.answers import Answers
from services.filing.forms.catalogue import FOLDER, load_catalogue
from services.filing.forms.checks import Finding, check
from services.filing.forms.computing import suggestions, with_computed
from services.filing.forms.context import Context
from services.filing.forms.describing.findings import finding_text
from services.filing.forms.describing.rules import describe
from services.filing.forms.known_lists import KnownLists
from services.filing.forms.loading.editions import Documents, load_edition, read_folder
from services.filing.forms.loading.faults import EditionError
from services.filing.forms.model import Edition, Extras, Form
from services.filing.forms.reading import read
from tests.support.filing import a_context, answers_of
from tests.support.tree import ROOT

EXAMPLES = ROOT / "tests" / "forms" / "divisions"
NAME = "hangzhou-platform-1.toml"
IN_FORCE = date(2023, 12, 31)
NATIONAL: Mapping[str, Any] = {"605": {"2": 5}, "613": {"2": 9}}
OWN: Mapping[str, Any] = {"h1": {"2": 2}, "h2": {"2": 3}, "h3": {"1": 8, "2": 9}}


@cache
def _documents() -> Documents:
    return read_folder(FOLDER / "2022")


@cache
def _example() -> Mapping[str, object]:
    return read_folder(EXAMPLES)[NAME]


def _edition(*changes: Mapping[str, object]) -> Edition:
    """Load the edition with the example, once for each change of it."""
    files = {f"divisions/{number}.toml": {**_example(), **change} for number, change in enumerate(changes)}
    return load_edition({**_documents(), **files}, KnownLists())


@cache
def _with_example() -> Edition:
    return _edition({})


def _extras() -> Extras:
    (found,) = _with_example().extras_for("platform-1", "330106", IN_FORCE)
    return found


def _national() -> Form:
    form = _with_example().form("platform-1")
    assert form is not None
    return form


def _findings(own: Mapping[str, Any], context: Context) -> tuple[Finding, ...]:
    form = _extras().form
    answers = with_computed(_with_example(), form, answers_of(form, own), context)
    return check(_with_example(), form, answers, context)


def _context(national: Mapping[str, Any] = NATIONAL) -> Context:
    return replace(a_context(), main=answers_of(_national(), national))


def _faults(*changes: Mapping[str, object]) -> list[str]:
    with pytest.raises(EditionError) as refused:
        _edition(*changes)
    return [f"{fault.place} {fault.code}" for fault in refused.value.faults]


def test_the_production_set_is_empty() -> None:
    editions = load_catalogue(KnownLists()).editions

    assert [edition.extras for edition in editions] == [()]


@pytest.mark.parametrize(
    ("form", "division", "on", "is_found"),
    [
        ("platform-1", "330100", IN_FORCE, True),
        ("platform-1", "330106", IN_FORCE, True),
        ("platform-1", "330106001002", IN_FORCE, True),
        ("platform-1", "330200", IN_FORCE, False),
        ("platform-1", "330000", IN_FORCE, False),
        ("enterprise-4", "330106", IN_FORCE, False),
        ("platform-1", "330106", date(2022, 12, 31), False),
        ("platform-1", "330106", date(2024, 12, 31), True),
        ("platform-1", "330106", date(2025, 1, 1), False),
    ],
)
def test_only_units_of_the_division_are_asked_while_it_is_in_force(
    form: str, division: str, on: date, is_found: bool
) -> None:
    found = _with_example().extras_for(form, division, on)

    assert [each.id for each in found] == (["330100-platform-1"] if is_found else [])


def test_a_province_and_a_city_in_it_may_both_ask() -> None:
    rules: Mapping[str, object] = {"rules": []}
    edition = _edition(rules, {**rules, "id": "330000-platform-1", "division": "330000"})

    inside = edition.extras_for("platform-1", "330106", IN_FORCE)
    beside = edition.extras_for("platform-1", "330200", IN_FORCE)

    assert [each.division for each in inside] == ["330000", "330100"]
    assert [each.division for each in beside] == ["330000"]


def test_its_form_is_reported_as_the_national_one_is() -> None:
    own, national = _extras().form, _national()

    told = [(form.number, form.period, form.due, form.filer, form.reporter) for form in (own, national)]

    assert told[0] == told[1]
    assert (own.evidence, own.rules[0].id) == ("", "hz-finance")


def test_national_and_own_answers_are_never_mixed() -> None:
    into_own = read(_extras().form, {**OWN, "605": {"2": 5}})
    into_national = read(_national(), {**NATIONAL, "h1": {"2": 2}})

    assert [problem.pointer for problem in into_own.problems] == ["/605"]
    assert [problem.pointer for problem in into_national.problems] == ["/h1"]
    assert {place.indicator for place in into_own.answers.places()} == {"h1", "h2", "h3"}
    assert {place.indicator for place in into_national.answers.places()} == {"605", "613"}


def test_complete_answers_that_fit_the_national_ones_are_accepted() -> None:
    assert _findings(OWN, _context()) == ()


def test_a_rule_over_both_is_found_and_said_in_words() -> None:
    (finding,) = _findings({**OWN, "h2": {"2": 4}}, _context())

    assert (finding.rule, finding.pointers) == ("hz-finance", ("/h1/2", "/h2/2"))
    assert finding_text(_with_example(), _extras().form, finding) == (
        "银行与其他金融业之和应等于金融业采购商。h1+h2 应等于 国家表的 605 = 5，现为 6。"
    )


def test_a_rule_over_national_answers_that_are_missing_decides_nothing() -> None:
    partial, none = _context({"605": {"2": 5}}), a_context()

    assert _findings(OWN, partial) == _findings(OWN, none) == ()


def test_what_is_missing_is_found_in_its_own_answers() -> None:
    findings = _findings({"h1": {"2": 2}, "h2": {"2": 3}}, _context())

    assert [(each.rule, each.pointers) for each in findings] == [("required", ("/h3/1",)), ("required", ("/h3/2",))]


def test_last_years_own_answers_are_suggested() -> None:
    form = _extras().form
    context = replace(a_context(previous=answers_of(form, OWN)), main=Answers())

    found = suggestions(_with_example(), form, answers_of(form, {}), context)

    assert {place.pointer: value for place, value in found.items()} == {"/h3/1": 9}


def test_its_rules_are_in_the_public_catalogue() -> None:
    cards = [card for card in describe(_with_example()) if card.form == "330100-platform-1"]

    assert [(card.id, card.codes, card.formula) for card in cards] == [
        ("required", ("h1", "h2", "h3"), ""),
        ("hz-finance", ("h1", "h2"), "h1+h2 = 国家表的 605"),
        ("hz-local-suppliers", ("h3",), "h3 ≤ 国家表的 613"),
    ]


def _rule(check_: str, **more: object) -> dict[str, object]:
    rule = {"id": "one", "title": "不符", "reason": "试", "source": "试", "severity": "error", "check": check_, **more}
    return {"rules": [rule]}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"form": "platform-9"}, "divisions/0.toml/form unknown_form"),
        ({"division": "339900"}, "divisions/0.toml/division division_unknown"),
        ({"division": "100000"}, "divisions/0.toml/division division_unknown"),
        ({"valid_to": date(2022, 1, 1)}, "divisions/0.toml/valid_to ends_before_it_begins"),
        ({"ground": ""}, "divisions/0.toml/ground not_text"),
        ({"colour": "red"}, "divisions/0.toml/colour unknown_key"),
        (_rule("[h9.2] = 1"), "divisions/0.toml/rules/0/check unknown_code"),
        (_rule("[605.2] = 1"), "divisions/0.toml/rules/0/check unknown_code"),
        (_rule("[h1.2] = [main:699.2]"), "divisions/0.toml/rules/0/check unknown_code"),
        (_rule("[h1.2] = [main:605.1]"), "divisions/0.toml/rules/0/check dash_with_value"),
        (_rule("[h1.2] = @never"), "divisions/0.toml/rules/0/check unknown_fact"),
        (_rule("[h1.2] = 1", at=["[main:605.2]"]), "divisions/0.toml/rules/0/at unknown_code"),
        (_rule("[h1.2] = 1", id="p1-suppliers"), "edition.toml duplicate"),
    ],
)
def test_a_set_that_makes_no_sense_is_refused(change: Mapping[str, object], fault: str) -> None:
    assert _faults(change) == [fault]


def test_a_code_of_the_national_form_is_refused() -> None:
    indicators: Any = _example()["indicators"]
    renamed = [{**indicators[0], "code": "605"}, *indicators[1:]]

    assert _faults({"indicators": renamed, "rules": []}) == ["divisions/0.toml/indicators code_of_national_form"]


def test_two_sets_of_one_division_for_the_same_days_are_refused() -> None:
    later: Mapping[str, object] = {"id": "later", "valid_to": date(2026, 12, 31), "rules": []}

    faults = _faults({"rules": []}, {**later, "valid_from": date(2024, 12, 31)})
    follows = _edition({"rules": []}, {**later, "valid_from": date(2025, 1, 1)})

    assert faults == ["divisions/later dates_overlap"]
    assert len(follows.extras) == 2


def test_a_national_form_can_not_read_a_divisions_answers() -> None:
    form = {**_documents()["platform-1.toml"], **_rule("[601.2] = [main:602.2]")}

    with pytest.raises(EditionError) as refused:
        load_edition({**_documents(), "platform-1.toml": form}, KnownLists())

    assert [f"{fault.place} {fault.code}" for fault in refused.value.faults] == [
        "platform-1.toml/rules/0/check unknown_code",
        "edition.toml/grave_queries unknown_query",  # the rules that it names are not there
    ]
