"""A classification record is read strictly, counted again, kept as it is, and held against 企业2表."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from services.filing.classification.records import LONGEST_QUERY, check_record, dump_record, read_record
from services.filing.model.classifications import ClassificationRecord, Deduction
from shared.crypto.structured import CONVERTER
from tests.classification.scores import classifier

NOW = datetime(2026, 11, 28, 4, 0, tzinfo=UTC)
PLAIN = {"organisations": "yes", "own": "yes", "statutory": "no", "kind": "none", "product": "no"}
MIXED = {"priced": "no", "means": "no", "hardware": "no", "product": "no", "main": "knowledge"}


def _answers(values: dict[str, str], **many: list[str]) -> list[dict[str, object]]:
    ones: dict[str, list[str]] = {name: [value] for name, value in values.items()}
    return [{"question": name, "values": chosen} for name, chosen in {**ones, **many}.items()]


def make_record(**changes: object) -> dict[str, Any]:
    """Return a right record of payroll with wages paid on behalf, with changes."""
    right = {
        "edition": "2022",
        "query": "每月核算工资，代缴社保",
        "scope": _answers(PLAIN, amount=["paid_on_behalf"]),
        "deductions": [{"kind": "paid_on_behalf", "amount": "120.5", "currency": "CNY"}],
        "chosen": "B11",
        "mixed": [],
    }
    return {**right, **changes}


def _read(**changes: object) -> ClassificationRecord:
    reading = read_record(make_record(**changes), classifier(), NOW)
    assert reading.problems == ()
    assert reading.record is not None
    return reading.record


def test_outcome_and_candidates_are_counted_and_not_taken_over() -> None:
    record = _read()

    assert (record.outcome, record.reason, record.chosen, record.made_at) == ("part", "", "B11", NOW)
    assert record.deductions == (Deduction("paid_on_behalf", Decimal("120.5"), "CNY"),)
    assert record.candidates[0].code == "B11"
    assert {hit.word for hit in record.candidates[0].hits} >= {"工资", "社保"}


def test_one_set_of_answers_always_makes_one_record() -> None:
    assert _read() == _read()


def test_a_record_survives_sealing_and_has_a_form_as_json() -> None:
    record = _read(mixed=_answers(MIXED), chosen="K12")

    kept = CONVERTER.structure(CONVERTER.unstructure(record), ClassificationRecord)
    again = read_record({key: dump_record(record)[key] for key in make_record()}, classifier(), NOW)

    assert kept == record
    assert again.record == record
    assert dump_record(record)["mixed_result"] == "knowledge"


def test_a_contract_that_is_not_filed_needs_no_class() -> None:
    record = _read(scope=_answers({"organisations": "no"}), deductions=[], chosen="")

    assert (record.outcome, record.reason) == ("out", "not_between_organisations")


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"edition": "2019"}, [("/edition", "edition_unknown")]),
        ({"query": "长" * (LONGEST_QUERY + 1)}, [("/query", "not_text")]),
        ({"query": 1}, [("/query", "not_text")]),
        ({"scope": {}}, [("/scope", "not_list"), ("/scope", "unfinished")]),
        ({"scope": [{"question": "own"}]}, [("/scope/0", "not_answer"), ("/scope", "unfinished")]),
        ({"scope": _answers({"organisations": "yes"})}, [("/scope", "unfinished")]),
        ({"scope": _answers({"organisations": "perhaps"})}, [("/scope/0", "unknown_answer")]),
        ({"chosen": "I99"}, [("/chosen", "unknown")]),
        ({"chosen": ""}, [("/chosen", "unknown")]),
        ({"deductions": []}, [("/deductions", "kinds_differ")]),
        ({"deductions": None}, [("/deductions", "not_list")]),
        ({"more": 1}, [("", "unknown_field")]),
        ({"mixed": _answers(MIXED)}, [("/chosen", "family")]),
        ({"mixed": _answers({"priced": "no"})}, [("/mixed", "unfinished")]),
        (
            {"mixed": _answers({"priced": "no", "means": "no", "hardware": "no", "product": "inseparable"})},
            [("/mixed", "not_filed")],
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_place(changes: dict[str, object], problems: list[tuple[str, str]]) -> None:
    reading = read_record(make_record(**changes), classifier(), NOW)

    assert reading.record is None
    assert [(each.pointer, each.code) for each in reading.problems] == problems


@pytest.mark.parametrize(
    ("changes", "place", "code"),
    [
        ({"kind": "tips"}, "/deductions/0/kind", "unknown"),
        ({"currency": "XXQ"}, "/deductions/0/currency", "unknown"),
        ({"amount": "-1"}, "/deductions/0/amount", "not_amount"),
        ({"amount": "1e3"}, "/deductions/0/amount", "not_amount"),
        ({"amount": "NaN"}, "/deductions/0/amount", "not_amount"),
        ({"amount": "0.0000001"}, "/deductions/0/amount", "not_amount"),
        ({"amount": "1000000000000"}, "/deductions/0/amount", "not_amount"),
        ({"amount": 1.5}, "/deductions/0/amount", "not_amount"),
        ({"amount": True}, "/deductions/0/amount", "not_amount"),
        ({"amount": "１２"}, "/deductions/0/amount", "not_amount"),
    ],
)
def test_a_deduction_is_an_exact_amount_of_a_known_kind(changes: dict[str, object], place: str, code: str) -> None:
    deduction = {"kind": "paid_on_behalf", "amount": "120.5", "currency": "CNY", **changes}

    reading = read_record(make_record(deductions=[deduction]), classifier(), NOW)

    assert (place, code) in [(each.pointer, each.code) for each in reading.problems]


def test_what_is_no_object_is_refused() -> None:
    reading = read_record([], classifier(), NOW)

    assert [each.code for each in reading.problems] == ["not_object"]


def test_a_record_that_agrees_with_the_form_raises_nothing() -> None:
    assert check_record(_read(), "B11", Decimal("120.50")) == ()


@pytest.mark.parametrize(
    ("chosen", "deducted", "codes"),
    [
        ("B12", Decimal("120.5"), ["classification_not_chosen"]),
        (None, Decimal("120.5"), ["classification_not_chosen"]),
        ("B11", Decimal("120"), ["classification_deducted"]),
        ("B11", None, ["classification_deducted"]),
        ("B12", None, ["classification_not_chosen", "classification_deducted"]),
    ],
)
def test_what_differs_between_record_and_form_is_told(
    chosen: str | None, deducted: Decimal | None, codes: list[str]
) -> None:
    problems = check_record(_read(), chosen, deducted)

    assert [each.code for each in problems] == codes


def test_a_contract_that_is_not_to_be_filed_is_told_whatever_class_it_has() -> None:
    record = _read(scope=_answers({"organisations": "no"}), deductions=[], chosen="")

    problems = check_record(record, "B11", None)

    assert [each.code for each in problems] == ["classification_not_filed"]
