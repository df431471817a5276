"""A receiver that was written from the published documents alone takes part, on real servers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest

from docs.contracts.generate import FOLDER
from services.exchange.model.messages import State
from shared.contracts.border import DIRECTORY, RECEIPT, UNIT_NEW
from shared.crypto.jose import public_part
from shared.messaging.topology import BORDER, DIRECTORY_INBOX, DIRECTORY_RECEIPTS, QUEUE
from tests.foreign.documents import Documents
from tests.foreign.receiver import Receiver
from tests.foreign.sealing import Seals
from tests.support.bus import drain, eventually, ready
from tests.support.exchange import Site, site, stranger

__all__ = ["site"]


@pytest.fixture
def receiver(site: Site, tmp_path: Path) -> Receiver:
    """A receiver with a user, keys and documents as the other side of the border is given them."""
    others = tmp_path / "others.json"
    others.write_text(json.dumps(public_part(site.keys["exchange"])))
    documents = Documents(FOLDER)
    seals = Seals.of_files(documents.border, site.files[DIRECTORY], others)
    return Receiver(site.peer_amqp_url, DIRECTORY, documents, seals)


@contextmanager
def at_work(receiver: Receiver) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=receiver.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def taken_out(site: Site) -> bytes:
    """Take what waits for the other side out of its queue, and return the message on the new unit."""
    bodies = [body for _, body in drain(site.amqp_url, DIRECTORY_INBOX)]
    [body] = [body for body in bodies if orjson.loads(body)["type"] == UNIT_NEW.type]
    return body


def test_it_accepts_a_unit_and_its_change_and_the_ledger_shows_both_as_accepted(site: Site, receiver: Receiver) -> None:
    with site.exchange(), at_work(receiver):
        approved = site.approve(name="西湖外包平台有限公司")
        first = site.reaches(approved.message_id, State.ACCEPTED)
        corrected = site.correct(approved.unit_id, uscc=approved.credit_code, name="西湖外包股份有限公司")
        second = site.reaches(corrected.message_id, State.ACCEPTED)

    contents = [receiver.contents[message.id] for message in (first, second)]
    assert [content["kind"] for content in contents] == ["UNIT_NEW", "UNIT_CHANGE"]
    assert [content["unit"]["name"] for content in contents] == ["西湖外包平台有限公司", "西湖外包股份有限公司"]
    assert site.wired.messages.secret_of(second).directory_id.startswith("F")
    assert receiver.turned_away == []
    assert site.parked(DIRECTORY_RECEIPTS) == site.parked(DIRECTORY_INBOX) == []


def test_a_message_that_comes_three_times_is_answered_each_time_and_counts_once(site: Site, receiver: Receiver) -> None:
    with site.exchange():
        approved = site.approve()
        site.reaches(approved.message_id, State.SENT)
        body = taken_out(site)
        for _ in range(3):
            site.publish(BORDER, DIRECTORY_INBOX, body)
        with at_work(receiver):
            message = site.reaches(approved.message_id, State.ACCEPTED)
            eventually(lambda: receiver.receipts == 3)
            eventually(lambda: ready(site.amqp_url, DIRECTORY_RECEIPTS) == 0)

    assert list(receiver.contents) == [message.id]
    assert [entry.event.value for entry in message.log].count("accepted") == 1
    assert site.parked(DIRECTORY_RECEIPTS) == []


@pytest.mark.parametrize("fault", ["sealed", "stranger", "type", "truncated"])
def test_it_turns_away_what_it_can_not_trust_and_the_broker_parks_that(
    site: Site, receiver: Receiver, fault: str
) -> None:
    with site.exchange():
        approved = site.approve()
        site.reaches(approved.message_id, State.SENT)
        body = taken_out(site)
    message = orjson.loads(body)
    if fault == "sealed":
        message["data"]["sealed"] = message["data"]["sealed"][:-8] + "AAAAAAAA"
    elif fault == "stranger":
        receiver.seals.others[:] = public_part(stranger())["keys"]  # type: ignore[arg-type]  # keys as JSON
    elif fault == "type":
        message["type"] = RECEIPT.type
    sent = body[: len(body) // 2] if fault == "truncated" else orjson.dumps(message)

    with at_work(receiver):
        site.publish(BORDER, DIRECTORY_INBOX, sent)
        eventually(lambda: ready(site.amqp_url, QUEUE[DIRECTORY_INBOX].parking) == 1)

    assert len(receiver.turned_away) == 1
    assert (receiver.contents, receiver.receipts) == ({}, 0)
