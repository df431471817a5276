"""The queues of the topology are consumed, contracts have owners and samples, publishing happens in one place."""

from __future__ import annotations

import re

from shared.contracts import SAMPLES, all_contracts
from shared.messaging import topology
from tests.support.tree import ROOT, relative, services, tracked_files

TYPE = re.compile(r"\btongbao\.[a-z]+\.[a-z_]+\.v[1-9][0-9]*\b")


def _sources(*roots: str) -> dict[str, str]:
    """Return the text of the tracked Python files below these folders, by path."""
    paths = (path for path in tracked_files(".py") if relative(path).startswith(roots))
    return {relative(path): path.read_text("utf-8") for path in paths}


def _queue_constants() -> dict[str, str]:
    """Return the names of the queues by the name of the constant that stands for them."""
    named = {name: value for name, value in vars(topology).items() if name.isupper() and isinstance(value, str)}
    return {name: value for name, value in named.items() if value in topology.QUEUE}


def _workers() -> tuple[str, ...]:
    return tuple(name for name in services() if (ROOT / "services" / name / "worker.py").is_file())


def test_every_queue_has_a_constant_and_every_constant_a_queue() -> None:
    constants = _queue_constants()

    assert sorted(constants.values()) == sorted(topology.QUEUE)


def test_every_queue_is_consumed_by_a_service() -> None:
    text = "\n".join(_sources("services/").values())

    unread = [queue for name, queue in _queue_constants().items() if not re.search(rf"\b{name}\b", text)]

    assert len(_workers()) >= 3
    assert unread == []


def test_no_code_names_a_queue_by_hand() -> None:
    sources = {path: text for path, text in _sources("services/").items() if not path.startswith("services/sandbox")}

    by_hand = [path for path, text in sources.items() for queue in topology.QUEUE if f'"{queue}"' in text]

    assert len(sources) > 5
    assert by_hand == []


def test_publishing_happens_in_one_place() -> None:
    sources = _sources("services/", "shared/")

    places = [path for path, text in sources.items() for _ in re.findall(r"\bbasic_publish\b", text)]

    assert len(places) == 1, places


def test_every_type_that_the_code_names_has_a_contract_of_an_existing_owner() -> None:
    contracts = all_contracts()
    named = {found for text in _sources("services/").values() for found in TYPE.findall(text)}

    unknown = named - set(contracts)

    assert len(named) >= 5
    assert unknown == set()
    assert {contract.owner for contract in contracts.values()} <= set(services())


def test_every_contract_has_a_sample_and_every_sample_a_contract() -> None:
    contracts = all_contracts()

    samples = {path.stem for path in SAMPLES.glob("*.json")}

    assert samples == set(contracts)
