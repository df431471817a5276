"""All nine forms as PDF, blank and filled: everything that the regulation prints stands on the paper, and every answer."""

from __future__ import annotations

import re
import warnings
from typing import Any

import pikepdf
import pytest
import zxingcpp
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.filing.forms.answers import Answers, Given, NotApplicable
from services.filing.forms.computing import with_computed
from services.filing.forms.model import Form, Layout
from services.filing.forms.printed import SECTION_ROWS, Extra, Section, TooLongToPrint, sections_of
from services.filing.model.receipts import code_text
from services.filing.printing import FormPdf
from services.filing.printing.drawing import shown
from services.filing.printing.papers import printed_parts
from tests.support.filing import answers_of
from tests.support.filing_prints import (
    DIGEST,
    EXPLAINED,
    FILING_ID,
    HEAD,
    SIGNED_OFF,
    Print,
    blank,
    content_of,
    edition,
    filled,
    form_of,
    picture_of,
    printed,
    squeezed,
    submitted,
)
from tests.support.filing_samples import ACCEPTED, Filing

FORMS = tuple(ACCEPTED)
CITY_ROW = {
    "firm": Given("杭州某公司"),
    "institution": Given("某学院"),
    "content": Given("软件测试"),
    "category": Given("3"),
    "venue": Given("西湖区"),
}

few = settings(max_examples=3, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])


def rows_of(count: int) -> Answers:
    return Answers(rows={"rows": ({**CITY_ROW, "hours": Given(1), "fee": Given(2)},) * count})


def answers_to(form: Form, filing: Filing) -> Answers:
    return with_computed(edition(), form, answers_of(form, filing.body), filing.context(form))


@pytest.mark.parametrize("key", FORMS)
def test_a_blank_form_prints_every_indicator_with_its_code(key: str) -> None:
    form, page = form_of(key), blank(key)

    missing = [one.code for one in form.indicators if one.is_printed and not page.holds(one.code)]
    unnamed = [one.code for one in form.indicators if one.is_printed and not page.holds(one.name)]

    assert (missing, unnamed) == ([], [])


@pytest.mark.parametrize("key", FORMS)
def test_a_blank_form_prints_every_option_every_column_and_every_unit(key: str) -> None:
    form, page = form_of(key), blank(key)
    parts = [(one, part) for one in form.indicators for part in printed_parts(one)]

    options = [
        each.label for one, part in parts if part.kind_name != "choice" or not one.is_rows for each in part.options
    ]
    columns = [part.label for one, part in parts if one.is_rows] + [label for _, label in form.columns]
    units = [part.unit for _, part in parts if part.unit]
    blocks = [one.block for one in form.indicators if one.is_printed]

    wanted = [*options, *columns, *units, *blocks, *form.headings.values()]
    assert [text for text in wanted if not page.holds(text)] == []


def test_the_classes_of_services_all_stand_on_the_form_of_contracts() -> None:
    page = blank("enterprise-2")
    kind: Any = next(one for one in form_of("enterprise-2").indicators if one.code == "209").parts[0].kind
    entries = kind.lists.entries(kind.source.scheme, kind.source.version)

    assert [entry.name for entry in entries if not page.holds(entry.name)] == []
    assert page.text.count("〇") == sum(entry.is_leaf for entry in entries) + 20


@pytest.mark.parametrize("key", FORMS)
def test_a_dash_stands_where_the_regulation_prints_one_and_nowhere_else(key: str) -> None:
    form = form_of(key)
    dashes = sum(part.is_dash for one in form.indicators for part in one.parts)
    in_headings = len(form.headings) * (2 + len(form.columns))

    assert blank(key).text.count("—") == dashes + in_headings
    assert (form.layout is Layout.TABLE) is (dashes > 0)


@pytest.mark.parametrize("key", FORMS)
def test_head_and_foot_are_those_of_the_regulation(key: str) -> None:
    form, page = form_of(key), blank(key)
    period = "20年月" if form.period.value == "month" else "20年"

    wanted = [
        form.title,
        f"表号：{form.number}",
        "制定机关：商务部",
        "批准机关：国家统计局",
        "批准文号：国统制〔2022〕45号",
        "有效期至：2025年03月",
        period,
        *(line.label for line in form.head),
        *(f"{label}：" for label in form.foot),
        *form.statements,
        *edition().duties,
    ]
    assert [text for text in wanted if not page.holds(text)] == []
    assert len(edition().duties) == 3


