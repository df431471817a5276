"""Who is told when something waits for a second person, and when a right was given or ended: in the very write, once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.identity.model.accounts import Account, Person, Unit
from services.identity.model.invitations import Invited
from services.identity.model.mails import NewsDue, NewsKind
from services.identity.operations.appointments import (
    Appointment,
    appoint,
    appoint_new,
    confirm_grant,
    end_grant,
    refuse_grant,
    withdraw_grant,
)
from services.identity.operations.colleagues import end_colleague
from services.identity.operations.divisions import propose_changes
from services.identity.operations.recoveries import propose_recovery
from services.notification.repository.occasions import read_occasions
from shared.calls import Call
from shared.clock import local_date
from shared.codes.division_changes import Change, ChangeKind
from shared.idempotency import RequestKey
from shared.identity.actor import COUNTRY, ROLE_LABELS, Actor, Role
from tests.support.codes import make_uscc
from tests.support.identity import (
    ADMINISTRATOR,
    CITY,
    MOMENT,
    MemoryDeps,
    make_account,
    make_actor,
    make_administrator,
    make_deps,
    make_grant,
)

ONE = "a" * 32
ROLES = (Role.OPERATOR, Role.ENTERPRISE)
SECOND = Actor("9" * 32, Role.ADMINISTRATOR)
MINISTRY = Actor("d" * 32, Role.MINISTRY, division=COUNTRY)
COUNTY = Actor("7" * 32, Role.COUNTY_REVIEWER, division="330106")
AUDITOR = Appointment(Role.AUDITOR, None)
CODE = make_uscc(1)
RENAMED = Change(ChangeKind.RENAME, "330106", local_date(MOMENT), "西溪区")


def administrators(*more: Account) -> MemoryDeps:
    second = make_account(id=SECOND.account_id, role=Role.ADMINISTRATOR, division=None, person=Person("second", "二"))
    return make_deps([make_administrator(), second, *more])


def told(news: list[NewsDue]) -> list[tuple[NewsKind, str, Role | None, str | None]]:
    return [(each.kind, each.account_id, each.role, each.division) for each in news]


def test_a_person_is_told_of_another_right_with_what_and_from_when() -> None:
    deps = make_deps([make_account(id=ONE, grants=(make_grant(division="330108"),))])

    appoint(deps, Call(CITY), "county.330106", Appointment(Role.COUNTY_REVIEWER, "330106"))

    (news,) = deps.accounts.news
    assert told([news]) == [(NewsKind.RIGHT_GIVEN, ONE, None, None)]
    assert news.facts == {
        "role": ROLE_LABELS[Role.COUNTY_REVIEWER],
        "place": "浙江省杭州市西湖区",
        "valid_from": local_date(MOMENT).isoformat(),
    }


def test_a_person_is_told_once_that_a_right_was_ended_and_of_nothing_confidential() -> None:
    deps = make_deps([make_account(id=ONE)])
    call = Call(CITY, version=1, request=RequestKey("k", "d"))

    for _ in range(2):
        end_grant(deps, call, ONE, "e" * 32, "调离，经党组研究")

    (news,) = deps.accounts.news
    assert told([news]) == [(NewsKind.RIGHT_ENDED, ONE, None, None)]
    assert news.facts == {"role": ROLE_LABELS[Role.COUNTY_REVIEWER], "place": "浙江省杭州市西湖区"}


def test_a_colleague_is_told_of_every_right_that_the_principal_ends() -> None:
    unit = {"unit_id": "1" * 32, "division": "330106"}
    both = [make_grant(id=letter * 32, role=role, **unit) for letter, role in (("1", ROLES[0]), ("2", ROLES[1]))]
    principal = make_account(
        id="b" * 32, grants=(make_grant(role=ROLES[0], is_principal=True, **unit),), person=Person("li", "李")
    )
    deps = make_deps([make_account(id=ONE, grants=tuple(both)), principal])

    end_colleague(deps, Call(make_actor(principal), version=1), ONE)

    assert told(deps.accounts.news) == [(NewsKind.RIGHT_ENDED, ONE, None, None)] * 2
    assert [news.facts["role"] for news in deps.accounts.news] == [ROLE_LABELS[role] for role in ROLES]


@pytest.mark.parametrize("act", [refuse_grant, withdraw_grant])
def test_a_proposal_that_comes_to_nothing_is_told_to_nobody_it_was_for(act: Callable[..., Account]) -> None:
    deps = administrators(make_account(id=ONE, grants=()))
    nominated = appoint(deps, Call(ADMINISTRATOR), "county.330106", AUDITOR)
    by, reason = (SECOND, ("人数已满",)) if act is refuse_grant else (ADMINISTRATOR, ())

    act(deps, Call(by, version=2), ONE, nominated.grants[-1].id, *reason)

    assert [news.kind for news in deps.accounts.news] == [NewsKind.OFFICE_PROPOSED]


def test_the_administrators_are_told_of_what_waits_for_them_and_the_person_once_it_is_confirmed() -> None:
    deps = administrators()
    made = appoint_new(deps, Call(ADMINISTRATOR), Person("audit", "审计", "audit@example.com"), AUDITOR).account
    waiting = told(deps.accounts.news)

    confirm_grant(deps, Call(SECOND, version=1), made.id, made.grants[0].id)

    assert waiting == [(NewsKind.OFFICE_PROPOSED, "", Role.ADMINISTRATOR, None)]
    assert told(deps.accounts.news)[1:] == [(NewsKind.RIGHT_GIVEN, made.id, None, None)]


def test_a_nomination_of_somebody_known_is_told_to_the_administrators_alone_and_a_refusal_to_nobody() -> None:
    deps = administrators(make_account(id=ONE, grants=()))
    nominated = appoint(deps, Call(ADMINISTRATOR), "county.330106", AUDITOR)

    refuse_grant(deps, Call(SECOND, version=2), ONE, nominated.grants[-1].id, "人数已满")

    assert told(deps.accounts.news) == [(NewsKind.OFFICE_PROPOSED, "", Role.ADMINISTRATOR, None)]


@pytest.mark.parametrize(
    ("division", "expected"),
    [
        ("330106", [(Role.COUNTY_REVIEWER, "330106"), (Role.CITY_REVIEWER, "330100")]),
        ("110105", [(Role.COUNTY_REVIEWER, "110105"), (Role.PROVINCE_REVIEWER, "110000")]),
    ],
)
def test_a_recovery_is_told_to_the_reviewers_of_the_division_and_of_the_level_above(
    division: str, expected: list[tuple[Role, str]]
) -> None:
    deps = make_deps(units=[Unit("c" * 32, 1, division, CODE, "杭州样例平台有限公司", MOMENT)])
    actor = Actor(COUNTY.account_id, COUNTY.role, division=division)

    propose_recovery(deps, Call(actor), CODE, Invited("zhao@example.com", "赵新", reason="离职"))

    assert told(deps.invitations.news) == [(NewsKind.RECOVERY_PROPOSED, "", *each) for each in expected]
    assert all(each.facts == {} for each in deps.invitations.news)


def test_changes_to_the_divisions_are_told_once_to_all_who_may_confirm_them() -> None:
    deps = make_deps()
    call = Call(MINISTRY, request=RequestKey("k", "d"))

    for _ in range(2):
        propose_changes(deps, call, "国函〔2026〕1号", [RENAMED])

    assert told(deps.change_sets.news) == [
        (NewsKind.DIVISIONS_PROPOSED, "", Role.MINISTRY, COUNTRY),
        (NewsKind.DIVISIONS_PROPOSED, "", Role.ADMINISTRATOR, None),
    ]


def test_the_wordings_know_every_kind_of_news_and_its_facts() -> None:
    occasions = read_occasions().by_key
    deps = administrators(make_account(id=ONE, grants=()))
    appoint_new(deps, Call(ADMINISTRATOR), Person("audit", "审计", "audit@example.com"), AUDITOR)
    appoint(deps, Call(CITY), "county.330106", Appointment(Role.COUNTY_REVIEWER, "330106"))
    propose_changes(deps, Call(MINISTRY), "国函〔2026〕1号", [RENAMED])
    given = deps.accounts.rows[ONE]
    end_grant(deps, Call(CITY, version=given.version), ONE, given.grants[-1].id, "调离")

    known = {kind: set(occasions[f"identity.{kind.value}"].in_portal()) for kind in NewsKind}

    for news in (*deps.accounts.news, *deps.change_sets.news):
        assert known[news.kind] == set(news.facts)
    assert known[NewsKind.RECOVERY_PROPOSED] == set()
