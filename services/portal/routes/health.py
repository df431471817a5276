"""Probes and metrics."""

from __future__ import annotations

import structlog
from flask import Blueprint, Response

from services.portal.routes.guard import deps, open_page
from shared.errors import TongbaoError
from shared.observability import METRICS_MEDIA_TYPE, metrics_text

bp = Blueprint("health", __name__)
log = structlog.get_logger()
probe = open_page("probes come from the cluster without a session and show no data", uses_session=False)


@bp.get("/healthz")
@probe
def healthz() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "ok"}


@bp.get("/readyz")
@probe
def readyz() -> tuple[dict[str, object], int]:
    """Say whether sessions can be kept and people can sign in; the other services are missed page by page."""
    failing = []
    for part, check in (("sessions", deps().sessions.ping), ("identity", deps().identity.ping)):
        try:
            check()
        except TongbaoError as error:
            log.warning("not_ready", part=part, error=error.code)
            failing.append(part)
    return {"status": "unavailable" if failing else "ok", "failing": failing}, 503 if failing else 200


@bp.get("/metrics")
@probe
def metrics() -> Response:
    """Give out the counters of this process."""
    return Response(metrics_text(), mimetype=METRICS_MEDIA_TYPE)
