"""Who may open a page, the session behind the cookie, and proof that a change was asked for on our own page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from typing import TypeVar, cast
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, current_app, g, request

from services.portal.model.session import Account, Session
from services.portal.operations import visits
from services.portal.ports import Deps
from shared.errors import Malformed, NotAllowed, NotAuthenticated, UnsupportedMedia
from shared.identity.actor import Role
from shared.uploads import protocol

log = structlog.get_logger()

MARK = "__tongbao_page__"
FORM_TYPE = "application/x-www-form-urlencoded"
CHUNK_TYPE = protocol.MEDIA_TYPE
FILE_FORM_TYPE = "multipart/form-data"
TOKEN_FIELD = "csrf_token"  # noqa: S105  # the name of a form field
TOKEN_HEADER = "X-CSRF-Token"  # noqa: S105  # the name of a header
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

PLAIN_COOKIE = "tongbao"
SECURE_COOKIE = "__Host-tongbao"

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True)
class Mark:
    """Who may open a page: `roles`, or everybody (None) for the `reason`. Some pages need no session at all.

    A page that `takes_file` reads a form with a file as it comes in, and checks the token among its fields by itself.
    """

    roles: frozenset[Role] | None
    reason: str = ""
    uses_session: bool = True
    takes_file: bool = False


class BadToken(NotAllowed):
    """A change was asked for without the token of the session."""

    code = "bad_csrf_token"
    message = "页面已失效，请刷新后重新操作。"


def signed_in(roles: frozenset[Role], *, takes_file: bool = False) -> Callable[[View], View]:
    """Mark a view: only people signed in with one of the roles may open it.

    A view that `takes_file` gets its form unread, and calls `check_token` with the token in it.
    """
    return _marked(Mark(roles, takes_file=takes_file))


def open_page(reason: str, *, uses_session: bool = True, takes_file: bool = False) -> Callable[[View], View]:
    """Mark a view that everybody may open; `reason` says why, `takes_file` is as for `signed_in`."""
    if not reason:
        raise ValueError("an open page says why it is open")
    return _marked(Mark(None, reason, uses_session, takes_file))


def mark_of(app: Flask, endpoint: str) -> Mark | None:
    """Return a view's mark, None where it has none."""
    return cast("Mark | None", getattr(app.view_functions[endpoint], MARK, None))


def deps() -> Deps:
    """Return what the operations work with."""
    return cast(Deps, current_app.extensions["deps"])


def find_session() -> Session | None:
    """Return the session of this request, None for a browser that has none yet."""
    return cast("Session | None", g.get("session"))


def session() -> Session:
    """Return the session of this request; a browser without one gets one."""
    found = find_session()
    if found is None:
        use(visits.begin_visit(deps()))
        found = cast(Session, g.session)
    return found


def use(visit: visits.Visit) -> None:
    """Go on with this session, and give the browser its cookie where it is new."""
    g.session = visit.session
    if visit.cookie:
        g.new_cookie = visit.cookie


def find_account() -> Account | None:
    """Return who is signed in."""
    found = find_session()
    return found.account if found else None


def account() -> Account:
    """Return who is signed in. Raises `NotAuthenticated`."""
    found = find_account()
    if found is None:
        raise NotAuthenticated
    return found


def token() -> str:
    """Return a live access token of the person signed in. Raises `NotAuthenticated`."""
    fresh = visits.with_live_token(deps(), session())
    g.session = fresh
    if fresh.tokens is None:
        raise NotAuthenticated
    return fresh.tokens.access


def forget() -> None:
    """Take the cookie from the browser."""
    g.session = None
    g.new_cookie = ""


def address() -> str:
    """Return the browser's address."""
    return request.remote_addr or ""


def register(app: Flask, *, secure_cookies: bool) -> None:
    """Check every request of `app` before its view runs, and set the cookie after it."""
    cookie_name = SECURE_COOKIE if secure_cookies else PLAIN_COOKIE
    open_assets = open_page("style sheets and scripts hold no data", uses_session=False)
    for endpoint, view in list(app.view_functions.items()):
        if endpoint == "static" or endpoint.endswith(".static"):
            app.view_functions[endpoint] = open_assets(_bare(view))

    def check() -> None:
        if request.endpoint is None:
            return
        mark = mark_of(current_app, request.endpoint)
        if mark is None:
            raise NotAllowed
        if not mark.uses_session:
            return
        cookie = request.cookies.get(cookie_name, "")
        g.session = visits.find_session(deps(), cookie) if cookie else None
        if mark.roles is not None and account().role not in mark.roles:
            log.info("page_denied", endpoint=request.endpoint, account_id=account().id, role=account().role)
            raise NotAllowed
        if mark.roles is not None:
            g.session = visits.still_signed_in(deps(), session())
        if request.method not in SAFE_METHODS:
            _check_origin(takes_file=mark.takes_file)

    def set_cookie(response: Response) -> Response:
        value = g.get("new_cookie")
        if value is not None:
            flags = {"secure": secure_cookies, "httponly": True, "samesite": "Lax", "path": "/"}
            if value:
                response.set_cookie(cookie_name, value, **flags)  # type: ignore[arg-type]  # as set_cookie names them
            else:
                response.delete_cookie(cookie_name, **flags)  # type: ignore[arg-type]
        return response

    app.before_request(check)
    app.after_request(set_cookie)


def _check_origin(*, takes_file: bool) -> None:
    """Refuse a change that doesn't come from a page of ours. Other forms with files are refused: they would go to disk."""
    if request.mimetype not in (FORM_TYPE, CHUNK_TYPE, "") and not (takes_file and request.mimetype == FILE_FORM_TYPE):
        raise UnsupportedMedia
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise BadToken
    if not takes_file:
        check_token(request.headers.get(TOKEN_HEADER) or (request.form.get(TOKEN_FIELD, "") if _is_form() else ""))


def check_token(given: str) -> None:
    """Return where this is the token of the session's own pages. Raises `BadToken`."""
    current = find_session()
    if current is None or not compare_digest(given.encode(), current.csrf.encode()):
        raise BadToken


def _is_form() -> bool:
    return request.mimetype == FORM_TYPE


def posted_version() -> int:
    """Return the version that the posted page was made of. Raises `Malformed`."""
    text = request.form.get("version", "")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Malformed
    return int(text)


def _marked(mark: Mark) -> Callable[[View], View]:
    def put(view: View) -> View:
        setattr(view, MARK, mark)
        return view

    return put


def _bare(view: Callable[..., object]) -> Callable[..., Response]:
    """Wrap a bound method, which takes no attributes, in a function that does."""

    def call(**arguments: object) -> Response:
        return cast(Response, view(**arguments))

    return call
