"""Wrong requests about the publication of statistics are refused, and nothing that is stored changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from pymongo import MongoClient

from services.sandbox.stack.stack import Stack
from shared.ids import new_id
from shared.mongo.client import Document
from shared.paging import encode_cursor
from tests.support.bad_input import (
    BAD_KEYS,
    BAD_VERSIONS,
    MALFORMED_JSON,
    NO_OBJECTS,
    WRONG_MEDIA,
    Stores,
    refusal,
    spoilt,
)
from tests.support.rights_statistics import RELEASES, Ground
from tests.support.statistics_site import open_statistics

SCHEDULE = f"/releases/{RELEASES['approved']}/schedule"
BODY = {"publish_on": "2025-04-20"}
GOOD = json.dumps(BODY).encode()

OTHERS = (
    ("head", "POST", f"/releases/{RELEASES['passed']}/approval", {"statement": "同意", "exception_reason": "已核对"}),
    ("ministry", "POST", "/releases", {"kind": "bulletin", "period": "2025-03"}),
)

QUERIES = (
    *(f"?limit={quote(text)}" for text in ("", "0", "-1", "101", "1.5", "１", "9" * 4000)),
    *(f"?cursor={quote(text)}" for text in ("!", "\x00", "a", "x" * 201, encode_cursor("a"), encode_cursor("a", "b"))),
    f"?cursor={encode_cursor('0001-01-01T00:00:00+23:59', 'b')}",
    "?limit[$gt]=1", "?cursor[$gt]=", "?limit=1&limit=2", "?$where=1", "?state=approved",
)  # fmt: skip
REACH = "/corrections/reach"
LINE = {"kind": "execution", "counted_in": "2025-03", "nature": "2", "usd": "10"}
CORRECTED = {"path": ["330106", "330000"], "before": [LINE], "after": None}
LINES = (
    {"kind": "none"},
    {"counted_in": "2025-13"},
    {"counted_in": {"$gt": ""}},
    {"usd": 10.5},
    {"usd": "1e3"},
    {"usd": "9" * 30},
    {"market": "$ne"},
    {"class_list": "business_class"},
    {"name": "某公司"},
)
DAYS = (
    "",
    "2025-4-20",
    "20250420",
    "2025-02-30",
    "1899-12-31",
    "2201-01-01",
    "2025-04-20T00:00:00Z",
    "２０２５-04-20",
    "2025-04-09",
)


@pytest.fixture(scope="module")
def office(started: Stack, mongo: MongoClient[Document], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    name = f"test-{new_id()}"
    with open_statistics(started, name, tmp_path_factory.mktemp("statistics")) as opened:
        yield Ground(opened)
    mongo.drop_database(name)


@pytest.fixture
def kept(office: Ground) -> Iterator[Stores]:
    """Look that a test changed nothing."""
    stores = Stores(office.database)
    before = stores.documents()
    yield stores
    assert stores.documents() == before


def version_of(office: Ground) -> str:
    return f'"{office.kept[RELEASES["approved"]]["v"]}"'


@pytest.mark.parametrize("query", QUERIES)
def test_a_wrong_query_is_refused(office: Ground, kept: Stores, query: str) -> None:
    answer = office.send("nobody", "GET", f"/published{query}")

    assert refusal(answer) == ""


@pytest.mark.parametrize(
    "period", ["", "2025", "2025-13", "2025-3", "２０２５-03", "2025-05", "2025-03-01", "%00", "9" * 4000]
)
def test_what_is_no_month_of_a_dashboard_is_told_with_its_place(office: Ground, period: str) -> None:
    answer = office.send("county", "GET", f"/dashboards/330106?period={period}")

    assert refusal(answer, "/period", frozenset({422})) == ""


@pytest.mark.parametrize(
    "query", ["", "?period[$gt]=2025-03", "?period=2025-03&period=2025-02", "?period=2025-03&layer=filed"]
)
def test_a_wrong_query_of_a_dashboard_is_refused(office: Ground, query: str) -> None:
    answer = office.send("county", "GET", f"/dashboards/330106{query}")

    assert refusal(answer) == ""


@pytest.mark.parametrize("kind", ["", "/csv", "/workbook"])
def test_a_wrong_question_for_a_draft_is_refused_in_every_form(office: Ground, kind: str) -> None:
    wrong = ("", "?period=", "?period=2025", "?period=2025-13", "?period=2025-03&layer=draft", "?period[$ne]=2025-03")
    strange = ("$ne", "%00", "x" * 3000)

    answers = [office.send("ministry", "GET", f"/tables/monthly_province/draft{kind}{query}") for query in wrong]
    unknown = [office.send("ministry", "GET", f"/tables/{key}/draft{kind}?period=2025-03") for key in strange]

    assert [refusal(answer, statuses=frozenset({422})) for answer in answers] == [""] * len(wrong)
    assert [refusal(answer, statuses=frozenset({404})) for answer in unknown] == [""] * len(strange)


@pytest.mark.parametrize("strange", ["x", "$ne", "%00", "%2e%2e", "😀", "3301", "3" * 3000, "33010６"])
def test_a_strange_division_or_panel_is_not_found(office: Ground, strange: str) -> None:
    paths = [f"/dashboards/{strange}?period=2025-03"]
    paths += [f"/dashboards/330106/panels/{strange}/{kind}?period=2025-03" for kind in ("csv", "workbook")]

    answers = [office.send("ministry", "GET", path) for path in paths]

    assert [refusal(answer, statuses=frozenset({404})) for answer in answers] == [""] * 3


@pytest.mark.parametrize("strange", ["x", "$ne", '{"$ne":null}', "%00", "%2e%2e", "😀", "x" * 3000, "A" * 32])
def test_a_strange_id_is_not_found(office: Ground, kept: Stores, strange: str) -> None:
    paths = [f"/published/{strange}", f"/published/{strange}/workbook", f"/published/{strange}/tables/by_region/csv"]
    paths.append(f"/published/{RELEASES['published']}/tables/{strange}")

    answers = [office.send("nobody", "GET", path) for path in paths]

    assert [refusal(answer, statuses=frozenset({404})) for answer in answers] == [""] * 4


@pytest.mark.parametrize("day", DAYS)
def test_what_is_no_day_or_over_is_told_with_its_place(office: Ground, kept: Stores, day: str) -> None:
    body = json.dumps({"publish_on": day}).encode()

    answer = office.send("ministry", "POST", SCHEDULE, {"If-Match": version_of(office)}, body)

    assert refusal(answer, "/publish_on", frozenset({422})) == ""


def test_a_fault_of_the_body_is_told_with_its_place(office: Ground, kept: Stores) -> None:
    version = {"If-Match": version_of(office)}
    bodies = [*spoilt(BODY)]

    answers = [
        (each, office.send("ministry", "POST", SCHEDULE, version, json.dumps(each.body).encode())) for each in bodies
    ]
    missing = office.send("ministry", "POST", SCHEDULE, version, b"{}")

    assert [each.fault for each, answer in answers if refusal(answer, each.pointer, frozenset({422}))] == []
    assert refusal(missing, "/publish_on", frozenset({422})) == ""


@pytest.mark.parametrize(("person", "method", "path", "body"), OTHERS)
def test_a_fault_of_another_body_is_told_with_its_place(
    office: Ground, kept: Stores, person: str, method: str, path: str, body: dict[str, str]
) -> None:
    headers = {"If-Match": f'"{office.kept[RELEASES["passed"]]["v"]}"', "Idempotency-Key": new_id()}

    answers = [
        (each, office.send(person, method, path, headers, json.dumps(each.body).encode())) for each in spoilt(body)
    ]

    assert [each.fault for each, answer in answers if refusal(answer, each.pointer, frozenset({422}))] == []


@pytest.mark.parametrize("period", ["", "2025-13", "2025-3", "25-03", "２０２５-03", "1999-03", "2025-03-01", "2025"])
def test_what_is_no_period_of_a_kind_is_told_with_its_place(office: Ground, kept: Stores, period: str) -> None:
    body = json.dumps({"kind": "monthly", "period": period}).encode()

    answer = office.send("ministry", "POST", "/releases", {"Idempotency-Key": new_id()}, body)

    assert refusal(answer, "/period", frozenset({422})) == ""


def test_what_is_no_json_object_is_refused(office: Ground, kept: Stores) -> None:
    version = {"If-Match": version_of(office)}

    malformed = [office.send("ministry", "POST", SCHEDULE, version, text) for text in MALFORMED_JSON.values()]
    others = [office.send("ministry", "POST", SCHEDULE, version, json.dumps(each).encode()) for each in NO_OBJECTS]
    media = [office.send("ministry", "POST", SCHEDULE, version | {"Content-Type": name}, GOOD) for name in WRONG_MEDIA]

    assert {refusal(answer, statuses=frozenset({400})) for answer in malformed} == {""}
    assert {refusal(answer, "", frozenset({422})) for answer in others} == {""}
    assert {refusal(answer, statuses=frozenset({415})) for answer in media} == {""}


def test_wrong_versions_and_keys_are_refused(office: Ground, kept: Stores) -> None:
    def sent(**headers: str) -> dict[str, str]:
        named = {"If-Match": version_of(office)} | {name.replace("_", "-"): text for name, text in headers.items()}
        return {name: text.encode().decode("latin-1") for name, text in named.items()}

    versions = {
        text: refusal(
            office.send("ministry", "POST", SCHEDULE, sent(If_Match=text), GOOD), statuses=frozenset({status})
        )
        for text, status in BAD_VERSIONS.items()
    }
    keys = {
        key: refusal(
            office.send("ministry", "POST", SCHEDULE, sent(Idempotency_Key=key), GOOD), statuses=frozenset({400})
        )
        for key in BAD_KEYS
    }

    assert {text: found for text, found in (versions | keys).items() if found} == {}


@pytest.mark.parametrize("changes", LINES, ids=str)
def test_a_wrong_fact_is_refused_where_it_stands(office: Ground, kept: Stores, changes: dict[str, object]) -> None:
    body = json.dumps({**CORRECTED, "after": [{**LINE, **changes}]}).encode()

    answer = office.send("county", "POST", REACH, body=body)

    assert refusal(answer, f"/after/0/{next(iter(changes))}") == ""


@pytest.mark.parametrize("thing", NO_OBJECTS, ids=repr)
def test_facts_that_are_no_object_are_refused(office: Ground, kept: Stores, thing: object) -> None:
    assert refusal(office.send("county", "POST", REACH, body=json.dumps(thing).encode())) == ""
