import enum
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import SHANGHAI
from shared.crypto.errors import PayloadUnsupported
from shared.crypto.payload import dump_payload, load_payload

_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63),
    st.text(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.datetimes(timezones=st.just(UTC)),
    st.dates(),
    st.binary(),
)
_KEYS = st.text().filter(lambda name: not name.startswith("$"))
_PAYLOADS = st.recursive(_LEAVES, lambda inner: st.lists(inner) | st.dictionaries(_KEYS, inner), max_leaves=12)


@given(_PAYLOADS)
def test_what_goes_in_comes_out(payload: object) -> None:
    assert load_payload(dump_payload(payload)) == payload


def test_a_decimal_keeps_its_digits_and_stays_a_decimal() -> None:
    loaded = load_payload(dump_payload([Decimal("1.20"), Decimal("-0.00"), Decimal("1E+3")]))

    assert [str(value) for value in loaded] == ["1.20", "-0.00", "1E+3"]  # type: ignore[attr-defined]


def test_a_moment_comes_back_in_utc_and_a_day_stays_a_day() -> None:
    payload = {"at": datetime(2026, 3, 2, 9, 30, tzinfo=SHANGHAI), "on": date(2026, 3, 2)}

    loaded = load_payload(dump_payload(payload))

    assert loaded == payload
    assert loaded["at"].tzinfo is UTC
    assert type(loaded["on"]) is date


def test_a_text_that_looks_like_a_tag_stays_a_text() -> None:
    payload = {"note": "$decimal", "other": ['"$date"', {"k": '{"$bytes": ""}'}]}

    assert load_payload(dump_payload(payload)) == payload


def test_tuples_and_enum_members_come_back_as_lists_and_values() -> None:
    class Form(enum.StrEnum):
        P101 = "101"

    assert load_payload(dump_payload({"forms": (Form.P101,)})) == {"forms": ["101"]}


@dataclass
class _Record:
    name: str


@pytest.mark.parametrize(
    "value",
    [
        datetime(2026, 3, 2),  # noqa: DTZ001  # a naive one is the point
        Decimal("NaN"),
        Decimal("Infinity"),
        {"$decimal": "1"},
        {"nested": [{"$other": 1}]},
        {1: "one"},
        {"a set"},
        _Record("secret value"),
        2**70,
    ],
)
def test_what_could_not_come_back_the_same_is_refused_without_its_value(value: object) -> None:
    with pytest.raises(PayloadUnsupported) as refused:
        dump_payload({"value": value})

    assert "secret value" not in str(refused.value)


@pytest.mark.parametrize("data", [b"", b"{", b'{"$decimal": "x"}', b'{"$date": 1}', b'{"$bytes": "*"}'])
def test_bytes_that_are_no_payload_are_refused(data: bytes) -> None:
    with pytest.raises(PayloadUnsupported):
        load_payload(data)
