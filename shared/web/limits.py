"""How often one account may ask: all requests together, and those that cost much, such as files and documents.

Limits are per account, so that one cannot starve another. The count of costly requests is kept in the database: it holds
over all processes and outlasts a restart. The other one only keeps a client that has run wild from wearing a process
out: it is the process's own and costs nothing.

Who has no account is held by address where a public view is costly, and for the rest by the attempts that identity
counts. Addresses stay in the process's memory: nowhere is kept who looked at what is public.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import cast

import structlog
from flask import Flask, current_app, g, request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage, MongoDBStorage, Storage
from limits.strategies import FixedWindowRateLimiter

from shared.errors import TooManyRequests
from shared.identity.actor import Actor
from shared.mongo.client import unavailable_when_down
from shared.web.auth import View

MARK = "__tongbao_costly__"
RATION = "__tongbao_ration__"

ORDINARY = RateLimitItemPerMinute(3000)
COSTLY = RateLimitItemPerMinute(240)

ANONYMOUS = RateLimitItemPerMinute(30)
"""Costly requests of one address without an account."""

COUNTS = "request_counts"
"""The collection of the counts that are stored."""

log = structlog.get_logger()


class _StoredCounts(MongoDBStorage):
    """Counts that close their connection where they have one.

    The library's own opens one in order to close it, which at the end of a process that asked for no count waits for ever:
    no thread can be started any more.
    """

    def __del__(self) -> None:
        if self._storage is not None:
            self._storage.close()


def stored_counts(uri: str, database: str) -> Storage:
    """Return counts that are kept in the service's database; they have a connection of their own."""
    return _StoredCounts(uri, database, counter_collection_name=COUNTS, appname="limits")


def costly(view: View) -> View:
    """Mark a view whose work is large beside what it takes to ask for it."""
    setattr(view, MARK, True)
    return view


def rationed(limit: RateLimitItem) -> Callable[[View], View]:
    """Mark a view that one account may ask for so often at most, by a count of its own."""

    def mark(view: View) -> View:
        setattr(view, RATION, limit)
        return view

    return mark


def register(
    app: Flask,
    counts: Storage,
    *,
    ordinary: RateLimitItem = ORDINARY,
    limit: RateLimitItem = COSTLY,
    anonymous: RateLimitItem = ANONYMOUS,
) -> None:
    """Refuse what an account or address asks too often with `TooManyRequests`; `counts` keeps those of costly requests."""
    of_process = FixedWindowRateLimiter(MemoryStorage())
    of_all = FixedWindowRateLimiter(counts)

    def check() -> None:
        actor = cast("Actor | None", g.get("actor"))
        if request.endpoint is None:
            return
        is_costly = getattr(current_app.view_functions[request.endpoint], MARK, False)
        if actor is None:
            if is_costly:
                _take(of_process, anonymous, request.remote_addr or "", "")
            return
        _take(of_process, ordinary, actor.account_id, actor.account_id)
        ration = getattr(current_app.view_functions[request.endpoint], RATION, None)
        if ration is not None:
            with unavailable_when_down():
                _take(of_all, ration, f"{actor.account_id}/{request.endpoint}", actor.account_id)
        if is_costly:
            with unavailable_when_down():
                _take(of_all, limit, actor.account_id, actor.account_id)

    app.before_request(check)


def _take(limiter: FixedWindowRateLimiter, limit: RateLimitItem, caller: str, account_id: str) -> None:
    if limiter.hit(limit, caller):
        return
    log.warning("too_many_requests", account_id=account_id, endpoint=request.endpoint)
    until = limiter.get_window_stats(limit, caller).reset_time
    raise TooManyRequests(retry_after=max(1, math.ceil(until - time.time())))
