"""Aggregates on a real database: one write or none, by version; transactions; the inbox."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo import IndexModel, MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import BulkWriteError, OperationFailure

from shared.errors import KeyReused, NotFound, StaleVersion, Unavailable
from shared.history import was_done
from shared.idempotency import RequestKey
from shared.mongo.aggregates import Aggregates, Duplicate, history_of
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.inbox import Inbox
from shared.mongo.indexes import AGGREGATE_INDEXES, ensure_indexes
from shared.mongo.transactions import in_transaction
from tests.support.bus import MOMENT, make_act, make_event

CODE_INDEX = IndexModel([("code", 1)], name="code", unique=True, partialFilterExpression={"code": {"$exists": True}})


@pytest.fixture
def papers(database: Database[Document]) -> Aggregates:
    ensure_indexes(database, {"papers": [*AGGREGATE_INDEXES, CODE_INDEX]})
    return Aggregates(database["papers"])


def test_a_new_aggregate_is_version_one_with_its_event_and_act(papers: Aggregates):
    event = make_event(id="e1", exchange="tongbao.border", routing_key="directory.inbox")

    papers.insert("p1", {"state": "draft"}, make_act(key="k1", digest="d1"), [event])

    document = papers.get("p1")
    assert (document["v"], document["state"], document["created_key"]) == (1, "draft", "k1")
    assert [(entry["id"], entry["routing_key"]) for entry in document["outbox"]] == [("e1", "directory.inbox")]
    assert [(entry["by"], entry["to"], entry["v"]) for entry in document["history"]] == [("a1", "filed", 1)]
    assert document["history"][0]["at"] == MOMENT


def test_a_change_sets_unsets_and_appends_in_one_version_step(papers: Aggregates):
    papers.insert("p1", {"state": "draft", "draft": 1}, make_act(), [make_event(id="e1")])

    saved = papers.save("p1", 1, {"state": "filed"}, ("draft",), make_act(), [make_event(id="e2"), make_event(id="e3")])

    assert saved == papers.get("p1")
    assert (saved["v"], saved["state"], "draft" in saved) == (2, "filed", False)
    assert [entry["id"] for entry in saved["outbox"]] == ["e1", "e2", "e3"]
    assert [entry["v"] for entry in saved["history"]] == [1, 2]


def test_of_many_changes_at_once_those_happen_that_nobody_was_faster_than(papers: Aggregates):
    for id in ("p1", "p2", "p3"):
        papers.insert(id, {"state": "draft"}, make_act(), [make_event()])
    papers.save("p2", 1, {"state": "other"}, (), make_act())

    changed = papers.save_each([(id, 1, {"state": "filed"}, make_act()) for id in ("p1", "p2", "p3", "p4")])

    found = [papers.get(id) for id in ("p1", "p2", "p3")]
    assert changed == 2
    assert [(each["state"], each["v"], len(each["outbox"])) for each in found] == [
        ("filed", 2, 1),
        ("other", 2, 1),
        ("filed", 2, 1),
    ]
    assert [entry["v"] for entry in found[0]["history"]] == [1, 2]
    assert papers.save_each([]) == 0


def test_arrays_grow_at_their_end_in_the_same_step(papers: Aggregates):
    papers.insert("p1", {"state": "draft", "notes": [{"n": 1}]}, make_act())

    saved = papers.save("p1", 1, {}, (), make_act(), appended={"notes": [{"n": 2}, {"n": 3}], "others": []})

    assert [note["n"] for note in saved["notes"]] == [1, 2, 3]
    assert "others" not in saved
    with pytest.raises(ValueError, match="outbox"):
        papers.save("p1", 2, {}, (), make_act(), appended={"outbox": []})


def test_a_stale_version_changes_nothing(papers: Aggregates):
    papers.insert("p1", {"n": 0}, make_act())
    papers.save("p1", 1, {"n": 1}, (), make_act())

    with pytest.raises(StaleVersion):
        papers.save("p1", 1, {"n": 2}, (), make_act(), [make_event()])

    document = papers.get("p1")
    assert (document["n"], document["v"], document["outbox"], len(document["history"])) == (1, 2, [], 2)


def test_what_does_not_exist_is_not_found(papers: Aggregates):
    with pytest.raises(NotFound):
        papers.save("p0", 1, {"n": 1}, (), make_act())
    with pytest.raises(NotFound):
        papers.get("p0")


def test_of_many_writers_on_one_version_exactly_one_wins(papers: Aggregates):
    papers.insert("p1", {"by": None}, make_act())
    barrier = threading.Barrier(8)

    def write(number: int) -> bool:
        barrier.wait()
        try:
            papers.save("p1", 1, {"by": number}, (), make_act(), [make_event(id=f"e{number}")])
        except StaleVersion:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        winners = [number for number, won in enumerate(pool.map(write, range(8))) if won]

    document = papers.get("p1")
    assert len(winners) == 1
    assert (document["v"], document["by"], [e["id"] for e in document["outbox"]]) == (2, winners[0], [f"e{winners[0]}"])


@pytest.mark.parametrize(
    ("id", "fields", "key", "index"),
    [("p1", {}, None, "_id_"), ("p2", {"code": "X"}, None, "code"), ("p2", {}, "k1", "created_key")],
)
def test_a_taken_unique_value_is_told_by_its_index_and_never_by_its_value(
    papers: Aggregates, id: str, fields: dict[str, Any], key: str | None, index: str
):
    papers.insert("p1", {"code": "X"}, make_act(key="k1", digest="d1"))

    with pytest.raises(Duplicate) as caught:
        papers.insert(id, fields, make_act(key=key, digest="d1"))

    assert (caught.value.index, caught.value.__cause__, caught.value.__suppress_context__) == (index, None, True)


def test_a_change_to_a_taken_unique_value_is_refused(papers: Aggregates):
    papers.insert("p1", {"code": "X"}, make_act())
    papers.insert("p2", {}, make_act())

    with pytest.raises(Duplicate):
        papers.save("p2", 1, {"code": "X"}, (), make_act())

    assert papers.get("p2")["v"] == 1


def test_a_stored_act_is_recognised_as_replay_and_its_key_is_not_lent_to_another_request(papers: Aggregates):
    papers.insert("p1", {}, make_act(key="k1", digest="d1"))
    papers.save("p1", 1, {}, (), make_act(key="k2", digest="d2"))

    document = papers.get("p1")

    assert (was_done(history_of(document), RequestKey("k1", "d1")), was_done(history_of(document), RequestKey("k2", "d2")), was_done(history_of(document), RequestKey("k3", "d3"))) == (
        True, True, False,
    )  # fmt: skip
    with pytest.raises(KeyReused):
        was_done(history_of(document), RequestKey("k2", "d1"))


@pytest.mark.parametrize("name", ["_id", "v", "outbox", "history", "created_key", "outbox.0.id"])
def test_the_fields_of_the_machinery_cannot_be_set_by_hand(papers: Aggregates, name: str):
    papers.insert("p1", {}, make_act())

    with pytest.raises(ValueError, match="machinery"):
        papers.save("p1", 1, {name: 1}, (), make_act())


def test_finding_sorts_and_limits(papers: Aggregates):
    for number in range(4):
        papers.insert(f"p{number}", {"n": number}, make_act())

    found = list(papers.find({"n": {"$lt": 3}}, sort=[("n", -1)], limit=2, projection={"n": 1}))

    assert found == [{"_id": "p2", "n": 2}, {"_id": "p1", "n": 1}]


def test_without_a_server_a_write_is_unavailable():
    client: MongoClient[Document]
    with MongoClient("mongodb://127.0.0.1:1/", serverSelectionTimeoutMS=100) as client:
        unreachable = Aggregates(client["db"]["papers"])

        with pytest.raises(Unavailable):
            unreachable.insert("p1", {}, make_act())


def test_two_aggregates_change_together_or_not_at_all(
    mongo: MongoClient[Document], database: Database[Document], papers: Aggregates
):
    papers.insert("p1", {"n": 0}, make_act())
    papers.insert("p2", {"n": 0}, make_act())

    def both(session: ClientSession, version_of_second: int) -> None:
        inside = Aggregates(database["papers"], session)
        inside.save("p1", 1, {"n": 1}, (), make_act())
        inside.save("p2", version_of_second, {"n": 1}, (), make_act())

    with pytest.raises(StaleVersion):
        in_transaction(mongo, lambda session: both(session, 7))
    after_failure = [papers.get(id)["n"] for id in ("p1", "p2")]
    in_transaction(mongo, lambda session: both(session, 1))

    assert after_failure == [0, 0]
    assert [papers.get(id)["n"] for id in ("p1", "p2")] == [1, 1]


def test_the_concerns_are_set_on_the_transaction_itself(mongo: MongoClient[Document]):
    def look(session: ClientSession) -> tuple[Any, Any]:
        options = session._transaction.opts
        return options.read_concern.level, options.write_concern.document

    level, concern = in_transaction(mongo, look)

    assert (level, concern["w"], concern["j"]) == ("snapshot", "majority", True)


def test_the_work_of_a_transaction_may_run_twice_with_one_effect(
    mongo: MongoClient[Document], database: Database[Document]
):
    database.create_collection("effects")
    runs = []

    def work(session: ClientSession) -> None:
        runs.append(1)
        database["effects"].insert_one({"_id": "one"}, session=session)
        if len(runs) == 1:
            raise OperationFailure("conflict", 112, {"errorLabels": ["TransientTransactionError"]})

    in_transaction(mongo, work)

    assert (len(runs), database["effects"].count_documents({})) == (2, 1)


def test_a_transaction_that_always_meets_another_is_unavailable_and_leaves_nothing(
    mongo: MongoClient[Document], database: Database[Document]
):
    effects = database["effects"]
    effects.insert_one({"_id": "e1", "n": 0})

    with mongo.start_session() as other, other.start_transaction():
        effects.update_one({"_id": "e1"}, {"$set": {"n": 1}}, session=other)
        with pytest.raises(Unavailable), unavailable_when_down():
            in_transaction(mongo, lambda own: effects.update_one({"_id": "e1"}, {"$set": {"n": 2}}, session=own), 1.0)

    assert effects.find_one({"_id": "e1"}) == {"_id": "e1", "n": 1}


def test_the_inbox_knows_messages_per_consumer(mongo: MongoClient[Document], database: Database[Document]):
    inbox = Inbox(database)
    in_transaction(mongo, lambda session: inbox.add(session, "c1", {"m1": "d1", "m2": "d2"}))

    known = [
        in_transaction(mongo, lambda s, c=consumer: inbox.digests(s, c, ["m2", "m3"])) for consumer in ("c1", "c2")
    ]

    assert known == [{"m2": "d2"}, {}]


def test_the_inbox_forgets_what_was_rolled_back_and_keeps_the_first_digest(
    mongo: MongoClient[Document], database: Database[Document]
):
    inbox = Inbox(database)

    def fail(session: ClientSession) -> None:
        inbox.add(session, "c1", {"m1": "d1"})
        raise LookupError

    with pytest.raises(LookupError):
        in_transaction(mongo, fail)
    in_transaction(mongo, lambda session: inbox.add(session, "c1", {"m1": "d2"}))
    with pytest.raises(BulkWriteError):
        in_transaction(mongo, lambda session: inbox.add(session, "c1", {"m1": "d3"}))

    assert in_transaction(mongo, lambda session: inbox.digests(session, "c1", ["m1", "m9"])) == {"m1": "d2"}


def test_making_indexes_twice_does_no_harm(database: Database[Document]):
    for _ in range(2):
        ensure_indexes(database, {"papers": AGGREGATE_INDEXES, "inbox": ()})

    assert set(database["papers"].index_information()) == {"_id_", "outbox_pending", "created_key"}
