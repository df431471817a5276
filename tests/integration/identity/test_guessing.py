"""A thousand guesses at a password are locked out, and the person whose password it is still gets in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.identity.errors import TooManyAttempts, WrongCredentials
from services.identity.model.accounts import Person
from services.identity.operations.appointments import Appointment, add_staff
from services.identity.operations.signing_in import Stage, enter
from services.identity.ports.deps import Deps
from services.identity.ports.sign_ins import Visitor
from services.identity.repository.indexes import INDEXES
from services.identity.wiring import build
from services.sandbox.stack.stack import Stack
from shared.clock import FixedClock, SystemClock
from shared.crypto.key_store import MongoKeyStore
from shared.crypto.providers import KEYS
from shared.identity.actor import Role
from shared.mongo.client import Document
from shared.mongo.indexes import ensure_indexes
from tests.support.identity import PlainHashes
from tests.support.identity_desk import make_settings

NAME = "county.330106"
HOME = Visitor("192.0.2.1", device="d" * 43)
GUESSES = 1000


class Target:
    """An account whose hashes cost nothing, with the counts of a real database."""

    def __init__(self, deps: Deps, hashes: PlainHashes) -> None:
        self.deps = deps
        self.hashes = hashes
        made = add_staff(deps, Person(NAME, "西湖区商务局"), Appointment(Role.COUNTY_REVIEWER, "330106"), None)
        self.password = str(made.first_password)
        self.come_home(HOME)
        hashes.compared = 0

    def come_home(self, visitor: Visitor) -> Stage:
        return enter(self.deps, visitor, NAME, self.password).stage

    def guess(self, visitor: Visitor) -> type[Exception]:
        try:
            enter(self.deps, visitor, NAME, "Wrong-4-Sure-Thing")
        except (WrongCredentials, TooManyAttempts) as error:
            return type(error)
        raise AssertionError("a wrong password got in")


@pytest.fixture
def target(
    started: Stack, mongo: MongoClient[Document], database: Database[Document], tmp_path: Path
) -> Iterator[Target]:
    wired = build(make_settings(tmp_path, started.mongod.uri, database.name, ""), FixedClock(SystemClock().now()))
    with wired.client:
        MongoKeyStore(wired.database[KEYS]).prepare()
        ensure_indexes(wired.database, INDEXES)
        hashes = PlainHashes()
        yield Target(replace(wired.deps, hashes=hashes), hashes)


def test_guesses_from_many_addresses_are_locked_and_the_person_gets_in_from_the_own_device(target: Target) -> None:
    outcomes = Counter(target.guess(Visitor(f"198.51.{n // 250}.{n % 250}")) for n in range(GUESSES))
    looked_at = target.hashes.compared

    at_home = target.come_home(HOME)
    travelling = target.come_home(replace(HOME, address="203.0.113.50"))

    assert outcomes == {WrongCredentials: 5, TooManyAttempts: GUESSES - 5}
    assert looked_at == 5
    assert (at_home, travelling) == (Stage.COMPLETE, Stage.COMPLETE)


def test_guesses_from_one_address_are_locked_and_the_person_gets_in_from_a_familiar_address(target: Target) -> None:
    outcomes = Counter(target.guess(Visitor("198.51.100.7")) for _ in range(GUESSES))
    looked_at = target.hashes.compared

    without_cookie = target.come_home(Visitor(HOME.address))

    assert outcomes == {WrongCredentials: 5, TooManyAttempts: GUESSES - 5}
    assert looked_at == 5
    assert without_cookie is Stage.COMPLETE


def test_guesses_from_the_persons_own_address_leave_the_own_device_free(target: Target) -> None:
    outcomes = Counter(target.guess(Visitor(HOME.address)) for _ in range(GUESSES))

    at_home = target.come_home(HOME)

    assert outcomes[WrongCredentials] == 5
    assert at_home is Stage.COMPLETE


def test_each_further_lock_lasts_longer_and_ends(target: Target) -> None:
    clock = target.deps.clock
    assert isinstance(clock, FixedClock)
    stranger, waits = Visitor("198.51.100.7"), []

    for _ in range(4):
        for _ in range(6):
            target.guess(stranger)
        with pytest.raises(TooManyAttempts) as caught:
            enter(target.deps, stranger, NAME, target.password)
        waits.append(round(caught.value.retry_after / 60))
        clock.moment = clock.moment.fromtimestamp(
            clock.moment.timestamp() + caught.value.retry_after, clock.moment.tzinfo
        )

    assert waits == [15, 30, 60, 60]
    assert target.come_home(stranger) is Stage.COMPLETE
