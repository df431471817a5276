"""Messages as files in a folder that two systems share: laid down whole or not at all, taken each once.

A message is two files. `<name>.event` holds its bytes; `<name>.manifest` says their size and digest and comes last, so that
who looks for manifests never sees half a message. Each is written under a name of its own that nobody looks for, forced to
the disk, and renamed. What was taken is moved to another folder, the manifest last again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import orjson

from shared import failpoints
from shared.ids import new_id

EVENT, MANIFEST = ".event", ".manifest"
MAX_BYTES = 12 * 1024 * 1024
"""Bytes of a message at most: a sealed content of the largest size in its envelope."""
TEMPORARY_SECONDS = 3600.0

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,150}")
_SMALL = 4096


@dataclass(frozen=True)
class Dropped:
    """A message that lies in a folder; `body` is None where its bytes are not what its manifest says.

    `lies` is what lies there all the same, up to the largest size; empty where there is nothing.
    """

    name: str
    body: bytes | None
    lies: bytes = b""


def lay_down(folder: Path, name: str, body: bytes) -> None:
    """Lay a message down under a name; the same bytes under the same name again do no harm. Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = orjson.dumps({"size": len(body), "sha256": sha256(body).hexdigest()})
    with suppress(FileNotFoundError):
        if (folder / f"{name}{MANIFEST}").read_bytes() == manifest:
            return
    _put(folder, f"{name}{EVENT}", body)
    failpoints.hit("drop.event_laid")
    _put(folder, f"{name}{MANIFEST}", manifest)
    failpoints.hit("drop.manifest_laid")


def waiting(folder: Path, limit: int) -> Iterator[Dropped]:
    """Yield the messages that lie there, by name. Raises `OSError`."""
    names = sorted(path.name.removesuffix(MANIFEST) for path in folder.glob(f"*{MANIFEST}"))
    for name in names[:limit]:
        if _NAME.fullmatch(name):
            lies = _bytes_of(folder, name)
            yield Dropped(name, lies if _is_whole(folder, name, lies) else None, lies)


def settle(folder: Path, done: Path, name: str) -> None:
    """Move a message away that was worked off; may be done again after a crash between. Raises `OSError`."""
    done.mkdir(parents=True, exist_ok=True)
    for end in (EVENT, MANIFEST):
        with suppress(FileNotFoundError):
            os.replace(folder / f"{name}{end}", done / f"{name}{end}")
        _synced(done)
        failpoints.hit(f"drop.settled{end}")
    _synced(folder)


def is_settled(done: Path, name: str) -> bool:
    """Whether the bytes of a message were moved away already."""
    return (done / f"{name}{EVENT}").exists()


def sweep(folder: Path, now: float) -> int:
    """Remove what a process left that died while it wrote; return how much it was. Raises `OSError`."""
    count = 0
    for path in folder.glob(".*.part"):
        with suppress(FileNotFoundError):
            if now - path.stat().st_mtime > TEMPORARY_SECONDS:
                path.unlink()
                count += 1
    return count


def _put(folder: Path, name: str, data: bytes) -> None:
    temporary = folder / f".{name}.{new_id()}.part"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data[: len(data) // 2])
            failpoints.hit(f"drop.half{Path(name).suffix}")
            file.write(data[len(data) // 2 :])
            file.flush()
            os.fsync(file.fileno())
        failpoints.hit(f"drop.written{Path(name).suffix}")
        os.replace(temporary, folder / name)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _synced(folder)


def _bytes_of(folder: Path, name: str) -> bytes:
    """Return the bytes of a message that lie there, no more than one beyond the largest size."""
    try:
        with (folder / f"{name}{EVENT}").open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return b""


def _is_whole(folder: Path, name: str, body: bytes) -> bool:
    """Whether the bytes are what their manifest says, and not too many."""
    try:
        with (folder / f"{name}{MANIFEST}").open("rb") as file:
            said = orjson.loads(file.read(_SMALL))
        return (said["size"], said["sha256"]) == (len(body), sha256(body).hexdigest()) and len(body) <= MAX_BYTES
    except (FileNotFoundError, orjson.JSONDecodeError, KeyError, TypeError):
        return False


def _synced(folder: Path) -> None:
    """Force the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
