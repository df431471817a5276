import re
import string
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.documents.names import attachment_header, check_file_name
from shared.errors import Invalid

GOOD = [
    "申请表.pdf",
    "服务外包交易平台注册信息表（盖章）.pdf",
    "营业执照 副本 2024-01.jpg",
    "截图…….png",
    "Plan v1.2 (final).docx",
    "证明：一.png",
    "𠮷野家.pdf",
    "café.pdf",
    "conference.pdf",
]

BAD = {
    "": "file_name_empty",
    "  \u3000": "file_name_empty",
    "长" * 201 + ".pdf": "file_name_too_long",
    "长" * 90 + ".pdf": "file_name_too_long",
    "../a.pdf": "file_name_path",
    "a/b.pdf": "file_name_path",
    "a\\b.pdf": "file_name_path",
    "a／b.pdf": "file_name_path",
    "a＼b.pdf": "file_name_path",
    "a℀b.pdf": "file_name_path",
    "a\x00.pdf": "file_name_control",
    "a\r\nb.pdf": "file_name_control",
    "a\u202efdp.exe.pdf": "file_name_control",
    "a\u200b.pdf": "file_name_control",
    "a\ufeff.pdf": "file_name_control",
    "a\u2028.pdf": "file_name_control",
    "a\ud800.pdf": "file_name_control",
    "a\uffff.pdf": "file_name_control",
    "a:b.pdf": "file_name_character",
    'a"b.pdf': "file_name_character",
    "a?.pdf": "file_name_character",
    "a.pdf|x": "file_name_character",
    "CON.pdf": "file_name_reserved",
    "con": "file_name_reserved",
    "ＣＯＮ.pdf": "file_name_reserved",
    "lpt1.tar.pdf": "file_name_reserved",
    "COM¹.pdf": "file_name_reserved",
    ".pdf": "file_name_edge",
    "a.pdf.": "file_name_edge",
    "a.pdf ": "file_name_edge",
    "\u3000a.pdf": "file_name_edge",
}


@pytest.mark.parametrize("name", GOOD)
def test_an_ordinary_name_is_kept(name: str) -> None:
    assert check_file_name(name) == name


@pytest.mark.parametrize(("name", "code"), BAD.items(), ids=[ascii(name)[:30] for name in BAD])
def test_a_name_that_breaks_a_rule_is_refused(name: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_file_name(name)

    assert code in {problem.code for problem in refused.value.problems}


def test_a_decomposed_name_is_composed() -> None:
    assert check_file_name("cafe\u0301.pdf") == "café.pdf"


def test_all_faults_of_a_name_come_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        check_file_name("a/b\n?.pdf ")

    codes = {problem.code for problem in refused.value.problems}
    assert codes == {"file_name_path", "file_name_control", "file_name_character", "file_name_edge"}


@given(st.text(max_size=300))
def test_any_name_is_either_refused_or_comes_back_from_its_header(name: str) -> None:
    try:
        kept = check_file_name(name)
    except Invalid:
        kept = "原件.pdf"

    header = attachment_header(kept)

    assert set(header) <= set(string.printable) - set("\r\n\t\x0b\x0c")
    matched = re.fullmatch(r"attachment; filename=\"[a-z0-9.]+\"; filename\*=UTF-8''([A-Za-z0-9%._~-]+)", header)
    assert matched is not None
    assert unquote(matched[1]) == kept
