"""A long list on the whole system: a workbook is read by the running worker, and the page shows how far it is."""

from __future__ import annotations

import io

import openpyxl
import pytest
from playwright.sync_api import Browser, FilePayload

from services.filing.forms.reading import dump_cells
from services.filing.workbooks.template import template
from services.sandbox.processes import System
from services.sandbox.story.site import Site
from tests.support.browser import Visitor
from tests.support.enterprise_visit import begin, collect, enrol
from tests.support.workbooks import edition_2022, form_of, training, trainings, with_cell

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

ROWS = 3000
WRONG = "F1503"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def filled() -> bytes:
    """Return a workbook of 城市1表 with many rows and nothing wrong."""
    return template(edition_2022(), form_of("city-1"), trainings(ROWS))


def spoilt(workbook: bytes) -> bytes:
    """Return the workbook with a word where the hours of one row should be."""
    return with_cell(workbook, WRONG, f'<c r="{WRONG}" s="\\1" t="inlineStr"><is><t>很多</t></is></c>')


def stored(number: int) -> dict[str, object]:
    """Return a row of the workbook as the service keeps it."""
    return dict(dump_cells(training(number)))


def send(visitor: Visitor, filing_id: str, workbook: bytes) -> None:
    visitor.go(f"/filings/{filing_id}/workbook")
    visitor.page.check("input[name='purpose'][value='save']")
    file = FilePayload(name="培训明细.xlsx", mimeType=XLSX, buffer=workbook)
    visitor.page.set_input_files("#workbook", files=[file])
    visitor.press("提交文件")


def watched(visitor: Visitor) -> list[tuple[float, float]]:
    """Follow the page as it loads itself again; return where the bar stood and its end, each time, until all is read."""
    stood: list[tuple[float, float]] = []
    while True:
        bar = visitor.page.locator("#import")
        stood.append((bar.evaluate("bar => bar.value"), bar.evaluate("bar => bar.max")))
        if visitor.page.get_by_text("本页自动刷新").count() == 0:
            return stood
        with visitor.page.expect_navigation():
            pass


def test_a_long_list_is_read_by_the_worker_with_progress_and_its_fault_at_its_cell(
    system: System, site: Site, chromium: Browser
) -> None:
    year = collect(system, site)
    visitor = Visitor.at(chromium, site.urls["portal"])
    _, person = enrol(visitor, site)
    filing_id = begin(person, "city-1", year)
    good = filled()

    send(visitor, filing_id, spoilt(good))
    refused = watched(visitor)
    visitor.sees("应为")
    visitor.keep("filing-import-refused")
    with visitor.page.expect_download() as taken:
        visitor.page.get_by_role("link", name="下载标注了错误的副本").click()
    marked = openpyxl.load_workbook(io.BytesIO(taken.value.path().read_bytes()))
    before = person.ask("GET", f"/filings/{filing_id}")
    send(visitor, filing_id, good)
    read = watched(visitor)
    visitor.keep("filing-import-done")
    visitor.press("查看各行")
    visitor.sees(f"共 {ROWS} 行")

    cell = marked["填报"][WRONG]
    assert (cell.value, cell.comment.text) == ("很多", "错误：应为以数字填写的数值。（应为：数字，如 1234.56）")
    for stood in (refused, read):
        assert (stood[0][0], stood[-1]) == (0, (ROWS, ROWS))
        assert stood == sorted(stood)
    assert before["rows"] == 0
    assert person.ask("GET", f"/filings/{filing_id}/rows?first={ROWS - 1}")["rows"] == [stored(ROWS - 1)]
    assert visitor.faults == []
