"""Files that only their owner may read: written whole or not at all, refused when others could have read them."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from shared.crypto.errors import KeyFileUnsafe


def forbidden_bits(*, group_may_read: bool) -> int:
    """Return the mode bits that a key file must not have.

    `group_may_read` is for platforms that mount secrets as root's, readable by the process's group only.
    """
    group = stat.S_IWGRP | stat.S_IXGRP if group_may_read else stat.S_IRWXG
    return group | stat.S_IRWXO


def read_private(path: Path, forbidden: int) -> tuple[bytes, os.stat_result]:
    """Return the content and status of a file. Raises `KeyFileUnsafe` where its mode has a forbidden bit.

    The mode is asked of the opened file, so that nothing can be put in its place between check and read.
    """
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        if status.st_mode & forbidden:
            raise KeyFileUnsafe("a key file is open to others; its mode must be 0600")
        return file.read(), status


def write_private(path: Path, content: bytes, *, replace: bool) -> None:
    """Write a file of mode 0600, by way of a neighbour, so that a reader sees the old or the new one whole.

    Raises `FileExistsError` where there is one already and `replace` is false.
    """
    neighbour = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(neighbour, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            neighbour.replace(path)
        else:
            os.link(neighbour, path)  # unlike rename, a link never replaces
    finally:
        neighbour.unlink(missing_ok=True)
