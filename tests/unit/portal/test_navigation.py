"""The main navigation: side by side while it is short, in groups where it is long."""

from __future__ import annotations

import re

import pytest

from tests.support.portal import make_portal

LINK = re.compile(r'<a href="[^"]+"(?: aria-current="page")?>([^<]+)</a>')


def nav_of(role: str, path: str) -> str:
    portal = make_portal()
    portal.sign_in(role)
    page = portal.browser.get(path).text
    return page[page.index('aria-label="主导航"') : page.index("</nav>")]


def test_a_short_navigation_has_no_groups() -> None:
    nav = nav_of("operator", "/home")

    assert "<details" not in nav
    assert LINK.findall(nav)[0] == "首页"


def test_a_long_navigation_is_grouped_and_keeps_every_page() -> None:
    nav = nav_of("ministry", "/home")

    assert re.findall(r"<summary[^>]*>([^<]+)</summary>", nav) == [
        "审核事项",
        "平台注册",
        "统计",
        "交换",
        "资料提供与共享",
        "名录库",
        "管理",
    ]
    assert {"报表审核", "最终审定", "注册名录", "交换台账", "通知模板"} <= set(LINK.findall(nav))
    assert len(LINK.findall(nav)) == len(set(LINK.findall(nav)))


@pytest.mark.parametrize(("path", "is_inside"), [("/contracts", True), ("/home", False)])
def test_the_group_of_the_page_is_marked(path: str, is_inside: bool) -> None:
    nav = nav_of("ministry", path)

    assert ('<summary class="is-current">审核事项</summary>' in nav) is is_inside
    assert nav.count('aria-current="page"') == 1
