"""The portal in this process, over a registration service that runs for itself: for a browser to work with.

Who is signed in is the portal's fake to say; registration is told by a token of the test's own issuer.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import httpx
from werkzeug.serving import WSGIRequestHandler, make_server

from services.portal.clients.http import ServiceHttp
from services.portal.clients.registration import HttpRegistrations
from services.portal.clients.uploads import HttpUploads
from shared.clock import SystemClock
from shared.identity.actor import Actor
from tests.support.portal import Portal, make_portal, make_settings
from tests.support.portal_app import app_on
from tests.support.tokens import TestIssuer


@dataclass(frozen=True)
class Signed(httpx.BaseTransport):
    """Sends every request as one actor."""

    inner: httpx.BaseTransport
    issuer: TestIssuer
    actor: Actor

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.headers.update(self.issuer.headers(self.actor))
        return self.inner.handle_request(request)


class Quiet(WSGIRequestHandler):
    """Serves without a line for each request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Served:
    """A portal at an address, and the cookie of the person who is signed in."""

    url: str
    cookie: tuple[str, str]


@contextmanager
def portal_over(registration_url: str, issuer: TestIssuer, actor: Actor) -> Iterator[Served]:
    """Serve the portal for one person until the end of the block."""
    fake: Portal = make_portal()
    deps = fake.app.extensions["deps"]
    connections = httpx.HTTPTransport()
    transport = Signed(connections, issuer, actor)
    http = ServiceHttp(registration_url, transport)
    deps = replace(deps, registrations=HttpRegistrations(http), uploads=HttpUploads(http), clock=SystemClock())
    app = app_on(make_settings(), deps, is_served=True)
    fake.app, fake.browser = app, app.test_client()
    fake.sign_in(actor.role.value)
    cookie = fake.browser.get_cookie("tongbao")
    assert cookie is not None
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{server.server_port}", ("tongbao", cookie.value))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        connections.close()