@pytest.mark.parametrize("key", FORMS)
@few
@given(data=st.data())
def test_a_filled_form_shows_every_answer(key: str, data: st.DataObject) -> None:
    form = form_of(key)
    answers = answers_to(form, data.draw(ACCEPTED[key]()))

    page = filled(form, answers)

    wanted = [
        shown(part, answer)
        for one in form.indicators
        for cells in (answers.cells.get(one.code, {}), *answers.rows.get(one.code, ()))
        for part in one.parts
        if isinstance(answer := cells.get(part.key), Given) and not (part.options or part.kind_name == "code")
    ]
    assert [text for text in wanted if not page.holds(text)] == []
    assert [text for text in chosen(form, answers) if not page.holds(text)] == []


def chosen(form: Form, answers: Answers) -> list[str]:
    """Return how the chosen options of a form without rows stand on paper: in a box before them, or marked."""
    found: list[str] = []
    for one in form.indicators:
        for part in printed_parts(one):
            value = answers.value(one.code, part.key)
            if part.kind_name == "choices" and isinstance(value, tuple):
                labels = {option.code: option.label for option in part.options}
                sign = "●" if any(option.group for option in part.options) else "☑"
                found += [f"{sign}{labels[code]}" for code in value]
            elif part.kind_name == "code" and part.key == "" and isinstance(value, str):
                found.append(f"●{shown(part, Given(value)).partition(' ')[2]}")
            elif part.kind_name in ("choice", "yes_no") and isinstance(value, str):
                found.append(value if value.isdecimal() else f"●{value}")
    return found


@pytest.mark.parametrize("key", FORMS)
def test_a_filled_form_shows_who_files_who_signed_off_and_for_when(key: str) -> None:
    form = form_of(key)

    page = submitted(form.key)

    heads = [HEAD[line.key] for line in form.head if line.key != "organisation_code"]
    signed = [SIGNED_OFF.unit_head, SIGNED_OFF.statistics_head, SIGNED_OFF.filler, SIGNED_OFF.phone, "2024年1月8日"]
    period = "2023年6月" if form.period.value == "month" else "2023年"
    assert [text for text in [*heads, *signed, period] if not page.holds(text)] == []
    assert not form.head or not any(line.key == "organisation_code" for line in form.head) or page.holds("600037341")


def test_every_page_of_a_filled_form_says_which_filing_it_is_and_how_many_pages_there_are() -> None:
    page = filled(form_of("city-1"), rows_of(60))

    assert len(page.pages) > 2
    for number, text in enumerate(page.pages, 1):
        assert squeezed(f"报送编号 {FILING_ID} 第 2 次报送 打印于 2024-01-09 08:00:00") in text
        assert squeezed(f"内容摘要（SHA-256）{DIGEST}第 {number} / {len(page.pages)} 页") in text
        assert "草稿" not in text


def test_the_code_in_the_foot_is_read_from_the_picture_of_a_page() -> None:
    page = submitted("enterprise-4")

    codes = zxingcpp.read_barcodes(picture_of(page.pdf))

    assert [code.text for code in codes] == [code_text(FILING_ID, 2, DIGEST)]


@pytest.mark.parametrize("key", ["enterprise-1", "city-3"])
def test_a_draft_says_so_and_has_no_code(key: str) -> None:
    page = filled(form_of(key), is_submitted=False, digest="")

    assert all("草稿" in text and "未报送" in text for text in page.pages)
    assert not zxingcpp.read_barcodes(picture_of(page.pdf))
    assert not blank(key).holds("草稿")


def test_the_annex_says_what_the_paper_has_no_place_for() -> None:
    form = form_of("enterprise-5")
    downgrade = {"certificate": "CMMI-5", "change": "downgrade", "date": "2023-02-01", "downgraded_to": "CMMI-3"}
    answers = answers_of(form, {"501": {"held": []}, "502": [], "503": [downgrade]})

    page = filled(form, answers, explanations=(EXPLAINED,), extras=(Extra("本市在岸合同数（份）", "17"),))

    for text in (
        "附页",
        "503认证降级、注销情况·第1行·降级或注销降级",
        f"{EXPLAINED.code}{EXPLAINED.title}{EXPLAINED.text}",
        "本地区补充指标",
        "本市在岸合同数（份）17",
    ):
        assert page.holds(text), text
    assert not submitted(form.key).holds("附页")


def test_what_does_not_apply_is_said_in_its_cell_and_why_in_the_annex() -> None:
    form = form_of("enterprise-3")
    answers = Answers({"306": {"": NotApplicable("以现金结算")}, "308": {"": Given("0")}})

    page = filled(form, answers)

    assert page.holds("银行名称不适用")
    assert page.holds("306银行名称以现金结算")
    assert page.holds("当期执行金额0万美元")


def test_none_is_another_answer_than_nothing() -> None:
    form, empty = form_of("enterprise-5"), answers_of(form_of("enterprise-5"), {"502": [], "503": []})

    assert filled(form, empty).text.count("无") == 2
    assert submitted(form.key).text.count("无") == 0
    assert filled(form_of("city-3"), Answers(rows={"rows": ()})).holds("甲乙丙1无")


