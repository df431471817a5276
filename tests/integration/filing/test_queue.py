"""The queue of a department on the real database: every order and filter, pages, what is beside, counts, and by which index."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from services.filing.model.filings import Filing, Noted, SignOff, Version, Working
from services.filing.model.ranks import KEPT_ORDERS, Order, Ranks
from services.filing.model.states import State
from services.filing.policy import reviewing_division
from services.filing.ports.queue import QueueFilter
from services.filing.repository.queue import MongoQueue
from services.filing.repository.records import COLLECTION, Records
from services.sandbox.stack.stack import Stack
from shared.codes import divisions
from shared.crypto.blind_index import BlindIndex
from shared.crypto.sealing import Sealer
from shared.errors import Malformed
from shared.ids import new_id
from tests.support.filing_site import MOMENT, FilingSite, open_filing_site

COUNTRY, PROVINCE, CITY, COUNTY = "000000", "330000", "330100", "330106"
SIZE = 400
QUERY = Noted("k", "rule", "query", "疑问", (), (), "", "已核实")

RUNS = 4
"""Runs of the index that are merged, late or not and with queries or without; each may begin at the place itself."""

Key = tuple[int, object, str]


def of_queue(number: int) -> Filing:
    """Return one of many filings, most of which wait for some department."""
    chance = random.Random(number)  # the same crowd each time
    division = chance.choice((COUNTY, "330108", "330203", "440106"))
    at = MOMENT - timedelta(minutes=chance.randrange(200))
    path = divisions.path(division, at.date())
    state = chance.choice((State.SUBMITTED,) * 5 + (State.APPROVED, State.RETURNED))
    form, period = chance.choice((("enterprise-4", "2024"), ("enterprise-4", "2025"), ("enterprise-3", "2025-11")))
    noted = (QUERY,) if chance.random() < 0.3 else ()
    ranks = Ranks(10 * len(noted) + chance.randrange(3), chance.choice((0, 0, 0, 2, 5)), chance.choice((0, 0, 3, 9)))
    version = Version(1, at, "a", Working(), SignOff("甲", "乙", "丙", "0571", at.date()), noted, "d", "r")
    return Filing(
        id=f"{number:032x}",
        version=1,
        unit_id=f"{number % 60:032x}",
        owner_id="a",
        form=form,
        edition="2022",
        period=period,
        item="",
        state=state,
        division=division,
        path=path,
        created_at=at,
        updated_at=at,
        versions=(version,),
        submitted_at=at,
        passed=path[: chance.randrange(len(path))] if state is State.SUBMITTED else (),
        waiting_since=at,
        ranks=ranks,
    )


CROWD = tuple(map(of_queue, range(SIZE)))


@pytest.fixture(scope="module")
def site(started: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilingSite]:
    """A site with the crowd in it; nothing here changes it."""
    started.wait_ready("mongod")
    with open_filing_site(started, f"queue-{new_id()}", "unused", tmp_path_factory.mktemp("keys")) as opened:
        _store(opened)
        yield opened
        opened.wired.client.drop_database(opened.wired.database.name)


def _store(site: FilingSite) -> None:
    wired = site.wired
    records = Records(wired.database.name, Sealer(wired.keyring), BlindIndex(wired.keyring))
    documents = [
        {"_id": each.id, "v": 1, **records.fields(each, 1), **records.versions(each, 1), "outbox": [], "history": []}
        for each in CROWD
    ]
    wired.database[COLLECTION].insert_many(documents)


@pytest.fixture
def queue(site: FilingSite) -> MongoQueue:
    found = site.wired.deps.queue
    assert isinstance(found, MongoQueue)
    return found


FILTERS = (
    QueueFilter(),
    QueueFilter(form="enterprise-4"),
    QueueFilter(period="2025"),
    QueueFilter(form="enterprise-4", period="2024"),
    QueueFilter(division=CITY),
    QueueFilter(division=COUNTY, form="enterprise-3", period="2025-11"),
    QueueFilter(is_late=True),
    QueueFilter(is_late=False, has_queries=True),
    QueueFilter(has_queries=False, period="2024"),
    QueueFilter(units=(f"{7:032x}", f"{8:032x}")),
    QueueFilter(filings=(f"{3:032x}", f"{4:032x}", f"{5:032x}")),
)
DEPARTMENTS = (COUNTRY, PROVINCE, CITY, COUNTY)


def key(filing: Filing, order: Order) -> Key:
    ranks = {Order.SEVERITY: filing.ranks.severity, Order.LATENESS: filing.ranks.days_late}
    rank = {**ranks, Order.CHANGE: filing.ranks.change}.get(order, 0)
    return -rank, filing.waiting_since, filing.id


def expected(division: str, wanted: QueueFilter, order: Order = Order.WAITING) -> list[str]:
    """Return the ids that a plain reading of the filter gives."""

    def fits(filing: Filing) -> bool:
        assert filing.last is not None
        asked = (
            (wanted.form, filing.form),
            (wanted.period, filing.period),
            (None if wanted.is_late is None else str(wanted.is_late), str(filing.ranks.days_late > 0)),
            (None if wanted.has_queries is None else str(wanted.has_queries), str(bool(filing.last.noted))),
        )
        return (
            filing.state is State.SUBMITTED
            and reviewing_division(filing) == division
            and all(want in (None, "", have) for want, have in asked)
            and wanted.division in ("", *filing.path[: filing.path.index(division) + 1])
            and (wanted.units is None or filing.unit_id in wanted.units)
            and (wanted.filings is None or filing.id in wanted.filings)
        )

    return [each.id for each in sorted(filter(fits, CROWD), key=lambda each: key(each, order))]


def paged(queue: MongoQueue, division: str, wanted: QueueFilter, order: Order, limit: int) -> Iterator[str]:
    cursor = ""
    while True:
        page = queue.page(division, wanted, order, cursor, limit)
        yield from (each.filing.id for each in page.items)
        cursor = page.next_cursor
        if not cursor:
            return


@pytest.mark.parametrize("order", KEPT_ORDERS)
@pytest.mark.parametrize("division", DEPARTMENTS)
def test_every_filter_gives_what_waits_in_its_order_page_by_page(
    queue: MongoQueue, division: str, order: Order
) -> None:
    for wanted in FILTERS:
        found = list(paged(queue, division, wanted, order, 7))

        assert found == expected(division, wanted, order), wanted


@pytest.mark.parametrize("order", KEPT_ORDERS)
def test_the_way_on_leads_through_the_queue_and_back(queue: MongoQueue, order: Order) -> None:
    wanted = QueueFilter(period="2025")
    ids = expected(PROVINCE, wanted, order)
    place = queue.page(PROVINCE, wanted, order, "", 1).items[0].place

    seen, places = [ids[0]], [place]
    while (following := queue.beside(PROVINCE, wanted, order, places[-1], is_after=True)).filing_id:
        seen.append(following.filing_id)
        places.append(following.place)
    back = [queue.beside(PROVINCE, wanted, order, each, is_after=False).filing_id for each in places]

    assert seen == ids
    assert back == ["", *ids[:-1]]
    assert [queue.number_of(PROVINCE, wanted, order, each, 1000) for each in places] == list(range(len(ids)))


@pytest.mark.parametrize("order", KEPT_ORDERS)
def test_a_place_stays_good_when_its_filing_has_left_the_queue(queue: MongoQueue, order: Order) -> None:
    one, two, three, *_ = queue.page(CITY, QueueFilter(), order, "", 3).items
    others = tuple(each for each in expected(CITY, QueueFilter(), order) if each != two.filing.id)
    without = QueueFilter(filings=others)

    before = queue.beside(CITY, without, order, two.place, is_after=False)
    after = queue.beside(CITY, without, order, two.place, is_after=True)

    assert (before.filing_id, after.filing_id) == (one.filing.id, three.filing.id)
    assert queue.place_of(two.filing, order) == two.place


def test_counts_are_those_of_the_crowd_up_to_their_bound(queue: MongoQueue) -> None:
    for division in DEPARTMENTS:
        for wanted in FILTERS:
            assert queue.count(division, wanted, 1000) == len(expected(division, wanted))
    day = MOMENT - timedelta(minutes=100)
    older = [each for each in CROWD if each.id in expected(CITY, QueueFilter()) and (each.waiting_since or day) < day]

    assert queue.count(COUNTRY, QueueFilter(), 5) == 5
    assert queue.count(CITY, QueueFilter(), 1000, day) == len(older)
    large = [each for each in CROWD if each.id in expected(CITY, QueueFilter()) and each.ranks.change >= 7]
    assert queue.count_large(CITY, QueueFilter(), 7, 1000) == len(large)


def test_facets_count_each_form_and_period_under_the_rest_of_the_filter(queue: MongoQueue) -> None:
    wanted = QueueFilter(form="enterprise-4", division=CITY, has_queries=False)

    found = queue.facets(PROVINCE, wanted, ("enterprise-3", "enterprise-4", "city-1"), 1000)

    def count(**changed: str) -> int:
        return len(expected(PROVINCE, replace(wanted, **changed)))  # type: ignore[arg-type]  # texts of the filter

    assert found.forms == {each: count(form=each) for each in ("enterprise-3", "enterprise-4")}
    assert found.periods == {each: count(period=each) for each in ("2024", "2025")}


def test_what_is_chosen_is_what_waits_with_its_version(queue: MongoQueue) -> None:
    found = queue.chosen(COUNTY, QueueFilter(has_queries=True), 100)

    assert [each.filing_id for each in found] == expected(COUNTY, QueueFilter(has_queries=True))
    assert {each.version for each in found} == {1}


@pytest.mark.parametrize(
    ("order", "cursor"),
    [(Order.WAITING, "bad"), (Order.CHANGE, "waiting"), (Order.WAITING, "change"), (Order.CHANGE, "MQ")],
)
def test_a_place_of_another_order_is_refused(queue: MongoQueue, order: Order, cursor: str) -> None:
    places = {each.value: queue.page(CITY, QueueFilter(), each, "", 1).items[0].place for each in Order}

    with pytest.raises(Malformed):
        queue.page(CITY, QueueFilter(), order, places.get(cursor, cursor), 10)


def test_no_question_looks_at_more_than_it_gives_out(site: FilingSite, queue: MongoQueue) -> None:
    plans = _plans(site, queue)

    assert len(plans) > 100
    assert [plan["planSummary"] for plan in plans if "COLLSCAN" in plan["planSummary"]] == []
    assert [plan["planSummary"] for plan in plans if plan.get("hasSortStage")] == []
    assert [plan for plan in plans if plan.get("docsExamined", 0) > plan.get("nreturned", 0) + 2 * RUNS] == []
    assert [plan for plan in plans if plan.get("keysExamined", 0) > 12 + 3 * plan.get("nreturned", 0)] == []


def _plans(site: FilingSite, queue: MongoQueue) -> Sequence[dict[str, object]]:
    """Return how the database answered pages, the next ones and those beside, in each order under each plain filter."""
    database = site.wired.database
    plain = [each for each in FILTERS if each.units is None and each.filings is None]
    database.command("profile", 2)
    for order in Order:
        for wanted in plain:
            page = queue.page(COUNTRY, wanted, order, "", 5)
            if page.next_cursor:
                queue.page(COUNTRY, wanted, order, page.next_cursor, 5)
                queue.beside(COUNTRY, wanted, order, page.next_cursor, is_after=False)
    database.command("profile", 0)
    return list(database["system.profile"].find({"ns": f"{database.name}.{COLLECTION}", "command.find": COLLECTION}))


def test_counts_look_at_the_index_alone(site: FilingSite, queue: MongoQueue) -> None:
    database = site.wired.database
    database.command("profile", 0)
    database.drop_collection("system.profile")
    database.command("profile", 2)

    queue.count(COUNTRY, QueueFilter(is_late=True), 1000)
    queue.facets(COUNTRY, QueueFilter(), ("enterprise-3", "enterprise-4"), 1000)
    database.command("profile", 0)

    asked = {"ns": f"{database.name}.{COLLECTION}"}
    plans = list(database["system.profile"].find({**asked, "command.aggregate": COLLECTION}))
    (distinct,) = database["system.profile"].find({**asked, "command.distinct": COLLECTION})
    assert len(plans) == 2
    assert [plan["docsExamined"] for plan in (*plans, distinct)] == [0, 0, 0]
    assert "DISTINCT_SCAN" in distinct["planSummary"]
