"""The inbox of a person: reading it, and noting what was read."""

from __future__ import annotations

from services.notification.model.notices import Notice
from services.notification.ports import Deps
from shared.calls import Call
from shared.paging import Page


def list_notices(deps: Deps, call: Call, cursor: str, limit: int) -> Page[Notice]:
    """Return a page of the caller's notices, newest first. Raises `Malformed`."""
    return deps.notices.list_of(call.actor, cursor, limit)


def count_unread(deps: Deps, call: Call) -> int:
    """Return how many notices the caller has not read."""
    return deps.notices.count_unread(call.actor)


def mark_read(deps: Deps, call: Call, notice_id: str) -> None:
    """Note that the caller read a notice; doing it twice changes nothing. Raises `NotFound`."""
    deps.notices.mark_read(call.actor, notice_id, deps.clock.now())


def mark_all_read(deps: Deps, call: Call) -> int:
    """Note that the caller read all notices that are there now; return how many were unread."""
    return deps.notices.mark_all_read(call.actor, deps.clock.now())
