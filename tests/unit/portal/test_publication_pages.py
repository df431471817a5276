"""Pages of published statistics: open to everybody, kept by browsers, without a trace of what is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from services.portal.clients.http import ServiceHttp
from services.portal.clients.publications import HttpPublications
from services.portal.presenters.publications import span_label
from shared.clock import FixedClock
from shared.errors import Malformed, NotFound, TooManyRequests
from tests.support.portal import NOON, Portal, make_portal
from tests.support.portal_statistics import (
    BEFORE_ID,
    CLASSES_2022,
    CLASSES_BEFORE,
    CODE,
    LAST_YEAR_ID,
    RELEASE_ID,
    FakePublications,
    make_class_table,
    make_publication,
    make_released,
)

RELEASE = f"/statistics/{RELEASE_ID}"
TABLE = f"{RELEASE}/{CODE}"
PAGES = ("/statistics", RELEASE, TABLE)


def opened() -> tuple[Portal, FakePublications]:
    portal = make_portal()
    kept = portal.app.extensions["deps"].publications
    assert isinstance(kept, FakePublications)
    return portal, kept


@pytest.mark.parametrize("path", PAGES)
def test_everybody_reads_the_same_page_and_may_keep_it(path: str) -> None:
    portal, _ = opened()
    first = portal.browser.get(path)
    portal.sign_in("ministry")

    again = portal.browser.get(path)
    known = portal.browser.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert first.status_code == 200
    assert again.data == first.data
    assert first.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in first.headers
    assert known.status_code == 304
    assert known.data == b""


def test_the_list_shows_a_year_by_kind_and_leads_to_the_others() -> None:
    portal, _ = opened()

    page = portal.browser.get("/statistics").text
    before = portal.browser.get("/statistics?year=2025").text

    assert "2026年1月　服务外包月度统计资料" in page
    assert "2025年1月" not in page
    assert LAST_YEAR_ID in before


@pytest.mark.parametrize(
    ("kind", "period", "words"),
    [
        ("bulletin", "2025-03", "2025年1－3月"),
        ("bulletin", "2025-01", "2025年1月"),
        ("bulletin", "2025", "2025年"),
        ("monthly", "2025-03", "2025年3月"),
    ],
)
def test_a_bulletin_is_about_the_year_up_to_its_month(kind: str, period: str, words: str) -> None:
    assert span_label(kind, period) == words


def test_nothing_published_is_said_in_words() -> None:
    portal, kept = opened()
    kept.listed = []

    assert "还没有已发布的统计资料。" in portal.browser.get("/statistics").text


def test_a_release_says_its_source_units_hidden_cells_and_files() -> None:
    portal, _ = opened()

    page = portal.browser.get(RELEASE).text

    assert "附录（一）2、（二）2" in page
    assert "万元、万美元" in page
    assert "不表示为零" in page
    assert f"/published/{RELEASE_ID}/tables/{CODE}/sdmx-csv" in page
    assert f"/published/{RELEASE_ID}/workbook" in page


def test_a_superseded_release_leads_to_the_latest_and_lists_all_versions() -> None:
    portal, kept = opened()
    kept.listed = [make_publication(number=2, id=BEFORE_ID), make_publication(superseded_by=BEFORE_ID)]
    kept.released = make_released(superseded_by=BEFORE_ID)

    page = portal.browser.get(RELEASE).text

    assert "本版已被更正。" in page
    assert f'<a href="/statistics/{BEFORE_ID}">第 2 版，2026-02-20 发布</a>' in page


def test_a_table_shows_both_currencies_growth_and_share_and_a_mark_for_what_is_hidden() -> None:
    portal, _ = opened()

    page = portal.browser.get(TABLE).text
    rows = page[page.index("<tbody>") : page.index("</tbody>")]

    assert "本年累计" in page
    assert '<td class="number">150,000.00</td><td class="number">25.0</td><td class="number">75.0</td>' in rows
    assert rows.count('<span class="visually-hidden">不公布</span>') == 2
    assert "不表示为零" in page


def test_a_table_of_classes_says_which_are_not_compared_with_those_of_another_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    portal, kept = opened()
    of_2022 = make_publication(period="2022-03")
    kept.listed = [of_2022, make_publication(id=LAST_YEAR_ID, period="2021-03")]
    kept.released = make_released(**of_2022)
    tables = {LAST_YEAR_ID: make_class_table(CLASSES_BEFORE), RELEASE_ID: make_class_table(CLASSES_2022)}
    monkeypatch.setattr(kept, "table", lambda release_id, code, address: tables[release_id])

    page = portal.browser.get(TABLE).text

    assert '<td class="number">20.00</td><td class="number">100.0</td>' in page
    assert "（2019 年版 → 2022 年版），下列类别不可比，不计算同比：I39。" in page


def test_a_chart_draws_nothing_of_a_hidden_cell() -> None:
    portal, _ = opened()

    page = portal.browser.get(TABLE).text
    chart = page[page.index('<svg class="chart"') : page.index("</svg>")]

    assert chart.count("<rect") == 1
    assert "西藏自治区：*" in chart


def test_amounts_can_be_shown_in_the_larger_unit() -> None:
    portal, _ = opened()

    page = portal.browser.get(f"{TABLE}?unit=yi&span=period&place=nonsense").text

    assert "亿元" in page
    assert '<td class="number">15.00</td>' in page


@pytest.mark.parametrize("path", [f"/statistics/{BEFORE_ID}", f"{RELEASE}/nothing"])
def test_what_is_not_published_is_not_there(path: str) -> None:
    portal, _ = opened()

    assert portal.browser.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("/published?limit=1", ()),
        (f"/published/{RELEASE_ID}", (RELEASE_ID,)),
        (f"/published/{RELEASE_ID}/workbook", (RELEASE_ID, "workbook")),
        (f"/published/{RELEASE_ID}/tables/{CODE}", (RELEASE_ID, "tables", CODE)),
        (f"/published/{RELEASE_ID}/tables/{CODE}/csv", (RELEASE_ID, "tables", CODE, "csv")),
    ],
)
def test_programs_get_the_answers_of_statistics_with_their_tags(path: str, parts: tuple[str, ...]) -> None:
    portal, kept = opened()

    answer = portal.browser.get(path)
    known = portal.browser.get(path, headers={"If-None-Match": answer.headers["ETag"]})

    assert answer.data == b"a,b\n"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert kept.files[0][0] == parts
    assert (known.status_code, known.data, known.headers["ETag"]) == (304, b"", '"t1"')


@pytest.mark.parametrize(
    "path", ["/published/../releases", f"/published/{RELEASE_ID}/tables/{CODE}/exe", "/published/a/b"]
)
def test_no_other_address_is_passed_on(path: str) -> None:
    portal, kept = opened()

    assert portal.browser.get(path).status_code in (401, 403, 404, 303)
    assert kept.files == []


def test_programs_get_errors_as_problems() -> None:
    portal, kept = opened()
    kept.refuses = TooManyRequests(retry_after=7)

    limited = portal.browser.get("/published")
    kept.refuses = NotFound()
    missing = portal.browser.get(f"/published/{RELEASE_ID}")
    kept.refuses = Malformed()
    malformed = portal.browser.get("/published?cursor=x")

    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "7")
    assert missing.mimetype == "application/problem+json"
    assert missing.json is not None
    assert missing.json["code"] == "not_found"
    assert malformed.status_code == 400


def test_what_was_fetched_for_a_page_is_not_asked_again_within_its_minute() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.url.path} {request.headers['X-Forwarded-For']}")
        return httpx.Response(200, json={"items": [make_publication()], "next_cursor": ""})

    clock = FixedClock(NOON)
    client = HttpPublications(ServiceHttp("http://statistics", httpx.MockTransport(answer)), clock)

    assert client.all("1.2.3.4") == client.all("5.6.7.8")
    assert asked == ["/published 1.2.3.4"]


def test_a_question_for_the_head_alone_gives_its_connection_back() -> None:
    closed: list[bool] = []

    class Told(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield b"x"

        def close(self) -> None:
            closed.append(True)

    portal, _ = opened()
    http = ServiceHttp("http://statistics", httpx.MockTransport(lambda request: httpx.Response(200, stream=Told())))
    ports = portal.app.extensions["deps"]
    portal.app.extensions["deps"] = replace(ports, publications=HttpPublications(http, FixedClock(NOON)))

    portal.browser.head("/published")

    assert closed
