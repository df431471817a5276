import copy
import pickle

import pytest
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema, ValidationError, validate, validates_schema
from marshmallow import fields as plain

from shared import fields
from shared.errors import Problem


class Supplier(Schema):
    name = fields.Text(max=5, required=True)


class Platform(Schema):
    name = fields.Text(max=5, required=True)
    share = fields.Money(data_key="a/b~c")
    suppliers = plain.List(plain.Nested(Supplier))
    names = plain.List(fields.Text(max=3))
    owner = plain.Nested(Supplier)
    is_top = plain.Boolean(truthy={True}, falsy={False})
    order = plain.String(validate=[validate.OneOf(["x"]), validate.Length(max=1)])

    @validates_schema
    def check(self, data: dict[str, object], **_: object) -> None:
        if data.get("is_top"):
            raise fields.fault("owner_needed", "请填写负责人。", field="owner")


def problems(body: object, *, many: bool = False) -> set[tuple[str, str]]:
    with pytest.raises(ValidationError) as raised:
        Platform(many=many).load(body)  # type: ignore[arg-type]  # wrong bodies are the point
    return {(problem.pointer, problem.code) for problem in fields.problems_of(raised.value)}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {("/name", "required")}),
        ({"name": None}, {("/name", "null")}),
        ({"name": "字" * 6, "x": 1}, {("/name", "too_long"), ("/x", "unknown_field")}),
        ({"name": "a", "$where": 1}, {("/$where", "unknown_field")}),
        ({"name": "a", "a/b~c": 1.5}, {("/a~1b~0c", "not_amount")}),
        ({"name": "a", "suppliers": [{"name": "b"}, {"name": {"$ne": None}}]}, {("/suppliers/1/name", "not_text")}),
        ({"name": "a", "suppliers": [1]}, {("/suppliers/0", "not_object")}),
        ({"name": "a", "suppliers": {}}, {("/suppliers", "not_list")}),
        ({"name": "a", "names": ["b", "字字字字", 3]}, {("/names/1", "too_long"), ("/names/2", "not_text")}),
        ({"name": "a", "owner": {}}, {("/owner/name", "required")}),
        ({"name": "a", "owner": "b"}, {("/owner", "not_object")}),
        ({"name": "a", "is_top": "perhaps"}, {("/is_top", "not_boolean")}),
        ({"name": "a", "is_top": True}, {("/owner", "owner_needed")}),
        ({"name": "a", "order": "yy"}, {("/order", "not_a_choice"), ("/order", "too_long")}),
        ({"name": "a", "order": 1}, {("/order", "not_text")}),
        ([], {("", "not_object")}),
        ("name", {("", "not_object")}),
    ],
)
def test_every_fault_gets_a_pointer_and_a_stable_code(body: object, expected: set[tuple[str, str]]) -> None:
    assert problems(body) == expected


def test_a_list_of_bodies_is_pointed_into_by_index() -> None:
    assert problems([{"name": "a"}, {}], many=True) == {("/1/name", "required")}


def test_wording_is_chinese_and_what_was_expected_is_kept() -> None:
    with pytest.raises(ValidationError) as raised:
        Platform().load({"name": "字" * 6})

    assert fields.problems_of(raised.value) == (
        Problem(pointer="/name", code="too_long", message="不能超过 5 个字。", expected="不超过 5 字"),
    )


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("请填写。", Problem("", "invalid", "请填写。")),
        ("Some library quotes 'secret'.", Problem("", "invalid", "填写有误。")),
    ],
)
def test_foreign_messages_pass_in_chinese_only(message: str, expected: Problem) -> None:
    assert fields.problems_of(ValidationError(message)) == (expected,)


def test_a_fault_survives_copying_and_pickling() -> None:
    fault = fields.Fault("empty", "此项不能为空。", "文字")

    for made in (copy.deepcopy(fault), pickle.loads(pickle.dumps(fault))):  # noqa: S301 - our own bytes
        assert (made.code, str(made), made.expected) == ("empty", "此项不能为空。", "文字")


def test_fields_describe_themselves_in_the_interface() -> None:
    spec = APISpec("t", "1", "3.1.0", plugins=[MarshmallowPlugin()])

    class Described(Schema):
        name = fields.Text(max=5, allow_none=True)
        count = fields.WholeNumber(min=1, max=3)
        amount = fields.Money(metadata={"description": "注册资金（万元）"})

    spec.components.schema("Described", schema=Described)
    properties = spec.to_dict()["components"]["schemas"]["Described"]["properties"]

    assert properties["name"] == {"type": ["string", "null"], "minLength": 1, "maxLength": 5}
    assert properties["count"] == {"type": "integer", "minimum": 1, "maximum": 3}
    assert properties["amount"]["description"] == "注册资金（万元）"
