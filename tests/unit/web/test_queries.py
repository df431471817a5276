"""Numbers of a query are plain digits, and no parameter comes twice."""

from __future__ import annotations

import pytest
from flask import Flask
from marshmallow import Schema, ValidationError

from shared.errors import Invalid
from shared.web.blueprint import StrictParser
from shared.web.queries import QueryNumber


class SizeIn(Schema):
    limit = QueryNumber(1, 100, load_default=20)


@pytest.mark.parametrize(
    "text", ["", "0", "101", "-1", "+1", " 1", "1 ", "1.0", "1e1", "1_0", "01", "１", "٣", "x", "9" * 5000]
)
def test_a_number_is_plain_digits_within_its_bounds(text: str) -> None:
    field = QueryNumber(1, 100)

    with pytest.raises(ValidationError):
        field.deserialize(text)

    assert [field.deserialize(good) for good in ("1", "100")] == [1, 100]


def test_a_parameter_that_comes_twice_is_refused_by_name() -> None:
    with Flask("test").test_request_context("/?limit=1&limit=2") as context, pytest.raises(Invalid) as raised:
        StrictParser().parse(SizeIn, context.request, location="query")

    assert [(problem.pointer, problem.code) for problem in raised.value.problems] == [("/limit", "repeated")]
