"""Published statistics for programs: the answers of statistics under the same addresses, passed on as they come."""

from __future__ import annotations

from flask import Blueprint, Response, request

from services.portal.model.publications import Unchanged
from services.portal.routes.guard import address, deps, open_page
from shared.errors import TongbaoError, TooManyRequests
from shared.web.problems import problem_response, status_of

bp = Blueprint("published", __name__, url_prefix="/published")

everybody = open_page("what the ministry has published is for everybody", uses_session=False)


@bp.get("")
@everybody
def list_all() -> Response:
    """Give the list of releases, a page at a time."""
    return _passed()


@bp.get("/<id:release_id>")
@everybody
def read(release_id: str) -> Response:
    """Give what is said of a release."""
    return _passed(release_id)


@bp.get("/<id:release_id>/workbook")
@everybody
def workbook(release_id: str) -> Response:
    """Give all tables of a release as a workbook."""
    return _passed(release_id, "workbook")


@bp.get("/<id:release_id>/tables/<id:code>")
@everybody
def table(release_id: str, code: str) -> Response:
    """Give a table as JSON."""
    return _passed(release_id, "tables", code)


@bp.get("/<id:release_id>/tables/<id:code>/<any('csv', 'sdmx-csv'):form>")
@everybody
def table_file(release_id: str, code: str, form: str) -> Response:
    """Give a table as a file."""
    return _passed(release_id, "tables", code, form)


@bp.errorhandler(TongbaoError)
def _problem(error: TongbaoError) -> Response:
    wait = error.retry_after if isinstance(error, TooManyRequests) else None
    return problem_response(status_of(error), error.code, error.message, error.problems, wait)


def _passed(*parts: str) -> Response:
    known = request.headers.get("If-None-Match", "")
    answer = deps().publications.file(parts, dict(request.args), known, address())
    if isinstance(answer, Unchanged):
        return Response(status=304, headers=dict(answer.headers))
    return Response(answer.chunks, headers=dict(answer.headers))
