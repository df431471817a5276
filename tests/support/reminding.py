"""A country of units that have or have not filed, and a process that runs filing's jobs at a moment of the test's choice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import cycle
from typing import Any

from services.filing.model.states import State
from services.filing.settings import Settings
from services.filing.wiring import Wired, build
from services.filing.worker import job_loops
from shared.clock import FixedClock
from shared.codes import divisions
from shared.messaging.worker import run_worker
from shared.mongo.client import Document
from shared.observability import configure_logging
from shared.scheduling.jobs import JobState
from shared.scheduling.running import Timing
from shared.scheduling.store import MongoJobs
from shared.settings import read, variable_of
from tests.support.bus import eventually
from tests.support.filing_site import FilingSite
from tests.support.tree import ROOT

COUNTIES = ("330106", "330108", "440106", "110105")
FORMS = ("enterprise-1", "enterprise-4", "enterprise-5")
PERIOD = "2025"
FILED = (State.SUBMITTED, State.APPROVED, State.FINAL)
QUICK = Timing(poll=0.05, lease=1.0)


@dataclass(frozen=True)
class Country:
    """Units by division, and which of their forms were filed, as a test counts for itself."""

    divisions: dict[str, str]
    filed: frozenset[tuple[str, str]]

    def missing(self, unit: str, *forms: str) -> list[str]:
        """Return the forms that a unit has not filed."""
        return [form for form in forms or FORMS if (unit, form) not in self.filed]


def settle_country(wired: Wired, units: int) -> Country:
    """Store so many enterprises, of which some filed all, some a part, some nothing; only what stands in clear of them."""
    known: list[Document] = []
    filings: list[Document] = []
    filed: set[tuple[str, str]] = set()
    placed: dict[str, str] = {}
    states = cycle((*FILED, State.DRAFT, State.RETURNED))
    for number in range(units):
        unit, division = f"{number:032x}", COUNTIES[number % len(COUNTIES)]
        placed[unit] = division
        known.append(_unit(unit, division))
        for form in FORMS[: number % 4]:
            state = next(states)
            filings.append(_filing(f"{form}-{number:020x}", unit, division, form, state))
            if state in FILED:
                filed.add((unit, form))
    wired.database["units"].insert_many(known)
    wired.database["filings"].insert_many(filings)
    return Country(placed, frozenset(filed))


@contextmanager
def jobs_process(site: FilingSite, moment: datetime, failpoints: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """Run filing's jobs in a process of its own, whose clock stands at a moment."""
    own = {variable_of(name): str(value) for name, value in vars(site.settings).items() if value}
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.support.reminding", moment.isoformat()],
        cwd=ROOT,
        env={**os.environ, **own, "TONGBAO_AMQP_URL": "amqp://nowhere", "TONGBAO_FAILPOINTS": failpoints},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait(20)


def state_of(site: FilingSite, job: str) -> JobState:
    """Return what is kept of a job."""
    state = MongoJobs(site.wired.database).find(job)
    assert state is not None
    return state


def await_end(site: FilingSite, job: str) -> JobState:
    """Wait until a job has ended a run and none is under way."""
    eventually(lambda: bool(state_of(site, job).ended) and state_of(site, job).run is None, seconds=120)
    return state_of(site, job)


def _unit(unit: str, division: str) -> Document:
    path = _path(division)
    return {
        "_id": unit,
        "v": 1,
        "types": ["enterprise"],
        "division": division,
        "path": path,
        "listed": [f"{each}/{kind}" for each in path for kind in ("", "enterprise")],
        "since": {"enterprise": "2025-03-01"},
        "registered": {},
    }


def _filing(id: str, unit: str, division: str, form: str, state: State) -> Document:
    row: dict[str, Any] = {"unit": unit, "form": form, "period": PERIOD, "item": "", "state": state.value}
    in_force = 1 if state in {State.APPROVED, State.FINAL} else 0
    return {"_id": id, "v": 1, **row, "in_force": in_force, "division": division, "slot": f"{unit}/{form}"}


def _path(division: str) -> list[str]:
    return list(divisions.path(division, datetime(2026, 1, 1).date()))  # noqa: DTZ001  a day


def main(moment: str) -> int:
    """Run the jobs with a clock that stands still, until told to stop."""
    configure_logging("filing-jobs")
    settings = read(Settings, os.environ)
    clock = FixedClock(datetime.fromisoformat(moment))
    return run_worker(job_loops(build(replace(settings), clock), clock, QUICK))


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
