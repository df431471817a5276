"""The portal in this process, over an exchange on real stores: for a browser to work with.

Who is signed in is the portal's fake to say; the exchange is told by a token of the test's own issuer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx

from services.exchange.app import create_app as create_exchange
from services.exchange.wiring import Wired
from services.portal.clients.cases import HttpCases
from services.portal.clients.deliveries import HttpDeliveries
from services.portal.clients.exchange import HttpExchange
from services.portal.clients.exchange_desk import HttpExchangeDesk
from services.portal.clients.http import ServiceHttp
from services.portal.clients.proof import HttpProof
from shared.clock import SystemClock
from shared.identity.actor import Actor
from tests.support.portal import make_portal, make_settings
from tests.support.portal_app import app_on
from tests.support.portal_over_registration import Signed
from tests.support.portal_served import Served, served
from tests.support.tokens import TestIssuer


@contextmanager
def portal_over_exchange(wired: Wired, actor: Actor) -> Iterator[Served]:
    """Serve the portal for one person until the end of the block."""
    issuer, fake = TestIssuer(), make_portal()
    exchange = create_exchange(wired.deps, issuer.verifier, wired.checks())
    http = ServiceHttp("http://exchange", Signed(httpx.WSGITransport(app=exchange), issuer, actor))
    deps = fake.app.extensions["deps"]
    clients = {
        "exchange": HttpExchange(http),
        "exchange_desk": HttpExchangeDesk(http),
        "cases": HttpCases(http),
        "deliveries": HttpDeliveries(http),
        "proof": HttpProof(http),
        "clock": SystemClock(),
    }
    fake.app = app_on(make_settings(), replace(deps, **clients), is_served=True)
    fake.browser = fake.app.test_client()
    fake.sign_in(actor.role.value)
    with served(fake) as portal:
        yield portal
