"""The portal in this process, over statistics on a real database: for a browser to work with.

Who is signed in is the portal's fake to say; statistics is told by a token of the test's own issuer.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
from werkzeug.serving import make_server

from services.portal.clients.dashboards import HttpDashboards
from services.portal.clients.http import ServiceHttp
from services.portal.clients.publications import HttpPublications
from services.portal.clients.releases import HttpDrafts, HttpReleases
from services.statistics.app import create_app as create_statistics
from services.statistics.ports.deps import Deps
from shared.clock import SystemClock
from shared.identity.actor import Actor
from tests.support.portal import make_portal, make_settings
from tests.support.portal_app import app_on
from tests.support.portal_over_registration import Quiet, Served, Signed
from tests.support.tokens import TestIssuer


@contextmanager
def portal_over_statistics(statistics: Deps, actor: Actor) -> Iterator[Served]:
    """Serve the portal for one person until the end of the block."""
    issuer, fake, clock = TestIssuer(), make_portal(), SystemClock()
    transport = httpx.WSGITransport(app=create_statistics(statistics, issuer.verifier, {}))
    http = ServiceHttp("http://statistics", Signed(transport, issuer, actor))
    clients = {
        "releases": HttpReleases(http),
        "table_drafts": HttpDrafts(http),
        "dashboards": HttpDashboards(http),
        "publications": HttpPublications(ServiceHttp("http://statistics", transport), clock),
        "clock": clock,
    }
    fake.app = app_on(make_settings(), replace(fake.app.extensions["deps"], **clients), is_served=True)
    fake.browser = fake.app.test_client()
    fake.sign_in(actor.role.value, division=actor.division)
    cookie = fake.browser.get_cookie("tongbao")
    assert cookie is not None
    server = make_server("127.0.0.1", 0, fake.app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{server.server_port}", ("tongbao", cookie.value))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
