"""The portal in this process, over statistics on a real database: for a browser to work with.

Who is signed in is the portal's fake to say; statistics is told by a token of the test's own issuer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx

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
from tests.support.portal_over_registration import Signed
from tests.support.portal_served import Served, served
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
    with served(fake) as portal:
        yield portal
