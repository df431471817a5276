"""Inspects files one after the other in a process of its own: what each is found to be, and what it costs.

`python -m tests.support.corpus_probe LIST` reads a JSON list of [path, file name] and prints one of findings.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from shared.documents.inspect import inspect
from shared.documents.kinds import MIB, Kind, Limits
from shared.errors import Invalid

LIMITS = Limits(bytes=50 * MIB)
"""Those of the largest place for files."""


@dataclass(frozen=True)
class Finding:
    """Codes of the refusal, none where the file is accepted; seconds of the processor; the process's peak so far."""

    codes: tuple[str, ...]
    seconds: float
    peak_mb: float


def probe(path: Path, name: str) -> Finding:
    """Inspect one file."""
    began = time.process_time()
    codes: tuple[str, ...] = ()
    with path.open("rb") as stream:
        try:
            inspect(stream, name, frozenset(Kind), LIMITS)
        except Invalid as refused:
            codes = tuple(problem.code for problem in refused.problems)
    return Finding(codes, time.process_time() - began, _peak())


def _peak() -> float:
    # Of this program only: `ru_maxrss` would begin with that of the process that started it.
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) / 1024


if __name__ == "__main__":
    listed = json.loads(Path(sys.argv[1]).read_text())
    sys.stdout.write(json.dumps([asdict(probe(Path(path), name)) for path, name in listed]))
