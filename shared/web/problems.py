"""One table from exception to HTTP status, and `application/problem+json` (RFC 9457) for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import structlog
from flask import Flask, Response, json
from marshmallow import Schema, ValidationError, fields
from pymongo.errors import ConnectionFailure, WTimeoutError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from shared import errors
from shared.fields import problems_of
from shared.observability import correlation_id
from shared.uploads import errors as uploads

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"


class ProblemOut(Schema):
    """One fault, as in a problem's `errors`."""

    pointer = fields.String()
    code = fields.String()
    message = fields.String()
    expected = fields.String()
    indicator = fields.String()


def problem_body(problem: errors.Problem) -> dict[str, object]:
    """Return a fault with its pointer."""
    return asdict(problem)


STATUS: dict[type[errors.TongbaoError], int] = {
    errors.Malformed: 400,
    errors.NotAuthenticated: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.StaleVersion: 412,
    errors.TooLarge: 413,
    errors.UnsupportedMedia: 415,
    errors.Invalid: 422,
    errors.KeyReused: 422,
    errors.VersionRequired: 428,
    uploads.ProtocolUnknown: 412,
    uploads.ChecksumMismatch: 460,  # as tus 1.0.0 has it
    errors.TooManyRequests: 429,
    errors.Unavailable: 503,
}

RETRY_AFTER_SECONDS = 5

_HTTP_MESSAGES = {
    400: ("malformed", errors.Malformed.message),
    404: ("not_found", errors.NotFound.message),
    405: ("method_not_allowed", "该地址不支持此方法。"),
    413: ("too_large", errors.TooLarge.message),
    415: ("unsupported_media", errors.UnsupportedMedia.message),
}


_TEXT = {"type": "string"}

SCHEMA: Mapping[str, object] = {
    "type": "object",
    "description": "A problem (RFC 9457).",
    "required": ["type", "title", "status", "code", "instance", "errors"],
    "properties": {
        "type": _TEXT | {"description": "`urn:tongbao:problem:` and the code"},
        "title": _TEXT | {"description": "What went wrong, in Chinese, for the person at the screen"},
        "status": {"type": "integer"},
        "code": _TEXT | {"description": "Stable; programs decide by it"},
        "instance": _TEXT | {"description": "`urn:tongbao:request:` and the correlation id, as in the logs"},
        "errors": {
            "type": "array",
            "description": "Every fault of the input",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "message", "expected", "indicator"],
                "properties": {
                    "pointer": _TEXT | {"description": "JSON pointer (RFC 6901) into the body, or the query parameter"},
                    "code": _TEXT,
                    "message": _TEXT,
                    "expected": _TEXT | {"description": "What would be right; may be empty"},
                    "indicator": _TEXT | {"description": "Name of the item on the paper form; may be empty"},
                },
            },
        },
    },
}
"""JSON Schema of `body_of`."""


def status_of(error: errors.TongbaoError) -> int:
    """Return the HTTP status of an error: that of the nearest class in `STATUS`; 500 where none is listed."""
    return next((STATUS[cls] for cls in type(error).__mro__ if cls in STATUS), 500)


def body_of(
    status: int, code: str, message: str, problems: tuple[errors.Problem, ...], request_id: str
) -> dict[str, object]:
    """Return the body: `type` is the stable code, `errors` lists every fault with its JSON pointer."""
    return {
        "type": f"urn:tongbao:problem:{code}",
        "title": message,
        "status": status,
        "code": code,
        "instance": f"urn:tongbao:request:{request_id}",
        "errors": [problem_body(problem) for problem in problems],
    }


def problem_response(
    status: int, code: str, message: str, problems: tuple[errors.Problem, ...] = (), retry_after: int | None = None
) -> Response:
    """Build the answer; `retry_after` is in seconds."""
    body = body_of(status, code, message, problems, correlation_id())
    response = Response(json.dumps(body), status=status, mimetype=MEDIA_TYPE)
    if retry_after is not None or status == 503:
        response.headers["Retry-After"] = str(retry_after or RETRY_AFTER_SECONDS)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def register(app: Flask) -> None:
    """Make `app` answer every error as a problem."""

    def of_domain(error: errors.TongbaoError) -> Response:
        status = status_of(error)
        if status >= 500:
            log.warning("request_unavailable", code=error.code)
        wait = error.retry_after if isinstance(error, errors.TooManyRequests) else None
        return problem_response(status, error.code, error.message, error.problems, wait)

    def of_validation(error: ValidationError) -> Response:
        return of_domain(errors.Invalid(problems_of(error)))

    def of_database(error: Exception) -> Response:
        log.warning("database_unavailable", error=type(error).__name__)
        return of_domain(errors.Unavailable())

    def of_http(error: HTTPException) -> Response | HTTPException:
        status = error.code or 500
        if status < 400:
            return error  # a redirect answers for itself
        code, message = _HTTP_MESSAGES.get(status, ("http_error", "请求未能完成。"))
        response = problem_response(status, code, message)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return response

    def of_defect(error: Exception) -> Response:
        log.error("request_failed", error=type(error).__name__, places=_places_only(error))
        return problem_response(500, "internal", "系统内部错误，已记录。")

    app.register_error_handler(errors.TongbaoError, of_domain)
    app.register_error_handler(ValidationError, of_validation)
    app.register_error_handler(ConnectionFailure, of_database)
    app.register_error_handler(WTimeoutError, of_database)
    app.register_error_handler(HTTPException, of_http)
    app.register_error_handler(Exception, of_defect)


def _places_only(error: Exception) -> list[str]:
    """Return where the error passed, without its message: messages of libraries may quote values."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 2)[-2]}/{code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[-8:]
