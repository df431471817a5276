"""What the tests about the house read: the tracked files, the services and their modules."""

from __future__ import annotations

import importlib
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
LOCAL_ONLY = frozenset({"sandbox"})
"""Services that never run in production: no image pins, no manifests, no rooms."""


@cache
def tracked_files(*suffixes: str) -> tuple[Path, ...]:
    """Return the files that git knows and that are there, of the given suffixes (all where none is given)."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    paths = (ROOT / name for name in listed.decode().split("\0") if name)
    return tuple(path for path in paths if path.is_file() and (not suffixes or path.suffix in suffixes))


def services() -> tuple[str, ...]:
    """Return the names of all services, the local ones too."""
    return tuple(sorted(path.parent.name for path in (ROOT / "services").glob("*/__init__.py")))


def production_services() -> tuple[str, ...]:
    """Return the names of the services that run in production: those that have become an application."""
    return tuple(name for name in services() if name not in LOCAL_ONLY and room_exists(name, "app"))


def room_exists(service: str, room: str) -> bool:
    """Tell whether the service has this room, as a module or as a package."""
    folder = ROOT / "services" / service
    return (folder / f"{room}.py").is_file() or (folder / room / "__init__.py").is_file()


def room_source(service: str, room: str) -> str:
    """Return the source text of a room, all its files together; empty where the room is missing."""
    folder = ROOT / "services" / service
    files = [folder / f"{room}.py", *sorted((folder / room).rglob("*.py"))]
    return "\n".join(path.read_text("utf-8") for path in files if path.is_file())


def module_names(*roots: str) -> tuple[str, ...]:
    """Return the dotted names of all modules below the given packages (`services`, `shared/web`, …)."""
    found = []
    for root in roots:
        for path in (ROOT / root).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return tuple(sorted(found))


def import_all(*roots: str) -> tuple[ModuleType, ...]:
    """Import all modules below the given packages."""
    return tuple(importlib.import_module(name) for name in module_names(*roots))


def tool(name: str) -> str:
    """Return the path of a command that came with dev.lock."""
    return str(Path(sys.executable).parent / name)


def relative(path: Path) -> str:
    """Return the path from the root of the project, for messages."""
    return str(path.relative_to(ROOT))
