"""One process at a time holds a folder: a lock that falls when its holder ends, however it ends."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO

from services.sandbox.stack.errors import AlreadyRunning


def locked(root: Path) -> IO[str]:
    """Take the lock of the folder; closing the result gives it back. Raises `AlreadyRunning`."""
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = (root / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise AlreadyRunning(
            f"tongbao already runs on {root}; end that first, or set TONGBAO_VAR and TONGBAO_PORT_BASE for a second one"
        ) from None
    return lock