def test_a_nil_report_says_so_with_its_reason() -> None:
    assert filled(form_of("enterprise-3"), nil_reason="本月没有执行").holds("空表）。本月没有执行")
    assert not submitted("enterprise-3").holds("空表）")


@pytest.mark.parametrize("key", FORMS)
@pytest.mark.parametrize("is_filled", [False, True])
def test_each_print_is_marked_as_pdf_a_and_has_all_its_fonts_within(key: str, is_filled: bool) -> None:
    page = submitted(key) if is_filled else blank(key)

    with page.opened() as pdf:
        assert_archival(pdf, part="2")
        assert str(pdf.Root.Lang) == "zh-CN"
        assert pdf.docinfo["/Title"] == form_of(key).title + (
            " " + content_of(form_of(key)).period.label if is_filled else ""
        )


def assert_archival(pdf: pikepdf.Pdf, part: str) -> None:
    """What PDF/A asks for, as far as it can be seen without a validator."""
    (intent,) = pdf.Root.OutputIntents
    with pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == (part, "U")
    assert intent.S == "/GTS_PDFA1"
    assert bytes(intent.DestOutputProfile.read_bytes())[36:40] == b"acsp"
    assert not pdf.is_encrypted
    assert "/ID" in pdf.trailer
    assert not {"/OpenAction", "/AA"} & set(pdf.Root.keys())
    fonts = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Font"]
    outer = [font for font in fonts if "/DescendantFonts" in font]
    assert outer
    assert all("/ToUnicode" in font for font in outer)
    described = [font.DescendantFonts[0].FontDescriptor for font in outer]
    assert all({"/FontFile2", "/FontFile3"} & set(each.keys()) for each in described)
    assert all(re.match(r"/[A-Z]{6}\+", str(each.FontName)) for each in described)
    assert all("/DescendantFonts" in font or str(font.Subtype).startswith("/CIDFont") for font in fonts)


@pytest.mark.parametrize(
    "key", ["enterprise-1", "enterprise-2", "enterprise-3", "enterprise-4", "enterprise-5", "platform-1"]
)
def test_a_blank_form_fits_on_one_page_as_in_the_regulation(key: str) -> None:
    assert len(blank(key).pages) == 1


@pytest.mark.parametrize(("key", "is_wide"), [(key, key in ("city-1", "city-2")) for key in FORMS])
def test_wide_forms_lie_on_their_side(key: str, is_wide: bool) -> None:
    with blank(key).opened() as pdf:
        _, _, width, height = (float(each) for each in pdf.pages[0].mediabox)

    assert (width > height) is is_wide


def test_a_long_list_repeats_its_heads_on_every_page() -> None:
    page = filled(form_of("city-1"), rows_of(120))

    assert len(page.pages) >= 4
    assert all("甲乙丙丁戊12" in text for text in page.pages[:-1])
    assert page.text.count("杭州某公司") == 120


def test_a_list_longer_than_a_section_is_refused_and_a_section_says_which_it_is() -> None:
    with pytest.raises(TooLongToPrint):
        FormPdf().print_form(edition(), form_of("city-1"), content_of(form_of("city-1"), rows_of(SECTION_ROWS + 1)))
    page = filled(form_of("city-1"), rows_of(2), section=Section(3, 5, 2001))

    assert page.holds("第 3 分册，共 5 分册；本册自第 2001 行起。")


@given(st.integers(0, 10**6))
def test_the_sections_hold_every_row(rows: int) -> None:
    sections = sections_of(rows)

    assert sections >= 1
    assert sections * SECTION_ROWS >= rows
    assert (sections - 1) * SECTION_ROWS < max(rows, 1)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"; } body { display: none }', "{{ 7 * 7 }}", "&amp;", "某" * 200, "x" * 200]
)
def test_text_of_a_unit_is_printed_as_it_is_and_stays_on_the_paper(text: str) -> None:
    form = form_of("enterprise-2")
    answers = Answers({"201": {"name": Given(text)}, "203": {"content": Given(f"{text}\n{text}")}})

    page = filled(form, answers, head={**HEAD, "name": text})

    assert page.text.count(squeezed(text)) == 4
    assert page.holds("发包企业")


def test_a_content_of_full_length_goes_on_on_the_next_page() -> None:
    page = filled(form_of("enterprise-2"), Answers({"203": {"content": Given("内容" * 1000)}}))

    assert page.text.count("内容") >= 1000
    assert page.holds("T国际组织")


def test_nothing_is_warned_of_while_printing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")

        page: Print = printed(FormPdf().print_form(edition(), form_of("enterprise-3")))

    assert page.pages
