"""Data of an edition that do not fit together are refused at load, with the exact place and all faults at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.filing.forms.catalogue import FOLDER, catalogue_of, load_catalogue
from services.filing.forms.loading.editions import load_edition
from services.filing.forms.loading.faults import EditionError
from services.filing.forms.model import Edition
from tests.support.filing import FakeLists, documents, tiny

A = {"code": "a", "name": "甲", "kind": "whole", "source": "试"}
B = {"code": "b", "name": "乙", "kind": "text", "source": "试"}
ROWS = {
    "code": "r",
    "name": "行",
    "is_rows": True,
    "source": "试",
    "parts": [{"key": "n", "label": "数", "kind": "whole"}],
}
RULE = {"id": "one", "title": "不符", "reason": "试", "source": "试", "severity": "error"}
TABLE: Mapping[str, Any] = {
    "layout": "table",
    "columns": [{"key": "1", "label": "上年同期"}, {"key": "2", "label": "本年"}],
}


def _form(*indicators: Mapping[str, Any], rules: list[Mapping[str, Any]] | None = None, **form: Any) -> dict[str, Any]:
    return {"indicators": list(indicators), "rules": rules or [], **form}


def _faults(form: Mapping[str, Any], **edition: Any) -> list[str]:
    with pytest.raises(EditionError) as refused:
        tiny(form, **edition)
    return [f"{fault.place} {fault.code}" for fault in refused.value.faults]


def _rule(**rule: Any) -> dict[str, Any]:
    return _form(A, B, ROWS, rules=[{**RULE, **rule}])


@pytest.mark.parametrize(
    ("indicator", "fault"),
    [
        ({"kind": "colour"}, "tiny.toml/indicators/0/kind unknown_kind"),
        ({"kind": "choice"}, "tiny.toml/indicators/0/kind options_missing"),
        ({"kind": "choices"}, "tiny.toml/indicators/0/kind options_missing"),
        ({"kind": "code"}, "tiny.toml/indicators/0/kind options_missing"),
        ({"kind": "code", "list": "shape"}, "tiny.toml/indicators/0/list unknown_list"),
        (
            {"kind": "choice", "list": "colour", "options": [{"code": "1", "label": "甲"}]},
            "tiny.toml/indicators/0/options options_and_list",
        ),
        (
            {"kind": "choice", "options": [{"code": "1", "label": "甲"}, {"code": "1", "label": "乙"}]},
            "tiny.toml/indicators/0/options duplicate",
        ),
        ({"kind": "text", "list": "colour"}, "tiny.toml/indicators/0/kind options_unused"),
        ({"colour": "red"}, "tiny.toml/indicators/0/colour unknown_key"),
        ({"name": ""}, "tiny.toml/indicators/0/name not_text"),
        ({"longest": "5"}, "tiny.toml/indicators/0/longest not_whole_number"),
        ({"may_not_apply": "yes"}, "tiny.toml/indicators/0/may_not_apply not_flag"),
        ({"computed": "[a] +"}, "tiny.toml/indicators/0/computed expression_malformed"),
        ({"computed": "[z] + 1"}, "tiny.toml/indicators/0 unknown_code"),
        ({"only_when": '@never = "x"'}, "tiny.toml/indicators/0 unknown_fact"),
        ({"required_when": "$never = 1"}, "tiny.toml/indicators/0 unknown_parameter"),
        (
            {"parts": [{"key": "x", "label": "一", "kind": "text"}, {"key": "x", "label": "二", "kind": "text"}]},
            "tiny.toml/indicators/0/parts duplicate",
        ),
    ],
)
def test_an_indicator_that_makes_no_sense_is_refused(indicator: Mapping[str, Any], fault: str) -> None:
    settings = {key: value for key, value in A.items() if key != "kind" or "parts" not in indicator}

    faults = _faults(_form({**settings, **indicator}))

    assert faults == [fault]


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ({"check": "[z] = 1"}, "check unknown_code"),
        ({"check": "[a.x] = 1"}, "check unknown_part"),
        ({"check": "[.n] = 1"}, "check unknown_code"),
        ({"check": "[r.n] = 1"}, "check row_or_not"),
        ({"check": "sum([a]) = 1"}, "check row_or_not"),
        ({"check": "sum(1 + 1) = 1"}, "check not_a_column"),
        ({"check": "[b] + 1 = 1"}, "check not_a_number"),
        ({"check": '"x" * 2 = 1'}, "check not_a_number"),
        ({"check": "[a] = @never"}, "check unknown_fact"),
        ({"check": "[a] = $never"}, "check unknown_parameter"),
        ({"check": '[a] = "x"'}, "check code_unknown"),
        ({"check": "[a] ="}, "check expression_malformed"),
        ({"check": "[a] = 1", "when": "[z] = 1"}, "when unknown_code"),
        ({"check": "[a] = 1", "at": ["[z]"]}, "at unknown_code"),
        ({"check": "[a] = 1", "each": "a"}, "each unknown_rows"),
        ({"check": "[a] = 1", "severity": "fatal"}, "severity unknown"),
        ({"predicate": "guess"}, "predicate unknown_predicate"),
    ],
)
def test_a_rule_that_leads_nowhere_is_refused(rule: Mapping[str, Any], fault: str) -> None:
    faults = _faults(_rule(**rule))

    assert faults == [f"tiny.toml/rules/0/{fault}"]


@pytest.mark.parametrize("rule", [{}, {"check": "[a] = 1", "predicate": "firm_is_of_the_city", "at": ["[a]"]}])
def test_a_rule_has_a_check_or_a_predicate_and_not_both(rule: Mapping[str, Any]) -> None:
    faults = _faults(_rule(**rule))

    assert faults == ["tiny.toml/rules/0 check_or_predicate"]


def test_a_code_that_the_list_of_the_edition_lacks_is_refused() -> None:
    colour = {**A, "kind": "choice", "list": "colour"}

    faults = _faults(_form(colour, rules=[{**RULE, "check": '[a] in {"r", "b"}'}]))

    assert faults == ["tiny.toml/rules/0/check code_unknown"]


def test_a_dash_cell_with_a_value_is_refused() -> None:
    cell = {**A, "dash": ["1"], "cells": [{"column": "1", "computed": "1 + 1"}]}
    ruled = {**A, "dash": ["1"]}

    said = _faults(_form(cell, **TABLE))
    read = _faults(_form(ruled, rules=[{**RULE, "check": "[a.1] = [a.2]"}], **TABLE))

    assert said[0] == "tiny.toml/indicators/0/cells dash_with_value"
    assert read == ["tiny.toml/rules/0/check dash_with_value"]


def test_a_dash_in_no_column_is_refused() -> None:
    faults = _faults(_form({**A, "dash": ["3"]}, **TABLE))

    assert faults == ["tiny.toml/indicators/0/dash unknown_column"]


def test_codes_and_rules_that_stand_twice_are_refused() -> None:
    rule = {**RULE, "check": "[a] = 1"}

    codes = _faults(_form(A, A))
    rules = _faults(_form(A, rules=[rule, rule]))

    assert codes == ["tiny.toml/indicators duplicate"]
    assert rules == ["edition.toml duplicate"]


@pytest.mark.parametrize(
    ("edition", "fault"),
    [
        ({"valid_to": date(2023, 1, 1)}, "edition.toml/valid_to ends_before_it_begins"),
        ({"valid_from": "2024-01-01"}, "edition.toml/valid_from not_date"),
        ({"lists": {"colour": "colour/1", "mark": "mark/9"}}, "edition.toml/lists/mark unknown_list"),
        ({"parameters": {"ratio": "much"}}, "edition.toml/parameters/ratio not_a_number"),
        ({"parameters": {"colours": {"list": "shape"}}}, "edition.toml/parameters/colours unknown_list"),
        ({"forms": ["tiny.toml", "other.toml"]}, "edition.toml/forms no_such_file"),
        ({"forms": []}, "edition.toml/forms file_not_listed"),
        ({"approvals": "x"}, "edition.toml/approvals unknown_key"),
    ],
)
def test_an_edition_that_makes_no_sense_is_refused(edition: Mapping[str, Any], fault: str) -> None:
    faults = _faults(_form(A), **edition)

    assert faults == [fault]


def test_a_due_date_must_fit_the_period() -> None:
    yearly = _faults(_form(A, due={"source": "一（七）2"}))
    monthly = _faults(_form(A, period="month"))

    assert yearly == monthly == ["tiny.toml/due due_unclear"]


def test_a_due_date_says_where_the_regulation_gives_it() -> None:
    faults = _faults(_form(A, due={"month": 1, "day": 10}))

    assert faults == ["tiny.toml/due/source missing"]


def test_all_faults_are_told_at_once() -> None:
    faults = _faults(_form({**A, "kind": "x"}, {**B, "kind": "y"}), approval="")

    assert len(faults) == 3


def test_an_item_map_to_an_unknown_item_is_refused() -> None:
    files = {**documents(_form(A)), "items.toml": {"follows": "2020", "items": {"old/x": "tiny/a", "old/y": "tiny/z"}}}

    with pytest.raises(EditionError) as refused:
        load_edition(files, FakeLists())

    assert [fault.place for fault in refused.value.faults] == ["items.toml/items/old/y"]


def test_an_edition_knows_which_items_its_own_come_from() -> None:
    files = {**documents(_form(A)), "items.toml": {"follows": "2020", "items": {"old/x": "tiny/a"}}}

    edition = load_edition(files, FakeLists())

    assert edition.follows == "2020"
    assert edition.items_from == {"old/x": "tiny/a"}


def _after(edition: Edition, day: date) -> Edition:
    """Return an edition that follows another one from a day and keeps its items."""
    items = {"tiny/a": "tiny/a"}
    return replace(
        edition, id="next", valid_from=day, valid_to=date(2025, 12, 31), follows=edition.id, items_from=items
    )


def test_editions_with_days_in_common_are_refused() -> None:
    one = tiny(_form(A))
    other = _after(one, date(2024, 12, 31))

    with pytest.raises(EditionError) as refused:
        catalogue_of([other, one])

    assert [str(fault) for fault in refused.value.faults] == [
        "next/edition.toml/valid_from: dates_overlap (tiny ends on 2024-12-31)"
    ]


def test_a_period_is_collected_under_the_edition_of_its_day_and_says_when_that_has_ended() -> None:
    one = tiny(_form(A))
    other = _after(one, date(2025, 6, 1))
    catalogue = catalogue_of([other, one])

    days = [date(2023, 12, 31), date(2024, 1, 1), date(2025, 1, 31), date(2025, 6, 1), date(2026, 1, 31)]
    found = [(each.edition.id, each.is_expired) if each else None for each in map(catalogue.on, days)]

    assert found == [None, ("tiny", False), ("tiny", True), ("next", False), ("next", True)]
    assert catalogue.find("tiny") is one
    assert catalogue.find("none") is None


def test_a_file_that_is_no_toml_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "2030").mkdir()
    (tmp_path / "2030" / "edition.toml").write_text("id = ", encoding="utf-8")

    with pytest.raises(EditionError) as refused:
        load_catalogue(FakeLists(), tmp_path)

    assert [(fault.place, fault.code) for fault in refused.value.faults] == [("2030/edition.toml", "not_toml")]


def test_every_folder_of_an_edition_is_named_after_it() -> None:
    folders = [path.name for path in FOLDER.iterdir() if path.is_dir()]

    assert folders == ["2022"]
