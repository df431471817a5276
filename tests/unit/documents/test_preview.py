import io
import threading

import pikepdf
import pytest
from PIL import Image, PngImagePlugin

from shared.documents.kinds import Kind
from shared.documents.preview import LONGEST_TEXT, TALLEST, page_count, page_png, text
from shared.errors import Invalid, NotFound, TongbaoError, UnsupportedMedia
from tests.support.files import (
    make,
    make_docx,
    make_jpeg,
    make_pdf,
    make_pdf_document,
    make_png,
    make_xlsx,
    make_zip,
    make_zip_of_pictures,
    save_pdf,
)


def picture_of(data: bytes, kind: Kind, page: int = 1, width: int = 200) -> Image.Image:
    return Image.open(io.BytesIO(page_png(io.BytesIO(data), kind, page, width)), formats=("PNG",))


def test_a_page_of_a_pdf_is_drawn_in_the_width_asked_for() -> None:
    drawn = picture_of(make_pdf(pages=2), Kind.PDF, page=2, width=300)

    assert (drawn.width, drawn.mode) == (300, "RGB")
    assert abs(drawn.height - 424) <= 2


def test_a_strip_of_a_page_is_drawn_within_bounds() -> None:
    pdf = make_pdf_document()
    pdf.pages[0].MediaBox = pikepdf.Array([0, 0, 1, 14_000])

    drawn = picture_of(save_pdf(pdf), Kind.PDF, width=2000)

    assert drawn.height <= TALLEST + 1


@pytest.mark.parametrize(
    ("kind", "data", "pages"),
    [
        (Kind.PDF, make_pdf(pages=3), 3),
        (Kind.PNG, make_png(), 1),
        (Kind.JPEG, make_jpeg(), 1),
        (Kind.ZIP, make_zip_of_pictures(4), 4),
        (Kind.DOCX, make_docx(), 0),
        (Kind.XLSX, make_xlsx(), 0),
        (Kind.OFD, make(Kind.OFD), 0),
    ],
)
def test_the_pages_that_can_be_drawn_are_counted(kind: Kind, data: bytes, pages: int) -> None:
    assert page_count(io.BytesIO(data), kind) == pages


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_a_picture_of_any_mode_is_drawn_smaller(mode: str) -> None:
    drawn = picture_of(make_png(800, 400, mode), Kind.PNG)

    assert (drawn.size, drawn.mode) == ((200, 100), "RGB")


def test_a_picture_of_sixteen_bits_keeps_its_shades() -> None:
    buffer = io.BytesIO()
    Image.new("I;16", (10, 10), 0x8000).save(buffer, "PNG")

    drawn = picture_of(buffer.getvalue(), Kind.PNG)

    assert drawn.getpixel((0, 0)) == (128, 128, 128)


def test_what_is_transparent_is_drawn_on_white() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(buffer, "PNG")

    drawn = picture_of(buffer.getvalue(), Kind.PNG)

    assert drawn.getpixel((0, 0)) == (255, 255, 255)


def test_a_small_picture_is_not_blown_up() -> None:
    assert picture_of(make_jpeg(30, 20), Kind.JPEG).size == (30, 20)


def test_the_metadata_of_a_picture_stay_behind() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "CANARY")
    buffer = io.BytesIO()
    Image.new("RGB", (10, 10)).save(buffer, "PNG", pnginfo=notes, icc_profile=b"CANARY" * 30, dpi=(72, 72))

    drawn = page_png(io.BytesIO(buffer.getvalue()), Kind.PNG, 1, 100)

    assert b"CANARY" not in drawn
    assert Image.open(io.BytesIO(drawn)).info == {}


def test_a_photo_taken_upright_is_shown_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    Image.new("RGB", (40, 20)).save(buffer, "JPEG", exif=exif)

    assert picture_of(buffer.getvalue(), Kind.JPEG).size == (20, 40)


def test_the_pictures_of_a_zip_are_its_pages() -> None:
    data = make_zip({"图/": b"", "图/a.png": make_png(30, 10), "图/b.jpg": make_jpeg(10, 30)})

    assert picture_of(data, Kind.ZIP, page=1).size == (30, 10)
    assert picture_of(data, Kind.ZIP, page=2).size == (10, 30)


@pytest.mark.parametrize("kind", [Kind.PDF, Kind.PNG, Kind.JPEG, Kind.ZIP])
@pytest.mark.parametrize("page", [0, -1, 99])
def test_a_page_that_is_not_there_is_not_found(kind: Kind, page: int) -> None:
    with pytest.raises(NotFound):
        page_png(io.BytesIO(make(kind)), kind, page, 100)


@pytest.mark.parametrize("kind", [Kind.OFD, Kind.DOCX, Kind.XLSX])
def test_a_kind_without_pages_is_not_drawn(kind: Kind) -> None:
    with pytest.raises(UnsupportedMedia):
        page_png(io.BytesIO(make(kind)), kind, 1, 100)


@pytest.mark.parametrize("kind", [Kind.PDF, Kind.PNG, Kind.JPEG, Kind.ZIP])
def test_a_broken_file_is_refused(kind: Kind) -> None:
    with pytest.raises(Invalid):
        page_png(io.BytesIO(make(kind)[:60]), kind, 1, 100)


def test_the_paragraphs_of_a_docx_are_lines() -> None:
    assert text(io.BytesIO(make_docx("管理制度\n收费标准")), Kind.DOCX) == "管理制度\n收费标准"


def test_the_rows_of_an_xlsx_are_lines() -> None:
    assert (
        text(io.BytesIO(make_xlsx((("项目", "金额"), ("软件研发", 12.5)))), Kind.XLSX) == "项目\t金额\n软件研发\t12.5"
    )


def test_a_long_text_is_cut() -> None:
    # Varied, since a text that packs to nothing is refused as a bomb.
    long = "".join(chr(0x4E00 + n * n * 7919 % 20_000) for n in range(1000))

    of_word = text(io.BytesIO(make_docx("\n".join([long] * 150))), Kind.DOCX)
    of_sheet = text(io.BytesIO(make_xlsx(tuple((f"{n}{long}",) for n in range(150)))), Kind.XLSX)

    assert 0.9 * LONGEST_TEXT < len(of_word) <= LONGEST_TEXT
    assert 0.9 * LONGEST_TEXT < len(of_sheet) <= LONGEST_TEXT


@pytest.mark.parametrize("kind", [Kind.PDF, Kind.PNG, Kind.ZIP, Kind.OFD])
def test_other_kinds_have_no_text(kind: Kind) -> None:
    with pytest.raises(UnsupportedMedia):
        text(io.BytesIO(make(kind)), kind)


def test_many_threads_draw_at_once() -> None:
    data = make_pdf("并行", pages=4)
    drawn: list[bytes | TongbaoError] = []

    def draw() -> None:
        drawn.extend(page_png(io.BytesIO(data), Kind.PDF, page, 120) for page in (1, 2, 3, 4))

    threads = [threading.Thread(target=draw) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(drawn) == 32
    assert len(set(drawn)) == 1
