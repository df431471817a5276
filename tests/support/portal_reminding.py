"""The filing service's scheduled jobs and reminders as the portal sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from services.portal.model.reminding import EndedAnswer, JobAnswer, ToUrge, UrgedAnswer


def make_ended(**changes: object) -> EndedAnswer:
    """Return a run that was done."""
    ended = {
        "slot": "2026-01-08T23:00:00+00:00",
        "started_at": "2026-01-08T23:00:01+00:00",
        "ended_at": "2026-01-08T23:00:09.500000+00:00",
        "seconds": 8.5,
        "outcome": "done",
        "outcome_label": "完成",
        "error": "",
        "is_asked": False,
        "counts": {"units": 3000, "reminded": 412},
    }
    return cast(EndedAnswer, {**ended, **changes})


def make_job(**changes: object) -> JobAnswer:
    """Return a job that waits for its next moment."""
    job = {
        "name": "filing.reminders",
        "title": "提醒尚未报送的单位",
        "cadence": "每天 07:00",
        "next_at": "2026-01-09T23:00:00+00:00",
        "is_asked": False,
        "run": None,
        "ended": [make_ended()],
    }
    return cast(JobAnswer, {**job, **changes})


def make_run(**changes: object) -> dict[str, object]:
    """Return a run under way."""
    run: dict[str, object] = {
        "slot": "2026-01-08T23:00:00+00:00",
        "started_at": "2026-01-08T23:00:01+00:00",
        "attempt": 1,
        "retry_at": None,
        "error": "",
        "is_asked": False,
        "counts": {"units": 500},
    }
    return {**run, **changes}


@dataclass
class FakeReminding:
    """Jobs and what was urged; `error` is raised in the place of an answer to urging."""

    found: list[JobAnswer] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    urged: list[ToUrge] = field(default_factory=list)
    results: tuple[tuple[str, str], ...] = (("sent", "已催报"),)
    error: Exception | None = None

    def jobs(self, token: str) -> list[JobAnswer]:
        """Return the jobs."""
        return self.found

    def run_now(self, token: str, name: str) -> None:
        """Note what was asked for."""
        self.asked.append(name)

    def urge(self, token: str, items: Sequence[ToUrge]) -> UrgedAnswer:
        """Note whom to urge, and answer each in turn."""
        if self.error is not None:
            raise self.error
        self.urged += items
        fates = [self.results[number % len(self.results)] for number in range(len(items))]
        answered = [
            {**item, "result": result, "result_label": label}
            for item, (result, label) in zip(items, fates, strict=True)
        ]
        return cast(UrgedAnswer, {"sent": sum(result == "sent" for result, _ in fates), "items": answered})
