"""Threads and a mark on a filing that waits for its county, as the tables of rights and of bad input know them."""

from __future__ import annotations

from collections.abc import Mapping

from services.filing.operations.marks import mark_value, settle_mark
from services.filing.operations.threads import open_thread, resolve_thread
from services.filing.ports.deps import Deps
from shared.calls import Call
from shared.identity.actor import Actor
from shared.threads.model import Visibility

ONE = "/filings/<string:filing_id>"
THREAD = f"{ONE}/threads/<string:thread_id>"
MARK = f"{ONE}/marks/<string:mark_id>"
COLLECTIONS = ("threads", "threads_seen", "marks", "assignments")

CASEWORK_BODIES: Mapping[tuple[str, str], Mapping[str, object]] = {
    ("POST", f"{ONE}/threads"): {"visibility": "filer", "pointer": "/622/2", "text": "请说明增长的原因"},
    ("POST", f"{THREAD}/messages"): {"text": "新增两个板块"},
    ("POST", f"{THREAD}/resolution"): {},
    ("POST", f"{THREAD}/reopening"): {},
    ("PUT", f"{THREAD}/reading"): {"no": 1},
    ("POST", f"{ONE}/marks"): {"pointer": "/622/2", "note": "年后核对"},
    ("POST", f"{MARK}/settlement"): {},
    ("POST", f"{MARK}/reopening"): {},
    ("PUT", f"{ONE}/assignment"): {"assignee_id": "e" * 32},
}
"""What each route is sent."""

CASEWORK_CREATIONS = sorted(place for place in CASEWORK_BODIES if place[0] == "POST")
"""What is asked for with a key of its own and on no version: a filing does not change by it."""

CASEWORK_REPEATABLE = frozenset({("PUT", f"{THREAD}/reading")})
"""Where neither is asked for: however often it is sent, it says the same."""

CASEWORK_NEW: Mapping[str, Mapping[str, object]] = {
    "to_ask": {"visibility": "filer", "text": "请补充"},
    "to_remark": {"visibility": "internal", "text": "建议退回"},
}
"""Bodies of threads to be begun, by the target of the row."""

CASEWORK_ASKED: Mapping[str, tuple[str, str]] = {
    "threads": ("county", "question"),
    "threads/<string:thread_id>/messages": ("own", "question"),
    "threads/<string:thread_id>/resolution": ("county", "question"),
    "threads/<string:thread_id>/reopening": ("county", "dealt_with"),
    "threads/<string:thread_id>/reading": ("own", "question"),
    "marks": ("county", "marked"),
    "marks/<string:mark_id>/settlement": ("county", "marked"),
    "marks/<string:mark_id>/reopening": ("county", "mark_done"),
    "assignment": ("county", "submitted"),
}
"""Who asks for what, where the request is right."""


def casework_of(deps: Deps, filing_id: str, county: Actor) -> dict[str, str]:
    """Make a question, a remark among departments, a question that is dealt with, and two marks; return ids by target."""
    call = Call(county)
    made = {
        name: open_thread(deps, call, filing_id, visibility, "/622/2", "请说明").seen.thread.id
        for name, visibility in (
            ("question", Visibility.FILER),
            ("remark", Visibility.INTERNAL),
            ("dealt_with", Visibility.FILER),
        )
    }
    resolve_thread(deps, call, filing_id, made["dealt_with"], is_resolved=True)
    for name in ("marked", "mark_done"):
        made[name] = mark_value(deps, call, filing_id, "/622/2", "年后核对").mark.id
    settle_mark(deps, call, filing_id, made["mark_done"], is_done=True)
    return made
