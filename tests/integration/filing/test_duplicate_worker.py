"""The worker as a process of its own, killed while it raises an alarm of a likely duplicate."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from shared.identity.actor import Actor
from shared.messaging.topology import FILING_EVENTS, NOTIFICATION_EVENTS, QUEUE, declare
from shared.settings import Secret, variable_of
from tests.support.bus import channel_to, drain, eventually
from tests.support.filing_alike import alarms, contract, guangzhou, hangzhou
from tests.support.filing_site import MINISTRY, FilingSite
from tests.support.tree import ROOT

__all__ = ["guangzhou", "hangzhou"]


@contextmanager
def worker(site: FilingSite, amqp_url: str, failpoints: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """Run the worker over the site's stores."""
    settings = replace(site.settings, amqp_url=Secret(amqp_url))
    own = {variable_of(name): str(value) for name, value in vars(settings).items() if value}
    started = subprocess.Popen(
        [sys.executable, "-m", "services.filing.worker"],
        cwd=ROOT,
        env={**os.environ, **own, "TONGBAO_FAILPOINTS": failpoints},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield started
    finally:
        started.terminate()
        started.wait(20)


@pytest.mark.parametrize(
    "point",
    [
        "api.filing_inserted:kill",  # in the transaction that inserts the alarm
        "cons.effect_committed_no_ack:kill",
    ],
)
def test_a_worker_that_is_killed_on_the_way_raises_one_alarm_and_tells_of_it_once(
    filing_site: FilingSite, hangzhou: Actor, guangzhou: Actor, amqp_url: str, point: str
) -> None:
    filings = [contract(filing_site, hangzhou, "HZ-2025-001"), contract(filing_site, guangzhou, "GZ-777-888")]
    alarm_rows = filing_site.wired.database["duplicate_alarms"]
    with channel_to(amqp_url) as channel:
        declare(channel)

    with worker(filing_site, amqp_url, point) as killed:
        status = killed.wait(60)
    with worker(filing_site, amqp_url):
        eventually(lambda: alarm_rows.count_documents({}) == 1)
        eventually(lambda: alarm_rows.count_documents({"outbox.id": {"$exists": True}}) == 0)

    (alarm,) = alarms(filing_site, MINISTRY)
    notices = {str(kept.message_id): json.loads(body) for kept, body in drain(amqp_url, NOTIFICATION_EVENTS)}
    raised = [each for each in notices.values() if each["data"]["occasion"] == "filing.duplicate_raised"]
    assert status == -9
    assert {each["filing_id"] for each in alarm["sides"]} == {each["id"] for each in filings}
    assert sorted(each["data"]["to"]["division"] for each in raised) == ["000000", "330106", "440106"]
    assert drain(amqp_url, QUEUE[FILING_EVENTS].parking) == []
