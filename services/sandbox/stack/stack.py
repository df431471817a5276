"""All embedded servers together: start, wait, kill one, start it again on the same data, end all."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol

from services.sandbox.stack import mongod, rabbitmq, s3
from services.sandbox.stack.child import Child, end_leftovers, turn_logs
from services.sandbox.stack.errors import StackError
from services.sandbox.stack.lock import locked
from services.sandbox.stack.ports import StackPorts, named, require_free
from services.sandbox.stack.secrets import StackSecrets

BUCKET = "tongbao"


class Server(Protocol):
    """One of the servers."""

    name: str
    child: Child | None

    def start(self) -> list[Child]:
        """Start it without waiting."""
        ...

    def wait_ready(self, child: Child) -> None:
        """Wait until it can be used."""
        ...


class Stack:
    """mongod, RabbitMQ and S3 on the given ports, their data, logs and passwords under `root`.

    `compressed=False` lets mongod store plain bytes, for a search through its files. Use as a context manager, or
    call `start` and `stop`. One process at a time holds a root.
    """

    def __init__(self, root: Path, ports: StackPorts, *, compressed: bool = True) -> None:
        self.root = root.resolve()
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.ports = ports
        self.secrets = StackSecrets.kept(self.root / "secrets" / "stack.json")
        self.mongod = mongod.Mongod(self.root, ports.mongod, compressed=compressed)
        self.rabbitmq = rabbitmq.Rabbitmq(self.root, ports, self.secrets)
        self.s3 = s3.S3(self.root, ports.s3, self.secrets)
        self._servers: dict[str, Server] = {each.name: each for each in (self.rabbitmq, self.mongod, self.s3)}
        self._lock: IO[str] | None = None

    def start(self, *, wait: bool = True, also: Sequence[tuple[str, int]] = ()) -> None:
        """Start all servers; `wait=False` returns at once, then call `wait_ready`.

        `also` are (name, port) of what will be started on top: those must be free too.

        Raises `AlreadyRunning`, `PortTaken`, `ProgramMissing` or `StackError`; nothing is left running then.
        """
        self._lock = locked(self.root)
        try:
            end_leftovers(self.root)
            turn_logs(self.root)
            require_free([*named(self.ports), *also])
            for server in self._servers.values():
                server.start()
            if wait:
                self.wait_ready()
        except BaseException:
            self.stop()
            raise

    def wait_ready(self, *names: str) -> None:
        """Wait until the named servers, or all, can be used. Raises `StackError` with the end of the log."""
        for name in names or self._servers:
            server = self._servers[name]
            server.wait_ready(self.child(name))

    def stop(self) -> None:
        """End all servers, the broker's port mapper last."""
        for server in reversed(self._servers.values()):
            if server.child is not None:
                server.child.stop()
        self.rabbitmq.end_port_mapper()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def kill(self, name: str) -> list[int]:
        """Kill a server (SIGKILL). Returns the ids of the processes that are gone, the proof that it landed."""
        return self.child(name).kill()

    def send(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a server, SIGSTOP say."""
        self.child(name).send(number)

    def start_one(self, name: str, *, wait: bool = True) -> None:
        """Start a server that has ended again, on the same data and port."""
        self._servers[name].start()
        if wait:
            self.wait_ready(name)

    def child(self, name: str) -> Child:
        """Return the process of a server. Raises `StackError` before the first start."""
        child = self._servers[name].child
        if child is None:
            raise StackError(f"{name} has not been started")
        return child

    def children(self) -> list[Child]:
        """Return the processes of all servers that have been started."""
        return [server.child for server in self._servers.values() if server.child is not None]

    def env(self) -> dict[str, str]:
        """Return the settings by which a service reaches the servers."""
        return {
            "TONGBAO_MONGO_URI": self.mongod.uri,
            "TONGBAO_AMQP_URL": self.rabbitmq.url(),
            "TONGBAO_S3_ENDPOINT": self.s3.endpoint,
            "TONGBAO_S3_ACCESS_KEY": self.secrets.s3_access_key,
            "TONGBAO_S3_SECRET_KEY": self.secrets.s3_secret_key,
            "TONGBAO_S3_BUCKET": BUCKET,
        }

    def __enter__(self) -> Stack:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
