"""Facts as they are kept: layers that agree stand once, executions follow their contract, cells lose nothing."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.statistics.model.columns import amount_number, amount_of, code_number, code_of, key_number
from services.statistics.model.facts import BITS, Line, following, layered, spot_of
from services.statistics.repository.units import holding_of
from shared.contracts.filing import FactKind, Layer

FILED, APPROVED, FINAL = BITS[Layer.FILED], BITS[Layer.APPROVED], BITS[Layer.FINAL]


def execution(usd: str = "10", layers: int = 0) -> Line:
    return Line(FactKind.EXECUTION, "2025-03", layers, {"usd": Decimal(usd)})


def contract(business_class: str, layers: int) -> Line:
    values = {"business_class": business_class, "market": "USA", "client_industry": "I"}
    return Line(FactKind.CONTRACT, "2025-01", layers, values)


def test_a_line_that_stands_alike_in_all_layers_is_kept_once() -> None:
    lines = layered({Layer.FILED: [execution()], Layer.APPROVED: [execution()], Layer.FINAL: [execution()]})

    assert [line.layers for line in lines] == [FILED | APPROVED | FINAL]


def test_a_line_that_a_correction_changed_stands_in_each_layer_as_it_was() -> None:
    lines = layered({Layer.FILED: [execution("100")], Layer.APPROVED: [execution("10")]})

    assert [(line.values["usd"], line.layers) for line in lines] == [(Decimal(100), FILED), (Decimal(10), APPROVED)]


@given(st.dictionaries(st.sampled_from(Layer), st.lists(st.sampled_from("123"), max_size=5)))
def test_each_layer_comes_out_with_the_lines_that_it_had(said: dict[Layer, list[str]]) -> None:
    lines = layered({layer: [execution(usd) for usd in amounts] for layer, amounts in said.items()})

    for layer, bit in BITS.items():
        found = Counter(str(line.values["usd"]) for line in lines if line.layers & bit)
        assert found == Counter(said.get(layer, []))


def test_an_execution_follows_its_contract_layer_by_layer() -> None:
    terms = (contract("I12", FILED), contract("I11", APPROVED))

    found = list(following(execution(layers=FILED | APPROVED | FINAL), terms))

    assert [(line.values["business_class"], line.layers) for line in found] == [
        ("I12", FILED),
        ("I11", APPROVED | FINAL),
    ]


def test_an_execution_whose_contract_is_not_known_counts_without_a_class() -> None:
    (found,) = following(execution(layers=APPROVED), ())

    assert (found.values["business_class"], found.values["usd"]) == ("", Decimal(10))


@pytest.mark.parametrize(
    ("path", "spot"),
    [
        (("330106", "330100", "330000", "000000"), ("330000", "330100", "330106")),
        (("110105", "110000", "000000"), ("110000", "110000", "110105")),
        (("429004", "420000", "000000"), ("420000", "429004", "")),
        (("330000", "000000"), ("330000", "330000", "")),
        ((), ("", "", "")),
    ],
)
def test_a_place_is_its_province_its_city_and_its_county(path: tuple[str, ...], spot: tuple[str, str, str]) -> None:
    assert spot_of(path) == spot


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=6))
def test_an_amount_comes_back_as_it_was(amount: Decimal) -> None:
    assert amount_of(amount_number(amount)) == amount


@pytest.mark.parametrize("amount", ["0.0000001", "9999999999999999"])
def test_an_amount_that_would_be_rounded_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="six places"):
        amount_number(Decimal(amount))


@given(st.from_regex(r"[1-9A-Z][0-9A-Z]{0,5}", fullmatch=True))
def test_a_code_comes_back_as_it_was(code: str) -> None:
    assert code_of(code_number(code)) == code


def test_no_code_and_no_pseudonym_are_nothing() -> None:
    assert (code_number(""), code_of(0), key_number("")) == (0, "", 0)


def test_the_holding_of_a_unit_is_the_firm_at_the_top() -> None:
    holders = {1: 2, 2: 3, 3: 0}

    assert [holding_of(name, holders[name], holders) for name in (1, 2, 3)] == [3, 3, 3]


def test_firms_that_hold_each_other_are_one_holding_for_all_below_them() -> None:
    holders = {1: 5, 5: 4, 4: 5}

    assert {holding_of(name, holders[name], holders) for name in (1, 4, 5)} == {4}


def test_a_firm_that_says_that_it_holds_itself_is_its_own_holding() -> None:
    assert holding_of(7, 7, {7: 7}) == 7
