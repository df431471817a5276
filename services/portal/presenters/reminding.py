"""View-models of scheduled jobs, and of what became of units that were urged to file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.portal.model.reminding import EndedAnswer, JobAnswer, RunAnswer, ToUrge, UrgedAnswer
from services.portal.presenters.words import EMPTY, Badge, moment

COUNTED: Mapping[str, str] = {
    **{"units": "查看单位", "reminded": "提醒单位", "told": "告知部门"},
    **{"anchors": "签发锚定", "broken": "核验不符的日志链", "frozen": "封账", "asked": "送对方核对"},
}
"""What jobs count, for people; another name is shown as it is."""

TONES = {"done": "success", "failed": "danger"}
RESULT_TONES = {"sent": "success", "urged_today": "secondary", "not_owed": "secondary"}
SHOWN = 10
SEPARATOR = "|"
BOX_PARTS = 5


@dataclass(frozen=True)
class EndedView:
    """A run that is over."""

    slot: str
    ended_at: str
    seconds: str
    badge: Badge
    error: str
    counts: str
    is_asked: bool


@dataclass(frozen=True)
class UrgedView:
    """What became of one unit that was to be urged."""

    name: str
    badge: Badge


@dataclass(frozen=True)
class JobView:
    """A job; `note` says how far a run under way is, or why it waits."""

    name: str
    title: str
    cadence: str
    next_at: str
    now: Badge
    note: str
    last: EndedView | None
    ended: tuple[EndedView, ...]
    can_run: bool


def job_views(jobs: Iterable[JobAnswer]) -> tuple[JobView, ...]:
    """Return the jobs in the order of the table."""
    return tuple(_job(each) for each in jobs)


def read_wanted(values: Iterable[str]) -> tuple[list[ToUrge], list[str]]:
    """Return what the boxes of a list say, and how the units are called that they are about.

    A box says unit, form, period, item and name; what was meddled with is left out.
    """
    parts = [each.split(SEPARATOR, BOX_PARTS - 1) for each in dict.fromkeys(values)]
    whole = [each for each in parts if len(each) == BOX_PARTS]
    wanted = [ToUrge(unit_id=each[0], form=each[1], period=each[2], item=each[3]) for each in whole]
    return wanted, [each[4] for each in whole]


def urged_views(answer: UrgedAnswer, names: Sequence[str]) -> tuple[UrgedView, ...]:
    """Return what became of each, in the order asked."""
    return tuple(
        UrgedView(name, Badge(each["result_label"], RESULT_TONES.get(each["result"], "warning")))
        for each, name in zip(answer["items"], names, strict=True)
    )


def _job(job: JobAnswer) -> JobView:
    ended = tuple(_ended(each) for each in job["ended"][:SHOWN])
    now, note = _now(job)
    return JobView(
        name=job["name"],
        title=job["title"],
        cadence=job["cadence"],
        next_at=moment(job["next_at"]),
        now=now,
        note=note,
        last=ended[0] if ended else None,
        ended=ended,
        can_run=not job["is_asked"] and (job["run"] is None or job["run"]["retry_at"] is not None),
    )


def _now(job: JobAnswer) -> tuple[Badge, str]:
    run = job["run"]
    if run is not None and run["retry_at"] is not None:
        return Badge(
            "等待重试", "warning"
        ), f"第 {run['attempt']} 次未成（{run['error'] or '已让出'}），{moment(run['retry_at'])} 再试"
    if run is not None:
        return Badge("运行中", "primary"), _under_way(run)
    if job["is_asked"]:
        return Badge("即将运行", "primary"), "等待工作进程取走"
    return Badge("空闲", "secondary"), ""


def _under_way(run: RunAnswer) -> str:
    since = f"{moment(run['started_at'])} 开始"
    counts = _counts(run["counts"])
    return f"{since}，{counts}" if counts != EMPTY else since


def _ended(ended: EndedAnswer) -> EndedView:
    return EndedView(
        slot=moment(ended["slot"]),
        ended_at=moment(ended["ended_at"]),
        seconds=f"{ended['seconds']:.1f} 秒",
        badge=Badge(ended["outcome_label"], TONES.get(ended["outcome"], "secondary")),
        error=ended["error"],
        counts=_counts(ended["counts"]),
        is_asked=ended["is_asked"],
    )


def _counts(counts: Mapping[str, int]) -> str:
    return "，".join(f"{COUNTED.get(name, name)} {count}" for name, count in counts.items()) or EMPTY
