"""The fact base on the real database: the last word counts, whatever the order, and the columns say the same."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from services.statistics.model.columns import COLUMNS
from services.statistics.operations.facts import Told, forget_facts, remake_partitions
from services.statistics.repository import partitions as kept_partitions
from services.statistics.repository.arrow import joined
from shared.contracts.filing import FactKind, Layer
from shared.mongo.client import Document
from tests.support.statistics_site import StatisticsSite, a_contract, a_firm, an_execution, told

EVENTS = int(os.environ.get("TONGBAO_FACT_EVENTS", "3000"))
"""Random approvals, corrections and withdrawals; `make facts` plays 100,000."""

BATCH = 200
MONTHS = ("2024-12", "2025-01", "2025-02", "2025-03")

Lines = list[tuple[Any, ...]]


def lines_of(site: StatisticsSite) -> Mapping[str, Lines]:
    """Return all lines that tables would read, by partition."""
    keys = {each["_id"] for each in site.wired.database["partitions"].find()}
    found = {}
    for key in sorted(keys | set(site.wired.facts.dirty_partitions())):
        columns = ["filing", "unit", "layers", *(each.name for each in COLUMNS[FactKind(key.partition("/")[0])])]
        rows = _rows(site.wired.partitions.read(key, columns))
        if rows:
            found[key] = rows
    return found


def merged_of(site: StatisticsSite) -> Mapping[str, Lines]:
    """Return all lines of the segments alone."""
    found = {}
    for document in site.wired.database["partitions"].find():
        partition = site.wired.partitions.get(document["_id"])
        tables = [site.wired.partitions.open(each, partition.key) for each in partition.segments]
        if rows := _rows(joined(partition.kind, tables)):
            found[partition.key] = rows
    return found


def _rows(table: pa.Table) -> Lines:
    return sorted(tuple(row.values()) for row in table.to_pylist())


def story(seed: int, count: int) -> list[Told]:
    """Return the last words on random filings as they would leave: approved, corrected, settled, taken back."""
    dice = random.Random(seed)
    contracts = [f"contract-{number}" for number in range(max(count // 40, 3))]
    filings = [*contracts, *(f"filing-{number}" for number in range(max(count // 8, 10)))]
    versions: dict[str, int] = {}
    said: list[Told] = []
    for _ in range(count):
        filing = dice.choice(filings)
        version = versions[filing] = versions.get(filing, 0) + dice.randint(1, 3)
        month, usd = dice.choice(MONTHS), Decimal(dice.randint(1, 10**9)).scaleb(-6)
        values = {"usd": usd, "cny": dice.choice([usd * 7, None])}
        if filing in contracts:
            values["business_class"] = dice.choice(["I11", "B23", "K31"])
            line = a_contract(filing, month, **values)
        else:
            line = an_execution(dice.choice(contracts), month, **values)
        layers = dice.choice([(), (Layer.FILED, Layer.APPROVED), tuple(Layer)])
        unit = f"unit-{dice.randint(1, 50)}"
        said.append(replace(told(filing, [line], unit, version, layers), form=_form(filing)))
    return said


def _form(filing: str) -> str:
    return "enterprise-2" if filing.startswith("contract") else "enterprise-3"


def play(site: StatisticsSite, told_: Sequence[Told], seed: int) -> None:
    """Let everything arrive repeated and out of order, with the columns brought up to date in between."""
    dice = random.Random(seed)
    arriving = [*told_, *dice.sample(list(told_), len(told_) // 3)]
    dice.shuffle(arriving)
    for first in range(0, len(arriving), BATCH):
        site.take(*arriving[first : first + BATCH])
        if dice.random() < 0.2:
            site.merge()


def last_words(told_: Sequence[Told]) -> list[Told]:
    """Return the last word on each filing."""
    last: dict[str, Told] = {}
    for each in told_:
        if each.filing_id not in last or last[each.filing_id].version < each.version:
            last[each.filing_id] = each
    return [last[filing] for filing in sorted(last)]


def test_facts_told_repeatedly_and_out_of_order_equal_a_fresh_rebuild(site: StatisticsSite) -> None:
    said = story(1, EVENTS)
    play(site, said, 2)
    before_merging = lines_of(site)
    site.merge()
    after_merging = lines_of(site)

    forget_facts(site.wired.deps)
    told_again = last_words(said)
    for first in range(0, len(told_again), BATCH):
        site.take(*told_again[first : first + BATCH])
    site.merge()

    rebuilt = merged_of(site)
    assert sum(map(len, rebuilt.values())) > len(told_again) / 3
    assert rebuilt == before_merging
    assert rebuilt == after_merging
    assert site.wired.facts.dirty_partitions() == ()


def test_columns_made_anew_from_the_facts_are_the_same(site: StatisticsSite) -> None:
    play(site, story(3, 400), 4)
    site.merge()
    before = merged_of(site)

    remake_partitions(site.wired.deps)

    assert merged_of(site) == before != {}


def test_an_older_word_and_the_same_again_change_nothing(site: StatisticsSite) -> None:
    newest = told("f", [an_execution("c", usd=Decimal(3))], version=5)
    site.take(newest)
    before = lines_of(site)

    taken = site.take(newest, told("f", [an_execution("c", usd=Decimal(9))], version=4))

    assert taken == 0
    assert lines_of(site) == before


def test_a_filing_that_is_taken_back_counts_no_more(site: StatisticsSite) -> None:
    site.take(told("f", [an_execution("c")], version=1))
    site.merge()

    site.take(told("f", [], version=2))

    assert lines_of(site) == {}
    site.merge()
    assert merged_of(site) == {}


def test_an_execution_that_moves_to_another_month_leaves_the_first(site: StatisticsSite) -> None:
    site.take(told("f", [an_execution("c", "2025-01")], version=1))
    site.merge()

    site.take(told("f", [an_execution("c", "2024-12")], version=2))
    site.merge()

    assert list(merged_of(site)) == ["execution/2024-12"]


def test_a_contract_that_is_corrected_takes_its_executions_along(site: StatisticsSite) -> None:
    site.take(told("c", [a_contract("c", business_class="I11")]), told("f", [an_execution("c")]))
    site.merge()

    site.take(told("c", [a_contract("c", business_class="K31")], version=2))
    site.merge()

    place = [each.name for each in COLUMNS[FactKind.EXECUTION]].index("business_class") + 3
    assert [row[place] for row in merged_of(site)["execution/2025-03"]] == [int("K31", 36)]


def test_a_contract_that_changes_while_its_executions_are_merged_is_not_lost(site: StatisticsSite) -> None:
    site.take(told("c", [a_contract("c", business_class="I11")]), told("f", [an_execution("c")]))
    behind = site.wired.facts.behind("execution/2025-03")

    site.take(told("c", [a_contract("c", business_class="K31")], version=2))
    site.wired.facts.settle("execution/2025-03", behind)

    assert "execution/2025-03" in site.wired.facts.dirty_partitions()


def test_full_segments_without_a_changed_line_are_not_written_again(
    site: StatisticsSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_partitions, "LARGEST", 10)
    site.take(*(told(f"f{number}", [an_execution("c")]) for number in range(25)))
    site.merge()
    before = site.wired.partitions.get("execution/2025-03").segments

    site.take(told("g", [an_execution("c")]))
    site.merge()

    after = site.wired.partitions.get("execution/2025-03").segments
    assert [each.rows for each in after] == [10, 10, 6]
    assert after[:2] == before[:2]


def test_segments_that_nothing_names_are_swept_a_while_later(site: StatisticsSite) -> None:
    site.take(told("f", [an_execution("c")]))
    site.merge()
    site.take(told("g", [an_execution("c")]))
    site.merge()
    assert site.wired.database["segments"].count_documents({}) == 2
    assert site.wired.partitions.sweep(frozenset()) == 0

    site.clock.moment += kept_partitions.KEPT_FOR * 2

    assert site.wired.partitions.sweep(frozenset()) == 1
    assert len(lines_of(site)["execution/2025-03"]) == 2


def test_messages_are_taken_as_filing_sends_them(site: StatisticsSite) -> None:
    messages = [site.message(told(f"f{number}", [an_execution("c")])) for number in range(3)]

    site.hear(*messages, messages[0])

    assert len(lines_of(site)["execution/2025-03"]) == 3


def test_nothing_of_a_unit_rests_in_clear(site: StatisticsSite) -> None:
    secrets = [
        "canary-unit-77",
        "canary-filing-78",
        "CANARYFIRM79",
        "CANARYHOLDER80",
        "canary-contract-81",
        "123456.654321",
    ]
    firm = a_firm(name="CANARYFIRM79", holder="CANARYHOLDER80")
    lines = [an_execution("canary-contract-81", usd=Decimal("123456.654321"))]
    site.take(told("canary-filing-78", lines, "canary-unit-77"), told("b", [firm], "canary-unit-77"))
    kept = _stored(site)
    site.merge()

    for stored in (kept, _stored(site)):
        text = repr(stored)
        assert [secret for secret in secrets if secret in text] == []
        assert all(number not in text for number in ("123456654321", "330106"))
    assert {each["_id"] for each in site.wired.database["facts"].find()}.isdisjoint(secrets)


def _stored(site: StatisticsSite) -> list[Document]:
    database = site.wired.database
    return [document for name in database.list_collection_names() for document in database[name].find()]
