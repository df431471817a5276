"""The ledger on a real database: messages of former times, and what is found by which index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.exchange.model.messages import State
from services.exchange.model.partners import Partner, RouteName
from services.exchange.ports.messages import Wanted
from services.exchange.repository.messages import FORMER_INDEX
from services.exchange.repository.records import COLLECTION
from shared.contracts.border import digest_of
from shared.errors import NotFound
from shared.history import HistoryEntry
from tests.support.exchange import Site, site
from tests.support.exchange_desk import BY_ITSELF, NOW, UNIT, make_message, make_secret

__all__ = ["site"]

MANY = 90
PAGE = 10
CREATED = HistoryEntry(NOW, "exchange", "create", None, "sent")


def test_a_message_of_former_times_is_found_in_its_sequence_once_it_is_filled_in(site: Site) -> None:
    secret = make_secret()
    message = make_message(history=(CREATED,), period="2026-03", digest=digest_of(secret.content))
    now = site.wired.messages.add(message, BY_ITSELF, secret)
    rows = site.database[COLLECTION]
    stored = rows.find_one({"_id": now.id})
    lost = dict.fromkeys(("route", "partner", "party", "period", "marks", "filing"), "")
    rows.update_one({"_id": now.id}, {"$unset": lost})
    rows.create_index([("unit", 1), ("sequence", 1)], name=FORMER_INDEX, unique=True)

    filled = [site.wired.messages.fill_in() for _ in range(2)]

    assert filled == [1, 0]
    assert rows.find_one({"_id": now.id}) == stored
    assert site.wired.messages.find_in_sequence(now.route, UNIT, 1) == now
    assert FORMER_INDEX not in rows.index_information()
    assert digest_of(site.wired.messages.secret_of(now).content) == now.digest


SOUGHT = {
    "all": Wanted(),
    "unit by name": Wanted(mark="西湖外包平台有限公司"),
    "unit by id": Wanted(mark=UNIT),
    "period": Wanted(period="2026-03"),
    "route": Wanted(route=RouteName.DIRECTORY_CHANGES),
    "partner": Wanted(partner=Partner.DIRECTORY),
    "state": Wanted(state=State.REFUSED),
    "route and state": Wanted(route=RouteName.DIRECTORY_CHANGES, state=State.REFUSED),
    "days": Wanted(begins=NOW, ends=NOW + timedelta(days=1)),
    "unit and state and day": Wanted(mark="西湖外包平台有限公司", state=State.REFUSED, begins=NOW),
    "id": Wanted(message_id=f"{1:032x}"),
}


def test_whatever_is_looked_for_is_found_by_an_index_and_in_its_order(site: Site) -> None:
    fill(site)
    rows, mark_of = site.database[COLLECTION], site.wired.messages.mark_of
    sought = {name: replace(each, mark=mark_of(each.mark) if each.mark else "") for name, each in SOUGHT.items()}

    plans = {}
    for name, wanted in sought.items():
        query = site.wired.messages.query_of(wanted)
        plans[name] = rows.find(query).sort([("created_at", -1), ("_id", -1)]).limit(PAGE).explain()
    found = {name: len(site.wired.messages.list_newest(wanted, "", PAGE).items) for name, wanted in sought.items()}

    stages = {name: set(stages_of(plan["queryPlanner"]["winningPlan"])) for name, plan in plans.items()}
    assert [name for name, found_stages in stages.items() if found_stages & {"COLLSCAN", "SORT"}] == []
    assert found == dict.fromkeys(SOUGHT, PAGE) | {
        "unit by name": 3,
        "unit by id": 3,
        "unit and state and day": 1,
        "id": 1,
    }
    examined = {name: plan["executionStats"]["totalDocsExamined"] for name, plan in plans.items()}
    assert {name: count for name, count in examined.items() if count > 3 * PAGE} == {}


def test_what_is_on_a_route_is_counted_by_indexes(site: Site) -> None:
    fill(site)

    load = site.wired.messages.load(RouteName.DIRECTORY_CHANGES, NOW - timedelta(days=1))

    assert (load.sent, load.refused, load.troubled, load.waiting) == (2 * MANY // 3, MANY // 3, MANY // 3, 0)
    assert load.last_sent_at == NOW


def test_pages_of_a_search_follow_each_other_without_a_gap(site: Site) -> None:
    fill(site)
    seen, cursor = [], ""

    while not seen or cursor:
        page = site.wired.messages.list_newest(Wanted(state=State.REFUSED), cursor, PAGE)
        seen += [message.id for message in page.items]
        cursor = page.next_cursor

    assert len(seen) == len(set(seen)) == MANY // 3


def test_a_body_that_is_removed_leaves_all_else(site: Site) -> None:
    secret = make_secret()
    history = (CREATED,)
    added = site.wired.messages.add(
        make_message(history=history, state=State.ACCEPTED, answered_at=NOW), BY_ITSELF, secret
    )

    old = site.wired.messages.list_answered(added.route, NOW + timedelta(days=1), None, 10)
    behind = site.wired.messages.list_answered(added.route, NOW + timedelta(days=1), (NOW, added.id), 10)
    site.wired.messages.remove_body(replace(added, body_removed_at=NOW), BY_ITSELF)

    removed = site.message(added.id)
    assert (old, behind) == ((added,), ())
    assert site.wired.messages.list_answered(added.route, NOW + timedelta(days=1), None, 10) == ()
    assert removed == replace(added, version=2, body_removed_at=NOW, history=removed.history)
    assert "sealed" not in (site.database[COLLECTION].find_one({"_id": added.id}) or {})
    assert site.wired.messages.list_newest(Wanted(mark=site.wired.messages.mark_of(secret.name)), "", 1).items == (
        removed,
    )
    with pytest.raises(NotFound):
        site.wired.messages.secret_of(removed)


def fill(site: Site) -> None:
    """Store many messages: of the first three a unit of its own, a third of all refused."""
    secret, other = make_secret(), replace(make_secret(), credit_code="", name="另一家公司")
    for number in range(1, MANY + 1):
        is_ours = number <= 3
        state = State.REFUSED if number % 3 == 0 else State.SENT
        unit = UNIT if is_ours else f"{number:032}"
        message = make_message(
            id=f"{number:032x}", unit_id=unit, sequence=number, state=state, period="2026-03", history=(CREATED,)
        )
        site.wired.messages.add(message, BY_ITSELF, secret if is_ours else other)


def stages_of(plan: Mapping[str, Any]) -> Iterator[str]:
    """Yield the stages of a plan."""
    yield plan["stage"]
    for below in (*plan.get("inputStages", ()), *filter(None, (plan.get("inputStage"),))):
        yield from stages_of(below)
