"""The browser at identity's own pages: its cookies, proof that a form is ours, and where it goes next.

Nobody's cookie names anything until a password was right: before that it only ties a form to the browser that asked for
it. Pages send a browser nowhere but to pages of ours and to `/oauth/authorize`, which looks at the address itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import cast
from urllib.parse import urlencode, urlsplit

from flask import Response, current_app, g, redirect, request, url_for

from services.identity.model.sign_ins import form_token
from services.identity.operations.clients import find_enabled
from services.identity.operations.signing_in import Here, Stage, find_here
from services.identity.ports.sign_ins import Visitor
from services.identity.routes.request import deps
from shared.errors import NotAllowed, UnsupportedMedia

SITE = "site"
"""Name of the extension that holds the `Site`."""

FORM_TYPE = "application/x-www-form-urlencoded"
TOKEN_FIELD = "csrf_token"  # noqa: S105  the name of a form field
DEVICE_SECONDS = 90 * 24 * 3600
ONCE = frozenset({"prompt", "max_age"})
"""Parameters of an authorization request that have done their work once somebody has signed in for it."""

PAGES: Mapping[Stage, str] = {
    Stage.FACTOR: "sign_in.show_factor",
    Stage.PASSWORD_CHANGE: "account_pages.show_password",
    Stage.ENROLMENT: "account_pages.show_factor",
    Stage.GRANT: "sign_in.show_grants",
    Stage.NOTHING_OPEN: "sign_in.show_nothing",
}
"""Where a person goes whose sign-in still asks for something."""

ACCOUNT_PAGES: Mapping[str, str] = {"password": "account_pages.show_password", "factor": "account_pages.show_factor"}
"""Pages of one's own account, by the word in the query that leads back to them."""


@dataclass(frozen=True)
class Site:
    """Where identity's pages are, where the portal is, and whether cookies go over HTTPS only."""

    issuer: str
    portal_url: str
    secure_cookies: bool

    def cookie(self, name: str) -> str:
        """Return the full name of a cookie."""
        return f"__Host-tongbao-{name}" if self.secure_cookies else f"tongbao-{name}"


class ForeignForm(NotAllowed):
    """A form came without the token of the browser that it was made for, or from another site."""

    code = "foreign_form"
    message = "页面已失效，请刷新后重新操作。"


class Elsewhere(Exception):
    """The browser is to go to another page first."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__("elsewhere")


def site() -> Site:
    """Return where the pages are."""
    return cast(Site, current_app.extensions[SITE])


def visitor() -> Visitor:
    """Return who is at the browser, as far as the trusted proxies and its own cookies tell."""
    device = request.cookies.get(site().cookie("device"), "")
    agent = request.headers.get("User-Agent", "")[:300]
    return Visitor(address=request.remote_addr or "unknown", agent=agent, device=device[:64])


def begin_page() -> None:
    """Read the cookie, and refuse a form that is not ours. Raises `ForeignForm`, `UnsupportedMedia`."""
    g.cookie = request.cookies.get(site().cookie("identity"), "")
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    if request.mimetype not in (FORM_TYPE, ""):
        raise UnsupportedMedia
    origin = request.headers.get("Origin")
    if origin is not None and origin != _origin(site().issuer):
        raise ForeignForm
    given = request.form.get(TOKEN_FIELD, "")
    if not g.cookie or not compare_digest(given.encode(), form_token(g.cookie).encode()):
        raise ForeignForm


def page_token() -> str:
    """Return the token of this browser's forms; a browser without a cookie gets one."""
    if not g.get("cookie"):
        use_cookie(deps().random.secret())
    return form_token(g.cookie)


def use_cookie(value: str) -> None:
    """Give the browser this cookie with the answer."""
    g.cookie = g.new_cookie = value


def use(here: Here) -> None:
    """Go on with a sign-in: give the browser its new cookie, and remember the device where it is complete."""
    g.here = here
    if here.cookie:
        use_cookie(here.cookie)
    if here.stage is Stage.COMPLETE and not visitor().device:
        g.new_device = g.device


def new_device() -> Visitor:
    """Return the visitor with the device cookie that this browser has, or gets once the sign-in is complete."""
    found = visitor()
    if found.device:
        return found
    if "device" not in g:
        g.device = deps().random.secret()
    return Visitor(found.address, found.agent, g.device)


def here_or_none() -> Here | None:
    """Return who is at this browser."""
    if "here" not in g:
        cookie = g.get("cookie") or request.cookies.get(site().cookie("identity"), "")
        g.here = find_here(deps(), cookie) if cookie else None
    return cast("Here | None", g.here)


def here(*stages: Stage) -> Here:
    """Return who is at this browser, in one of these stages. Raises `Elsewhere` for the page that comes first."""
    found = here_or_none()
    if found is None:
        raise Elsewhere(with_query("sign_in.show"))
    if found.stage not in stages:
        raise Elsewhere(onward(found))
    return found


def onward(found: Here) -> str:
    """Return where a person goes next: to what is still asked for, or to what they came for."""
    if found.stage in PAGES:
        return with_query(PAGES[found.stage])
    if "client_id" in request.args:
        return with_query("oauth.authorize")
    return (
        url_for(ACCOUNT_PAGES[request.args["next"]]) if request.args.get("next") in ACCOUNT_PAGES else site().portal_url
    )


def with_query(endpoint: str) -> str:
    """Return a page's address with the query of now, which says what the person came for."""
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name not in ONCE]
    return url_for(endpoint) + (f"?{urlencode(pairs)}" if pairs else "")


def go(address: str) -> Response:
    """Send the browser to an address of ours."""
    return cast(Response, redirect(address, 303))


def finish_page(response: Response) -> Response:
    """Set the cookies and the headers of a page."""
    flags = {"secure": site().secure_cookies, "httponly": True, "path": "/"}
    if "new_cookie" in g:
        name = site().cookie("identity")
        if g.new_cookie:
            response.set_cookie(name, g.new_cookie, samesite="Lax", **flags)  # type: ignore[arg-type]  # as named there
        else:
            response.delete_cookie(name, samesite="Lax", **flags)  # type: ignore[arg-type]
    if "new_device" in g:
        name = site().cookie("device")
        response.set_cookie(name, g.new_device, max_age=DEVICE_SECONDS, samesite="Lax", **flags)  # type: ignore[arg-type]
    response.headers["Content-Security-Policy"] = _policy()
    response.headers["Referrer-Policy"] = "same-origin"  # with `no-referrer` browsers name no origin of a form
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    return response


def _policy() -> str:
    """Return the policy of a page: nothing from elsewhere, and forms that end at ours or at the client's page.

    Browsers hold `form-action` against the redirects after a form as well, and the last of them leads to the client.
    """
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"form-action 'self' {_client_origin()}; base-uri 'none'; frame-ancestors 'none'"
    )


def _client_origin() -> str:
    client = find_enabled(deps(), request.args.get("client_id", "")[:64]) if "client_id" in request.args else None
    address = request.args.get("redirect_uri") or request.args.get("post_logout_redirect_uri", "")
    known = (*client.redirect_uris, *client.sign_out_uris) if client else ()
    return _origin(address if address in known else site().portal_url)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
