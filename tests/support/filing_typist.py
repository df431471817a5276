"""Somebody who types a form into its page: each cell as a person would, by its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from playwright.sync_api import Locator, Page, expect

from services.portal.model.survey import FormAnswer, IndicatorAnswer, PartAnswer
from services.portal.presenters.controls import look_of
from tests.support.portal_filing import form_answer


def type_form(page: Page, key: str, answers: Mapping[str, Any]) -> None:
    """Type the answers into the open page of a form, and wait until the page has saved them."""
    form = form_answer(key)
    if form["layout"] == "rows":
        type_list(page, form, answers["rows"])
        return
    for indicator in form["indicators"]:
        if indicator["code"] in answers:
            type_answer(page, indicator, answers[indicator["code"]])
    wait_saved(page)


def type_answer(page: Page, indicator: IndicatorAnswer, value: Any) -> None:
    """Type one indicator."""
    code = indicator["code"]
    if indicator["is_rows"]:
        type_rows(page, indicator, value)
        return
    for part in indicator["parts"]:
        cell = value if part["key"] == "" else value.get(part["key"]) if isinstance(value, Mapping) else None
        if cell is not None:
            pointer = f"/{code}/{part['key']}" if part["key"] else f"/{code}"
            type_cell(page, look_of(indicator, part), part, pointer, cell)


def type_rows(page: Page, indicator: IndicatorAnswer, rows: Sequence[Mapping[str, Any]]) -> None:
    """Type the rows of a repeated indicator, each made by its button."""
    code = indicator["code"]
    group = page.locator(f"[data-rows='{code}']")
    if not rows:
        group.locator(f"[name='/{code}:none']").check()
    for number, row in enumerate(rows):
        if group.locator(f"tr[data-row='{number}']").count() == 0:
            group.locator("[data-add]").click()
        for part in indicator["parts"]:
            if part["key"] in row:
                pointer = f"/{code}/{number}/{part['key']}"
                type_cell(page, look_of(indicator, part), part, pointer, row[part["key"]])


def type_list(page: Page, form: FormAnswer, rows: Sequence[Mapping[str, Any]]) -> None:
    """Type rows of a long list one after the other, without leaving the keys: Enter adds the row."""
    indicator = next(each for each in form["indicators"] if each["is_rows"])
    for row in rows:
        line = page.locator("tr[data-form='row-new']")
        for part in indicator["parts"]:
            if part["key"] not in row:
                continue
            field = line.locator(f"[name='/{part['key']}']")
            if look_of(indicator, part) == "select":
                field.select_option(str(row[part["key"]]))
            else:
                field.fill(str(row[part["key"]]))
        with page.expect_navigation():
            line.locator("input:not([type=hidden])").last.press("Enter")


def type_cell(page: Page, look: str, part: PartAnswer, pointer: str, value: Any) -> None:
    """Type one cell."""
    field = page.locator(f"[name='{pointer}']")
    if isinstance(value, Mapping):
        page.locator(f"[name='{pointer}:na']").check()
        page.locator(f"[name='{pointer}:why']").fill(value["not_applicable"])
    elif value == []:
        page.locator(f"[name='{pointer}:none']").check()
    elif look == "radio":
        page.locator(f"[name='{pointer}'][value='{value}']").check()
    elif look == "select":
        field.select_option(str(value))
    elif look == "boxes":
        for code in value:
            page.locator(f"[name='{pointer}'][value='{code}']").check()
    elif look == "lines":
        field.fill("\n".join(value))
    elif look == "coded" and part["kind"] not in ("named", "division"):
        choose(page, field, str(value))
    else:
        field.fill(str(value))


def choose(page: Page, field: Locator, text: str) -> None:
    """Look an entry up in its list, and take the first by the keys."""
    field.fill("")
    field.press_sequentially(text)
    options = page.locator(f"#{field.get_attribute('aria-controls')} [role=option]")
    options.first.wait_for()
    field.press("ArrowDown")
    field.press("Enter")


def wait_saved(page: Page) -> None:
    """Wait until nothing that was typed is unsaved."""
    expect(page.locator("form[data-unsaved]")).to_have_count(0, timeout=30_000)
    expect(page.locator("#autosave")).to_contain_text("已自动保存")
