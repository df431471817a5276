"""Fixtures of the embedded servers: started once per run of the tests, on free ports, in a folder that goes away.

Each test has a database and a bucket of its own, and a virtual host in which every queue is empty; a test that needs only
mongod does not wait for the broker.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from mypy_boto3_s3 import S3Client
from pymongo import MongoClient
from pymongo.database import Database

from services.sandbox.stack.ports import StackPorts
from services.sandbox.stack.stack import Stack
from shared.ids import new_id
from shared.messaging.topology import LADDER_SECONDS, QUEUES
from shared.mongo.client import Document, connect
from shared.storage import s3 as s3_client
from tests.support.bus import channel_to

TOPOLOGY = frozenset(
    name
    for queue in QUEUES
    for name in (queue.name, queue.parking, *(queue.rung(number) for number, _ in enumerate(LADDER_SECONDS, start=1)))
)
"""The names of all queues that the product declares."""


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The servers, started but perhaps not ready; `stack` and the fixtures below wait."""
    root: Path = tmp_path_factory.mktemp("stack")
    stack = Stack(root, StackPorts.free(), compressed=False)
    stack.start(wait=False)
    yield stack
    stack.stop()


@pytest.fixture
def stack(started: Stack) -> Stack:
    """All servers, ready; a test that killed one gets it started again for the next test."""
    for child in started.children():
        if not child.is_alive():
            started.start_one(child.name, wait=False)
    started.wait_ready()
    return started


@pytest.fixture(scope="session")
def mongo(started: Stack) -> Iterator[MongoClient[Document]]:
    """A client of mongod."""
    started.wait_ready("mongod")
    with connect(started.mongod.uri) as client:
        yield client


class KeptDatabases:
    """Databases that the tests of a service have one after the other: to make its indexes takes longer than most of them."""

    def __init__(self, client: MongoClient[Document]) -> None:
        self._client = client
        self._free: dict[str, list[Database[Document]]] = {}

    @contextmanager
    def lend(self, service: str) -> Iterator[Database[Document]]:
        """Lend an empty database, perhaps with the indexes of the service."""
        free = self._free.setdefault(service, [])
        database = free.pop() if free else self._client[f"test-{new_id()}"]
        yield database
        for name in database.list_collection_names():
            if name == "system.profile":  # what a test had recorded of its queries
                database.command("profile", 0)
                database.drop_collection(name)
            elif not name.startswith("system.") and database[name].find_one({}, {"_id": 1}) is not None:
                database[name].delete_many({})
        free.append(database)

    def drop(self) -> None:
        """Remove what was lent and came back."""
        for database in (each for free in self._free.values() for each in free):
            self._client.drop_database(database)


@pytest.fixture(scope="session")
def kept_databases(mongo: MongoClient[Document]) -> Iterator[KeptDatabases]:
    """The databases of this run that are lent to one test after the other."""
    kept = KeptDatabases(mongo)
    yield kept
    kept.drop()


@pytest.fixture
def database(mongo: MongoClient[Document]) -> Iterator[Database[Document]]:
    """An empty database that goes after the test."""
    name = f"test-{new_id()}"
    yield mongo[name]
    mongo.drop_database(name)


@contextmanager
def _new_vhost(started: Stack) -> Iterator[str]:
    started.wait_ready("rabbitmq")
    name = f"test-{new_id()}"
    started.rabbitmq.add_vhost(name)
    yield name
    started.rabbitmq.drop_vhost(name)


@pytest.fixture
def new_vhost(started: Stack) -> Iterator[str]:
    """A virtual host without queues that goes after the test."""
    with _new_vhost(started) as name:
        yield name


@pytest.fixture(scope="module")
def vhost_of_the_file(started: Stack) -> Iterator[str]:
    """A virtual host for the tests of a file, each of which leaves it as the next one needs it."""
    with _new_vhost(started) as name:
        yield name


@pytest.fixture(scope="session")
def kept_vhost(started: Stack) -> Iterator[str]:
    """The virtual host that the tests of a run have one after the other."""
    with _new_vhost(started) as name:
        yield name


@pytest.fixture
def vhost(started: Stack, kept_vhost: str) -> Iterator[str]:
    """A virtual host whose queues, where there are any, are those of the topology, all empty.

    To make them all takes more than a second, to find them there a tenth. A test that looks at how they are made imports
    `new_vhost` or `vhost_of_the_file` by the name of this one.
    """
    yield kept_vhost
    held = started.rabbitmq.backlog(kept_vhost)
    with channel_to(started.rabbitmq.url(kept_vhost)) as channel:
        for name in TOPOLOGY | held.keys():
            if name not in TOPOLOGY or held.get(name) != 0:
                channel.queue_delete(name)  # with what somebody took of it and did not settle


@pytest.fixture
def amqp_url(started: Stack, vhost: str) -> str:
    """The broker's address for services, in the test's virtual host."""
    return started.rabbitmq.url(vhost)


@pytest.fixture
def peer_amqp_url(started: Stack, vhost: str) -> str:
    """The broker's address for the unit directory, in the test's virtual host."""
    return started.rabbitmq.peer_url(vhost)


@pytest.fixture(scope="session")
def s3(started: Stack) -> S3Client:
    """A client of the S3 server."""
    started.wait_ready("s3")
    return s3_client.connect(started.s3.endpoint, started.secrets.s3_access_key, started.secrets.s3_secret_key)


@pytest.fixture
def bucket(s3: S3Client) -> str:
    """The name of an empty bucket."""
    name = f"test-{new_id()}"
    s3.create_bucket(Bucket=name)
    return name
