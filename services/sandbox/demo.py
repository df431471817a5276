"""`make demo`: plays the main job step by step on the running system, or on one of its own, and prints the evidence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import bson
import httpx

from services.sandbox.cli import folder, ports
from services.sandbox.keys import STORY
from services.sandbox.processes import System
from services.sandbox.programs import PROJECT, SystemPorts
from services.sandbox.story import contracts, directory, national, play, reporting, sharing
from services.sandbox.story.offices import Account
from services.sandbox.story.play import Story
from services.sandbox.story.site import Site, StepFailed
from services.sandbox.story.unit import make_unit
from shared.mongo.client import connect

REQUEST_SECONDS = 60.0

STEPS = (*play.STEPS, *reporting.STEPS, *contracts.STEPS, *directory.STEPS, *sharing.STEPS, *national.STEPS)


def main() -> int:
    """Play all steps; return 0 when all passed, 1 at the first that failed."""
    with _running_system() as system, httpx.Client(timeout=REQUEST_SECONDS) as http:
        unit = make_unit()
        story = Story(
            site=Site(http, system.urls, system.mail_folder, system.keys.jose(STORY)),
            unit=unit,
            offices=_offices(system, unit.tag),
            stored_bytes=lambda registration_id: _stored(system, registration_id),
            tell_directory=lambda words: _command(system, "directory", "services.sandbox.peer", words),
            simulate=lambda words: _command(system, "filing", "services.sandbox.country", words),
            verify_release=lambda release_id: _command(
                system, "statistics", "services.statistics.cli", ["verify-release", release_id]
            ),
        )
        for number, step in enumerate(STEPS, start=1):
            title = (step.__doc__ or step.__name__).strip()
            began = time.monotonic()
            try:
                evidence = step(story)
            except (StepFailed, httpx.HTTPError) as error:
                _say(f"step {number} failed: {title}\n    {error}")
                return 1
            _say(f"step {number} passed ({time.monotonic() - began:.1f} s): {title}\n    {evidence}")
    _say(f"demo: {len(STEPS)} steps passed")
    return 0


@contextmanager
def _running_system() -> Iterator[System]:
    """Give the system of `make run` where it is running, else one of our own that is cleared afterwards."""
    running = System(folder(os.environ), ports(os.environ))
    if _answers(running.urls["portal"]):
        _say(f"playing on the running system at {running.urls['portal']}")
        yield running
        return
    _say("no system is running: starting one of our own")
    with (
        tempfile.TemporaryDirectory(prefix="tongbao-demo-") as root,
        System(Path(root), SystemPorts.free(), tell=_say) as own,
    ):
        yield own


def _answers(portal: str) -> bool:
    try:
        return httpx.get(f"{portal}/readyz", timeout=5.0).status_code == 200
    except httpx.HTTPError:
        return False


def _offices(system: System, tag: str) -> dict[str, Account]:
    """Open demo accounts of our own, so that the printed ones stay as they are; return them by their name there."""
    made = json.loads(_command(system, "identity", "services.identity.cli", ["seed-demo", "--tag", tag]))["accounts"]
    return {row["username"].removesuffix(f".{tag}"): Account(row["username"], row["password"]) for row in made}


def _command(system: System, name: str, module: str, words: Sequence[str]) -> str:
    """Run a command of a process of the system, with its settings, and return what it prints."""
    done = subprocess.run(  # noqa: S603  a command of this project
        [sys.executable, "-m", module, *words],
        cwd=PROJECT,
        env=dict(os.environ) | system.env_of(name),
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def _stored(system: System, registration_id: str) -> bytes:
    """Return the stored document of a registration as the database holds it."""
    settings = system.env_of("registration")
    with connect(settings["TONGBAO_MONGO_URI"]) as client:
        database = client[settings["TONGBAO_MONGO_DATABASE"]]
        return bytes(bson.encode(database["registrations"].find_one({"_id": registration_id}) or {}))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
