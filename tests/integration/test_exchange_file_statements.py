"""The statement of a day on which statistics left as files: both sides reckon the control totals from what they have."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from pymongo import MongoClient

from services.exchange.model.partners import Partner
from services.exchange.model.statements import State, Statement
from services.exchange.operations.statements import ask_partner, freeze_day
from services.exchange.reconciling.differences import Fault
from services.exchange.reconciling.sheets import By
from services.exchange.repository.statements import COLLECTION, DIFFERENCES, LINES
from services.exchange.wiring import Wired
from services.sandbox.peer.stating import TOTALS
from services.sandbox.peer.store import Store
from services.sandbox.stack.stack import Stack
from shared.ids import new_id
from shared.mongo.client import Document
from tests.support.exchange_deliveries import DeliverySite, at, fresh_site, open_delivery_wired

DAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def ground(
    started: Stack, mongo: MongoClient[Document], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Wired, Path]]:
    keys = tmp_path_factory.mktemp("keys")
    with open_delivery_wired(keys, started.mongod.uri, f"statements_{new_id()}") as wired:
        yield wired, keys
        wired.client.drop_database(wired.database.name)


@pytest.fixture
def site(ground: tuple[Wired, Path], tmp_path: Path) -> DeliverySite:
    """A day on which the bureau got the statistics of a month and accepted them, at the night after."""
    for name in (COLLECTION, LINES, DIFFERENCES, "journal", "chains", "crossings"):
        ground[0].database[name].delete_many({})
    opened = fresh_site(*ground, tmp_path)
    opened.hand_over()
    opened.sign(Partner.NBS)
    opened.round()
    opened.lay()
    opened.clock.moment = at(DAY + timedelta(days=1), 1)
    return opened


def answered(site: DeliverySite, partner: Partner = Partner.NBS) -> Statement:
    """Freeze the statement of the day, lay it down for the partner, and return it as it is after the answer."""
    statement = ask_partner(site.deps, freeze_day(site.deps, partner, DAY).id)
    site.round()
    site.lay()
    return site.deps.statements.get(statement.id)


def test_the_bureau_reckons_the_same_control_totals_and_agrees(site: DeliverySite) -> None:
    statement = answered(site)

    kinds = {group.by for group in statement.sheet.groups}
    assert (statement.state, statement.differences) == (State.AGREED, 0)
    assert statement.sheet.counts.sent == statement.sheet.counts.accepted == 1
    assert {By.FORM, By.FORM_REGION} <= kinds
    assert statement.answer is not None
    assert statement.answer.received_digest == statement.sheet.sent_digest


def test_a_control_total_that_the_bureau_reckons_otherwise_is_named(site: DeliverySite) -> None:
    store = Store(site.folder / Partner.NBS.value)
    name = f"{TOTALS}/{site.message(Partner.NBS).id}"
    totals = json.loads(store.setting(name, "[]"))
    totals[0]["total"] = "1.5"
    with store.transaction():
        store.put_setting(name, json.dumps(totals))
    store.close()

    statement = answered(site)

    found = site.deps.statements.list_differences(statement.id, 10)
    expected = f"form:{totals[0]['form']}/{totals[0]['measure']}"
    assert statement.state is State.DIFFERING
    assert [(each.subject, each.fault) for each in found] == [(expected, Fault.OTHER_TOTAL)]
    assert found[0].theirs.endswith("/1.5")


def test_a_day_without_business_is_agreed_on_too(site: DeliverySite) -> None:
    statement = answered(site, Partner.SHARING)

    assert (statement.state, statement.sheet.counts.sent) == (State.AGREED, 0)


def test_the_amounts_of_a_statement_are_not_in_clear_in_the_database(site: DeliverySite) -> None:
    statement = answered(site)

    amounts = {group.total for group in statement.sheet.groups if len(group.total) > 3}
    rows = [row for name in (COLLECTION, LINES, DIFFERENCES) for row in site.wired.database[name].find()]
    assert amounts
    assert [amount for amount in amounts if f"'{amount}'" in repr(rows)] == []
