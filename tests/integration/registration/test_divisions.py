"""Registration takes the changes of the divisions: a new county can be chosen, an ended one is refused, without restart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from services.registration.handlers import handlers
from shared.clock import SystemClock
from shared.codes import divisions
from shared.codes.keeping import DivisionKeeper
from shared.contracts.identity import DIVISIONS_CHANGED
from shared.messaging.envelope import Message
from shared.mongo.transactions import in_transaction
from tests.support.registration_site import Site, site
from tests.support.registration_wire import operator

__all__ = ["site"]

DATA = {
    "change_set_id": "d" * 32,
    "document": "国函〔2026〕1号",
    "changes": [
        {"kind": "open", "code": "330190", "on": "2026-03-01", "name": "钱江区", "level": "county", "parent": "330100"},
        {"kind": "merge", "code": "330106", "on": "2026-03-01", "successors": ["330190"]},
    ],
}


@pytest.fixture(autouse=True)
def _as_listed() -> Iterator[None]:
    yield
    divisions.use(())


def tell(site: Site) -> None:
    """Take the event as the consumer does: in a transaction, with checked data."""
    wired = site.wired
    taken = handlers(wired.deps_within, wired.deps, wired.own_keys, wired.division_changes.note)
    data: dict[str, Any] = DIVISIONS_CHANGED.load(DATA)
    message = Message("e" * 32, DIVISIONS_CHANGED.type, "identity", "d" * 32, SystemClock().now(), "", data)
    handle = taken[DIVISIONS_CHANGED.type]
    in_transaction(wired.client, lambda session: handle(session, message))  # type: ignore[operator]  # one with an effect inside


def status_of(site: Site, division: str) -> int:
    """Return the answer to a draft with this division."""
    registration_id = site.create(operator())
    form = {"division": division}
    return site.call(operator(), "PUT", f"/registrations/{registration_id}/form", 1, json=form).status_code


def test_a_newly_opened_county_can_be_chosen_and_an_ended_one_no_more(site: Site) -> None:
    keeper = DivisionKeeper(site.wired.division_changes.confirmed, age=0.0)
    before = (status_of(site, "330106"), status_of(site, "330190"))

    for _ in range(2):  # told twice, as messages may be
        tell(site)
    keeper.refresh()

    assert before == (200, 422)
    assert (status_of(site, "330106"), status_of(site, "330190")) == (422, 200)
    assert site.wired.database["division_changes"].count_documents({}) == 1
