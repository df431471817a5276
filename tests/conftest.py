"""For every test run: one that is told to end ends as with Ctrl-C, so that its servers end with it."""

from __future__ import annotations

import signal


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def pytest_configure() -> None:
    """Take SIGTERM for an interruption, which lets the fixtures stop what they started."""
    signal.signal(signal.SIGTERM, _interrupt)
