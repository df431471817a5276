"""What all pages have: templates, their own styles, errors as pages, and the guard of `browser`."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from flask import Blueprint, Response, make_response, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from services.identity.routes import browser
from services.identity.routes.browser import Elsewhere
from shared import errors
from shared.observability import correlation_id
from shared.web.problems import status_of

log = structlog.get_logger()


@dataclass(frozen=True)
class Fault:
    """What is wrong with a control of a form: the control's id, and the message."""

    anchor: str
    message: str


def faults_of(error: errors.TongbaoError, anchors: dict[str, str], fallback: str) -> tuple[Fault, ...]:
    """Return an error's problems at their controls; `anchors` are the controls by the names of the fields."""
    found = tuple(
        Fault(anchors.get(problem.pointer.strip("/"), fallback), problem.message) for problem in error.problems
    )
    return found or (Fault(fallback, error.message),)


def page(template: str, status: int = 200, retry_after: int | None = None, **values: object) -> Response:
    """Return a page."""
    response = make_response(render_template(f"identity/{template}", **values), status)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def wait_message(error: errors.TooManyRequests) -> str:
    """Return how long somebody must wait, in words."""
    minutes = max(1, -(-(error.retry_after - 1) // 60))  # a second is added to be on the safe side
    return f"尝试次数过多，已暂停登录。请在 {minutes} 分钟后再试；如忘记密码，请联系管理员重置。"


def guarded(blueprint: Blueprint) -> Blueprint:
    """Give the pages of a blueprint the guard, and its errors the form of pages."""
    blueprint.before_request(browser.begin_page)
    blueprint.after_request(browser.finish_page)
    blueprint.register_error_handler(Elsewhere, _of_elsewhere)
    blueprint.register_error_handler(errors.TongbaoError, _of_domain)
    blueprint.register_error_handler(HTTPException, _of_http)
    blueprint.context_processor(lambda: {"csrf_token": browser.page_token, "site": browser.site()})
    return blueprint


def _of_elsewhere(error: Exception) -> ResponseReturnValue:
    return browser.go(error.address if isinstance(error, Elsewhere) else browser.site().portal_url)


def _of_domain(error: Exception) -> ResponseReturnValue:
    if not isinstance(error, errors.TongbaoError):
        raise error
    status = status_of(error)
    log.info("page_refused", code=error.code, status=status)
    wait = error.retry_after if isinstance(error, errors.TooManyRequests) else None
    message = wait_message(error) if isinstance(error, errors.TooManyRequests) else error.message
    return page("error.html", status, wait, message=message, reference=correlation_id())


def _of_http(error: Exception) -> ResponseReturnValue:
    status = error.code if isinstance(error, HTTPException) and error.code else 500
    return page("error.html", status, message="页面无法打开。", reference=correlation_id())
