"""How often an account may ask."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest
from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage, MongoDBStorage

from shared.identity.actor import Actor, Role
from shared.web import limits

if TYPE_CHECKING:  # the module of a fixture is not imported at run time
    from tests.unit.web.conftest import Service

BUSY, OTHER = (Actor(letter * 32, Role.COUNTY_REVIEWER, division="330106") for letter in "bc")
FEW, MANY = RateLimitItemPerHour(3), RateLimitItemPerHour(1000)
CHEAP, COSTLY = "/papers", "/papers/1"


def ask(service: Service, path: str, actor: Actor | None, times: int) -> list[int]:
    headers = service.issuer.headers(actor) if actor else {}
    return [service.client.get(path, headers=headers).status_code for _ in range(times)]


@pytest.fixture
def counts(service: Service) -> MemoryStorage:
    limits.costly(service.app.view_functions["papers.read"])
    return MemoryStorage()


def test_a_burst_is_bounded_and_told_when_to_come_back(service: Service, counts: MemoryStorage):
    limits.register(service.app, counts, ordinary=FEW, limit=MANY)

    answers = ask(service, CHEAP, BUSY, 5)
    refused = service.client.get(CHEAP, headers=service.issuer.headers(BUSY))

    assert answers == [200, 200, 200, 429, 429]
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert refused.json["code"] == "too_many_requests"


def test_one_account_cannot_starve_another(service: Service, counts: MemoryStorage):
    limits.register(service.app, counts, ordinary=FEW, limit=FEW)

    ask(service, COSTLY, BUSY, 10)

    assert ask(service, COSTLY, OTHER, 3) == [200, 200, 200]


def test_costly_requests_have_a_limit_of_their_own(service: Service, counts: MemoryStorage):
    limits.register(service.app, counts, ordinary=MANY, limit=FEW)

    costly = ask(service, COSTLY, BUSY, 4)

    assert costly == [200, 200, 200, 429]
    assert ask(service, CHEAP, BUSY, 4) == [200] * 4


def test_a_rationed_view_has_a_count_of_its_own_for_each_account(service: Service, counts: MemoryStorage):
    limits.rationed(FEW)(service.app.view_functions["papers.listed"])
    limits.register(service.app, counts, ordinary=MANY, limit=MANY)

    rationed = ask(service, CHEAP, BUSY, 4)

    assert rationed == [200, 200, 200, 429]
    assert ask(service, CHEAP, OTHER, 3) == [200] * 3
    assert ask(service, COSTLY, BUSY, 3) == [200] * 3


def test_an_address_without_an_account_asks_for_what_is_public_and_costly_as_often_as_others_let_it(
    service: Service, counts: MemoryStorage
):
    limits.costly(service.app.view_functions["healthz"])
    limits.register(service.app, counts, ordinary=MANY, limit=MANY, anonymous=FEW)

    one = [service.client.get("/healthz", environ_base={"REMOTE_ADDR": "203.0.113.5"}).status_code for _ in range(4)]
    other = service.client.get("/healthz", environ_base={"REMOTE_ADDR": "203.0.113.6"}).status_code

    assert one == [200, 200, 200, 429]
    assert other == 200
    assert ask(service, "/readyz", None, 5) == [200] * 5
    assert counts.storage == {}


def test_probes_and_who_has_no_account_are_not_counted(service: Service, counts: MemoryStorage):
    limits.register(service.app, counts, ordinary=FEW, limit=FEW)

    assert ask(service, "/healthz", None, 5) == [200] * 5
    assert ask(service, CHEAP, None, 5) == [401] * 5


def test_counts_that_nobody_asked_for_open_no_connection_when_they_end(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(MongoDBStorage, "_init_mongo_client", lambda _, uri, **__: opened.append(uri))
    counts = limits.stored_counts("mongodb://127.0.0.1:1/", "nothing")

    del counts
    gc.collect()

    assert opened == []
