"""JSON logs with a correlation id, and metrics. Logs hold fixed event names and ids, never payloads."""

from __future__ import annotations

import logging
import re
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TextIO, TypeAlias

import orjson
import structlog
from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Histogram, generate_latest
from structlog.typing import EventDict, WrappedLogger

from shared.ids import new_id

HEADER = "X-Correlation-Id"
METRICS_MEDIA_TYPE = CONTENT_TYPE_LATEST

_ID = re.compile(r"[0-9a-f]{32}")
_CORRELATION: ContextVar[str] = ContextVar("correlation_id", default="")

REQUESTS = Counter("tongbao_http_requests_total", "HTTP requests.", ("service", "endpoint", "status"))
SECONDS = Histogram("tongbao_http_request_seconds", "Time to answer.", ("service", "endpoint"))

log = structlog.get_logger()

ExcInfo: TypeAlias = (
    "tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]"  # as logging has it
)


class PlacesOnly(logging.Formatter):
    """Formats records of libraries: of an exception its class and where it passed, since its text may quote values."""

    def formatException(self, ei: ExcInfo) -> str:
        """Return the class of the exception and the places it passed, the innermost last."""
        kind, _, trace = ei
        places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(trace)]
        return f"{kind.__name__ if kind else ''} at {' '.join(places)}"


def _tell_thread_died(died: threading.ExceptHookArgs) -> None:
    place = traceback.extract_tb(died.exc_traceback)[-1:]
    log.error(
        "thread_died", error=died.exc_type.__name__, places=[f"{Path(e.filename).name}:{e.lineno}" for e in place]
    )


def _as_json(event: EventDict, default: Callable[[object], object]) -> str:
    return orjson.dumps(event, default=default).decode()


def configure_logging(service: str, stream: TextIO | None = None) -> None:
    """Send every log line of this process to `stream` (standard output by default) as one JSON object."""

    def named(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        # The service is no context variable: threads of a worker would not have it.
        identifier = _CORRELATION.get()
        bound = {"correlation_id": identifier} if identifier else {}
        return {"service": service, **bound, **event}

    structlog.configure(
        processors=[
            named,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(_as_json),
        ],
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(PlacesOnly("%(levelname)s %(name)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    threading.excepthook = _tell_thread_died


def correlation_id() -> str:
    """Return the id that follows this request or message through the system; a new one where there is none."""
    return _CORRELATION.get() or new_id()


def bind_correlation(identifier: str | None) -> str:
    """Use `identifier` (32 hex digits), or a new one, as the correlation id of what follows in this thread."""
    usable = identifier if identifier and _ID.fullmatch(identifier) else new_id()
    _CORRELATION.set(usable)
    return usable


def metrics_text() -> bytes:
    """Return all metrics in the Prometheus text format."""
    return generate_latest(REGISTRY)


@cache  # as many as the metrics have children, which are kept for good too
def _measures(service: str, endpoint: str, status: int) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(service, endpoint, status), SECONDS.labels(service, endpoint)


def register(app: Flask, service: str) -> None:
    """Give every request of `app` a correlation id, a log line and a measure of its time."""

    def begin() -> None:
        bind_correlation(request.headers.get(HEADER))
        g.started = time.perf_counter()

    def end(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        seconds = time.perf_counter() - g.started
        requests, times = _measures(service, endpoint, response.status_code)
        requests.inc()
        times.observe(seconds)
        response.headers[HEADER] = correlation_id()
        log.info(
            "request", method=request.method, endpoint=endpoint, status=response.status_code, seconds=round(seconds, 4)
        )
        return response

    app.before_request(begin)
    app.after_request(end)
