"""The HTTP interface on the real database: inbox, choices, templates, what operators see of mails."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from services.notification.model.mails import Letter, Mail, MailState
from services.notification.model.notices import Notice
from services.notification.model.occasions import MailChoice
from services.notification.operations.digests import send_digests
from shared.clock import FixedClock, SystemClock
from shared.identity.actor import Actor, Role
from tests.support.notification_site import UNIT, Site

OPERATOR = Actor("a" * 32, Role.OPERATOR, unit_id=UNIT)
MINISTRY = Actor("7" * 32, Role.MINISTRY, division="000000")
ADMIN = Actor("9" * 32, Role.ADMINISTRATOR)
KEY = "/templates/registration.returned"
WORDING = {
    "in_app": {"title": "注册被退回", "text": "平台“${platform_name}”被退回：${reason}"},
    "email": {"subject": "【统报】注册被退回", "text": "请登录查看：\n${link}"},
}


def put_notices(office: Site, count: int, delivery: MailChoice = MailChoice.NONE) -> None:
    now = SystemClock().now()
    for number in range(count):
        office.wired.deps.notices.add(
            Notice(
                id=f"{number:032x}",
                at=now - timedelta(minutes=number, days=2),
                account_id=OPERATOR.account_id,
                scope=f"unit/{UNIT}",
                occasion="registration.submitted",
                link="/registrations/r",
                about=UNIT,
                template_version=0,
                title=f"第 {number} 条",
                text="正文",
                delivery=delivery,
            )
        )


def test_the_inbox_pages_through_all_notices_newest_first(office: Site) -> None:
    put_notices(office, 7)
    seen, cursor = [], ""

    while True:
        page = office.ask(OPERATOR, "GET", f"/notices?limit=3&cursor={cursor}").json
        seen += [notice["title"] for notice in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break

    assert seen == [f"第 {number} 条" for number in range(7)]


def test_reading_one_and_reading_all_count_down(office: Site) -> None:
    put_notices(office, 3)
    counts = [office.ask(OPERATOR, "GET", "/notices/unread").json["unread"]]

    for _ in range(2):
        office.ask(OPERATOR, "POST", f"/notices/{0:032x}/reading", {})
    counts.append(office.ask(OPERATOR, "GET", "/notices/unread").json["unread"])
    counts.append(office.ask(OPERATOR, "POST", "/notices/reading", {}).json["unread"])

    assert counts == [3, 2, 0]


def test_a_stranger_finds_nothing(office: Site) -> None:
    put_notices(office, 1)
    stranger = Actor("f" * 32, Role.OPERATOR, unit_id=UNIT)

    listed = office.ask(stranger, "GET", "/notices").json["items"]
    marked = office.ask(stranger, "POST", f"/notices/{0:032x}/reading", {}).status_code

    assert (listed, marked) == ([], 404)


def test_a_template_goes_from_draft_to_version_and_back_on_the_real_store(office: Site) -> None:
    first = office.ask(MINISTRY, "GET", KEY)
    drafted = office.ask(MINISTRY, "PUT", f"{KEY}/draft", WORDING, version=first.json["version"])
    published = office.ask(MINISTRY, "POST", f"{KEY}/publication", {"reason": "统一措辞"}, version=2)
    returned = office.ask(MINISTRY, "POST", f"{KEY}/return", {"version": 0, "reason": "恢复"}, version=3)

    assert [answer.status_code for answer in (first, drafted, published, returned)] == [200, 200, 200, 200]
    assert first.headers["ETag"] == '"1"'
    assert drafted.json["draft"] == WORDING
    assert published.json["current"] == WORDING
    assert [each["no"] for each in returned.json["versions"]] == [2, 1, 0]
    assert returned.json["versions"][0]["returned_to"] == 0
    assert returned.json["versions"][1]["by"] == MINISTRY.account_id
    assert returned.json["current"] == first.json["current"]


def test_of_two_simultaneous_edits_one_is_refused(office: Site) -> None:
    answers = [office.ask(MINISTRY, "PUT", f"{KEY}/draft", WORDING, version=1) for _ in range(2)]
    without = office.ask(MINISTRY, "PUT", f"{KEY}/draft", WORDING)

    assert [answer.status_code for answer in answers] == [200, 412]
    assert without.status_code == 428


def test_a_publication_sent_twice_with_its_key_is_one_version(office: Site) -> None:
    office.ask(MINISTRY, "PUT", f"{KEY}/draft", WORDING, version=1)
    key = {"Idempotency-Key": "publish-0001"}

    answers = [
        office.ask(MINISTRY, "POST", f"{KEY}/publication", {"reason": "统一"}, version=2, **key) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.json["published"] for answer in answers] == [1, 1]


@pytest.mark.parametrize(
    ("email", "pointer", "code"),
    [
        ({"subject": "s", "text": "${platform_name}"}, "/email/text", "confidential_variable"),
        ({"subject": "${nothing}", "text": "t"}, "/email/subject", "unknown_variable"),
        ({"subject": "s", "text": "${"}, "/email/text", "bad_placeholder"),
        ({"subject": 5, "text": "t"}, "/email/subject", "not_text"),
        ({"subject": "s", "text": "t", "html": "x"}, "/email/html", "unknown"),
    ],
)
def test_a_faulty_wording_is_refused_with_its_place(office: Site, email: object, pointer: str, code: str) -> None:
    for answer in (
        office.ask(MINISTRY, "PUT", f"{KEY}/draft", {**WORDING, "email": email}, version=1),
        office.ask(MINISTRY, "POST", f"{KEY}/preview", {**WORDING, "email": email}),
    ):
        assert answer.status_code == 422
        assert [each["pointer"] for each in answer.json["errors"]] == [pointer]
        assert code in answer.json["errors"][0]["code"]


def test_a_preview_shows_both_channels_and_stores_nothing(office: Site) -> None:
    answer = office.ask(MINISTRY, "POST", f"{KEY}/preview", WORDING)

    assert "云采" in answer.json["in_app"]["text"]
    assert "https://tongbao.example.cn" in answer.json["email"]["text"]
    assert office.database["templates"].count_documents({}) == 0


def test_choices_are_kept_with_their_version(office: Site) -> None:
    body = {"choices": [{"category": "registration", "mail": "digest"}]}
    before = {row["category"]: row["mail"] for row in office.ask(OPERATOR, "GET", "/preferences").json["choices"]}

    answers = [office.ask(OPERATOR, "PUT", "/preferences", body, version=1) for _ in range(3)]
    stale = office.ask(
        OPERATOR, "PUT", "/preferences", {"choices": [{"category": "directory", "mail": "none"}]}, version=1
    )
    read = office.ask(OPERATOR, "GET", "/preferences").json

    assert [answer.status_code for answer in answers] == [200, 412, 412]
    assert stale.status_code == 412
    assert set(before.values()) == {None}
    assert {row["category"]: row["mail"] for row in read["choices"]} == before | {"registration": "digest"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"choices": []},
        {"choices": [{"category": "nowhere", "mail": "none"}]},
        {"choices": [{"category": "registration", "mail": "sometimes"}]},
        {"choices": [{"category": "registration", "mail": "none"}] * 2},
        {"choices": [{"category": {"$ne": ""}, "mail": "none"}]},
        {"choices": "registration"},
        {"choices": [{"category": "registration", "mail": "none", "account": "b"}]},
    ],
)
def test_choices_that_make_no_sense_are_refused(office: Site, body: object) -> None:
    answer = office.ask(OPERATOR, "PUT", "/preferences", body, version=1)

    assert answer.status_code == 422
    assert office.database["preferences"].count_documents({}) == 0


@pytest.mark.parametrize(
    "path",
    ["/notices?limit=0", "/notices?cursor=!", "/notices?cursor[$gt]=", "/notices?state=x", "/mails?state=lost"],
)
def test_a_strange_query_is_refused(office: Site, path: str) -> None:
    actor = ADMIN if path.startswith("/mails") else OPERATOR

    assert office.ask(actor, "GET", path).status_code in (400, 422)


def test_operators_see_what_became_of_mails_without_address_or_text(office: Site) -> None:
    now = SystemClock().now()
    for state in MailState:
        office.wired.deps.mails.add(
            Mail(state.value, now, "a" * 32, "registration.returned", 0, now, state),
            Letter("secret@example.cn", "主题", "正文"),
        )

    listed = office.ask(ADMIN, "GET", "/mails")
    uncertain = office.ask(ADMIN, "GET", "/mails?state=uncertain").json["items"]

    assert len(listed.json["items"]) == len(MailState)
    assert [row["id"] for row in uncertain] == ["uncertain"]
    assert "secret@example.cn" not in listed.text


def test_any_number_of_workers_make_one_digest(office: Site) -> None:
    put_notices(office, 3, MailChoice.DIGEST)
    hour = FixedClock(SystemClock().now().replace(hour=1))

    deps = dataclasses.replace(office.wired.deps, clock=hour)

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(send_digests, [deps] * 8))

    assert sum(made) == 1
    assert office.database["notices"].count_documents({"digest": None}) == 0
    assert office.states() == ["due"]
