"""The statement of a day on real servers: frozen from the journal, held against the directory's own, signed by both."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.exchange.model.messages import State as MessageState
from services.exchange.model.partners import Partner
from services.exchange.model.statements import State, Statement, statement_id
from services.exchange.operations.statements import ask_partner, freeze_day
from services.exchange.reconciling.differences import Fault
from services.exchange.reconciling.lines import Standing
from services.exchange.repository.statements import COLLECTION, DIFFERENCES, LINES
from services.sandbox.peer.store import Store
from shared.clock import local_date
from shared.messaging.topology import DIRECTORY_INBOX
from tests.support.bus import drain, eventually
from tests.support.exchange import Site
from tests.support.exchange_proof import proof_site

__all__ = ["proof_site"]

OF_A_TEST = (COLLECTION, LINES, DIFFERENCES, "messages", "journal", "chains", "crossings")


@pytest.fixture
def site(proof_site: Site) -> Site:
    """The module's exchange with nothing sent yet, and a directory that got nothing yet."""
    for name in OF_A_TEST:
        proof_site.database[name].delete_many({})
    store = Store(proof_site.peer_dir)
    with store.transaction():
        for table in ("arrivals", "answers", "units"):
            store._rows.execute(f"DELETE FROM {table}")  # noqa: S608  # names of this file
    store.close()
    return proof_site


def accepted(site: Site, count: int) -> list[str]:
    """Send so many units and return the ids of their messages when all are accepted and entered."""
    ids = [site.approve().message_id for _ in range(count)]
    for message_id in ids:
        site.reaches(message_id, MessageState.ACCEPTED)
    eventually(lambda: site.wired.journal.oldest_waiting() is None)
    return ids


def today(site: Site) -> date:
    return local_date(site.wired.deps.clock.now())


def stated(site: Site) -> Statement:
    """Freeze the statement of today as if it were over, have the directory answer it, and return it answered."""
    statement = freeze_day(site.wired.deps, Partner.DIRECTORY, today(site))
    ask_partner(site.wired.deps, statement.id)
    eventually(lambda: site.wired.statements.get(statement.id).state in (State.AGREED, State.DIFFERING))
    return site.wired.statements.get(statement.id)


def test_both_sides_agree_on_a_day_of_which_nothing_was_lost(site: Site) -> None:
    with site.both():
        ids = accepted(site, 3)
        statement = stated(site)

    lines = {line.message_id: line for line in site.wired.statements.lines(statement.id)}
    assert statement.state is State.AGREED
    assert set(ids) <= lines.keys()
    assert {lines[id].standing for id in ids} == {Standing.ACCEPTED}
    assert {lines[id].region for id in ids} == {"330000"}
    assert statement.answer is not None
    assert statement.answer.received == statement.sheet.counts.sent
    assert statement.answer.received_digest == statement.sheet.sent_digest
    assert site.wired.statements.list_differences(statement.id, 10) == ()


def test_a_message_that_was_dropped_on_the_way_is_named_by_the_sheet(site: Site) -> None:
    with site.both():
        ids = accepted(site, 3)
        store = Store(site.peer_dir)
        with store.transaction():
            store._rows.execute("DELETE FROM arrivals WHERE message_id = ?", (ids[1],))
        store.close()
        statement = stated(site)

    found = site.wired.statements.list_differences(statement.id, 10)
    assert statement.state is State.DIFFERING
    assert [(each.subject, each.fault) for each in found] == [(ids[1], Fault.MISSING_THERE)]
    assert statement.differences == 1


def test_a_message_that_never_reached_the_directory_is_unanswered_carried_and_named(site: Site) -> None:
    with site.exchange():
        lost = site.approve().message_id
        site.reaches(lost, MessageState.SENT)
        eventually(lambda: site.wired.journal.oldest_waiting() is None)
        drop(site)
    with site.both():
        accepted(site, 1)
        statement = stated(site)

    named = [each for each in site.wired.statements.list_differences(statement.id, 10) if each.subject == lost]
    lines, _ = site.wired.statements.list_lines(statement.id, Standing.UNANSWERED, "", 10)
    carried = freeze_day(site.wired.deps, Partner.DIRECTORY, today(site) + timedelta(days=1))
    assert [each.fault for each in named] == [Fault.MISSING_THERE]
    assert lost in [line.message_id for line in lines]
    assert carried.sheet.counts.carried == len(lines)
    assert lost in [line.message_id for line in site.wired.statements.lines(carried.id)]


def test_a_statement_is_frozen_once(site: Site) -> None:
    first = freeze_day(site.wired.deps, Partner.NBS, today(site))

    again = freeze_day(site.wired.deps, Partner.NBS, today(site))

    assert again == first
    assert first.id == statement_id(Partner.NBS, today(site))
    assert first.sheet.counts.sent == 0


def drop(site: Site) -> None:
    """Lose what is in the directory's inbox."""
    assert drain(site.amqp_url, DIRECTORY_INBOX)
