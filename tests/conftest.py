"""For every test run: one that is told to end ends as with Ctrl-C, so that its servers end with it; and no example of a
property fails for being slow, since a busy machine is."""

from __future__ import annotations

import signal

from hypothesis import settings


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def pytest_configure() -> None:
    """Take SIGTERM for an interruption, which lets the fixtures stop what they started; set no deadlines."""
    signal.signal(signal.SIGTERM, _interrupt)
    settings.register_profile("busy machine", deadline=None)
    settings.load_profile("busy machine")
