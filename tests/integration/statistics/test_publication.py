"""A release from its sign-off to everybody: not before its day, then the same for ever, and no hidden value in any format."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from openpyxl import load_workbook

from services.statistics.app import create_app
from services.statistics.model.releases import Release, ReleaseState
from services.statistics.operations import agreeing
from services.statistics.operations.publishing import publish_due, schedule_release
from services.statistics.ports.deps import Deps
from shared.calls import Call
from shared.web import limits
from tests.support.statistics_releases import HEAD, MONTH, approved, checked, frozen, over_small_table
from tests.support.statistics_site import StatisticsSite
from tests.support.tokens import TestIssuer

DAY = date(2025, 4, 12)
ALONE = ("40.00", "280.00")
"""What one firm has alone, in both currencies."""
FORMATS = ("", "/workbook", "/tables/small", "/tables/small/csv", "/tables/small/sdmx-csv")


@pytest.fixture
def deps(site: StatisticsSite) -> Deps:
    return over_small_table(site)


@pytest.fixture
def anybody(deps: Deps) -> FlaskClient:
    """Somebody without a token."""
    return create_app(deps, TestIssuer().verifier, {}).test_client()


def scheduled(_: StatisticsSite, deps: Deps) -> Release:
    """Prepare a release, sign it off and set its day."""
    release = approved(deps, checked(deps))
    return schedule_release(deps, Call(HEAD, version=release.version), release.id, DAY)


def published(site: StatisticsSite, deps: Deps) -> Release:
    """Bring a release to its day."""
    release = scheduled(site, deps)
    site.clock.advance(timedelta(days=2))
    assert publish_due(deps) == 1
    return deps.releases.get(release.id)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_before_its_day_nobody_reaches_a_release_and_from_then_on_everybody(
    site: StatisticsSite, deps: Deps, anybody: FlaskClient
) -> None:
    frozen(site)
    release = scheduled(site, deps)
    assert publish_due(deps) == 0
    before = [anybody.get(f"/published/{release.id}{each}") for each in FORMATS]
    listed_before = anybody.get("/published").get_json()
    site.clock.advance(timedelta(days=2))

    assert publish_due(deps) == 1

    after = [anybody.get(f"/published/{release.id}{each}") for each in FORMATS]
    listed = anybody.get("/published").get_json()
    assert [each.status_code for each in before] == [404] * len(FORMATS)
    assert [each.headers["Cache-Control"] for each in before] == ["no-store"] * len(FORMATS)
    assert listed_before == {"items": [], "next_cursor": ""}
    assert [each.status_code for each in after] == [200] * len(FORMATS)
    assert [(each["id"], each["published_on"]) for each in listed["items"]] == [(release.id, DAY.isoformat())]


def test_no_format_shows_what_is_hidden(site: StatisticsSite, deps: Deps, anybody: FlaskClient) -> None:
    frozen(site)
    release = published(site, deps)
    hidden = sum(map(len, release.hidden.values()))
    path = f"/published/{release.id}"

    said = anybody.get(path)
    table = anybody.get(f"{path}/tables/small")
    lines = anybody.get(f"{path}/tables/small/csv")
    observations = anybody.get(f"{path}/tables/small/sdmx-csv")
    book = load_workbook(io.BytesIO(anybody.get(f"{path}/workbook").data)).active

    cells: list[dict[str, Any]] = table.get_json()["cells"]
    by_format = [
        [str(each["value"] or "") for each in cells if each["status"] == "suppressed"],
        [row["数值"] for row in rows_of(lines.text) if row["状态"] == "隐去"],
        [row["OBS_VALUE"] for row in rows_of(observations.text) if row["CONF_STATUS"] == "C"],
        [{"*": ""}[cell.value] for row in book.iter_rows(min_row=3) for cell in row if cell.value == "*"],
    ]
    assert hidden > 0
    assert by_format == [[""] * hidden] * 4
    texts = [
        said.text,
        table.text,
        lines.text,
        observations.text,
        str([[c.value for c in r] for r in book.iter_rows()]),
    ]
    assert [each for each in ALONE for text in texts if each in text] == []
    assert {40, 280}.isdisjoint(cell.value for row in book.iter_rows() for cell in row)
    assert "1696.00" in table.text
    assert "1696.00" in lines.text
    assert "1696.00" in observations.text


def test_a_release_says_what_explains_its_tables(site: StatisticsSite, deps: Deps, anybody: FlaskClient) -> None:
    frozen(site)
    release = published(site, deps)

    said = anybody.get(f"/published/{release.id}").get_json()

    assert release.checked is not None
    assert (said["period"], said["number"], said["edition"]) == (MONTH, 1, "2022")
    assert said["approval"] == "国统制〔2022〕45号"
    assert said["snapshot"] == site.wired.snapshots.get(MONTH).digest
    assert (said["thresholds"], said["digest"]) == (release.checked.thresholds, release.checked.digest)
    assert "隐去" in said["mark"]
    (table,) = said["tables"]
    assert (table["title"], table["source"]) == ("执行额分性质", "附录")
    assert [each["unit"] for each in table["measures"]] == ["万元", "万美元"]
    assert table["hidden"] == release.checked.hidden < table["cells"]
    assert "prepared_by" not in said


def test_a_published_table_is_kept_by_its_readers(site: StatisticsSite, deps: Deps, anybody: FlaskClient) -> None:
    frozen(site)
    release = published(site, deps)
    paths = [f"/published/{release.id}{each}" for each in FORMATS]
    first = [anybody.get(each) for each in paths]
    tags = [each.headers["ETag"] for each in first]

    again = [
        anybody.get(path, headers={"If-None-Match": tag}).status_code for path, tag in zip(paths, tags, strict=True)
    ]
    other = anybody.get(paths[2], headers={"If-None-Match": tags[3]})

    assert again == [304] * len(FORMATS)
    assert other.status_code == 200
    assert len(set(tags)) == len(FORMATS)
    assert ["immutable" in each.headers["Cache-Control"] for each in first] == [False, True, True, True, True]
    assert all(each.headers["Cache-Control"].startswith("public, max-age=") for each in first)


def test_a_later_version_supersedes_the_former_which_stays_readable(
    site: StatisticsSite, deps: Deps, anybody: FlaskClient
) -> None:
    frozen(site)
    first = published(site, deps)
    table = anybody.get(f"/published/{first.id}/tables/small")
    second = approved(deps, checked(deps))
    not_yet = anybody.get(f"/published/{first.id}").get_json()
    schedule_release(deps, Call(HEAD, version=second.version), second.id, DAY)
    assert publish_due(deps) == 1

    old, new = (anybody.get(f"/published/{each.id}").get_json() for each in (first, second))
    page = anybody.get("/published?limit=1").get_json()
    rest = anybody.get(f"/published?limit=1&cursor={page['next_cursor']}").get_json()

    assert (not_yet["superseded_by"], old["superseded_by"], new["superseded_by"]) == ("", second.id, "")
    assert (old["supersedes"], new["supersedes"], new["number"]) == ("", first.id, 2)
    assert anybody.get(f"/published/{first.id}/tables/small").data == table.data
    assert [each["id"] for each in (*page["items"], *rest["items"])] == [second.id, first.id]
    assert rest["next_cursor"] == ""
    assert deps.releases.get(first.id) == first


@pytest.mark.parametrize("bring", [scheduled, published])
def test_what_comes_later_is_checked_beside_what_has_its_day(
    site: StatisticsSite, deps: Deps, monkeypatch: pytest.MonkeyPatch, bring: Callable[[StatisticsSite, Deps], Release]
) -> None:
    frozen(site)
    first = bring(site, deps)
    protect, beside = agreeing.protect, set[str]()

    def watched(*told: Any, **said: Any) -> Any:
        beside.update(each.id for each in told[2])
        return protect(*told, **said)

    monkeypatch.setattr(agreeing, "protect", watched)

    second = checked(deps)

    assert second.state is ReleaseState.PASSED
    assert beside == {first.id}


def test_everybody_asks_so_often_at_most_by_address(deps: Deps) -> None:
    app = create_app(deps, TestIssuer().verifier, {})
    limits.register(app, MemoryStorage(), anonymous=RateLimitItemPerMinute(3))
    client = app.test_client()

    statuses = [client.get("/published").status_code for _ in range(4)]
    elsewhere = client.get("/published", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code

    assert statuses == [200, 200, 200, 429]
    assert elsewhere == 200


def test_readers_whom_the_portal_passes_on_are_counted_one_by_one(deps: Deps) -> None:
    app = create_app(deps, TestIssuer().verifier, {}, trusted_proxies=1)
    limits.register(app, MemoryStorage(), anonymous=RateLimitItemPerMinute(1))
    client = app.test_client()

    statuses = [
        client.get("/published", headers={"X-Forwarded-For": address}).status_code
        for address in ("192.0.2.7", "192.0.2.8", "192.0.2.7")
    ]

    assert statuses == [200, 200, 429]


def test_where_facts_are_made_up_a_release_says_so_wherever_it_is_seen(
    site: StatisticsSite, deps: Deps, anybody: FlaskClient
) -> None:
    frozen(site)
    release = published(site, replace(deps, is_sample=True))
    issuer = TestIssuer()
    desk, head = create_app(deps, issuer.verifier, {}).test_client(), issuer.headers(HEAD)

    on_desk = desk.get("/releases", headers=head).get_json()["items"][0]
    read = desk.get(f"/releases/{release.id}", headers=head).get_json()
    content = desk.get(f"/releases/{release.id}/content", headers=head).get_json()["content"]
    files = {each: anybody.get(f"/published/{release.id}{each}") for each in FORMATS}
    book = load_workbook(io.BytesIO(files["/workbook"].data)).active
    listed = anybody.get("/published").get_json()["items"][0]
    shown = anybody.get(f"/published/{release.id}").get_json()
    handed = list(site.wired.database["releases"].find_one({"_id": release.id})["outbox"])
    assert listed["title"].startswith("【样例数据】")
    assert (shown["title"], shown["nature"]) == (listed["title"], "样例数据")
    assert [each["data"]["is_sample"] for each in handed] == [True]
    assert [(each["title"], each["nature"]) for each in (on_desk, read)] == [(listed["title"], "样例数据")] * 2
    assert (content["title"], content["is_sample"]) == (listed["title"], True)
    assert "样例数据" in str(book["A1"].value)
    assert all("样例数据" in files[each].text for each in FORMATS if each != "/workbook")
