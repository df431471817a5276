"""Exchange and directory as processes of their own, killed between their steps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pika
import pytest

from services.exchange.model.messages import State
from services.exchange.repository.records import COLLECTION
from shared.messaging.topology import DIRECTORY_INBOX, DIRECTORY_RECEIPTS, EXCHANGE_EVENTS
from tests.support.bus import channel_to, eventually
from tests.support.exchange import Site, site
from tests.support.tree import ROOT

__all__ = ["site"]


PEER, WORKER = "services.sandbox.peer", "services.exchange.worker"


def environment(site: Site, module: str, failpoints: str = "") -> dict[str, str]:
    own = site.peer_environment() if module == PEER else site.exchange_environment()
    return {**os.environ, **own, "TONGBAO_FAILPOINTS": failpoints}


@contextmanager
def process(site: Site, module: str, failpoints: str = "") -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen(
        [sys.executable, "-m", module], cwd=ROOT, env=environment(site, module, failpoints), stdout=subprocess.DEVNULL
    )
    try:
        yield started
    finally:
        started.terminate()
        started.wait(20)


def command(site: Site, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", PEER, *arguments],
        cwd=ROOT,
        env=environment(site, PEER),
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


@pytest.mark.parametrize("point", ["peer.stored_no_receipt", "peer.receipt_confirmed_no_ack"])
def test_a_directory_that_is_killed_on_the_way_takes_the_unit_once(site: Site, point: str) -> None:
    with site.exchange():
        approved = site.approve()
        with process(site, PEER, f"{point}:kill") as killed:
            status = killed.wait(20)
        with process(site, PEER):
            message = site.reaches(approved.message_id, State.ACCEPTED)
    seen = json.loads(command(site, "report"))

    assert status == -9
    assert [(row["message_id"], row["effects"]) for row in seen["messages"]] == [(message.id, 1)]
    assert seen["units"] == [approved.unit_id]
    assert [entry.event.value for entry in message.log].count("accepted") == 1
    assert site.parked(DIRECTORY_RECEIPTS) == []


@pytest.mark.parametrize(
    "point",
    [
        "cons.delivered:kill",
        "cons.effect_committed_no_ack:kill",
        "cons.effect_committed_no_ack:kill:2",  # the receipt's
        "relay.published_no_confirm:kill",
        "relay.confirmed_not_marked:kill",
    ],
)
def test_an_exchange_that_is_killed_on_the_way_sends_the_unit_and_tells_of_it_once(site: Site, point: str) -> None:
    with site.directory():
        approved = site.approve()
        with process(site, WORKER, point) as killed:
            status = killed.wait(20)
        with process(site, WORKER):
            message = site.reaches(approved.message_id, State.ACCEPTED)
            eventually(lambda: site.wired.database[COLLECTION].count_documents({"outbox.id": {"$exists": True}}) == 0)

    assert status == -9
    assert site.report()[message.id]["effects"] == 1
    assert [entry.event.value for entry in message.log].count("accepted") == 1
    told = {each.id: each.type.split(".")[2] for each in site.news()}
    assert sorted(told.values()) == ["unit_acknowledged", "unit_sent"]
    assert site.parked(DIRECTORY_RECEIPTS) == site.parked(EXCHANGE_EVENTS) == []


def test_the_exchange_is_prepared_twice_without_harm(site: Site) -> None:
    for _ in range(2):
        subprocess.run(
            [sys.executable, "-m", "services.exchange.cli", "prepare"],
            cwd=ROOT,
            env=environment(site, "services.exchange.cli"),
            check=True,
        )

    assert "sequence_of_party" in site.database[COLLECTION].index_information()


def test_the_commands_refuse_a_code_and_allow_it_again(site: Site) -> None:
    with site.exchange():
        approved = site.approve()
        site.reaches(approved.message_id, State.SENT)
        command(site, "refuse", approved.credit_code)
        with process(site, PEER):
            refused = site.reaches(approved.message_id, State.REFUSED)
        command(site, "allow", approved.credit_code)
        command(site, "signature", "wrong")
        switches = json.loads(command(site, "report"))["switches"]

    assert refused.reason_code == "credit_code_refused"
    assert switches == {"refused_codes": [], "signs_wrongly": True, "changes": "accept"}


def test_the_user_of_the_directory_reads_its_inbox_and_nothing_else(site: Site) -> None:
    with channel_to(site.peer_amqp_url) as channel:
        channel.basic_get(DIRECTORY_INBOX)
        channel.queue_declare(DIRECTORY_INBOX, passive=True)  # what the watchdog asks
    refused = []
    for queue in (DIRECTORY_RECEIPTS, "exchange.events", "registration.events", "directory.inbox.parking"):
        with channel_to(site.peer_amqp_url) as channel:
            try:
                channel.basic_get(queue)
            except pika.exceptions.ChannelClosedByBroker as error:
                refused.append(error.reply_code)

    assert refused == [403, 403, 403, 403]
