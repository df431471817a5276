"""The portal's client of exchange rates against filing itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_type_hints

import httpx
import pytest

from services.portal.clients.http import ServiceHttp
from services.portal.clients.rates import HttpRates
from services.portal.model.filing import ConvertedAnswer, UsedRateAnswer
from services.portal.model.rates import RateAnswer, RateLine, RateRevision, RatesRead, TableFault
from services.sandbox.story.figures import basic_information
from services.sandbox.story.unit import make_unit
from shared.errors import Invalid, Malformed, NotAllowed
from shared.identity.actor import Actor
from tests.support.filing_site import COUNTY_REVIEWER, MINISTRY, FilingSite
from tests.support.rates import line, table_of


@pytest.fixture
def rates(filing_site: FilingSite) -> HttpRates:
    return HttpRates(ServiceHttp("http://filing", httpx.WSGITransport(app=filing_site.client.application)))


def token(site: FilingSite, actor: Actor) -> str:
    return site.issuer.headers(actor)["Authorization"].removeprefix("Bearer ")


def reads(answer: Mapping[str, Any], kind: type) -> bool:
    """Whether an answer has every field that the pages know."""
    return set(get_type_hints(kind)) <= set(answer)


def test_a_table_is_tried_stored_and_listed_as_the_page_reads_it(filing_site: FilingSite, rates: HttpRates) -> None:
    own = token(filing_site, MINISTRY)
    table = table_of(line(), line(currency="EUR"))

    tried = rates.take(own, table, is_trial=True)
    stored = rates.take(own, table, is_trial=False)
    listed, cursor = rates.list(own, {"currency": "EUR", "first_day": "2026-01-01"})

    assert (tried["is_stored"], stored["is_stored"], cursor) == (False, True, "")
    assert reads(tried, RatesRead)
    assert reads(tried["rows"][0], RateLine)
    assert [each["currency"] for each in listed] == ["EUR"]
    assert reads(listed[0], RateAnswer)
    assert reads(listed[0]["revisions"][0], RateRevision)


def test_what_is_wrong_comes_as_the_page_tells_it(filing_site: FilingSite, rates: HttpRates) -> None:
    own = token(filing_site, MINISTRY)

    wrong = rates.take(own, table_of(line(units="3")), is_trial=False)

    assert reads(wrong["faults"][0], TableFault)
    assert not wrong["is_stored"]
    with pytest.raises(Malformed):
        rates.take(own, b"a,b\n", is_trial=True)
    with pytest.raises(Invalid) as caught:
        rates.list(own, {"currency": "usd", "last_day": "x"})
    assert {each.pointer for each in caught.value.problems} == {"/currency", "/last_day"}
    with pytest.raises(NotAllowed):
        rates.take(token(filing_site, COUNTY_REVIEWER), table_of(line()), is_trial=True)


def test_what_a_version_was_reckoned_with_comes_as_the_pages_read_it(filing_site: FilingSite, rates: HttpRates) -> None:
    rates.take(token(filing_site, MINISTRY), table_of(line(day="2025-12-31", value="7.14")), is_trial=False)
    operator = filing_site.operator()
    filing = filing_site.begin(operator, "enterprise-1")
    answers = basic_information(make_unit())
    filing = filing_site.save(operator, filing, answers=answers)
    explained = {each["key"]: "情况属实。" for each in filing["findings"] if each["severity"] == "query"}
    filing = filing_site.save(operator, filing, answers=answers, explanations=explained)
    assert filing_site.submit(operator, filing).status_code == 200

    version = filing_site.json(operator, "GET", f"/filings/{filing['id']}/versions/1")

    assert len(version["converted"]) == 3
    assert all(reads(each, ConvertedAnswer) for each in version["converted"])
    assert reads(version["converted"][0]["rates"][0], UsedRateAnswer)
