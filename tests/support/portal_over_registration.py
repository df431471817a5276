"""The portal in this process, over a registration service that runs for itself: for a browser to work with.

Who is signed in is the portal's fake to say; registration is told by a token of the test's own issuer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import httpx

from services.portal.clients.http import ServiceHttp
from services.portal.clients.registration import HttpRegistrations
from services.portal.clients.uploads import HttpUploads
from shared.clock import SystemClock
from shared.identity.actor import Actor
from tests.support.portal import Portal, make_portal, make_settings
from tests.support.portal_app import app_on
from tests.support.portal_served import Served, served
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


@contextmanager
def portal_over(registration_url: str, issuer: TestIssuer, actor: Actor) -> Iterator[Served]:
    """Serve the portal for one person until the end of the block."""
    fake: Portal = make_portal()
    deps = fake.app.extensions["deps"]
    connections = httpx.HTTPTransport()
    transport = Signed(connections, issuer, actor)
    http = ServiceHttp(registration_url, transport)
    deps = replace(deps, registrations=HttpRegistrations(http), uploads=HttpUploads(http), clock=SystemClock())
    fake.app = app_on(make_settings(), deps, is_served=True)
    fake.browser = fake.app.test_client()
    fake.sign_in(actor.role.value)
    with connections, served(fake) as portal:
        yield portal
