"""What a stranger signed, or nobody, is refused by its bytes, before any of it is unpacked as PDF."""

from __future__ import annotations

from functools import cache

import pytest

from shared.printing import verify as module
from shared.printing.pages import pdf_of
from shared.printing.signing import PdfSignature, Place
from shared.printing.verify import CHANGED, DAMAGED, UNSIGNED, UNTRUSTED, verify
from tests.support.keys import MOMENT
from tests.support.signing import signing_files

PLACE = Place("PaperSignature", (311, 62, 549, 147))


@cache
def signed_by(name: str = "") -> bytes:
    files = signing_files(name) if name else signing_files()
    page = pdf_of("<p>一页</p>")
    return PdfSignature(files.key.read_bytes, files.certificates.read_bytes).sign(page, page, MOMENT, "试", PLACE)


def reason(pdf: bytes) -> str:
    return verify(pdf, signing_files().certificates.read_bytes(), PLACE.field).reason


@pytest.fixture
def unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every reading as PDF fail, so that the reason tells whether it was tried."""

    def refuse(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(module, "PdfFileReader", refuse)


def test_what_we_signed_is_genuine() -> None:
    assert reason(signed_by()) == ""


@pytest.mark.usefixtures("unreadable")
def test_only_what_we_signed_is_read_as_pdf() -> None:
    assert reason(signed_by("别的部门")) == UNTRUSTED
    assert reason(pdf_of("<p>一页</p>")) == UNSIGNED
    assert reason(signed_by() + signed_by()) == UNSIGNED
    assert reason(signed_by()[:-1] + b"x") == CHANGED
    assert reason(signed_by() + b"x") == CHANGED
    assert reason(signed_by()) == DAMAGED


@pytest.mark.usefixtures("unreadable")
@pytest.mark.parametrize("range_", [b"[0 10 10 10]", b"[1 2 30 4]", b"[0 9 5 300]", b"[0 2 30 9999999999]"])
def test_a_range_that_is_no_range_of_the_file_is_refused(range_: bytes) -> None:
    assert reason(b"%PDF-1.7\n/ByteRange " + range_ + b" " * 300) in (CHANGED, DAMAGED)
