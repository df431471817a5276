"""One edition after another: what its items became, and answers of earlier years told in its terms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from services.filing.forms.answers import Answers, Given, Place
from services.filing.forms.catalogue import Catalogue, catalogue_of, load_catalogue
from services.filing.forms.known_lists import KnownLists
from services.filing.forms.lists import ListRef
from services.filing.forms.loading.editions import load_edition
from services.filing.forms.loading.faults import EditionError
from services.filing.forms.model import Edition
from services.filing.forms.reading import dump
from services.filing.forms.succession import answers_under
from tests.support.filing import EDITION, FORM, FakeLists, answers_of

COUNT = {"code": "a", "name": "甲", "kind": "whole", "source": "试"}
WORD = {"code": "b", "name": "乙", "kind": "text", "source": "试"}
TWO = {
    "code": "p",
    "name": "两格",
    "source": "试",
    "parts": [{"key": "x", "label": "一", "kind": "whole"}, {"key": "y", "label": "二", "kind": "whole"}],
}
ROWS: Mapping[str, Any] = {
    "code": "r",
    "name": "行",
    "is_rows": True,
    "source": "试",
    "parts": [{"key": "n", "label": "数", "kind": "whole"}, {"key": "t", "label": "文", "kind": "text"}],
}


def _edition(id_: str, first: date, form: Mapping[str, Any], items: Mapping[str, Any] | None = None) -> Edition:
    """Load an edition of the year of its first day, with one form and, after the first, a map of items."""
    head = {**EDITION, "id": id_, "valid_from": first, "valid_to": first.replace(month=12, day=31)}
    files = {"edition.toml": head, "tiny.toml": {**FORM, **form}}
    return load_edition({**files, "items.toml": items} if items else files, FakeLists())


def _first(*indicators: Mapping[str, Any]) -> Edition:
    return _edition("one", date(2024, 1, 1), {"indicators": list(indicators)})


def _second(items: Mapping[str, Any], *indicators: Mapping[str, Any], key: str = "tiny") -> Edition:
    form = {"key": key, "indicators": list(indicators)}
    return _edition("two", date(2025, 1, 1), form, {"follows": "one", **items})


def _told(catalogue: Catalogue, body: Mapping[str, Any]) -> dict[str, object]:
    """Return what was filed under the first edition as the last one tells it."""
    first, last = catalogue.editions[0], catalogue.editions[-1]
    filed = {first.forms[0].key: answers_of(first.forms[0], body)}
    return dump(answers_under(catalogue, last, last.forms[0], first, filed))


def _faults(*editions: Edition) -> list[str]:
    with pytest.raises(EditionError) as refused:
        catalogue_of(editions)
    return [f"{fault.place} {fault.code} {fault.detail}" for fault in refused.value.faults]


@cache
def _real() -> Edition:
    return load_catalogue(KnownLists()).editions[0]


def test_answers_go_where_the_map_leads() -> None:
    items = {"tiny/a": "late/c", "tiny/b": "late/b", "tiny/r": "late/s"}
    renamed = ({**COUNT, "code": "c"}, WORD, {**ROWS, "code": "s"})
    catalogue = catalogue_of([_first(COUNT, WORD, ROWS), _second({"items": items}, *renamed, key="late")])

    told = _told(catalogue, {"a": 0, "b": "文字", "r": [{"n": 1, "t": "一"}, {"n": 2}]})

    assert told == {"c": 0, "b": "文字", "s": [{"n": 1, "t": "一"}, {"n": 2}]}


def test_parts_move_by_themselves_where_the_map_says_so() -> None:
    items = {"tiny/p.x": "tiny/a", "tiny/p.y": "tiny/p.x", "tiny/r": "tiny/r", "tiny/r.n": "tiny/r.m"}
    moved = {**ROWS, "parts": [{"key": "m", "label": "数", "kind": "whole"}, ROWS["parts"][1]]}
    catalogue = catalogue_of([_first(TWO, ROWS), _second({"items": items}, COUNT, TWO, moved)])

    told = _told(catalogue, {"p": {"x": 1, "y": 2}, "r": [{"n": 3, "t": "三"}]})

    assert told == {"a": 1, "p": {"x": 2}, "r": [{"m": 3, "t": "三"}]}


def test_what_was_dropped_and_what_is_no_answer_any_more_is_left_out() -> None:
    items = {"items": {"tiny/b": "tiny/b"}, "dropped": {"tiny/a": "不再调查"}}
    short = {**WORD, "longest": 2}
    catalogue = catalogue_of([_first(COUNT, WORD), _second(items, short)])

    fitting, too_long = _told(catalogue, {"a": 7, "b": "文字"}), _told(catalogue, {"b": "三个字"})

    assert (fitting, too_long) == ({"b": "文字"}, {})


def test_no_rows_stay_no_rows_and_a_reason_stays_where_it_may() -> None:
    items = {"items": {"tiny/b": "tiny/b", "tiny/r": "tiny/r"}}
    before = _first({**WORD, "may_not_apply": True}, ROWS)
    kept = catalogue_of([before, _second(items, {**WORD, "may_not_apply": True}, ROWS)])
    strict = catalogue_of([before, _second(items, WORD, ROWS)])

    body = {"b": {"not_applicable": "没有"}, "r": []}

    assert _told(kept, body) == body
    assert _told(strict, body) == {"r": []}


def test_answers_pass_through_every_edition_between() -> None:
    one, two = _first(COUNT), _second({"items": {"tiny/a": "tiny/c"}}, {**COUNT, "code": "c"})
    items = {"follows": "two", "items": {"tiny/c": "tiny/d"}}
    three = _edition("three", date(2026, 1, 1), {"indicators": [{**COUNT, "code": "d"}]}, items)

    told = _told(catalogue_of([three, one, two]), {"a": 5})

    assert told == {"d": 5}


def test_answers_under_the_same_edition_are_told_as_they_are() -> None:
    edition = _real()
    form = edition.form("platform-1")
    assert form is not None
    filed = {"platform-1": answers_of(form, {"601": {"2": 7}})}

    told = answers_under(Catalogue((edition,)), edition, form, edition, filed)

    assert told == Answers({"601": {"2": Given(7)}})
    assert told.find(Place("601", "2")) == Given(7)


def test_a_later_edition_must_say_what_became_of_every_item() -> None:
    partly = {"items": {"tiny/p.x": "tiny/a"}}

    faults = _faults(_first(COUNT, TWO), _second(partly, COUNT))

    assert faults == ["two/items.toml/items item_untold tiny/a", "two/items.toml/items item_untold tiny/p"]


def test_a_map_from_items_that_never_were_is_refused() -> None:
    items = {"items": {"tiny/a": "tiny/a", "tiny/z": "tiny/b"}, "dropped": {"tiny/y": "没有"}}

    faults = _faults(_first(COUNT), _second(items, COUNT, WORD))

    assert faults == [
        "two/items.toml/items/tiny/z unknown_code not in one",
        "two/items.toml/dropped/tiny/y unknown_code not in one",
    ]


def test_a_map_from_another_edition_than_the_one_before_is_refused() -> None:
    stray = _second({"follows": "zero", "items": {"tiny/a": "tiny/a"}}, COUNT)

    before, alone = _faults(_first(COUNT), stray), _faults(stray)

    assert before == ["two/items.toml/follows follows_another one comes before"]
    assert alone == ["two/items.toml/items/tiny/a unknown_edition zero"]


@pytest.mark.parametrize(
    ("items", "fault"),
    [
        ({"items": {"tiny/a": "tiny/z"}}, "items.toml/items/tiny/a unknown_code"),
        ({"items": {"tiny/a": "tiny/a.x"}}, "items.toml/items/tiny/a unknown_code"),
        ({"items": {"tiny/a": "tiny/a"}, "dropped": {"tiny/a": "两说"}}, "items.toml/dropped/tiny/a duplicate"),
        ({"items": {"tiny/a": "tiny/a", "tiny/b": "tiny/a"}}, "items.toml/items/tiny/b duplicate"),
        ({"class_changes": "shape/1"}, "items.toml/class_changes unknown_list"),
        ({"class_changes": "colour/1"}, "items.toml/class_changes code_unknown"),
        ({"item": {}}, "items.toml/item unknown_key"),
    ],
)
def test_a_map_that_leads_nowhere_is_refused(items: Mapping[str, Any], fault: str) -> None:
    with pytest.raises(EditionError) as refused:
        _second(items, COUNT)

    assert {f"{each.place} {each.code}" for each in refused.value.faults} == {fault}


def test_the_edition_of_2022_knows_what_became_of_the_classes_of_2019() -> None:
    changes = _real().class_changes
    assert changes is not None
    entries = KnownLists().entries(changes.scheme, changes.version)

    kinds: dict[str, set[str]] = {}
    for entry in entries:
        kinds.setdefault(str(entry.facts["kind"]), set()).add(entry.code)

    assert (_real().follows, changes) == ("2019", ListRef("class_change", "2019-2022"))
    assert kinds == {
        "renamed": {"I21", "I22", "K23", "K31"},
        "moved": {"I23"},
        "replaces": {"I33"},
        "new": {"I35", "I36", "B21", "B34", "K33"},
    }
    assert list(_real().dropped_items) == ["enterprise-1/服务提供商类型"]


def test_an_amount_is_carried_to_the_digit() -> None:
    money = {**COUNT, "kind": "money", "places": 4}
    catalogue = catalogue_of([_first(money), _second({"items": {"tiny/a": "tiny/a"}}, money)])

    told = _told(catalogue, {"a": "1234.5678"})

    assert told == {"a": "1234.5678"}
    assert Decimal(str(told["a"])) == Decimal("1234.5678")
