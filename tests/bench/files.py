"""Files of 20 and 200 MiB, sealed, beside plain boto3 and beside the AWS S3 encryption client for Python."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from shared.storage.s3 import connect
from tests.bench.ground import Ground, environment_of_children
from tests.bench.report import Row
from tests.bench.rounds import Times, alternate, speed, spread
from tests.bench.storing import BUCKET
from tests.support.tree import ROOT

MIB = 1024 * 1024
ROUNDS = {20: 9, 200: 3}
"""Rounds by size in MiB."""

BESIDE_PLAIN = 0.95
BESIDE_AWS = 1.0
GROWTH_MB = 25.0
ACTS = {"put": "upload", "get": "download"}


@dataclass
class Process:
    """A process that stores files in one way; it remembers by how much it grew, by act and size."""

    child: subprocess.Popen[str]
    growth: dict[tuple[str, int], float] = field(default_factory=dict)

    def carry_out(self, act: str, key: str, size: int, path: Path) -> float:
        """Have one command carried out and return the seconds it took. Raises `RuntimeError` when the process ends."""
        found = self._ask({"act": act, "key": key, "path": str(path)})
        self.growth[act, size] = max(self.growth.get((act, size), 0.0), found["growth"])
        return found["seconds"]

    def _ask(self, command: Mapping[str, str]) -> dict[str, float]:
        assert self.child.stdin is not None
        self.child.stdin.write(json.dumps(command) + "\n")
        self.child.stdin.flush()
        return self.answer()

    def answer(self) -> dict[str, float]:
        """Return the next answer. Raises `RuntimeError` when the process ended instead."""
        assert self.child.stdout is not None
        line = self.child.stdout.readline()
        if not line:
            raise RuntimeError("a measured process ended early")
        found: dict[str, float] = json.loads(line)
        return found


def measure(ground: Ground) -> Sequence[Row]:
    """Return the rows of files."""
    sources = {size: _source(ground.folder / f"{size}.bin", size) for size in (1, *ROUNDS)}
    s3, secrets = ground.stack.s3, ground.stack.secrets
    connect(s3.endpoint, secrets.s3_access_key, secrets.s3_secret_key).create_bucket(Bucket=BUCKET)
    own = [sys.executable, "-m", "tests.bench.storing"]
    commands = {
        "sealed": [*own, "sealed"],
        "plain": [*own, "plain"],
        "aws": [str(ground.peers_python), "-m", "tests.bench.peers.aws_client"],
    }
    environment = environment_of_children(
        BENCH_S3_ENDPOINT=s3.endpoint,
        BENCH_S3_ACCESS_KEY=secrets.s3_access_key,
        BENCH_S3_SECRET_KEY=secrets.s3_secret_key,
    )
    with ExitStack() as open_processes:
        processes = {
            name: open_processes.enter_context(_process([*command, str(sources[1])], environment))
            for name, command in commands.items()
        }
        return [
            *(row for size in ROUNDS for row in _speeds(processes, size, sources[size])),
            *(_growth(processes, act, max(ROUNDS)) for act in ACTS),
        ]


def _speeds(processes: Mapping[str, Process], size: int, source: Path) -> Iterator[Row]:
    puts: dict[str, list[float]] = {name: [] for name in processes}
    gets: dict[str, list[float]] = {name: [] for name in processes}
    numbers = count()

    def both(name: str) -> float:
        process, key = processes[name], f"{name}-{next(numbers)}"
        puts[name].append(process.carry_out("put", key, size, source))
        gets[name].append(process.carry_out("get", key, size, source))
        process.carry_out("delete", key, size, source)
        return 0.0

    alternate({name: lambda name=name: both(name) for name in processes}, ROUNDS[size])  # type: ignore[misc]
    for act, times in (("put", puts), ("get", gets)):
        for beside, aim, peer in (("plain", BESIDE_PLAIN, "plain boto3"), ("aws", BESIDE_AWS, "AWS client")):
            yield _speed(times, f"{ACTS[act]} {size} MiB / {peer}", beside, aim)


def _speed(times: Times, name: str, beside: str, aim: float) -> Row:
    return Row(name, speed(times, "sealed", beside), aim, "higher", f"speed; {spread(times, 'sealed', beside)}")


def _growth(processes: Mapping[str, Process], act: str, size: int) -> Row:
    others = ", ".join(f"{name} {processes[name].growth[act, size]:.0f}" for name in ("plain", "aws"))
    detail = f"MB that the process grew at its peak, worst of all runs; the others: {others}"
    growth = processes["sealed"].growth[act, size]
    return Row(f"{ACTS[act]} {size} MiB, memory growth", growth, GROWTH_MB, "lower", detail)


def _source(path: Path, size: int) -> Path:
    block = os.urandom(MIB)
    with path.open("wb") as file:
        for _ in range(size):
            file.write(block)
    return path


@contextmanager
def _process(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Process]:
    child = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        process = Process(child)
        process.answer()
        yield process
    finally:
        child.kill()
        child.communicate()
