"""The portal in this process, over a filing service in this process too: for a browser to fill forms in.

Who is signed in is the portal's fake to say; filing is told by a token of the test's own issuer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx

from services.portal.clients.classification import HttpClasses
from services.portal.clients.closings import HttpClosings
from services.portal.clients.completeness import HttpCompleteness
from services.portal.clients.contracts import HttpContracts
from services.portal.clients.divisions import ListedDivisions
from services.portal.clients.duplicates import HttpDuplicates
from services.portal.clients.filing import HttpFilings
from services.portal.clients.filing_casework import HttpFilingCasework
from services.portal.clients.http import ServiceHttp
from services.portal.clients.month_end import HttpMonthEnds
from services.portal.clients.queue import HttpReviewQueue
from services.portal.clients.reliefs import HttpReliefs
from services.portal.clients.reminding import HttpReminding
from services.portal.clients.survey import HttpSurvey
from services.portal.clients.workbooks import HttpWorkbooks
from shared.identity.actor import Actor
from tests.support.filing_site import FilingSite
from tests.support.portal import Portal, make_portal, make_settings
from tests.support.portal_answers import make_person
from tests.support.portal_app import app_on
from tests.support.portal_over_registration import Signed
from tests.support.portal_served import Served, served

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@contextmanager
def portal_over_filing(site: FilingSite, actor: Actor) -> Iterator[Served]:
    """Serve the portal for one person until the end of the block."""
    with served(portal_app(site, actor)) as portal:
        yield portal


def portal_app(site: FilingSite, actor: Actor) -> Portal:
    """Return the portal over the filing service, with a person signed in."""
    portal = make_portal()
    transport = Signed(httpx.WSGITransport(app=in_pieces(site.client.application)), site.issuer, actor)
    http = ServiceHttp("http://filing", transport)
    deps = replace(
        portal.app.extensions["deps"],
        filings=HttpFilings(http),
        survey=HttpSurvey(http, site.clock),
        workbooks=HttpWorkbooks(http),
        month_ends=HttpMonthEnds(http),
        classes=HttpClasses(http),
        contracts=HttpContracts(http),
        duplicates=HttpDuplicates(http),
        closings=HttpClosings(http),
        filing_casework=HttpFilingCasework(http),
        queue=HttpReviewQueue(http),
        reliefs=HttpReliefs(http),
        reminding=HttpReminding(http),
        completeness=HttpCompleteness(http),
        divisions=ListedDivisions(site.clock),
        clock=site.clock,
    )
    portal.app = app_on(make_settings(), deps, is_served=True)
    portal.browser = portal.app.test_client()
    username = f"{actor.account_id}@example.cn"
    person = {**make_person(actor.role.value), "unit_id": actor.unit_id, "division": actor.division}
    portal.identity.people[username] = person
    answer = portal.come_back(username)
    assert answer.status_code == 303, answer.text
    return portal


def in_pieces(app: WSGIApplication) -> WSGIApplication:
    """Return the application as gunicorn serves it: bodies whose length nobody tells are read to their end."""

    def call(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        environ["wsgi.input_terminated"] = True
        return app(environ, start)

    return call
