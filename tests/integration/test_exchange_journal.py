"""The journal on real servers: entered with what it tells of, nothing leaves before, whatever fails in between."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from pymongo.errors import BulkWriteError

from services.exchange.errors import JournalStuck
from services.exchange.journal.chains import Follower, Head
from services.exchange.journal.entries import Entry, digest_of
from services.exchange.model.messages import State
from services.exchange.model.partners import Partner, RouteName
from services.exchange.operations.entering import link_waiting, stuck_since
from services.exchange.ports.journal import Arrival, Search
from services.exchange.repository.crossings import ALONE, ENTRIES
from services.exchange.repository.journal import CHAINS, MongoJournal
from services.exchange.repository.records import COLLECTION
from services.exchange.worker import JOURNAL_FAILURES, JOURNAL_STUCK, enter, note_trouble
from shared.clock import FixedClock
from shared.contracts.border import RECEIPT, UNIT_NEW
from shared.crypto.jose import public_part, verify
from shared.errors import Unavailable
from shared.failpoints import VARIABLE, FailPointHit
from shared.messaging.envelope import decode, encode
from shared.messaging.topology import (
    BORDER,
    DIRECTORY_ANNOUNCED,
    DIRECTORY_ANSWERS,
    DIRECTORY_INBOX,
    DIRECTORY_RECEIPTS,
    QUEUE,
)
from tests.support.bus import drain, eventually, make_event, ready
from tests.support.exchange import Site, stranger
from tests.support.exchange_journal import make_crossing
from tests.support.exchange_proof import proof_site

__all__ = ["proof_site"]

MANY = 240
OF_A_TEST = (ENTRIES, CHAINS, ALONE, COLLECTION)


@pytest.fixture
def site(proof_site: Site) -> Site:
    """The module's exchange with an empty journal and ledger, and nothing on its way."""
    for name in OF_A_TEST:
        proof_site.database[name].delete_many({})
    for queue in (DIRECTORY_INBOX, *(QUEUE[name].parking for name in QUEUES)):
        drain(proof_site.amqp_url, queue)
    return proof_site


def entries(site: Site, partner: Partner = Partner.DIRECTORY, route: str = "directory.changes") -> list[Entry]:
    """Return what is entered of a route in the chain of a partner, which must hold as a whole."""
    head = next(chain.head for chain in site.wired.journal.chains() if chain.partner is partner)
    follower = Follower(partner.value, Head())
    lines = list(site.wired.journal.follow(partner, 1, head.number))
    for entry, noted in lines:
        follower.take(entry, noted)
    assert follower.head == head
    return [entry for entry, _ in lines if entry.route == route]


def left(site: Site) -> list[str]:
    """Return what was published for the directory of changes of units: the sealed texts."""
    messages = [decode(body) for _, body in drain(site.amqp_url, DIRECTORY_INBOX)]
    return [str(message.data["sealed"]) for message in messages if message.type == UNIT_NEW.type]


@contextmanager
def unwritable(site: Site) -> Iterator[None]:
    """Have the database refuse every entry."""
    site.database[ENTRIES].insert_one({"_id": "made"})
    site.database[ENTRIES].delete_one({"_id": "made"})
    site.database.command("collMod", ENTRIES, validator={"never": True})
    try:
        yield
    finally:
        site.database.command("collMod", ENTRIES, validator={})


def test_a_message_and_its_receipt_are_entered_with_what_the_partner_signed(site: Site) -> None:
    with site.both():
        approved = site.approve()
        message = site.reaches(approved.message_id, State.ACCEPTED)
        eventually(lambda: len(entries(site)) == 2)

    sent, answered = entries(site)
    proof = dict(site.wired.journal.proofs(Partner.DIRECTORY, 1, answered.number))[answered.number]
    reader = str(site.keys["exchange"]["keys"][1]["kid"])
    content = verify(public_part(site.keys["directory"]), proof, typ=RECEIPT.type, to=reader)
    assert (sent.direction, sent.type, sent.content, sent.attempt) == ("out", UNIT_NEW.type, message.digest, 1)
    assert (answered.direction, answered.outcome, answered.quoted) == ("in", "accepted", message.digest)
    assert answered.content == digest_of(content)
    assert sent.message_id == answered.message_id == message.id
    assert site.database[COLLECTION].find_one({"_id": message.id}, {"crossings": 1}) == {
        "_id": message.id,
        "crossings": [],
    }


