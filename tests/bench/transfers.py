"""One way of storing files, in a process of its own that is told by lines of JSON what to do and answers with figures.

Standard library only: the environment of the peers runs this too.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Protocol

MB = 1_000_000
CHUNK = 1024 * 1024  # bytes read at a time from a download


class Way(Protocol):
    """A way of storing files."""

    def put(self, key: str, path: Path) -> None:
        """Store the file."""
        ...

    def get(self, key: str) -> int:
        """Read the file to its end, and return how many bytes there were."""
        ...

    def delete(self, key: str) -> None:
        """Remove it."""
        ...


def answer(way: Way, warm_up: Path) -> None:
    """Store a small file once, then work off the commands on stdin until it ends.

    A command is `{"act": "put" | "get" | "delete", "key": …, "path": …}`; the answer has the seconds it took, and by
    how many MB the process grew at its peak over what it had after the small file.
    """
    way.put("warm-up", warm_up)
    way.get("warm-up")
    way.delete("warm-up")
    base = memory("VmRSS")
    print(json.dumps({"ready": True}), flush=True)  # noqa: T201  # this is the answer
    for line in sys.stdin:
        command = json.loads(line)
        forget_peak()
        begun = time.perf_counter()
        _carry_out(way, command)
        seconds = time.perf_counter() - begun
        found = {"seconds": seconds, "growth": max(0.0, memory("VmHWM") - base)}
        print(json.dumps(found), flush=True)  # noqa: T201  # this is the answer


def _carry_out(way: Way, command: dict[str, str]) -> None:
    key = command["key"]
    if command["act"] == "put":
        way.put(key, Path(command["path"]))
    elif command["act"] == "get":
        if way.get(key) != Path(command["path"]).stat().st_size:
            raise ValueError("the file came back with another length")
    else:
        way.delete(key)


def forget_peak() -> None:
    """Let the peak of memory (VmHWM) count from here."""
    Path("/proc/self/clear_refs").write_text("5")


def memory(name: str) -> float:
    """Return a figure of this process in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024 / MB
    raise ValueError(f"the system tells no {name}")
