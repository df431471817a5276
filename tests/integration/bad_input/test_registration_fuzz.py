"""Random requests to every operation of the description, by everybody: never a fault of ours."""

from __future__ import annotations

import sys
import time
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, seed, settings
from werkzeug.test import TestResponse

from tests.support.bad_input import PROBLEM
from tests.support.fuzz import Request, operations_of, requests_for
from tests.support.registration_site import Site
from tests.support.registration_wire import submitted, uploaded
from tests.support.rights_registration import OWN, PEOPLE
from tests.support.tus import begin

SECONDS = 20.0
"""After which no further round begins."""
ROUNDS = 5
QUICK = settings(max_examples=16, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def _wrong(request: Request, answer: TestResponse) -> str:
    if answer.status_code >= 500:
        return f"status {answer.status_code}"
    if str(answer.status_code) not in request.operation.statuses and "default" not in request.operation.statuses:
        return f"undocumented status {answer.status_code}"
    if answer.status_code >= 400 and answer.mimetype != PROBLEM:
        return f"media type {answer.mimetype}"
    return ""


def test_no_random_request_brings_a_fault_of_ours(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    draft = site.create(OWN)
    file_id = uploaded(site, OWN, draft, "2")
    other, version = submitted(site, OWN)
    operations = operations_of(site.call(None, "GET", "/docs/openapi.json").get_json())
    known = {
        "registration_id": [draft, other],
        "file_id": [file_id],
        "upload_id": [begin(site, OWN, draft, 100).rpartition("/")[2]],
        "slot": ["1", "4", "5", "details"],
        "no": ["0", "1", "2"],
        "page": ["1", "2"],
    }
    people = [*PEOPLE, *["own"] * 12, *["county"] * 6]
    end = time.monotonic() + SECONDS
    tried: Counter[str] = Counter()
    seen: Counter[int] = Counter()

    def send(request: Request) -> None:
        actor = PEOPLE[request.person]
        answer = site.call(actor, request.operation.method, request.path, headers=request.headers, data=request.data)
        tried[request.operation.name] += 1
        seen[answer.status_code] += 1
        assert _wrong(request, answer) == "", (request.operation.name, request.person, answer.text)

    for number in range(ROUNDS):
        for operation in operations if number == 0 or time.monotonic() < end else ():
            requests = requests_for(operation, people, known, range(1, version + 2))
            seed(number)(QUICK(given(requests)(send)))()

    with capsys.disabled():
        sys.stdout.write(f" {tried.total()} random requests, answers {dict(sorted(seen.items()))} ")
    assert tried.keys() == {each.name for each in operations}
    assert any(status < 300 for status in seen)
