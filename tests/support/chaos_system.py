"""The whole system for tests that kill parts of it: real processes, tokens of an issuer of our own."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
from joserfc.jwk import KeySet
from pymongo import MongoClient

from services.sandbox.peer.store import Store
from services.sandbox.processes import System
from services.sandbox.programs import PROGRAMS, SystemPorts
from shared.failpoints import VARIABLE
from shared.mongo.client import Document, connect
from tests.support.contacts_server import FakeIdentity
from tests.support.tokens import ISSUER, TestIssuer

NEEDED = (
    "mail",
    "registration",
    "filing",
    "exchange",
    "registration-worker",
    "filing-worker",
    "exchange-worker",
    "notification-worker",
    "directory",
)
WEB = ("registration", "filing", "exchange")


@dataclass(frozen=True)
class Kill:
    """A kill that was carried out; `landed` when all processes are gone and the first one ended by SIGKILL."""

    name: str
    pids: tuple[int, ...]
    status: int | None

    @property
    def landed(self) -> bool:
        """Whether the fault is proven to have happened."""
        return self.status == -signal.SIGKILL and bool(self.pids) and not any(map(_runs, self.pids))


@dataclass(frozen=True)
class Ground:
    """The running system, who signs its tokens, and a client of its database."""

    system: System
    issuer: TestIssuer
    mongo: MongoClient[Document]

    def kill(self, name: str) -> Kill:
        """Kill a process or server with its descendants, and see whether that is so."""
        child = self.system.child(name)
        pids = self.system.kill(name)
        return Kill(name, tuple(pids), child.exit_code)

    def rearm(self, name: str, plan: str) -> None:
        """Start a process anew with this plan of crash points; an empty plan for none."""
        self.system.kill(name)
        settings = {key: value for key, value in self.system.extra.get(name, {}).items() if key != VARIABLE}
        self.system.extra[name] = settings | ({VARIABLE: plan} if plan else {})
        self.system.start_one(name)

    def workers_of(self, name: str) -> set[int]:
        """Return the ids of the processes that gunicorn forked to do the work."""
        return {child.pid for child in psutil.Process(self.system.child(name).pid).children()}

    def heal(self) -> None:
        """Start what does not run, and take away all crash points."""
        for name in ("mongod", "rabbitmq", "s3"):
            if not self.system.child(name).is_alive():
                self.system.start_one(name)
        for name in NEEDED:
            if VARIABLE in self.system.extra.get(name, {}):
                self.rearm(name, "")
            elif not self.system.child(name).is_alive():
                self.system.start_one(name)

    def backlog(self) -> dict[str, int]:
        """Return the queues that hold messages, those included that nobody settled yet, and how many."""
        return {name: count for name, count in self.system.stack.rabbitmq.backlog().items() if count}

    def peer_report(self) -> dict[str, object]:
        """Return what the unit directory has, as its `report` prints it."""
        store = Store(self.system.root / "directory")
        try:
            return store.report()
        finally:
            store.close()


def is_gone(pid: int) -> bool:
    """Say whether no process runs under the id any more."""
    return not _runs(pid)


@contextmanager
def open_ground(root: Path) -> Iterator[Ground]:
    """Start the system without portal and identity, whose part is played by an issuer of our own."""
    issuer = TestIssuer()
    with _key_server(issuer) as jwks, closing(FakeIdentity()) as contacts:
        tokens = {"TONGBAO_ISSUER": ISSUER, "TONGBAO_JWKS_URL": jwks}
        programs = [program for program in PROGRAMS if program.name in NEEDED]
        extra = dict.fromkeys((*WEB, "registration-worker", "exchange-worker"), tokens)
        extra["notification-worker"] = tokens | {
            "TONGBAO_IDENTITY_URL": contacts.url,
            "TONGBAO_TOKEN_URL": f"{contacts.url}/oauth/token",
            "TONGBAO_HANDING_MINUTES": "0.05",
        }
        with (
            System(root, SystemPorts.free(), programs=programs, extra=extra) as system,
            connect(system.stack.mongod.uri) as mongo,
        ):
            yield Ground(system, issuer, mongo)


@contextmanager
def _key_server(issuer: TestIssuer) -> Iterator[str]:
    keys = json.dumps(KeySet([issuer.key]).as_dict(private=False)).encode()

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(keys)))
            self.end_headers()
            self.wfile.write(keys)

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/jwks.json"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
