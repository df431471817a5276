"""A worker that is killed in the middle of a re-run: another goes on, and each message is sent once by it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from services.exchange.model.messages import Action, State
from services.exchange.model.reruns import RerunItem
from services.exchange.operations.reruns import Chosen, begin_rerun, run_next_rerun
from services.exchange.repository.records import COLLECTION
from services.exchange.repository.reruns import ITEMS
from shared.batches.model import Outcome
from shared.calls import Call
from shared.errors import Conflict
from shared.failpoints import VARIABLE
from shared.history import HistoryEntry
from shared.ids import new_id
from tests.support.bus import eventually
from tests.support.exchange import Site, site
from tests.support.exchange_desk import BY_ITSELF, DESK, NOW, make_message, make_secret

__all__ = ["site"]

MESSAGES = 6
KILLED_AT = 3
REFUSED = HistoryEntry(NOW, "exchange", Action.CREATE, None, State.REFUSED)
CALL = Call(DESK, "c" * 32)


def put(site: Site, count: int) -> list[Chosen]:
    """Store refused messages of as many units."""
    chosen = []
    for _ in range(count):
        unit = new_id()
        message = make_message(id=new_id(), unit_id=unit, state=State.REFUSED, history=(REFUSED,))
        site.wired.messages.add(message, BY_ITSELF, make_secret())
        chosen.append(Chosen(message.id, 1))
    return chosen


def test_a_rerun_goes_on_after_its_worker_is_killed_and_sends_each_message_once(site: Site) -> None:
    chosen = put(site, MESSAGES)
    view = begin_rerun(site.wired.deps, CALL, chosen, "名录库已恢复接收")
    plan = {VARIABLE: f"rerun.sent_not_noted:kill:{KILLED_AT}"}
    command = [sys.executable, "-m", "services.exchange.worker"]
    with subprocess.Popen(command, env={**os.environ, **site.exchange_environment(), **plan}) as killed:
        assert killed.wait(timeout=30) == -9
    done_before = site.wired.deps.reruns.tally(view.rerun.id).done
    sent_before = site.database[COLLECTION].count_documents({"attempts": 2})
    stuck = {"updated_at": site.wired.deps.clock.now() - timedelta(minutes=1)}
    site.database["reruns"].update_one({"_id": view.rerun.id}, {"$set": stuck})

    with site.exchange():
        eventually(lambda: site.wired.deps.reruns.tally(view.rerun.id).done == MESSAGES)

    assert (done_before, sent_before) == (KILLED_AT - 1, KILLED_AT)
    assert {site.message(each.id).attempts for each in chosen} == {2}
    assert {len(site.wired.messages.secret_of(site.message(each.id)).resendings) for each in chosen} == {1}


def test_a_message_waits_in_one_rerun_even_where_two_begin_at_the_same_moment(site: Site) -> None:
    [first] = put(site, 1)
    view = begin_rerun(site.wired.deps, CALL, [first], "已核实")
    also = RerunItem(new_id(), 1, first.id, 1)

    with pytest.raises(Conflict):
        site.wired.deps.reruns.add(replace(view.rerun, id=also.batch_id), [also], CALL)

    assert site.wired.deps.reruns.waiting_elsewhere([first.id]) == {first.id}
    assert site.database[ITEMS].count_documents({}) == 1
    while run_next_rerun(site.wired.deps):
        continue
    assert site.wired.deps.reruns.items(view.rerun.id, Outcome.DONE, 0, 9)[0].message_id == first.id
