"""Rules that hold for every page: marks, headers, pointers, clients."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import orjson
import pytest

from services.portal.app import create_app
from services.portal.clients.http import ServiceHttp, path
from services.portal.clients.registration import HttpRegistrations
from services.portal.model.form import FIELD_BY_KEY, STEPS
from services.portal.model.pointers import PageSpot, spot_of
from services.portal.routes.guard import mark_of
from shared import errors
from tests.support.portal import make_portal, make_settings

Handler = Callable[[httpx.Request], httpx.Response]


def client_of(handler: Handler) -> ServiceHttp:
    return ServiceHttp("http://service", transport=httpx.MockTransport(handler))


def test_every_page_says_who_may_open_it() -> None:
    app = make_portal().app

    unmarked = [endpoint for endpoint in app.view_functions if mark_of(app, endpoint) is None]

    assert unmarked == []


def test_a_page_without_a_mark_is_closed_to_everybody() -> None:
    app = create_app(make_settings(), make_portal().app.extensions["deps"])
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")

    answer = app.test_client().get("/forgotten")

    assert answer.status_code == 403


def test_every_page_of_a_role_asks_for_a_sign_in_first() -> None:
    portal = make_portal()
    rules = [
        rule
        for rule in portal.app.url_map.iter_rules()
        if (mark := mark_of(portal.app, rule.endpoint)) is not None and mark.roles is not None
    ]
    values = {
        "registration_id": "r1",
        "file_id": "f1",
        "notice_id": "n1",
        "message_id": "m1",
        "statement_id": "d1",
        "slot": "1",
        "upload_id": "u1",
        "sign_in_id": "s1",
        "thread_id": "t1",
        "sheet_id": "d1",
        **dict.fromkeys(("account_id", "grant_id", "invitation_id", "recovery_id", "change_set_id"), "p1"),
        "filing_id": "f1",
        "form": "enterprise-3",
        "import_id": "i1",
        "alarm_id": "a1",
        "contract_id": "c1",
        "voucher_id": "v1",
        "outcome": "resolution",
        "mark_id": "m1",
        **dict.fromkeys(("batch_id", "closing_id", "relocation_id", "relief_id", "job_id", "unit_id"), "x1"),
        **dict.fromkeys(("delivery_id", "edition_id", "form_key", "objection_id", "request_id"), "x3"),
        **dict.fromkeys(("partner", "maintenance_id", "rerun_id", "case_id", "check", "inquiry_id", "load_id"), "x2"),
        **dict.fromkeys(("release_id", "code", "table"), "x4"),
        **{"division": "330000", "period": "2025-03", "panel": "trend", "file_kind": "csv"},
        "turn": "settlement",
        "ending": "refusal",
    }
    more = {
        "name": "filing.reminders",
        "step": 1,
        "page": 1,
        "no": 1,
        "act": "withdrawal",
        "action": "withdraw",
        "number": 0,
        "code_list": "industry/2017",
        "kind": "return",
        "key": "registration.returned",
        "slug": "change",
    }

    with portal.app.test_request_context():
        urls = [
            (rule.build({name: {**values, **more}[name] for name in rule.arguments})[1], rule.methods or set())  # type: ignore[index]
            for rule in rules
        ]
    statuses = {
        portal.browser.open(url, method="POST" if "POST" in methods else "GET").status_code for url, methods in urls
    }

    assert len(urls) > 30
    assert statuses == {303}


def test_pages_may_load_and_run_nothing_but_our_own_files() -> None:
    portal = make_portal()

    answer = portal.browser.get("/sign-in")

    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "//" not in answer.text.replace("https://", "//").replace("<!doctype", "") or "cdn" not in answer.text
    assert "<style" not in answer.text
    assert "onclick" not in answer.text


@pytest.mark.parametrize(
    ("pointer", "spot"),
    [
        ("/form/website", PageSpot(3, "f-website")),
        ("/website", PageSpot(3, "f-website")),
        ("/form/top_suppliers/2", PageSpot(3, "f-top_suppliers")),
        ("/form/traits/online", PageSpot(1, "f-traits-online")),
        ("/form/conditions", PageSpot(1)),
        ("/materials/4/parts/fees", PageSpot(5, "material-4")),
        ("/materials/details", PageSpot(5, "material-details")),
        ("/undertaking", PageSpot(6, "undertaking")),
        ("/nonsense", PageSpot(6)),
    ],
)
def test_a_pointer_leads_to_the_place_where_its_fault_is_mended(pointer: str, spot: PageSpot) -> None:
    assert spot_of(pointer) == spot


def test_scripts_and_styles_carry_the_version_of_their_content() -> None:
    page = make_portal().browser.get("/sign-up").text

    found = re.findall(r"/static/(?:page\.js|portal\.css)\?v=([0-9a-f]{12})\"", page)

    assert len(found) == 2
    assert len(set(found)) == 1


def test_every_field_has_a_definition() -> None:
    undefined = [key for key, field in FIELD_BY_KEY.items() if len(field.definition) < 8]

    assert undefined == []
    assert sum(len(step.fields) for step in STEPS) == 32


def test_a_problem_document_becomes_the_error_that_it_stands_for() -> None:
    document = {
        "code": "invalid",
        "title": "所填内容有误",
        "errors": [{"pointer": "/website", "code": "bad", "message": "网址不正确。", "expected": "", "indicator": ""}],
    }
    http = client_of(lambda request: httpx.Response(422, content=orjson.dumps(document)))

    with pytest.raises(errors.Invalid) as caught:
        http.ask("PUT", "/x", "t", body={})

    assert caught.value.problems == (errors.Problem("/website", "bad", "网址不正确。"),)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.Malformed),
        (401, errors.NotAuthenticated),
        (403, errors.NotAllowed),
        (404, errors.NotFound),
        (409, errors.Conflict),
        (412, errors.StaleVersion),
        (413, errors.TooLarge),
        (429, errors.TooManyRequests),
        (500, errors.Unavailable),
        (503, errors.Unavailable),
    ],
)
def test_every_status_has_its_error(status: int, kind: type[errors.TongbaoError]) -> None:
    http = client_of(lambda request: httpx.Response(status, content=b"<html>"))

    with pytest.raises(kind):
        http.ask("GET", "/x", "t")


def test_a_change_without_an_answer_is_not_repeated_and_its_outcome_is_left_open() -> None:
    asked: list[str] = []

    def silent(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        raise httpx.ReadTimeout("no answer", request=request)

    with pytest.raises(errors.Unavailable) as caught:
        client_of(silent).ask("POST", "/x", "t", body={})

    assert asked == ["POST"]
    assert caught.value.code == "outcome_unknown"


def test_an_upload_goes_on_piece_by_piece_with_its_length() -> None:
    seen: dict[str, object] = {}

    def take(request: httpx.Request) -> httpx.Response:
        seen.update(request.headers)
        seen["body"] = request.read()
        return httpx.Response(201, json={"file_id": "f1"})

    HttpRegistrations(client_of(take)).upload("t", "r1", "2", "营业执照.pdf", 6, iter([b"one", b"two"]))

    assert seen["body"] == b"onetwo"
    assert seen["content-length"] == "6"
    assert "transfer-encoding" not in seen
    assert seen["x-file-name"] == "%E8%90%A5%E4%B8%9A%E6%89%A7%E7%85%A7.pdf"
    assert seen["x-material"] == "2"


def test_a_change_carries_version_key_and_correlation_id() -> None:
    seen: dict[str, str] = {}

    def take(request: httpx.Request) -> httpx.Response:
        seen.update(request.headers)
        return httpx.Response(200, json={})

    client_of(take).ask("POST", "/x", "t", body={}, version=7, key="k")

    assert seen["if-match"] == '"7"'
    assert seen["idempotency-key"] == "k"
    assert seen["authorization"] == "Bearer t"
    assert len(seen["x-correlation-id"]) == 32


def test_a_file_that_claims_to_be_a_page_is_passed_on_as_bytes() -> None:
    page = {"Content-Type": "text/html"}
    http = client_of(lambda request: httpx.Response(200, headers=page, stream=httpx.ByteStream(b"<script>")))

    streamed = http.stream("/x", "t")

    assert streamed.headers["Content-Type"] == "application/octet-stream"
    assert b"".join(streamed.chunks) == b"<script>"


def test_a_path_segment_stays_in_its_place() -> None:
    assert path("registrations", "../messages?x=1#y") == "/registrations/..%2Fmessages%3Fx%3D1%23y"
