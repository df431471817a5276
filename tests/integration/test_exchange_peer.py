"""The directory's stand-in as a process of its own, killed between its steps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pika
import pytest

from services.exchange.model import State
from shared.messaging.topology import DIRECTORY_INBOX, DIRECTORY_RECEIPTS
from tests.support.bus import channel_to
from tests.support.exchange import Site, site
from tests.support.tree import ROOT

__all__ = ["site"]


@contextmanager
def process(site: Site, failpoints: str = "") -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, **site.peer_environment(), "TONGBAO_FAILPOINTS": failpoints}
    peer = subprocess.Popen([sys.executable, "-m", "services.sandbox.peer"], cwd=ROOT, env=environment)
    try:
        yield peer
    finally:
        peer.terminate()
        peer.wait(20)


def command(site: Site, *arguments: str) -> str:
    environment = {**os.environ, **site.peer_environment()}
    done = subprocess.run(
        [sys.executable, "-m", "services.sandbox.peer", *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


@pytest.mark.parametrize("point", ["peer.stored_no_receipt", "peer.receipt_confirmed_no_ack"])
def test_a_directory_that_is_killed_on_the_way_takes_the_unit_once(site: Site, point: str):
    with site.exchange():
        approved = site.approve()
        with process(site, f"{point}:kill") as killed:
            status = killed.wait(20)
        with process(site):
            message = site.reaches(approved.message_id, State.ACCEPTED)
    seen = json.loads(command(site, "report"))

    assert status == -9
    assert [(row["message_id"], row["effects"]) for row in seen["messages"]] == [(message.id, 1)]
    assert seen["units"] == [approved.unit_id]
    assert [entry.event.value for entry in message.log].count("accepted") == 1
    assert site.parked(DIRECTORY_RECEIPTS) == []


def test_the_commands_refuse_a_code_and_allow_it_again(site: Site):
    with site.exchange():
        approved = site.approve()
        site.reaches(approved.message_id, State.SENT)
        command(site, "refuse", approved.credit_code)
        with process(site):
            refused = site.reaches(approved.message_id, State.REFUSED)
        command(site, "allow", approved.credit_code)
        command(site, "signature", "wrong")
        switches = json.loads(command(site, "report"))["switches"]

    assert refused.reason_code == "credit_code_refused"
    assert switches == {"refused_codes": [], "signs_wrongly": True}


def test_the_user_of_the_directory_reads_its_inbox_and_nothing_else(site: Site):
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
