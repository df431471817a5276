"""Random requests to every operation of the description, and random answers to every form: never a fault of ours."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.support.bad_input import PROBLEM
from tests.support.filing_bodies import bodies
from tests.support.fuzz import JSON, Request, operations_of, requests_for
from tests.support.rights_filing import OWN, PEOPLE, Ground

SECONDS = 20.0
"""After which no further round begins."""
ROUNDS = 4
QUICK = settings(max_examples=14, deadline=None, database=None, suppress_health_check=list(HealthCheck))
FEW = settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
JSON_BODY = {"Content-Type": "application/json"}
FORMS = ("city-1", "city-2", "city-3", *(f"enterprise-{no}" for no in range(1, 6)), "platform-1")


def _wrong(request: Request, answer: TestResponse) -> str:
    if answer.status_code >= 500:
        return f"status {answer.status_code}"
    if str(answer.status_code) not in request.operation.statuses and "default" not in request.operation.statuses:
        return f"undocumented status {answer.status_code}"
    if answer.status_code >= 400 and answer.mimetype != PROBLEM:
        return f"media type {answer.mimetype}"
    return ""


def test_no_random_request_brings_a_fault_of_ours(filing_ground: Ground, capsys: pytest.CaptureFixture[str]) -> None:
    site, targets = filing_ground.site, filing_ground.targets
    operations = operations_of(site.call(None, "GET", "/docs/openapi.json").get_json())
    known = {
        "filing_id": [targets[name].id for name in ("draft", "submitted", "approved", "list_draft")],
        "file_id": [targets["submitted"].file],
        "import_id": [targets["list_draft"].imported],
        "unit_id": ["1" * 32],
        "edition_id": ["2022"],
        "form_key": list(FORMS),
        "scheme": ["training_kind", "industry"],
        "version": ["2022", "2017"],
        "no": ["0", "1"],
        "number": ["0", "1"],
    }
    people = [*PEOPLE, *["own"] * 10, *["county"] * 6, *["ministry"] * 3]
    kept = [each.document for each in targets.values() if each.document]
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
            requests = requests_for(operation, people, known, range(1, 6))
            seed(number)(QUICK(given(requests)(send)))()
    for document in kept:
        site.wired.database["filings"].replace_one({"_id": document["_id"]}, document)

    with capsys.disabled():
        sys.stdout.write(f" {tried.total()} random requests, answers {dict(sorted(seen.items()))} ")
    assert tried.keys() == {each.name for each in operations}
    assert any(status < 300 for status in seen)


@pytest.mark.parametrize("key", FORMS)
def test_no_answers_to_a_form_bring_a_fault_of_ours(filing_ground: Ground, key: str) -> None:
    site = filing_ground.site
    edition = site.wired.deps.catalogue.find("2022")
    form = edition.form(key) if edition else None
    assert form is not None
    codes = [each.code for each in form.indicators]
    wild = st.dictionaries(st.sampled_from(codes), JSON | st.lists(JSON, max_size=3), max_size=4)
    path = f"/editions/2022/forms/{key}/check"
    seen: Counter[int] = Counter()

    @seed(7)
    @FEW
    @given(answers=bodies(form) | wild)
    def check(answers: dict[str, Any]) -> None:
        sent = {"period": "2025-03" if form.period.value == "month" else "2025", "answers": answers}
        answer = site.call(OWN, "POST", path, headers=JSON_BODY, data=json.dumps(sent))
        seen[answer.status_code] += 1
        assert answer.status_code in {200, 422}, answer.text

    check()

    assert seen[200]
    assert seen[422]
