"""The ministry's wordings: checked names, versions, the way back, two people at once."""

from __future__ import annotations

import dataclasses

import pytest

from services.notification.errors import NothingToPublish
from services.notification.model.occasions import Wording
from services.notification.model.templates import render
from services.notification.operations.delivery import deliver_arrivals
from services.notification.operations.templates import (
    discard_draft,
    edit_template,
    list_templates,
    preview,
    publish_template,
    read_template,
    return_to_version,
)
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, StaleVersion, VersionRequired
from tests.support.notification import MINISTRY, OPERATOR, call_of, make_arrival, make_desk

KEY = "registration.returned"
WORDING = Wording(
    "注册被退回", "平台“${platform_name}”被退回：${reason}", "【统报】注册被退回", "请登录查看：\n${link}"
)


def changed(**changes: str) -> Wording:
    return dataclasses.replace(WORDING, **changes)


def test_a_published_wording_is_used_from_then_on_and_earlier_notices_keep_theirs():
    desk = make_desk()
    desk.arrivals.add(make_arrival(id="1" * 32, once="first"))
    deliver_arrivals(desk.deps)

    edit_template(desk.deps, call_of(MINISTRY, 1), KEY, WORDING)
    publish_template(desk.deps, call_of(MINISTRY, 2), KEY, "统一措辞")
    desk.arrivals.add(make_arrival(id="2" * 32, once="second"))
    deliver_arrivals(desk.deps)

    notices = {notice.template_version: notice.title for notice in desk.notices.rows.values()}
    assert notices == {0: "注册信息被退回修改", 1: "注册被退回"}


def test_a_draft_is_nobody_s_wording_yet():
    desk = make_desk()

    edit_template(desk.deps, call_of(MINISTRY, 1), KEY, WORDING)
    desk.arrivals.add(make_arrival())
    deliver_arrivals(desk.deps)

    assert [notice.template_version for notice in desk.notices.rows.values()] == [0]


def test_an_earlier_version_comes_back_as_a_new_one_with_who_when_and_why():
    desk = make_desk()
    edit_template(desk.deps, call_of(MINISTRY, 1), KEY, WORDING)
    publish_template(desk.deps, call_of(MINISTRY, 2), KEY, "统一措辞")

    view = return_to_version(desk.deps, call_of(MINISTRY, 3), KEY, 0, "引起误解")

    last = view.template.versions[-1]
    assert (last.no, last.returned_to, last.reason, last.by) == (2, 0, "引起误解", MINISTRY.account_id)
    assert view.template.current(view.occasion) == view.occasion.wording
    assert [version.no for version in view.template.versions] == [1, 2]


@pytest.mark.parametrize(
    ("wording", "pointer", "code"),
    [
        (changed(mail="单位：${platform_name}"), "/email/text", "confidential_variable"),
        (changed(subject="${reason}"), "/email/subject", "confidential_variable"),
        (changed(text="${nobody}"), "/in_app/text", "unknown_variable"),
        (changed(text="${link}"), "/in_app/text", "unknown_variable"),
        (changed(text="${platform_name.__class__}"), "/in_app/text", "bad_placeholder"),
        (changed(text="价格 $ 5"), "/in_app/text", "bad_placeholder"),
        (changed(title=" "), "/in_app/title", "required"),
        (changed(title="甲\n乙"), "/in_app/title", "one_line"),
        (changed(text="甲" * 2001), "/in_app/text", "too_long"),
    ],
)
def test_a_wording_with_a_fault_is_refused_with_its_place(wording: Wording, pointer: str, code: str):
    desk = make_desk()

    with pytest.raises(Invalid) as caught:
        edit_template(desk.deps, call_of(MINISTRY, 1), KEY, wording)

    assert [(problem.pointer, problem.code) for problem in caught.value.problems] == [(pointer, code)]


def test_all_faults_are_told_at_once_with_the_line():
    desk = make_desk()

    with pytest.raises(Invalid) as caught:
        preview(desk.deps, KEY, changed(mail="您好：\n${reason}\n${x}"))

    assert [problem.message[:9] for problem in caught.value.problems] == ["邮件正文第 2 行", "邮件正文第 3 行"]


def test_a_notice_without_a_mail_takes_no_mail_and_one_without_a_notice_no_notice():
    desk = make_desk()

    with pytest.raises(Invalid) as caught:
        preview(desk.deps, "identity.activation", changed(subject="激活码", mail="${code}"))

    assert [problem.code for problem in caught.value.problems] == ["not_here", "not_here"]


def test_a_value_that_looks_like_a_placeholder_stays_what_it_is():
    occasion = make_desk().deps.occasions.by_key[KEY]

    rendered = render(WORDING, occasion, {"platform_name": "${reason}", "reason": "$$ {0} %s", "link": "/"})

    assert rendered.text == "平台“${reason}”被退回：$$ {0} %s"


def test_a_subject_keeps_to_one_line_whatever_the_value():
    occasion = make_desk().deps.occasions.by_key["identity.activation"]

    rendered = render(Wording(subject="码 ${code}", mail="x"), occasion, {"code": "1\r\nBcc: all@example.cn"})

    assert rendered.subject == "码 1 Bcc: all@example.cn"


def test_the_second_of_two_simultaneous_edits_is_refused():
    desk = make_desk()
    edit_template(desk.deps, call_of(MINISTRY, 1), KEY, WORDING)

    with pytest.raises(StaleVersion):
        edit_template(desk.deps, call_of(MINISTRY, 1), KEY, changed(title="另一个"))
    with pytest.raises(VersionRequired):
        edit_template(desk.deps, call_of(MINISTRY), KEY, changed(title="另一个"))

    assert desk.templates.get(KEY).draft.wording == WORDING


def test_only_the_ministry_takes_steps():
    desk = make_desk()

    with pytest.raises(NotAllowed):
        edit_template(desk.deps, call_of(OPERATOR, 1), KEY, WORDING)

    assert list_templates(desk.deps, call_of(OPERATOR))[0].open_actions == ()


def test_nothing_is_published_without_a_draft_or_a_difference():
    desk = make_desk()
    with pytest.raises(Conflict):
        publish_template(desk.deps, call_of(MINISTRY, 1), KEY, "无")
    with pytest.raises(NothingToPublish):
        return_to_version(desk.deps, call_of(MINISTRY, 1), KEY, 0, "无")

    occasion = read_template(desk.deps, call_of(MINISTRY), KEY).occasion
    edit_template(desk.deps, call_of(MINISTRY, 1), KEY, occasion.wording)

    with pytest.raises(NothingToPublish):
        publish_template(desk.deps, call_of(MINISTRY, 2), KEY, "无")


def test_a_draft_can_be_dropped():
    desk = make_desk()
    edit_template(desk.deps, call_of(MINISTRY, 1), KEY, WORDING)

    view = discard_draft(desk.deps, call_of(MINISTRY, 2), KEY)

    assert view.template.draft is None
    assert [entry.action for entry in view.template.history] == ["edit", "discard"]


def test_an_unknown_occasion_or_version_is_not_found():
    desk = make_desk()

    with pytest.raises(NotFound):
        read_template(desk.deps, call_of(MINISTRY), "registration.nothing")
    with pytest.raises(NotFound):
        return_to_version(desk.deps, call_of(MINISTRY, 1), KEY, 7, "无")
