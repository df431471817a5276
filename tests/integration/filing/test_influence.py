"""The queue by influence on the real database: the order of the numbers, which are sealed, and what is looked at for it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from services.filing.model.filings import Filing
from services.filing.model.ranks import Moved
from services.filing.model.states import State
from services.filing.operations.influence import read_by_influence
from services.filing.outliers.influence import Candidate, ranked, totals_of_area
from services.filing.policy import reviewing_division
from services.filing.ports.queue import QueueFilter
from services.filing.repository.records import COLLECTION, Records
from services.sandbox.stack.stack import Stack
from shared.calls import Call
from shared.crypto.blind_index import BlindIndex
from shared.crypto.sealing import Sealer
from shared.identity.actor import Actor, Role
from shared.ids import new_id
from tests.integration.filing.test_queue import of_queue
from tests.support.filing_site import FilingSite, open_filing_site

CITY = Actor("c", Role.CITY_REVIEWER, division="330100")
AMOUNT = 7_777_000_000
"""What no number but an amount begins with here."""


def moving(number: int) -> Filing:
    """Return one of many filings with what it moves, the same each time."""
    chance = random.Random(f"moves {number}")
    amounts = [Decimal(AMOUNT + chance.randrange(1, 10**6)) for _ in range(2)]
    filing = of_queue(number)
    return replace(filing, ranks=replace(filing.ranks, moves=(Moved("308.", *amounts),)))


CROWD = tuple(map(moving, range(300)))


@pytest.fixture(scope="module")
def site(started: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilingSite]:
    """A site with the crowd in it; nothing here changes it."""
    started.wait_ready("mongod")
    with open_filing_site(started, f"influence-{new_id()}", "unused", tmp_path_factory.mktemp("keys")) as opened:
        wired = opened.wired
        records = Records(wired.database.name, Sealer(wired.keyring), BlindIndex(wired.keyring))
        wired.database[COLLECTION].insert_many(
            {
                "_id": each.id,
                "v": 1,
                **records.fields(each, 1),
                **records.versions(each, 1),
                "outbox": [],
                "history": [],
            }
            for each in CROWD
        )
        yield opened
        wired.client.drop_database(wired.database.name)


def expected(wanted: QueueFilter) -> list[str]:
    """Return the order that the pure score gives."""
    waiting = [
        Candidate(each.id, each.form, each.period, each.ranks.severity, each.waiting_since, each.ranks.moves)
        for each in CROWD
        if each.state is State.SUBMITTED
        and reviewing_division(each) == CITY.division
        and wanted.form in ("", each.form)
        and each.waiting_since is not None
    ]
    totals = {
        place: totals_of_area(
            move
            for each in CROWD
            if CITY.division in each.path and (each.form, each.period) == place
            for move in each.ranks.moves
        )
        for place in {(each.form, each.period) for each in waiting}
    }
    return [each.id for each in ranked(waiting, totals).items]


@pytest.mark.parametrize("form", ["", "enterprise-4"])
def test_the_order_is_that_of_the_score_and_the_same_again(site: FilingSite, form: str) -> None:
    wanted = QueueFilter(form=form)

    first, again = (read_by_influence(site.wired.deps, Call(CITY), wanted, 100) for _ in range(2))

    assert len(expected(wanted)) >= 10
    assert [each.standing.filing.id for each in first.items] == expected(wanted)[:100]
    assert first == again
    assert 0 < first.explaining < first.ranked


def test_what_filings_move_lies_sealed(site: FilingSite) -> None:
    documents = list(site.wired.database[COLLECTION].find())

    assert all(each["moved"] for each in documents)
    assert str(AMOUNT)[:4] not in str(
        [{k: v for k, v in each.items() if not isinstance(v, bytes)} for each in documents]
    )


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (
            {
                "queue": "330100///",
                "late": {"$in": [False, True]},
                "doubted": {"$in": [False, True]},
            },
            "queue_by_change",
        ),
        ({"path": "330100", "form": "enterprise-4", "period": "2025", "revision": {"$gt": 0}}, "parts_of_city"),
    ],
)
def test_what_is_weighed_is_found_in_an_index(site: FilingSite, query: dict[str, object], index: str) -> None:
    order = [("change", -1), ("waiting_since", 1), ("_id", 1)] if index == "queue_by_change" else [("_id", 1)]

    plan = site.wired.database[COLLECTION].find(query, sort=order).limit(5).explain()["queryPlanner"]["winningPlan"]

    assert f"'indexName': '{index}'" in str(plan)
    assert "'stage': 'SORT'," not in str(plan)
