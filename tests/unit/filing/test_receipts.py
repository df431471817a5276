"""Receipts as the unit gets them: signed, verified offline, and good for nothing once any byte is changed."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from services.filing.model.receipts import (
    FiledContent,
    Receipt,
    ReceiptWords,
    canonical,
    code_text,
    digest_of,
    dump_receipt,
)
from services.filing.printing import JwsReceipts, ReceiptPdf
from services.filing.printing.receipts import FILE, PLACE, TYP
from services.filing.printing.verify import is_of, verify
from shared.printing.pages import Archive, Enclosed, pdf_of
from shared.printing.signing import PdfSignature, Place
from shared.printing.statements import NotGenuine, sign_statement
from tests.support.filing_prints import picture_of, printed
from tests.support.signing import signing_files
from tests.support.tree import ROOT

CONTENT = FiledContent({"401": {"2": 5}}, {"filler": "张三", "phone": "0571-88888888"}, evidence=("b" * 64,))
WORDS = ReceiptWords("杭州某某信息技术有限公司", "服务外包统企业4表", "服务外包人力资源情况登记表")
MOMENT = datetime(2026, 4, 8, 1, 2, 3, tzinfo=UTC)


def make_receipt(**differing: Any) -> Receipt:
    values: dict[str, Any] = {
        "filing_id": "0190a5e64c7b7d3f8a1b2c3d4e5f6071",
        "revision": 2,
        "unit_id": "2" * 32,
        "form": "enterprise-4",
        "edition": "2022",
        "period": "2025",
        "digest": digest_of(CONTENT),
        "submitted_at": MOMENT,
    }
    return Receipt(**{**values, **differing})


def key() -> bytes:
    return signing_files().key.read_bytes()


def chain() -> bytes:
    return signing_files().certificates.read_bytes()


@cache
def as_json() -> bytes:
    return JwsReceipts(key, chain).sign(make_receipt()).encode()


@cache
def as_pdf() -> bytes:
    return ReceiptPdf(PdfSignature(key, chain)).make(as_json().decode(), WORDS)


def is_genuine(file: bytes) -> bool:
    try:
        verify(file, chain())
    except NotGenuine:
        return False
    return True


def changed(file: bytes, place: int, flip: int) -> bytes:
    return file[:place] + bytes([file[place] ^ flip]) + file[place + 1 :]


@pytest.mark.parametrize("form", [as_json, as_pdf])
def test_both_forms_are_genuine_and_say_the_same(form: Any) -> None:
    found = verify(form(), chain())

    assert (found.receipt, found.signer) == (make_receipt(), "统报 决定书签章")


def test_a_receipt_in_json_is_the_same_text_however_often_it_is_signed_and_names_nobody() -> None:
    signed = JwsReceipts(key, chain).sign(make_receipt()).encode()
    members = json.loads(signed)
    payload = base64.urlsafe_b64decode(members["payload"] + "==")
    header = json.loads(base64.urlsafe_b64decode(members["protected"] + "=="))

    assert signed == as_json()
    assert payload == dump_receipt(make_receipt())
    assert (header["alg"], header["typ"], len(header["kid"])) == ("RS256", TYP, 64)
    assert not any(word.encode() in payload for word in (WORDS.unit_name, "张三", "0571"))


def test_the_page_says_the_facts_and_carries_code_signature_and_json() -> None:
    page = printed(as_pdf())
    receipt = make_receipt()

    facts = [
        receipt.filing_id,
        receipt.unit_id,
        receipt.digest,
        "第 2 次报送",
        "2025年",
        "2026-04-08 09:02:03（北京时间）",
    ]
    words = [WORDS.unit_name, WORDS.form_number, WORDS.form_title]
    assert [text for text in [*facts, *words] if not page.holds(text)] == []
    assert [code.text for code in zxingcpp.read_barcodes(picture_of(as_pdf()))] == [
        code_text(receipt.filing_id, receipt.revision, receipt.digest)
    ]
    with page.opened() as pdf:
        (signature,) = pdf.Root.AcroForm.Fields
        assert (str(signature.T), str(signature.V.SubFilter)) == (PLACE.field, "/ETSI.CAdES.detached")
        assert pdf.attachments[FILE].get_file().read_bytes() == as_json()


def test_the_page_is_pdf_a_3_with_the_json_as_its_data() -> None:
    with printed(as_pdf()).opened() as pdf, pdf.open_metadata() as metadata:
        (intent,) = pdf.Root.OutputIntents
        (file,) = pdf.Root.AF
        fonts = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/DescendantFonts" in each]

        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "U")
        assert (str(intent.S), str(file.AFRelationship)) == ("/GTS_PDFA1", "/Data")
        assert fonts
        assert all("/FontFile3" in font.DescendantFonts[0].FontDescriptor for font in fonts)


@pytest.mark.parametrize("part", range(60))
def test_a_page_with_one_changed_byte_is_not_genuine(part: int) -> None:
    place = (2 * part + 1) * len(as_pdf()) // 120

    assert not is_genuine(changed(as_pdf(), place, 1))


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_receipt_with_any_byte_changed_is_not_genuine(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from([as_json(), as_pdf()]))
    place = data.draw(st.integers(0, len(file) - 1))
    flip = data.draw(st.integers(1, 255))

    assert not is_genuine(changed(file, place, flip))


def test_no_byte_of_the_signature_of_a_page_can_be_changed_either() -> None:
    start = as_pdf().index(b"/Contents <") + len(b"/Contents <")
    end = as_pdf().index(b">", start)
    places = [*range(start, start + 240, 24), *range(end - 200, end, 40), *range(start + 300, end - 300, 311)]

    genuine = [place for place in places if is_genuine(changed(as_pdf(), place, 1))]

    assert genuine == []


@pytest.mark.parametrize("form", [as_json, as_pdf])
@pytest.mark.parametrize("tail", [b"\n", b" ", b"0" * 5000])
def test_a_receipt_with_something_appended_or_cut_off_is_not_genuine(form: Any, tail: bytes) -> None:
    assert not is_genuine(form() + tail)
    assert not is_genuine(tail + form())
    assert not is_genuine(form()[: -len(tail)])


@pytest.mark.parametrize(
    "file", [b"", b"%PDF-1.7\n", b"{}", b"[" * 100_000, "回执".encode(), b"\xff\xfe", b'{"payload":[]}']
)
def test_what_is_no_receipt_is_not_genuine(file: bytes) -> None:
    assert not is_genuine(file)


def test_what_the_same_certificate_signed_for_another_use_is_no_receipt() -> None:
    page = pdf_of("<p>决定书</p>", Archive.WITH_FILES, Enclosed(FILE, as_json()))
    signature = PdfSignature(key, chain)

    sheet = signature.sign(page, page, MOMENT, "决定书", Place("DecisionSignature", (311, 62, 549, 147)))
    bare = signature.sign(pdf_of("<p>回执</p>"), page, MOMENT, "回执", PLACE)
    other = sign_statement(key(), chain(), dump_receipt(make_receipt()), "other").encode()
    nothing = sign_statement(key(), chain(), b"{}", TYP).encode()

    assert [is_genuine(file) for file in (sheet, bare, other, nothing)] == [False] * 4


@pytest.mark.parametrize("form", [as_json, as_pdf])
def test_a_receipt_of_another_authority_is_not_genuine(form: Any) -> None:
    others = signing_files("别的部门").certificates.read_bytes()

    with pytest.raises(NotGenuine, match="不是所给证书签发的"):
        verify(form(), others)


def test_a_receipt_tells_its_content_from_any_other() -> None:
    other = canonical(FiledContent({"401": {"2": 6}}, CONTENT.sign_off, evidence=CONTENT.evidence))

    assert is_of(make_receipt(), canonical(CONTENT))
    assert is_of(make_receipt(), json.dumps(json.loads(canonical(CONTENT)), indent=2).encode())
    assert not is_of(make_receipt(), other)


@pytest.mark.parametrize(
    ("file", "content", "status", "told"),
    [
        ("receipt.json", "", 0, "真实：由“统报 决定书签章”签名"),
        ("receipt.pdf", "", 0, "第 2 次报送，enterprise-4，报告期 2025"),
        ("receipt.json", "filing.json", 0, "内容一致"),
        ("receipt.pdf", "other.json", 1, "内容不一致"),
        ("receipt.pdf", "receipt.json", 1, "给出的内容文件不是报送内容"),
        ("bad.json", "", 1, "不真实：内容或签名已被改动"),
        ("bad.pdf", "filing.json", 1, "不真实："),
        ("missing.pdf", "", 2, "无法读取文件"),
    ],
)
def test_the_command_says_in_a_sentence_and_by_its_status(
    tmp_path: Path, file: str, content: str, status: int, told: str
) -> None:
    (tmp_path / "receipt.json").write_bytes(as_json())
    (tmp_path / "receipt.pdf").write_bytes(as_pdf())
    (tmp_path / "bad.json").write_bytes(as_json().replace(b"A", b"B", 1))
    (tmp_path / "bad.pdf").write_bytes(changed(as_pdf(), len(as_pdf()) // 2, 1))
    (tmp_path / "filing.json").write_bytes(canonical(CONTENT))
    (tmp_path / "other.json").write_bytes(canonical(CONTENT).replace(b"5", b"6", 1))
    words = ["--certificates", str(signing_files().certificates), *(["--content", content] if content else [])]

    run = subprocess.run(
        [sys.executable, "-m", "services.filing.printing.verify", file, *words],
        check=False,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )

    assert (run.returncode, told in run.stdout + run.stderr) == (status, True), run.stdout + run.stderr
