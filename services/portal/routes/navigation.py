"""The main navigation: which pages a role has, alone or in groups where there are many of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from flask import request, url_for

from services.portal.model.session import Account
from services.portal.policy import (
    APPOINTERS,
    CLOSERS,
    DECIDERS_OF_COLLECTION,
    DEPARTMENTS,
    KEEPERS_OF_DIVISIONS,
    KEEPERS_OF_RATES,
    LOOK_UP,
    PEOPLE_OF_UNITS,
    READERS_OF_CASES,
    READERS_OF_DASHBOARDS,
    READERS_OF_DELIVERIES,
    READERS_OF_FILINGS,
    READERS_OF_JOBS,
    READERS_OF_JOURNAL,
    READERS_OF_MESSAGES,
    READERS_OF_MIRROR,
    READERS_OF_QUALITY,
    READERS_OF_QUEUES,
    READERS_OF_RELEASES,
    READERS_OF_RERUNS,
    READERS_OF_TABLE_DRAFTS,
    WRITERS_OF_TEMPLATES,
    files_itself,
)
from services.portal.routes import guard
from shared.clock import local_date
from shared.identity.actor import Role

MOST_ALONE = 8
"""So many links stand side by side; where there are more, they are grouped."""

TASKS = ("待办填报", "tasks.show")

ALONE, REVIEW, REGISTRATION, STATISTICS, EXCHANGE, SHARING, DIRECTORY, UPKEEP = (
    "",
    "审核事项",
    "平台注册",
    "统计",
    "交换",
    "资料提供与共享",
    "名录库",
    "管理",
)

_PAGES: tuple[tuple[str, str, str, frozenset[Role]], ...] = (
    (ALONE, "首页", "home.show", PEOPLE_OF_UNITS | READERS_OF_QUEUES),
    (ALONE, "报表", "filing_list.show", PEOPLE_OF_UNITS),
    (ALONE, "报表审核", "filing_reviews.queue", READERS_OF_QUEUES),
    (ALONE, "报送完整性", "completeness.show", READERS_OF_QUEUES),
    (ALONE, "填报日历", "calendar.show", READERS_OF_FILINGS),
    (REVIEW, "沟通记录", "filing_talk.list_all", READERS_OF_FILINGS),
    (REVIEW, "合同台账", "contracts.show", READERS_OF_FILINGS),
    (REVIEW, "延期与例外", "reliefs.show", READERS_OF_FILINGS),
    (REVIEW, "疑似重复合同", "duplicates.show", READERS_OF_QUEUES),
    (REVIEW, "最终审定", "closings.show", CLOSERS),
    (REVIEW, "区划调整转办", "closings.relocations", READERS_OF_QUEUES),
    (REVIEW, "期满填报决定", "collection.show", DECIDERS_OF_COLLECTION),
    (REGISTRATION, "注册审核", "reviews.queue", READERS_OF_QUEUES),
    (REGISTRATION, "注册名录", "standings.registry", READERS_OF_QUEUES),
    (STATISTICS, "统计看板", "dashboards.show", READERS_OF_DASHBOARDS),
    (STATISTICS, "统计资料签发", "releases.show", READERS_OF_RELEASES),
    (STATISTICS, "统计表草表", "table_drafts.show", READERS_OF_TABLE_DRAFTS),
    (EXCHANGE, "交换台账", "messages.ledger", READERS_OF_MESSAGES),
    (EXCHANGE, "交换运行", "exchange_desk.partners", READERS_OF_MESSAGES),
    (EXCHANGE, "交换通道", "exchange_desk.routes", READERS_OF_MESSAGES),
    (EXCHANGE, "重发记录", "reruns.show_all", READERS_OF_RERUNS),
    (EXCHANGE, "对账单", "statements.show", READERS_OF_JOURNAL),
    (EXCHANGE, "交换日志", "journal.show", READERS_OF_JOURNAL),
    (SHARING, "统计资料提供", "deliveries.show", READERS_OF_DELIVERIES),
    (SHARING, "共享目录", "sharing.catalogue", READERS_OF_DELIVERIES),
    (SHARING, "共享申请", "sharing.requests", READERS_OF_DELIVERIES),
    (SHARING, "校核意见", "sharing.objections", READERS_OF_DELIVERIES),
    (DIRECTORY, "名录库差异", "cases.show", READERS_OF_CASES),
    (DIRECTORY, "名录质量", "cases.quality", READERS_OF_QUALITY),
    (DIRECTORY, "名录库镜像", "mirror.show", READERS_OF_MIRROR),
    (DIRECTORY, "名录库查询", "mirror.ask", LOOK_UP),
    (UPKEEP, "账户管理", "people.show", APPOINTERS),
    (UPKEEP, "单位负责人变更", "recoveries.show", DEPARTMENTS),
    (UPKEEP, "同事与移交", "colleagues.show", PEOPLE_OF_UNITS),
    (UPKEEP, "行政区划", "upkeep.show", KEEPERS_OF_DIVISIONS),
    (UPKEEP, "汇率", "rates.show", KEEPERS_OF_RATES),
    (UPKEEP, "定时任务", "reminding.jobs", READERS_OF_JOBS),
    (UPKEEP, "通知模板", "wordings.show_all", WRITERS_OF_TEMPLATES),
)
"""Group, label, endpoint and roles of each page; the pages of a group follow each other."""


@dataclass(frozen=True)
class NavLink:
    """A link of the frame."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class NavGroup:
    """Links under a name; one without a name stands for its links side by side."""

    label: str
    links: tuple[NavLink, ...]

    @property
    def is_current(self) -> bool:
        """Whether the page is one of the group."""
        return any(each.is_current for each in self.links)


def navigation(account: Account | None) -> tuple[NavGroup, ...]:
    """Return the links of whoever is signed in, in groups where there are many."""
    if account is None:
        return ()
    pages = [(group, label, endpoint) for group, label, endpoint, roles in _PAGES if account.role in roles]
    if account.role in DEPARTMENTS and files_itself(account, local_date(guard.deps().clock.now())):
        pages.insert(0, (ALONE, *TASKS))
    if len(pages) <= MOST_ALONE:
        pages = [(ALONE, label, endpoint) for _, label, endpoint in pages]
    return tuple(
        _group(name, [(label, endpoint) for _, label, endpoint in members])
        for name, members in groupby(pages, key=lambda page: page[0])
    )


def _group(name: str, pages: Iterable[tuple[str, str]]) -> NavGroup:
    links = tuple(NavLink(label, url_for(endpoint), request.endpoint == endpoint) for label, endpoint in pages)
    return NavGroup(name if len(links) > 1 else ALONE, links)