def test_the_digest_of_an_entry_is_that_of_the_very_bytes_that_left(site: Site) -> None:
    with site.exchange():
        approved = site.approve()
        site.reaches(approved.message_id, State.SENT)

    gone = left(site)
    assert [(entry.token, entry.size) for entry in entries(site)] == [(digest_of(gone[0].encode()), len(gone[0]))]
    assert len(gone) == 1


def test_nothing_is_sent_while_the_journal_cannot_be_written_and_it_is_said(site: Site) -> None:
    failures = JOURNAL_FAILURES._value.get()
    with unwritable(site), site.exchange():
        approved = site.approve()
        eventually(lambda: JOURNAL_FAILURES._value.get() > failures)
        waiting = site.message(approved.message_id)
        assert left(site) == []

    assert (waiting.state, waiting.attempts) == (State.PENDING, 1)
    assert entries(site) == []
    with site.exchange():
        site.reaches(approved.message_id, State.SENT)
    assert len(left(site)) == len(entries(site)) == 1


def test_a_journal_that_stays_unwritable_is_told_to_the_desk_and_to_those_who_watch(site: Site) -> None:
    deps, journal = site.wired.deps, site.wired.journal
    journal.note(Arrival(make_crossing(1, direction="in")), deps.clock.now())
    later = replace(deps, clock=FixedClock(deps.clock.now() + timedelta(minutes=2)))
    wired = replace(site.wired, deps=later)
    with unwritable(site):
        with pytest.raises(BulkWriteError) as caught:
            link_waiting(later)
        note_trouble(wired, caught.value)
        with pytest.raises(JournalStuck):
            wired.checks()["journal"]()
        stuck = JOURNAL_STUCK._value.get()

    told = site.database[CHAINS].find_one({"_id": "journal"}) or {}
    assert stuck == 1
    assert [event["data"]["occasion"] for event in told["outbox"]] == ["exchange.journal_stuck"] * 2
    assert enter(wired) == 1
    assert (JOURNAL_STUCK._value.get(), stuck_since(later)) == (0, None)
    wired.checks()["journal"]()


def test_what_fails_between_entering_and_releasing_leaves_neither(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.wired.journal.note(Arrival(make_crossing(1, direction="in")), site.wired.deps.clock.now())
    monkeypatch.setenv(VARIABLE, "journal.entered_not_released:raise")

    with pytest.raises(FailPointHit):
        link_waiting(site.wired.deps)

    assert entries(site) == []
    assert link_waiting(site.wired.deps) == 1
    assert len(entries(site)) == 1


def test_many_workers_at_once_make_one_chain_without_gap_or_repetition(site: Site) -> None:
    at = site.wired.deps.clock.now()
    for number in range(MANY):
        site.wired.journal.note(Arrival(make_crossing(number, direction="in", partner=f"{PARTNERS[number % 2]}")), at)

    def work(_: int) -> int:
        return sum(iter(lambda: site.wired.journal.link(site.wired.deps.clock.now(), 20), 0))

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(work, range(4)))

    assert sum(counts) == MANY
    assert len({entry.event for partner in PARTNERS for entry in entries(site, partner)}) == MANY


PARTNERS = (Partner.DIRECTORY, Partner.NBS)
QUEUES = (DIRECTORY_RECEIPTS, DIRECTORY_ANNOUNCED, DIRECTORY_ANSWERS)
ROUTES = ("directory.changes", "directory.announcements", "directory.records")


