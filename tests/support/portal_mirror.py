"""The mirror of the 名录库 as the portal sees it, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.portal.model.mirror import LoadAnswer, LookUpAnswer, MirrorAnswer
from shared.errors import Conflict, NotFound, TooManyRequests

LOAD_ID, INQUIRY_ID = "5" * 32, "6" * 32


def make_load(**changes: object) -> LoadAnswer:
    """Return a load that is under way."""
    load: LoadAnswer = {
        "id": LOAD_ID,
        "version": 3,
        "state": "running",
        "state_label": "正在装载",
        "started_at": "2026-03-04T01:00:00+00:00",
        "updated_at": "2026-03-04T01:00:09+00:00",
        "pages": 2,
        "total": 100000,
        "taken": 25000,
        "stored": 24990,
        "differing": 1,
        "reason": "",
    }
    return {**load, **changes}  # type: ignore[typeddict-item]  # the changes of a test


def make_mirror(**changes: object) -> MirrorAnswer:
    """Return a mirror with units of two provinces, a gap and something put aside."""
    mirror: MirrorAnswer = {
        "in_force": 24900,
        "ceased": 90,
        "changed_at": "2026-03-04T01:00:09+00:00",
        "divisions": [
            {"division": "330106", "in_force": 14900, "ceased": 40},
            {"division": "440304", "in_force": 10000, "ceased": 50},
        ],
        "waiting": 1,
        "waits": [
            {
                "id": "e" * 32,
                "kind": "merge",
                "received_at": "2026-03-04T01:00:02+00:00",
                "missing": 2,
                "asked": 1,
                "asked_at": "2026-03-04T01:10:02+00:00",
            }
        ],
        "troubles": [{"id": "7" * 32, "code": "sequence_reused", "at": "2026-03-04T01:00:03+00:00"}],
        "last_load": make_load(),
    }
    return {**mirror, **changes}  # type: ignore[typeddict-item]  # the changes of a test


def make_look_up(**changes: object) -> LookUpAnswer:
    """Return a look-up that found a unit."""
    answer: LookUpAnswer = {
        "state": "found",
        "state_label": "已找到",
        "inquiry_id": "",
        "asked_at": None,
        "unit": {
            "state": "in_force",
            "state_label": "存续",
            "sequence": 2,
            "told_at": "2026-03-04T01:00:00+00:00",
            "division": "330106",
            "items": [
                {"name": "name", "code": "102", "title": "单位详细名称", "value": "杭州云采科技有限公司"},
                {"name": "size", "code": "191", "title": "单位规模", "value": ""},
            ],
        },
    }
    return {**answer, **changes}  # type: ignore[typeddict-item]  # the changes of a test


@dataclass
class FakeMirror:
    """Answers what it was given; keeps what was asked of it."""

    mirror: MirrorAnswer = field(default_factory=make_mirror)
    answers: dict[str, LookUpAnswer] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    is_weary: bool = False
    is_busy: bool = False

    def read(self, token: str) -> MirrorAnswer:
        return self.mirror

    def look_up(self, token: str, key: str, credit_code: str) -> LookUpAnswer:
        if self.is_weary:
            raise TooManyRequests(retry_after=40)
        self.asked.append(("look_up", credit_code))
        return self.answers.get(credit_code) or make_look_up(state="unknown", state_label="没有", unit=None)

    def read_look_up(self, token: str, inquiry_id: str) -> LookUpAnswer:
        if inquiry_id not in self.answers:
            raise NotFound
        return self.answers[inquiry_id]

    def start_load(self, token: str, key: str) -> LoadAnswer:
        if self.is_busy:
            raise Conflict
        self.asked.append(("start", key))
        return make_load()

    def stop_load(self, token: str, load_id: str, version: int) -> LoadAnswer:
        self.asked.append(("stop", f"{load_id}/{version}"))
        return make_load()

    def go_on(self, token: str, load_id: str, version: int) -> LoadAnswer:
        self.asked.append(("go_on", f"{load_id}/{version}"))
        return make_load()
