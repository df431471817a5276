"""The whole system as processes of this machine: prepared, started, watched, killed and ended."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import httpx

from services.sandbox.keys import Keys
from services.sandbox.programs import (
    PREPARED,
    PROGRAMS,
    PROJECT,
    Kind,
    Program,
    Surroundings,
    SystemPorts,
    settings_of,
)
from services.sandbox.sample_rates import sample_table
from services.sandbox.sample_tables import sample_sets
from services.sandbox.stack.child import Child
from services.sandbox.stack.ports import is_open
from services.sandbox.stack.stack import Stack
from shared.clock import SystemClock, local_date
from shared.crypto.private_file import write_private

READY_SECONDS = 60.0
PREPARE_SECONDS = 120.0
PATHS: Mapping[Kind, str] = {Kind.WEB: "/readyz", Kind.WORKER: "/metrics"}

Tell = Callable[[str], None]


class System:
    """The embedded servers and everything of the process table, their files under `root`.

    `extra` adds settings to the process that is named, a fail point say. `programs` is for a test that needs
    fewer. Names for `kill`, `restart` and `env_of` are those of the table and `mongod`, `rabbitmq`, `s3`.
    """

    def __init__(
        self,
        root: Path,
        ports: SystemPorts,
        *,
        compressed: bool = True,
        programs: Sequence[Program] = PROGRAMS,
        extra: Mapping[str, Mapping[str, str]] | None = None,
        tell: Tell = lambda _: None,
    ) -> None:
        self.root = root.resolve()
        self.ports = ports
        self.stack = Stack(self.root, ports.stack, compressed=compressed)
        self.keys = Keys(self.root / "secrets")
        self.extra: dict[str, Mapping[str, str]] = dict(extra or {})
        self._surroundings = Surroundings(self.stack, ports, self.keys)
        self._programs = {program.name: program for program in programs}
        self._children: dict[str, Child] = {}
        self._tell = tell

    @property
    def urls(self) -> dict[str, str]:
        """The address of each web process by name."""
        return {
            each.name: self._surroundings.url(each.name) for each in self._programs.values() if each.kind is Kind.WEB
        }

    @property
    def accounts_file(self) -> Path:
        """The file of the demo accounts with their first passwords."""
        return self.root / "demo-accounts.json"

    @property
    def mail_folder(self) -> Path:
        """Where the mail sink puts what was sent."""
        return self.root / "mail"

    def env_of(self, name: str) -> dict[str, str]:
        """Return the settings of a process or service by its name."""
        service = self._programs[name].service if name in self._programs else name
        return settings_of(self._surroundings, service) | dict(self.extra.get(name, {}))

    def start(self) -> None:
        """Start everything and wait until all is ready.

        Raises `StackError` with the end of the log of what failed; nothing is left running then.
        """
        try:
            self._tell("starting mongod, RabbitMQ and S3")
            self.stack.start(wait=False, also=self.ports.named())
            self.keys.prepare()
            self.keys.declare_clients(self._surroundings.url("portal"))
            self.stack.wait_ready()
            self._prepare()
            self._tell("starting services, workers and portal")
            for program in self._programs.values():
                self._start(program)
            self.wait_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End everything: the programs first, the servers last. May be called again."""
        for child in self._children.values():
            if child.is_alive():
                child.ask_to_end()  # all at once, so that they end side by side
        for child in reversed(self._children.values()):
            child.stop()
        self.stack.stop()

    def kill(self, name: str) -> list[int]:
        """Kill a process or server with all its descendants (SIGKILL). Returns the ids of those that are gone."""
        return self.child(name).kill()

    def start_one(self, name: str, *, wait: bool = True) -> None:
        """Start a process or server again that has ended."""
        if name not in self._programs:
            self.stack.start_one(name, wait=wait)
            return
        self._start(self._programs[name])
        if wait:
            self.wait_ready(name)

    def restart(self, name: str) -> None:
        """End a process or server in its own way, start it again and wait until it is ready."""
        self.child(name).stop()
        self.start_one(name)

    def wait_ready(self, *names: str) -> None:
        """Wait until the named programs, or all, are ready. Raises `StackError`."""
        for name in names or self._programs:
            program = self._programs[name]
            self._children[name].wait_until(lambda program=program: self._is_ready(program), READY_SECONDS)  # type: ignore[misc]  # mypy takes no defaults of lambdas

    def child(self, name: str) -> Child:
        """Return a process or server by its name. Raises `StackError` for one that was never started."""
        return self._children[name] if name in self._children else self.stack.child(name)

    def is_started(self) -> bool:
        """Say whether anything of it runs."""
        return any(child.is_alive() for child in (*self.stack.children(), *self._children.values()))

    def ended(self) -> list[Child]:
        """Return what was started and does not run any more."""
        return [child for child in (*self.stack.children(), *self._children.values()) if not child.is_alive()]

    def accounts(self) -> list[dict[str, str]]:
        """Return the demo accounts, with the first passwords of those that were made in this folder."""
        return list(json.loads(self.accounts_file.read_text())) if self.accounts_file.exists() else []

    def __enter__(self) -> System:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _prepare(self) -> None:
        services = [name for name in PREPARED if name in {program.service for program in self._programs.values()}]
        self._tell("preparing " + ", ".join(services))
        runs = [self._admin(service, "prepare") for service in services]
        try:
            for child in runs:
                child.start()
            for child in runs:
                child.finish(PREPARE_SECONDS)
        finally:
            for child in runs:
                child.stop()  # those that still run when another one failed
        if "identity" in services:
            self._seed()
        if "filing" in services:
            self._load_sample_rates()
        if "exchange" in services:
            self._load_sample_tables()

    def _seed(self) -> None:
        """Have the demo accounts made, and keep them: a password is shown once, when its account is made."""
        child = self._admin("identity", "seed-demo")
        known = {account["username"]: account for account in self.accounts()}
        made = json.loads(_last_object(child.output(PREPARE_SECONDS)))["accounts"]
        merged = [
            {**row, "password": row["password"] or known.get(row["username"], {}).get("password")} for row in made
        ]
        write_private(self.accounts_file, json.dumps(merged, ensure_ascii=False, indent=1).encode(), replace=True)

    def _load_sample_rates(self) -> None:
        """Have the made-up exchange rates up to today taken in; those that are there already stay as they are."""
        table = self.root / "sample-rates.csv"
        table.write_text(sample_table(local_date(SystemClock().now())), encoding="utf-8")
        self._admin("filing", "load-rates", str(table)).output(PREPARE_SECONDS)

    def _load_sample_tables(self) -> None:
        """Have made-up statistics taken in by the exchange; those that are there already stay as they are."""
        file = self.root / "sample-tables.json"
        file.write_text(json.dumps(sample_sets(local_date(SystemClock().now())), ensure_ascii=False), encoding="utf-8")
        self._admin("exchange", "load-sample-tables", str(file)).output(PREPARE_SECONDS)

    def _admin(self, service: str, command: str, *arguments: str) -> Child:
        return Child(
            f"{service}-{command}",
            [sys.executable, "-m", f"services.{service}.cli", command, *arguments],
            root=self.root,
            environment=self.env_of(service),
            directory=PROJECT,
        )

    def _start(self, program: Program) -> None:
        port = self.ports.of(program.name)
        metrics = {"TONGBAO_METRICS_PORT": str(port)} if program.kind is Kind.WORKER else {}
        self._children[program.name] = Child(
            program.name,
            program.argv(port),
            root=self.root,
            environment=self.env_of(program.name) | metrics,
            directory=PROJECT,
        )
        self._children[program.name].start()

    def _is_ready(self, program: Program) -> bool:
        port = self.ports.of(program.name)
        if program.kind not in PATHS:
            return not port or is_open(port)
        try:
            answer = httpx.get(f"http://127.0.0.1:{port}{PATHS[program.kind]}", timeout=10, trust_env=False)
        except httpx.TransportError:
            return False
        return answer.status_code == httpx.codes.OK


def _last_object(output: str) -> str:
    """Return the indented JSON object at the end of an output; log lines may stand before it."""
    return output[output.rindex("\n{\n") if "\n{\n" in output else 0 :]
