"""The scheduled jobs of a service over HTTP: what each does, what became of it, and having one run now.

Every service with jobs may offer it; who may, it says by permissions of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from marshmallow import Schema, fields

from shared.scheduling.jobs import Board, Ended, JobStatus, Outcome, Run
from shared.web.auth import actor, needs
from shared.web.blueprint import Blueprint

Body = dict[str, object]

OUTCOME_LABELS = {Outcome.DONE: "完成", Outcome.FAILED: "失败"}
_REMINDERS: Body = {
    "name": "filing.reminders",
    "title": "提醒尚未报送的单位",
    "cadence": "每天 07:00",
    "next_at": "2026-01-09T23:00:00+00:00",
    "is_asked": False,
    "run": None,
    "ended": [
        {
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
    ],
}
EXAMPLES: Mapping[str, object] = {
    "RunNowIn": {},
    "JobOut": {**_REMINDERS, "is_asked": True},
    "JobsOut": {"items": [_REMINDERS]},
}


class RunNowIn(Schema):
    """A body without content."""


class RunOut(Schema):
    """A run under way; it waits until `retry_at` where an attempt failed with an `error` of that type."""

    slot = fields.String()
    started_at = fields.String()
    attempt = fields.Integer()
    retry_at = fields.String(allow_none=True)
    error = fields.String()
    is_asked = fields.Boolean()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())


class EndedOut(Schema):
    """A run that is over; `slot` is the moment that it was for."""

    slot = fields.String()
    started_at = fields.String()
    ended_at = fields.String()
    seconds = fields.Float()
    outcome = fields.String()
    outcome_label = fields.String()
    error = fields.String()
    is_asked = fields.Boolean()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())


class JobOut(Schema):
    """A job; `is_asked` while it waits to run out of turn, `ended` are its last runs, the newest first."""

    name = fields.String()
    title = fields.String()
    cadence = fields.String()
    next_at = fields.String()
    is_asked = fields.Boolean()
    run = fields.Nested(RunOut, allow_none=True)
    ended = fields.List(fields.Nested(EndedOut))


class JobsOut(Schema):
    """All jobs of the service."""

    items = fields.List(fields.Nested(JobOut))


def jobs_blueprint(reads: StrEnum, runs: StrEnum, board: Callable[[], Board]) -> Blueprint:
    """Return the routes; `reads` and `runs` are the permissions that they need, `board` is asked at each request."""
    bp = Blueprint("jobs", __name__, url_prefix="/jobs", description="定时任务")

    @bp.get("")
    @needs(reads)
    @bp.response(200, JobsOut)
    def list_all() -> Body:
        """List the scheduled jobs with their status."""
        return {"items": [job_body(each) for each in board().list_all()]}

    @bp.post("/<string:job_name>/runs")
    @needs(runs)
    @bp.arguments(RunNowIn)
    @bp.response(202, JobOut)
    def run_now(_: object, job_name: str) -> Body:
        """Have a job run now, out of turn; asking again before it begins changes nothing."""
        return job_body(board().ask(job_name, actor().account_id))

    return bp


def job_body(status: JobStatus) -> Body:
    """Return a job as its keepers see it."""
    state = status.state
    return {
        "name": status.job.name,
        "title": status.job.title,
        "cadence": status.job.cadence.label,
        "next_at": status.next_at.isoformat(),
        "is_asked": state is not None and state.asked_at is not None,
        "run": _run_body(state.run) if state and state.run else None,
        "ended": [_ended_body(each) for each in reversed(state.ended)] if state else [],
    }


def _run_body(run: Run) -> Body:
    return {
        "slot": run.slot.isoformat(),
        "started_at": run.started_at.isoformat(),
        "attempt": run.attempt,
        "retry_at": run.retry_at.isoformat() if run.retry_at else None,
        "error": run.error,
        "is_asked": bool(run.asked_by),
        "counts": dict(run.counts),
    }


def _ended_body(ended: Ended) -> Body:
    return {
        "slot": ended.slot.isoformat(),
        "started_at": ended.started_at.isoformat(),
        "ended_at": ended.ended_at.isoformat(),
        "seconds": ended.seconds,
        "outcome": ended.outcome.value,
        "outcome_label": OUTCOME_LABELS[ended.outcome],
        "error": ended.error,
        "is_asked": bool(ended.asked_by),
        "counts": dict(ended.counts),
    }
