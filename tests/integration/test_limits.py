"""The counts of costly requests in the database."""

from __future__ import annotations

from limits import RateLimitItemPerHour
from limits.strategies import FixedWindowRateLimiter
from pymongo.database import Database

from services.sandbox.stack.stack import Stack
from shared.mongo.client import Document
from shared.web.limits import stored_counts

FEW = RateLimitItemPerHour(3)


def test_counts_hold_over_all_processes_and_outlast_a_restart(started: Stack, database: Database[Document]):
    before, after = (FixedWindowRateLimiter(stored_counts(started.mongod.uri, database.name)) for _ in range(2))

    taken = [before.hit(FEW, "a1"), before.hit(FEW, "a1"), after.hit(FEW, "a1"), after.hit(FEW, "a1")]

    assert taken == [True, True, True, False]
    assert after.hit(FEW, "a2")


def test_what_is_kept_of_a_count_names_the_account_only_and_goes_by_itself(
    started: Stack, database: Database[Document]
):
    FixedWindowRateLimiter(stored_counts(started.mongod.uri, database.name)).hit(FEW, "a1")

    (row,) = database["request_counts"].find()

    assert row.keys() == {"_id", "count", "expireAt"}
    assert "a1" in row["_id"]
    assert any("expireAfterSeconds" in index for index in database["request_counts"].index_information().values())
