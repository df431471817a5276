"""Every contract has a sample that loads and that an unknown field does not disturb."""

from __future__ import annotations

import fnmatch

import pytest
from marshmallow import Schema, fields

from shared.contracts import SAMPLES, Contract, all_contracts
from shared.messaging.errors import ContractBroken
from shared.messaging.topology import EVENTS, QUEUES

CONTRACTS = all_contracts()


class PaperIn(Schema):
    revision = fields.Integer(required=True, strict=True)


def make_contract() -> Contract:
    return Contract("tongbao.paper.filed.v1", 1, "paper", PaperIn())


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_the_sample_of_a_contract_loads_also_with_a_field_of_the_future(name: str):
    contract = CONTRACTS[name]

    loaded = contract.load(contract.sample | {"field_of_the_future": 1})

    assert loaded
    assert "field_of_the_future" not in loaded


def test_every_sample_belongs_to_a_contract():
    samples = {path.name.removesuffix(".json") for path in SAMPLES.glob("*.json")}

    assert samples == set(CONTRACTS)


def test_every_event_binding_waits_for_a_type_that_has_a_contract():
    patterns = [b.routing_key for queue in QUEUES for b in queue.bindings if b.exchange == EVENTS]

    without = [pattern for pattern in patterns if not fnmatch.filter(CONTRACTS, pattern)]

    assert without == []


def test_a_faulty_field_breaks_the_contract_and_is_named_without_its_value():
    contract = make_contract()

    with pytest.raises(ContractBroken) as caught:
        contract.load({"revision": "秘密"})

    assert caught.value.place == "data/revision"
    assert "秘密" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("type_", "version"),
    [("tongbao.paper.filed.v1", 2), ("paper.filed.v1", 1), ("tongbao.Paper.filed.v1", 1), ("tongbao.paper.filed", 1)],
)
def test_a_type_that_does_not_tell_its_version_is_refused(type_: str, version: int):
    with pytest.raises(ValueError, match="is not a type of version"):
        Contract(type_, version, "paper", PaperIn())
