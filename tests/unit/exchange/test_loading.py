"""Loading all units of the 名录库: page after page, each once, stopped and gone on with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.exchange.model.inquiries import Asks, Inquiry, LoadState
from services.exchange.operations.loading import go_on, start_load, stop_load
from shared.calls import Call
from shared.errors import Conflict
from tests.support.exchange_asking import AT_DESK, answer, asked, make_known
from tests.support.exchange_desk import DeskDeps, make_deps


def test_a_load_takes_page_after_page_and_is_done_after_the_last():
    deps = make_deps()
    load = start_load(deps, AT_DESK)

    answer(deps, waits_for(deps), make_known("D1"), make_known("D2"), next="D2", total=3)
    half = deps.directory.loads.get(load.id)
    answer(deps, waits_for(deps), make_known("D3"), total=3)

    done = deps.directory.loads.get(load.id)
    assert (half.state, half.taken, half.after) == (LoadState.RUNNING, 2, "D2")
    assert (done.state, done.taken, done.stored, done.total, done.pages) == (LoadState.DONE, 3, 3, 3, 2)
    assert [(one["asks"], one["after"]) for one in asked(deps)] == [("page", ""), ("page", "D2")]


def test_a_page_that_comes_twice_counts_once():
    deps = make_deps()
    load = start_load(deps, AT_DESK)
    first = waits_for(deps)

    answer(deps, first, make_known("D1"), next="D1", total=2)
    answer(deps, first, make_known("D1"), next="D1", total=2)

    assert deps.directory.loads.get(load.id).taken == 1
    assert len(asked(deps)) == 2


def test_a_load_that_was_stopped_stores_the_page_under_way_and_goes_on_behind_it():
    deps = make_deps()
    load = start_load(deps, AT_DESK)
    page = waits_for(deps)

    stop_load(deps, versioned(load.version), load.id)
    answer(deps, page, make_known("D1"), next="D1", total=2)
    stopped = deps.directory.loads.get(load.id)
    go_on(deps, versioned(stopped.version), load.id)

    assert (stopped.state, stopped.taken) == (LoadState.STOPPED, 1)
    assert asked(deps)[-1]["after"] == "D1"
    assert deps.directory.loads.get(load.id).state is LoadState.RUNNING


def test_the_directory_may_refuse_a_page_and_the_load_stops_with_its_reason():
    deps = make_deps()
    load = start_load(deps, AT_DESK)

    answer(deps, waits_for(deps), reason="closed")

    stopped = deps.directory.loads.get(load.id)
    assert (stopped.state, stopped.reason) == (LoadState.STOPPED, "closed")


def test_two_loads_do_not_run_at_once():
    deps = make_deps()
    start_load(deps, AT_DESK)

    with pytest.raises(Conflict):
        start_load(deps, AT_DESK)


def waits_for(deps: DeskDeps) -> Inquiry:
    load = deps.directory.loads.last()
    assert load is not None
    inquiry = deps.directory.inquiries.find(load.inquiry_id)
    assert inquiry is not None
    assert inquiry.question.asks is Asks.PAGE
    return inquiry


def versioned(version: int) -> Call:
    return replace(AT_DESK, version=version)
