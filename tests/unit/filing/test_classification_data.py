"""The data of classification is held against the code list, and what is wrong with it is named with its place."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from services.filing.classification.loading import FOLDER, load, read_folder
from services.filing.forms.loading.faults import EditionError
from shared.codes import classes

DAY = date(2022, 1, 1)


def make_documents() -> dict[str, Any]:
    """Return the documents of the edition of 2022, to be spoiled."""
    return copy.deepcopy(dict(read_folder(FOLDER / "2022")))


def _faults(documents: dict[str, Any]) -> list[str]:
    with pytest.raises(EditionError) as caught:
        load("2022", DAY, documents)
    return [str(fault) for fault in caught.value.faults]


def test_every_class_of_the_list_is_known_with_words_and_where_it_stands() -> None:
    known = load("2022", DAY, make_documents()).classes

    assert [*known] == [each.code for each in classes.classes(DAY)]
    assert all(len(each.strong) >= 10 for each in known.values())
    assert (known["K22"].group.name, known["K22"].main.name) == ("设计服务", "知识流程外包")
    assert {(kind.share_from, kind.share_to) for kind in known["K22"].shares} == {(5, 8), (8, 15)}
    assert known["K23"].shares == ()


def test_an_exclusion_that_points_to_a_class_which_does_not_exist_is_named() -> None:
    documents = make_documents()
    documents["exclusions.toml"]["exclusion"][2]["to"] = ["I99"]

    faults = _faults(documents)

    assert faults == ["exclusions.toml/exclusion/2/to: dangling_pointer (I99)"]


def test_an_exclusion_may_not_point_elsewhere_than_the_list_does() -> None:
    documents = make_documents()
    documents["exclusions.toml"]["exclusion"][0]["to"] = ["K12"]

    faults = _faults(documents)

    assert faults == ["exclusions.toml/exclusion/0/to: pointer_not_in_list (K12: 软件产品的测试)"]


def test_an_exclusion_of_the_list_that_nothing_speaks_for_is_named() -> None:
    documents = make_documents()
    del documents["exclusions.toml"]["exclusion"][-1]

    faults = _faults(documents)

    assert faults == ["exclusions.toml/exclusion: exclusion_without_cue (K31: 医疗诊断)"]


def test_an_exclusion_that_the_list_does_not_know_is_named() -> None:
    documents = make_documents()
    documents["exclusions.toml"]["exclusion"].append({"class": "I11", "what": "别的", "to": ["I12"], "when": [["甲"]]})

    faults = _faults(documents)

    assert faults == ["exclusions.toml/exclusion/29/what: unknown_exclusion (I11: 别的)"]


def test_words_are_for_classes_of_the_list_alone_and_no_class_goes_without() -> None:
    documents = make_documents()
    documents["words.toml"]["I99"] = documents["words.toml"].pop("I34")

    faults = _faults(documents)

    assert faults == ["words.toml/I99: unknown_class (I99)", "words.toml/I34: missing"]


def test_a_question_leads_forward_only() -> None:
    documents = make_documents()
    documents["scope.toml"]["question"][2]["answer"][0]["next"] = "own"

    faults = _faults(documents)

    assert faults == ["scope.toml/question/2/answer/0/next: dangling_pointer (own)"]


def test_a_reason_not_to_file_is_one_of_the_coded_ones() -> None:
    documents = make_documents()
    documents["scope.toml"]["question"][0]["answer"][1]["reason"] = "because"

    faults = _faults(documents)

    assert faults == ["scope.toml/question/0/answer/1/reason: dangling_pointer (because)"]


def test_a_hint_is_for_an_answer_that_exists() -> None:
    documents = make_documents()
    documents["hints.toml"]["hint"][0]["value"] = "maybe"

    faults = _faults(documents)

    assert faults == ["hints.toml/hint/0/value: dangling_pointer (organisations: maybe)"]


def test_an_unknown_key_and_an_empty_group_of_words_are_named() -> None:
    documents = make_documents()
    documents["hints.toml"]["hint"][0] |= {"wen": [["甲"]], "when": [[]]}

    faults = _faults(documents)

    assert faults == ["hints.toml/hint/0/when: not_groups", "hints.toml/hint/0/wen: unknown_key"]
