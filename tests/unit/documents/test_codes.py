"""QR codes on pages: which kinds and pages are looked at."""

from __future__ import annotations

import io

import pytest
import segno
from PIL import Image

from shared.documents.codes import MOST_CODES, MOST_PAGES, read_codes
from shared.documents.kinds import Kind
from shared.errors import Invalid
from tests.support.files import make_ofd, make_pdf, make_png


def make_sheet(*texts: str) -> Image.Image:
    """Return an A4 page at 100 dpi with a code for each text."""
    sheet = Image.new("RGB", (827, 1169), "white")
    for number, text in enumerate(texts):
        drawn = io.BytesIO()
        segno.make_qr(text, error="h").save(drawn, kind="png", scale=4)
        place = (20 + number % 5 * 160, 20 + number // 5 * 160)
        sheet.paste(Image.open(drawn).convert("RGB"), place)
    return sheet


def make_scan(*pages: Image.Image) -> io.BytesIO:
    target = io.BytesIO()
    pages[0].save(target, "PDF", save_all=True, append_images=pages[1:], resolution=100)
    return target


def test_codes_on_the_first_pages_are_read_once_each_in_order() -> None:
    scan = make_scan(make_sheet(), make_sheet("ONE"), make_sheet("TWO", "ONE"), make_sheet("LATE"))

    assert MOST_PAGES == 3
    assert sorted(read_codes(scan, Kind.PDF)) == ["ONE", "TWO"]


def test_a_page_full_of_codes_is_cut_off() -> None:
    scan = make_scan(make_sheet(*(f"CODE {number}" for number in range(MOST_CODES + 4))))

    assert len(read_codes(scan, Kind.PDF)) == MOST_CODES


def test_a_transparent_picture_is_read_on_white() -> None:
    sheet, target = make_sheet("CLEAR"), io.BytesIO()
    sheet.putalpha(Image.eval(sheet.convert("L"), lambda level: 255 - level))
    sheet.save(target, "PNG")

    assert read_codes(target, Kind.PNG) == ("CLEAR",)


def test_pages_without_a_code_give_none() -> None:
    assert read_codes(io.BytesIO(make_pdf("text", 2)), Kind.PDF) == ()
    assert read_codes(io.BytesIO(make_png()), Kind.PNG) == ()
    assert read_codes(io.BytesIO(make_ofd()), Kind.OFD) == ()


def test_a_file_that_can_not_be_drawn_is_refused() -> None:
    with pytest.raises(Invalid):
        read_codes(io.BytesIO(b"%PDF-1.7\nnothing"), Kind.PDF)
