"""Yes and no, and objects whose keys are data."""

from __future__ import annotations

import pytest
from marshmallow import Schema, ValidationError, validate
from marshmallow import fields as plain

from shared.errors import Problem
from shared.fields import ByKey, Flag, Text, problems_of


class RemarkIn(Schema):
    note = Text(max=5, required=True)


class ReviewIn(Schema):
    materials = ByKey(keys=plain.String(validate=validate.OneOf(["1", "a/b"])), values=plain.Nested(RemarkIn))


def problems(body: object) -> set[tuple[str, str]]:
    with pytest.raises(ValidationError) as raised:
        ReviewIn().load(body)  # type: ignore[arg-type]  # wrong bodies are the point
    found: tuple[Problem, ...] = problems_of(raised.value)
    return {(problem.pointer, problem.code) for problem in found}


@pytest.mark.parametrize("value", [1, 0, 1.0, 0.0, "true", "", None, [], {}, {"$ne": None}])
def test_only_true_and_false_are_yes_and_no(value: object) -> None:
    field = Flag()

    with pytest.raises(ValidationError):
        field.deserialize(value)

    assert [field.deserialize(good) for good in (True, False)] == [True, False]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"materials": {"2": {"note": "a"}}}, {("/materials/2", "not_a_choice")}),
        ({"materials": {"1": {"note": 1, "x": 1}}}, {("/materials/1/note", "not_text"), ("/materials/1/x", "unknown_field")}),
        ({"materials": {"2": {}}}, {("/materials/2", "not_a_choice"), ("/materials/2/note", "required")}),
        ({"materials": {"1": "x"}}, {("/materials/1", "not_object")}),
        ({"materials": {"2": "x"}}, {("/materials/2", "not_a_choice"), ("/materials/2", "not_object")}),
        ({"materials": {"a/b": {"note": 1}}}, {("/materials/a~1b/note", "not_text")}),
        ({"materials": []}, {("/materials", "not_object")}),
    ],
)  # fmt: skip
def test_a_fault_below_a_key_points_into_the_body(body: object, expected: set[tuple[str, str]]) -> None:
    found = problems(body)

    assert found == expected


def test_a_right_object_is_loaded_by_its_keys() -> None:
    loaded = ReviewIn().load({"materials": {"1": {"note": "a"}}})

    assert loaded == {"materials": {"1": {"note": "a"}}}