def test_a_receipt_that_cannot_be_trusted_is_entered_as_rejected_once(site: Site) -> None:
    with site.exchange():
        approved = site.approve()
        message = site.reaches(approved.message_id, State.SENT)
        content = {"message_id": message.id, "digest": message.digest, "outcome": "accepted", "reason": ""}
        site.receipt({**content, "directory_id": "D1", "received_at": "2026-03-01T00:00:00+00:00"}, stranger())
        eventually(lambda: len(entries(site)) == 2)

    rejected = entries(site)[1]
    assert (rejected.outcome, rejected.content == "", rejected.route) == ("rejected", False, message.route)
    assert rejected.message_id == ""


def test_what_nobody_can_read_is_entered_with_its_digest_once_before_it_is_parked(site: Site) -> None:
    cut, unknown = b'{"specversion":"1.0"', encode(make_event(type="tongbao.nobody.knows.v1"), "directory")
    sent = [
        (DIRECTORY_RECEIPTS, cut),
        (DIRECTORY_ANNOUNCED, cut),
        (DIRECTORY_ANSWERS, unknown),
        (DIRECTORY_RECEIPTS, cut),
    ]
    with site.exchange():
        for queue, body in sent:
            site.publish(BORDER, queue, body)
        eventually(lambda: sum(ready(site.amqp_url, QUEUE[queue].parking) for queue in QUEUES) == len(sent))
        enter(site.wired)
    found = [entry for route in ROUTES for entry in entries(site, route=route)]

    assert {(each.route, each.token, each.size, each.type, each.outcome) for each in found} == {
        ("directory.changes", digest_of(cut), len(cut), "unread", "rejected"),
        ("directory.announcements", digest_of(cut), len(cut), "unread", "rejected"),
        ("directory.records", digest_of(unknown), len(unknown), "unread", "rejected"),
    }
    assert {site.parked(queue)[0] for queue in QUEUES} == {"contract_broken", "no_handler"}


def test_what_nobody_can_read_waits_in_its_queue_while_it_cannot_be_entered(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(MongoJournal, "note", refuse)
        with site.exchange():
            site.publish(BORDER, DIRECTORY_ANSWERS, b"{")
            eventually(lambda: ready(site.amqp_url, QUEUE[DIRECTORY_ANSWERS].rung(1)) == 1)

    assert ready(site.amqp_url, QUEUE[DIRECTORY_ANSWERS].parking) == 0
    drain(site.amqp_url, QUEUE[DIRECTORY_ANSWERS].rung(1))


def test_entries_are_listed_newest_first_by_page_route_message_and_day(site: Site) -> None:
    journal, at = site.wired.journal, site.wired.deps.clock.now()
    for number in range(1, 6):
        route = RouteName.DIRECTORY_CHANGES if number % 2 else RouteName.DIRECTORY_INQUIRIES
        journal.note(Arrival(make_crossing(number, direction="in", route=route.value)), at)
        journal.link(at + timedelta(days=number), 10)
    search = Search(Partner.DIRECTORY)

    first, cursor = journal.list_newest(search, "", 2)
    second, _ = journal.list_newest(search, cursor, 2)
    day = (at + timedelta(days=3, hours=8)).date()

    assert [entry.number for entry, _ in (*first, *second)] == [5, 4, 3, 2]
    assert numbers(site, replace(search, route=RouteName.DIRECTORY_INQUIRIES)) == [4, 2]
    assert numbers(site, replace(search, message_id=f"{3:032d}")) == [3]
    assert numbers(site, replace(search, since=day, until=day)) == [3]
    assert numbers(site, replace(search, since=day)) == [5, 4, 3]


def numbers(site: Site, search: Search) -> list[int]:
    return [entry.number for entry, _ in site.wired.journal.list_newest(search, "", 10)[0]]
