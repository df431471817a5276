"""Errors as pages for people, and as JSON for the page's own scripts."""

from __future__ import annotations

import structlog
from flask import Flask, Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from services.portal.operations.visits import SignInOver
from services.portal.routes import guard
from shared import errors
from shared.observability import correlation_id
from shared.web.problems import status_of

log = structlog.get_logger()

SCRIPT_HEADER = "X-Requested-With"
SCRIPT = "fetch"

RETRY_AFTER_SECONDS = 5
DRAIN_LIMIT = 64 * 1024 * 1024
DRAIN_PIECE = 64 * 1024

_HTTP_MESSAGES = {404: "没有找到该页面。", 405: "该页面不支持此操作。", 413: errors.TooLarge.message}


def is_script() -> bool:
    """Whether a script of our pages asks, and wants JSON."""
    return request.headers.get(SCRIPT_HEADER) == SCRIPT


def script_answer(error: errors.TongbaoError, status: int) -> Response:
    """Return an error as the scripts read it."""
    problems = [{"pointer": problem.pointer, "message": problem.message} for problem in error.problems]
    response = jsonify(code=error.code, message=error.message, problems=problems)
    response.status_code = status
    return response


def register(app: Flask) -> None:
    """Make `app` answer every error in Chinese, without details of the inside."""

    def of_domain(error: errors.TongbaoError) -> Response:
        status = status_of(error)
        if status >= 500:
            log.warning("page_unavailable", code=error.code)
        return _answer(error, status)

    def of_sign_in(error: errors.NotAuthenticated) -> Response:
        guard.forget()
        if is_script():
            return _answer(error, 401)
        after = request.full_path.rstrip("?") if request.method == "GET" else ""
        over = 1 if isinstance(error, SignInOver) else None  # said before the way to the provider
        return make_response(redirect(url_for("sign_in.show", next=after or None, over=over), 303))

    def of_http(error: HTTPException) -> Response:
        status = error.code or 500
        return _answer(errors.TongbaoError(_HTTP_MESSAGES.get(status, ""), code="http_error"), status)

    def of_defect(error: Exception) -> Response:
        log.error("page_failed", error=type(error).__name__, place=_place_of(error))
        return _answer(errors.TongbaoError("系统内部错误，已记录。", code="internal"), 500)

    app.register_error_handler(errors.TongbaoError, of_domain)
    app.register_error_handler(errors.NotAuthenticated, of_sign_in)
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(Exception, of_defect)


def _answer(error: errors.TongbaoError, status: int) -> Response:
    if is_script():
        drain()
        response = script_answer(error, status)
    else:
        page = render_template("error.html", status=status, message=error.message, reference=correlation_id())
        response = make_response(page, status)
    if status in (429, 503):
        response.headers["Retry-After"] = str(getattr(error, "retry_after", RETRY_AFTER_SECONDS))
    return response


def drain() -> None:
    """Read what the browser still sends: it shows our answer only once its upload is taken."""
    if (request.content_length or 0) > DRAIN_LIMIT:
        return
    request.max_content_length = DRAIN_LIMIT
    try:
        while request.stream.read(DRAIN_PIECE):
            pass
    except (OSError, HTTPException):
        return


def _place_of(error: Exception) -> list[str]:
    """Return where the error passed, without its message: messages may quote values."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}/{code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[-8:]
