"""What statistics hands over: a content is taken as a whole, or not at all."""

from __future__ import annotations

import gzip
from datetime import date
from typing import Any

import pytest

from services.sandbox.sample_tables import sample_set
from shared.contracts import statistics
from shared.contracts.statistics import ANNUAL, MONTHLY, dump_tables, load_tables, packed, unpacked
from shared.crypto.payload import dump_payload, load_payload
from shared.messaging.errors import ContractBroken

FINAL = date(2026, 4, 8)


def make_set() -> Any:
    return sample_set(MONTHLY, "2026-03", FINAL)


@pytest.mark.parametrize(("kind", "period"), [(ANNUAL, "2025"), (MONTHLY, "2026-03")])
def test_the_same_set_is_the_same_bytes_and_comes_back_as_it_went(kind: str, period: str) -> None:
    data = dump_tables(sample_set(kind, period, FINAL))

    back = unpacked(load_payload(dump_payload(packed(data))))

    assert back == data == dump_tables(sample_set(kind, period, FINAL))
    assert load_tables(back)["final_on"] == FINAL


def _period(made: Any) -> None:
    made["period"] = "2026"


def _first_that_supersedes(made: Any) -> None:
    made["supersedes"] = "1"


def _unknown_code(made: Any) -> None:
    made["tables"][0]["cells"][0]["at"] = ["999999"]


def _unknown_measure(made: Any) -> None:
    made["tables"][0]["cells"][0]["measure"] = "profit"


def _twice(made: Any) -> None:
    made["tables"][0]["cells"].append(made["tables"][0]["cells"][0])


def _shown_though_suppressed(made: Any) -> None:
    made["tables"][0]["cells"][0]["status"] = "suppressed"


def _no_value(made: Any) -> None:
    made["tables"][0]["cells"][0]["value"] = None


def _decimals(made: Any) -> None:
    made["tables"][0]["cells"][0]["value"] = "12.5"


@pytest.mark.parametrize(
    "spoil",
    [
        _period,
        _first_that_supersedes,
        _unknown_code,
        _unknown_measure,
        _twice,
        _shown_though_suppressed,
        _no_value,
        _decimals,
    ],
)
def test_a_set_that_contradicts_itself_is_refused(spoil: Any) -> None:
    made = make_set()
    spoil(made)

    with pytest.raises(ContractBroken) as caught:
        dump_tables(made)

    assert caught.value.place.startswith("tables/")
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "secret", [None, {}, {"tables": "text"}, {"tables": b"no gzip"}, {"tables": gzip.compress(b"x")[:-4]}]
)
def test_what_was_not_packed_is_refused(secret: object) -> None:
    with pytest.raises(ContractBroken):
        unpacked(secret)


def test_a_content_beyond_the_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = dump_tables(make_set())
    monkeypatch.setattr(statistics, "MAX_BYTES", len(data) - 1)

    with pytest.raises(ContractBroken):
        unpacked(packed(data))
