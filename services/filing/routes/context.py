"""What every route of this service needs of the request."""

from __future__ import annotations

from typing import cast

from flask import current_app

from services.filing.model.filings import Filing
from services.filing.operations import reading
from services.filing.operations.duplicates import duplicates_of
from services.filing.ports.deps import Deps
from services.filing.schemas.duplicates import duplicate_body
from services.filing.schemas.outgoing import Body, view_body
from shared.web.auth import actor
from shared.web.calls import reading_call
from shared.web.preconditions import etag

Answer = tuple[Body, int, dict[str, str]]

ONE = "/filings/<string:filing_id>"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def deps() -> Deps:
    """Return what the operations use."""
    return cast(Deps, current_app.extensions["deps"])


def answer(filing: Filing, status: int = 200) -> Answer:
    """Return the filing as its reader sees it, with its entity tag."""
    return answer_view(reading.view_of(deps(), reading_call(), filing), status)


def answer_view(view: reading.View, status: int = 200) -> Answer:
    """Return what a reader sees of a filing, with its entity tag."""
    alarms = duplicates_of(deps(), actor(), view.filing)
    body = {**view_body(view), "duplicates": [duplicate_body(each) for each in alarms]}
    return body, status, {"ETag": etag(view.filing.version)}
