"""The digest of what was filed, and receipts as canonical JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.filing.model.receipts import (
    FiledContent,
    Receipt,
    canonical,
    code_from,
    code_text,
    content_from,
    digest_of,
    digest_of_rows,
    dump_receipt,
    receipt_from,
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
json_objects = st.dictionaries(st.text(max_size=5), json_values, max_size=4)
contents = st.builds(
    FiledContent,
    answers=json_objects,
    sign_off=json_objects,
    explanations=json_objects,
    extras=json_objects,
    evidence=st.lists(st.text("0123456789abcdef", min_size=64, max_size=64), max_size=3).map(tuple),
    nil_reason=st.none() | st.text(max_size=5),
    rows=st.none() | st.lists(json_objects, max_size=3).map(digest_of_rows),
)


def make_filed(**differing: Any) -> FiledContent:
    values: dict[str, Any] = {"answers": {"401": {"1": 5, "2": 0}}, "sign_off": {"filler": "张三"}}
    return FiledContent(**{**values, **differing})


def make_receipt(**differing: Any) -> Receipt:
    values: dict[str, Any] = {
        "filing_id": "1" * 32,
        "revision": 2,
        "unit_id": "2" * 32,
        "form": "enterprise-4",
        "edition": "2022",
        "period": "2023",
        "digest": "a" * 64,
        "submitted_at": datetime(2024, 1, 8, 1, 2, 3, 456000, UTC),
    }
    return Receipt(**{**values, **differing})


def test_the_canonical_form_is_what_it_says() -> None:
    rows = hashlib.sha256('{"firm":"甲"}\n'.encode()).hexdigest()
    content = make_filed(evidence=("b" * 64,), rows=digest_of_rows([{"firm": "甲"}]))

    text = canonical(content).decode()

    assert text == (
        '{"answers":{"401":{"1":5,"2":0}},"evidence":["' + "b" * 64 + '"],"explanations":{},"extras":{},'
        '"nil_reason":null,"rows":{"count":1,"sha256":"' + rows + '"},"sign_off":{"filler":"张三"}}'
    )
    assert digest_of(content) == hashlib.sha256(text.encode()).hexdigest()


@given(contents)
def test_a_content_is_read_again_from_its_canonical_form(content: FiledContent) -> None:
    again = content_from(json.loads(canonical(content)))

    assert again == content
    assert digest_of(again) == digest_of(content)


@given(contents, contents)
def test_two_contents_have_one_digest_only_where_they_say_the_same(one: FiledContent, other: FiledContent) -> None:
    assert (digest_of(one) == digest_of(other)) is (canonical(one) == canonical(other))


def test_the_order_of_keys_and_the_class_of_a_mapping_do_not_matter() -> None:
    turned: Mapping[str, object] = MappingProxyType({"2": 0, "1": 5})

    assert digest_of(make_filed(answers={"401": turned})) == digest_of(make_filed())


@pytest.mark.parametrize(
    "differing",
    [
        {"answers": {"401": {"1": 5, "2": 1}}},
        {"answers": {"401": {"1": 5}}},
        {"answers": {"401": {"1": "5", "2": 0}}},
        {"sign_off": {"filler": "李四"}},
        {"explanations": {"e4-change-401": "并购"}},
        {"extras": {"x": 1}},
        {"evidence": ("c" * 64,)},
        {"nil_reason": ""},
        {"rows": digest_of_rows([])},
    ],
)
def test_every_part_counts(differing: dict[str, Any]) -> None:
    assert digest_of(make_filed(**differing)) != digest_of(make_filed())


@pytest.mark.parametrize("value", [1.5, Decimal("1.5"), b"1", float("nan"), {1, 2}, {1: "2"}])
def test_what_is_no_plain_json_has_no_digest(value: object) -> None:
    with pytest.raises(TypeError):
        digest_of(make_filed(answers={"622": value}))


def test_the_digest_of_rows_knows_their_order_and_number() -> None:
    first, second = {"firm": "甲"}, {"firm": "乙"}

    digests = [
        digest_of_rows(rows) for rows in ([], [first], [first, second], [second, first], [{"firm": "甲", "x": 1}])
    ]

    assert [digest.count for digest in digests] == [0, 1, 2, 2, 1]
    assert len({digest.sha256 for digest in digests}) == 5


def test_rows_may_be_given_as_they_are() -> None:
    rows = [{"firm": "甲", "fee": "1.5"}, {"firm": "乙", "fee": "0"}]
    body = json.loads(canonical(make_filed(rows=digest_of_rows(rows))))

    assert content_from({**body, "rows": rows}) == content_from(body)


@pytest.mark.parametrize(
    "differing",
    [
        {"answers": []},
        {"evidence": "b" * 64},
        {"evidence": [1]},
        {"nil_reason": 5},
        {"rows": {"count": "1", "sha256": "b" * 64}},
        {"rows": {"count": 1, "sha256": "b"}},
        {"rows": [1]},
        {"other": 1},
    ],
)
def test_a_content_of_another_kind_is_refused(differing: dict[str, Any]) -> None:
    body = json.loads(canonical(make_filed()))

    with pytest.raises(ValueError, match=r"content|rows"):
        content_from({**body, **differing})


def test_a_receipt_is_read_again_and_names_nobody() -> None:
    receipt = make_receipt()

    dumped = dump_receipt(receipt)

    assert receipt_from(dumped) == receipt
    assert set(json.loads(dumped)) == {
        "filing_id",
        "revision",
        "unit_id",
        "form",
        "edition",
        "period",
        "digest",
        "submitted_at",
        "version",
    }


def test_a_moment_is_written_in_utc_whatever_its_zone() -> None:
    beijing = make_receipt().submitted_at.astimezone(timezone(timedelta(hours=8)))

    assert dump_receipt(make_receipt(submitted_at=beijing)) == dump_receipt(make_receipt())
    assert b'"2024-01-08T01:02:03.456Z"' in dump_receipt(make_receipt())
    with pytest.raises(ValueError, match="zone"):
        dump_receipt(make_receipt(submitted_at=datetime(2024, 1, 8)))  # noqa: DTZ001  the fault that is meant


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"version":1', b'"version":2'),
        (b'"revision":2', b'"revision":true'),
        (b'"revision":2', b'"revision":2.0'),
        (b'"2022"', b"2022"),
        (b'"2022"', b'"\\u0032022"'),
        (b".456Z", b".456+00:00"),
        (b"{", b"{ "),
        (b"{", b'{"other":1,'),
    ],
)
def test_a_receipt_in_any_other_form_is_refused(before: bytes, after: bytes) -> None:
    dumped = dump_receipt(make_receipt()).replace(before, after, 1)

    with pytest.raises(ValueError):  # noqa: PT011  what the parser says differs, the class does not
        receipt_from(dumped)


@given(st.integers(0, 16**32 - 1), st.integers(1, 10**6), st.integers(0, 16**64 - 1))
def test_the_code_says_which_filing_revision_and_digest(number: int, revision: int, digest: int) -> None:
    text = code_text(f"{number:032x}", revision, f"{digest:064x}")

    assert code_from(text) == (f"{number:032x}", revision, f"{digest:064x}")
    assert set(text) <= set("0123456789ABCDEFT:B")


@pytest.mark.parametrize(
    "text", ["", "TB1:1", "TB2:" + "1" * 32 + ":1:" + "A" * 64, "TB1:" + "1" * 32 + ":0:" + "A" * 64]
)
def test_another_code_is_none_of_ours(text: str) -> None:
    assert code_from(text) is None


def test_a_filing_without_a_digest_has_no_code() -> None:
    with pytest.raises(ValueError, match="digest"):
        code_text("1" * 32, 1, "")
