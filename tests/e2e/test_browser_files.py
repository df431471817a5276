"""What a browser itself makes of a page, printed or as a picture, is taken like any other good file."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

import pytest
from playwright.sync_api import Browser, Page

from shared.documents.inspect import inspect
from shared.documents.kinds import Kind

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

PAGE = """<html lang="zh"><title>交易记录</title><style>@media print { h2 { break-before: page } }</style>
<h1>交易记录</h1><a href="https://example.com/">网站</a><input value="填好的一格"><canvas width="90" height="90"></canvas>
<svg width="60" height="60"><circle cx="30" cy="30" r="20" fill="#c00"/></svg><h2>第二页</h2>
<table border="1"><tr><th>金额</th><td>12.5</td></tr></table></html>"""

MADE: Mapping[str, tuple[str, Callable[[Page], bytes], Kind, int]] = {
    "a print": ("交易记录.pdf", lambda page: page.pdf(), Kind.PDF, 2),
    "a print with backgrounds, across": (
        "a.pdf",
        lambda page: page.pdf(print_background=True, landscape=True, format="A4"),
        Kind.PDF,
        2,
    ),
    "a print with tags and an outline": ("a.pdf", lambda page: page.pdf(tagged=True, outline=True), Kind.PDF, 2),
    "a screenshot": ("截屏.png", lambda page: page.screenshot(), Kind.PNG, 1),
    "a long screenshot": ("长截图.png", lambda page: page.screenshot(full_page=True), Kind.PNG, 1),
    "a screenshot without ground": ("a.png", lambda page: page.screenshot(omit_background=True), Kind.PNG, 1),
    "a screenshot as photo": ("a.jpg", lambda page: page.screenshot(type="jpeg", quality=80), Kind.JPEG, 1),
}


@pytest.mark.parametrize("name", MADE)
def test_what_a_browser_makes_is_taken(chromium: Browser, name: str) -> None:
    file_name, make, kind, pages = MADE[name]
    page = chromium.new_page()
    page.set_content(PAGE)

    found = inspect(io.BytesIO(make(page)), file_name, frozenset(Kind))
    page.close()

    assert (found.kind, found.pages) == (kind, pages)
