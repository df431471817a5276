"""What the benches stand on: the embedded servers, a folder that goes away, and the environment of the peers."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.sandbox.stack.ports import StackPorts
from services.sandbox.stack.stack import Stack
from tests.support.tree import ROOT

BUILD = ROOT / "build"
PEERS_LOCK = Path(__file__).parent / "peers" / "requirements.lock"


@dataclass(frozen=True)
class Ground:
    """The servers, a folder for files, and the interpreter in whose environment the peers are installed."""

    stack: Stack
    folder: Path
    peers_python: Path


@contextmanager
def prepared() -> Iterator[Ground]:
    """Install the peers where they are missing, start the servers, and end and remove all that afterwards."""
    peers_python = install_peers()
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=BUILD) as name:
        folder = Path(name)
        with Stack(folder / "stack", StackPorts.free()) as stack:
            yield Ground(stack, folder, peers_python)


def install_peers() -> Path:
    """Make the environment of the peers from its lock, unless it is there already. Returns its interpreter."""
    return install(PEERS_LOCK, "bench-peers")


def install(lock: Path, name: str) -> Path:
    """Make an environment of its own below `build` from a lock, unless it is there already. Returns its interpreter."""
    environment = BUILD / name
    python = environment / "bin" / "python"
    stamp = environment / "lock.sha256"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != digest:
        shutil.rmtree(environment, ignore_errors=True)
        uv = str(Path(sys.executable).parent / "uv")
        subprocess.run([uv, "venv", "-q", "-p", sys.executable, str(environment)], check=True)
        pip = [uv, "pip", "install", "-q", "--require-hashes", "-p", str(python), "-r", str(lock)]
        subprocess.run(pip, check=True)
        stamp.write_text(digest)
    return python


def environment_of_children(**settings: str) -> dict[str, str]:
    """Return the environment of a measured process: this one's without settings of the product, and those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAO_")}
    return {**kept, "PYTHONPATH": str(ROOT), **settings}
