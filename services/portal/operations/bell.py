"""The bell in the frame: how many notices are unread, asked for at most every few seconds per session."""

from __future__ import annotations

from services.portal.ports import Deps
from shared.errors import TongbaoError

UNKNOWN = -1
"""The count where the service does not answer; kept as well, so that no page waits for it again and again."""


def unread(deps: Deps, session_id: str, token: str) -> int:
    """Return how many notices are unread, 0 where that is not known now."""
    count = deps.unread.get(session_id)
    if count is None:
        try:
            count = deps.notifications.unread(token)
        except TongbaoError:
            count = UNKNOWN
        deps.unread.put(session_id, count)
    return max(count, 0)


def forget(deps: Deps, session_id: str) -> None:
    """Have the count asked for again: something was read."""
    deps.unread.drop(session_id)
