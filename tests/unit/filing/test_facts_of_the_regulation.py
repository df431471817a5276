"""Edition 2022 holds what the regulation prints, code by code and word by word, and nothing else.

The facts were written from the regulation's text, form by form, apart from the edition's own data.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from services.filing.forms.catalogue import load_catalogue
from services.filing.forms.known_lists import KnownLists
from services.filing.forms.model import Edition, Form, Indicator, Part, PeriodKind

FACTS = Path(__file__).resolve().parents[2] / "forms" / "facts"
FORMS = (
    "enterprise-1",
    "enterprise-2",
    "enterprise-3",
    "enterprise-4",
    "enterprise-5",
    "platform-1",
    "city-1",
    "city-2",
    "city-3",
)
PERIODS = {"年报": PeriodKind.YEAR, "月报": PeriodKind.MONTH}
COLUMNS = {"city-1": 7, "city-2": 6, "city-3": 4}
AT_LEAST = {
    "enterprise-1": 20,
    "enterprise-2": 12,
    "enterprise-3": 10,
    "enterprise-4": 18,
    "enterprise-5": 3,
    "platform-1": 23,
}
"""Indicators that the regulation prints on each form with codes."""


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_catalogue(KnownLists()).editions[0]


def _facts(name: str) -> Mapping[str, Any]:
    return tomllib.loads((FACTS / f"{name}.toml").read_text("utf-8"))


def _form(edition: Edition, key: str) -> Form:
    form = edition.form(key)
    assert form is not None
    return form


def _is_labelled(facts: Mapping[str, Any], indicator: Indicator, part: Part) -> bool:
    return part.is_printed and f"{indicator.code}.{part.key}" not in facts["unlabelled"]


def _printed(facts: Mapping[str, Any], form: Form) -> dict[str, dict[str, Any]]:
    """Return what the edition prints of each indicator, in the shape of the facts."""
    found = {}
    for one in form.indicators:
        if not one.is_printed and not one.is_rows:
            continue
        told: dict[str, Any] = {"is_rows": one.is_rows}
        if one.is_printed:
            told["name"] = one.name
        labels = [part.label for part in one.parts if _is_labelled(facts, one, part)]
        told["cells"] = [] if form.columns or labels == [one.name] else labels
        told["unit"] = one.unit
        told["dash"] = [part.label for part in one.parts if part.is_dash]
        told["options"] = [
            _option(option.code, option.label, option.group)
            for part in one.parts
            if part.is_printed
            for option in part.options
        ]
        found[one.code] = told
    return found


def _option(code: str, label: str, group: str) -> str:
    """Return an option as printed: with its code where the form prints one (1.是, 110 国有, A 农业), else in words."""
    text = f"{group} {label}".strip()
    return f"{code} {text}" if re.fullmatch(r"[0-9]+|[A-T]", code) else text


def _expected(facts: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    plain = {"is_rows": False, "cells": [], "unit": "", "dash": [], "options": []}
    units = {"units"}
    return {
        code: {**plain, **{key: value for key, value in told.items() if key not in units}}
        for code, told in facts["indicators"].items()
    }


@pytest.mark.parametrize("key", FORMS)
def test_every_indicator_of_the_regulation_is_in_the_edition_and_nothing_is_invented(
    edition: Edition, key: str
) -> None:
    facts = _facts(key)
    expected = _expected(facts)
    for told in expected.values():
        if told["cells"] == [told.get("name")]:
            told["cells"] = []

    printed = _printed(facts, _form(edition, key))

    assert printed == expected


@pytest.mark.parametrize("key", FORMS)
def test_no_form_holds_fewer_indicators_than_the_regulation(edition: Edition, key: str) -> None:
    facts = _facts(key)

    printed = [one for one in _form(edition, key).indicators if one.is_printed or one.is_rows]

    assert len(printed) == facts["minimum"] == len(facts["indicators"])


@pytest.mark.parametrize(("key", "count"), AT_LEAST.items())
def test_no_fact_was_lost(edition: Edition, key: str, count: int) -> None:
    numbered = [one.code for one in _form(edition, key).indicators if one.code.isdecimal()]

    assert _facts(key)["minimum"] >= count
    assert len(numbered) >= count


@pytest.mark.parametrize("key", FORMS)
def test_the_frame_of_every_form_is_that_of_the_paper(edition: Edition, key: str) -> None:
    facts = _facts(key)

    form = _form(edition, key)

    assert (form.title, form.number, form.period) == (facts["title"], facts["number"], PERIODS[facts["period"]])
    assert [line.label for line in form.head] == facts["head"]
    assert list(form.foot) == facts["foot"]
    assert len(form.statements) == facts["statements"]
    assert [label for _, label in form.columns] == facts.get("columns", [])
    assert dict(form.headings) == facts.get("headings", {})
    assert form.evidence == facts.get("evidence", "")
    assert list(dict.fromkeys(one.block for one in form.indicators if one.block)) == facts.get("blocks", [])
    assert _due(form) == facts["due"]


def _due(form: Form) -> str:
    return "每月月末" if form.due.is_end_of_period else f"{form.due.month}月{form.due.day}日"


@pytest.mark.parametrize("key", COLUMNS)
def test_the_city_forms_have_the_columns_of_the_paper(edition: Edition, key: str) -> None:
    facts = _facts(key)

    parts = _form(edition, key).indicators[0].parts

    assert [part.mark for part in parts] == facts["marks"]
    assert len(parts) == COLUMNS[key]


@pytest.mark.parametrize("key", FORMS)
def test_what_the_paper_has_no_place_for_is_asked_for_by_the_text(edition: Edition, key: str) -> None:
    facts = _facts(key)

    additions = [
        f"{one.code}.{part.key}".rstrip(".")
        for one in _form(edition, key).indicators
        for part in one.parts
        if not (part.is_printed and (one.is_printed or one.is_rows))
    ]

    assert additions == list(facts["additions"])
    assert all(facts["additions"].values())


@pytest.mark.parametrize("key", FORMS)
def test_what_the_regulation_explains_has_a_note(edition: Edition, key: str) -> None:
    explained = _facts(key)["explained"]
    form = _form(edition, key)

    notes = {f"{one.code}.{part.key}": part.note for one in form.indicators for part in one.parts}
    notes |= {one.code: one.note for one in form.indicators}

    assert explained
    assert [code for code in explained if not notes.get(code)] == []


@pytest.mark.parametrize(
    ("form", "code", "part", "count"), [("enterprise-5", "501", "held", 30), ("city-1", "rows", "category", 7)]
)
def test_every_certificate_and_every_kind_of_training_is_explained(
    edition: Edition, form: str, code: str, part: str, count: int
) -> None:
    indicator = _form(edition, form).indicator(code)
    cell = indicator.part(part) if indicator else None
    assert cell is not None

    notes = [option.note for option in cell.options]

    assert len(notes) == count
    assert all(notes)


def test_the_units_beside_the_amounts_of_a_contract_are_those_of_the_paper(edition: Edition) -> None:
    amount = _form(edition, "enterprise-2").indicator("206")
    assert amount is not None

    units = [part.unit for part in amount.parts if part.unit and part.is_printed]

    assert units == _facts("enterprise-2")["indicators"]["206"]["units"]


def test_the_45_classes_are_those_of_the_regulation() -> None:
    facts = _facts("classes")

    classes = [entry for entry in KnownLists().entries("business_class", "2022") if entry.is_leaf]

    assert [f"{entry.code} {entry.name}" for entry in classes] == facts["classes"]
    assert len(classes) == facts["minimum"] == 45


def test_the_25_registration_types_are_those_of_the_regulation(edition: Edition) -> None:
    indicator = _form(edition, "enterprise-1").indicator("108")
    assert indicator is not None

    options = indicator.parts[0].options

    assert len(options) == 25
    assert [f"{option.code} {option.label}" for option in options] == _facts("enterprise-1")["indicators"]["108"][
        "options"
    ]


def test_the_edition_carries_its_approval(edition: Edition) -> None:
    told = (edition.approval, edition.valid_to.isoformat()[:7], edition.made_by, edition.approved_by)

    assert told == ("国统制〔2022〕45号", "2025-03", "商务部", "国家统计局")
    assert [form.key for form in edition.forms] == list(FORMS)
    assert len(edition.duties) == 3
