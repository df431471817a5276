"""What a reviewer sees of a file without downloading it: pages as PNG, office files as plain text.

Only files that `inspect` found good come here. A preview is made anew from pixels or characters, so nothing of the
original's metadata, links or structure is passed on.
"""

from __future__ import annotations

import io
import threading
from typing import BinaryIO

import pypdfium2
from PIL import Image, ImageOps

from shared.documents.archive import open_archive
from shared.documents.decoding import open_picture
from shared.documents.findings import refusal
from shared.documents.kinds import DEFAULT_LIMITS, PICTURES, Kind, Limits
from shared.documents.office_text import docx_text, xlsx_text
from shared.documents.picture_zip import picture_kind
from shared.documents.source import Source, guarded
from shared.errors import NotFound, UnsupportedMedia

WIDEST = 2000
TALLEST = 4000
LONGEST_TEXT = 100_000
"""Characters of text that a preview shows at most."""

PAGES_WITH_TEXT = 20
"""Pages of a PDF whose text is read at most."""

_PDFIUM = threading.Lock()
"""PDFium keeps global state (fonts, caches, its memory pool) without any locking of its own: two threads inside it at
once corrupt memory, even with two documents. So every call, closing included, is made under this lock."""


def page_count(stream: BinaryIO, kind: Kind, limits: Limits = DEFAULT_LIMITS) -> int:
    """How many pages `page_png` can draw: 0 for kinds that have no picture of a page (OFD, DOCX, XLSX).

    Raises `Invalid` for a file that can't be read.
    """
    source = Source(stream)
    with guarded(source):
        if kind is Kind.PDF:
            return _pdf_pages(source)
        if kind is Kind.ZIP:
            return len(open_archive(source, limits).files)
    return 1 if kind in PICTURES else 0


def page_png(stream: BinaryIO, kind: Kind, page: int, width: int, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Page `page` (from 1) as a PNG of at most `width` pixels across; small pictures are not blown up.

    Raises `NotFound` for a page that isn't there, `UnsupportedMedia` for a kind without pages, `Invalid` for a file
    that can't be read.
    """
    return _png(page_picture(stream, kind, page, width, limits))


def page_picture(stream: BinaryIO, kind: Kind, page: int, width: int, limits: Limits = DEFAULT_LIMITS) -> Image.Image:
    """Page `page` (from 1) as the pixels (RGB) of `page_png`; raises the same errors."""
    width = max(1, min(width, WIDEST))
    source = Source(stream)
    with guarded(source):
        if kind is Kind.PDF:
            return _pdf_page(source, page, width)
        if kind is Kind.ZIP:
            return _zip_picture(source, page, width, limits)
        if kind in PICTURES:
            if page != 1:
                raise NotFound(code="page_not_found")
            return _redraw(source.at(0, limits.bytes), kind, width, limits)
    raise UnsupportedMedia(code="preview_unsupported")


def text(stream: BinaryIO, kind: Kind, limits: Limits = DEFAULT_LIMITS) -> str:
    """The text of a DOCX (a line per paragraph) or an XLSX (a line per row, cells apart by tabs), cut at
    `LONGEST_TEXT` characters.

    Raises `UnsupportedMedia` for other kinds and `Invalid` for a file that can't be read.
    """
    source = Source(stream)
    with guarded(source):
        if kind is Kind.DOCX:
            return docx_text(open_archive(source, limits), limits, LONGEST_TEXT)
        if kind is Kind.XLSX:
            return xlsx_text(open_archive(source, limits), limits, LONGEST_TEXT)
    raise UnsupportedMedia(code="preview_unsupported")


def text_layer(stream: BinaryIO, kind: Kind, limits: Limits = DEFAULT_LIMITS) -> str:
    """The text that stands in a file as text: of a DOCX, an XLSX, or the pages of a PDF, cut at `LONGEST_TEXT`; "" for
    kinds that have none, such as a scan. Nothing is recognised from pictures.

    Raises `Invalid` for a file that can't be read.
    """
    if kind in (Kind.DOCX, Kind.XLSX):
        return text(stream, kind, limits)
    if kind is not Kind.PDF:
        return ""
    source = Source(stream)
    with guarded(source):
        return _pdf_text(source)


def _pdf_text(source: Source) -> str:
    parts: list[str] = []
    with _PDFIUM:
        document = pypdfium2.PdfDocument(source)
        try:
            for number in range(min(len(document), PAGES_WITH_TEXT)):
                page = document[number]
                layer = page.get_textpage()
                parts.append(layer.get_text_bounded().replace("\r\n", "\n"))
                layer.close()
                page.close()
        finally:
            document.close()
    return "\n".join(parts)[:LONGEST_TEXT]


def _pdf_pages(source: Source) -> int:
    with _PDFIUM:
        document = pypdfium2.PdfDocument(source)
        try:
            return len(document)
        finally:
            document.close()


def _pdf_page(source: Source, page: int, width: int) -> Image.Image:
    with _PDFIUM:
        document = pypdfium2.PdfDocument(source)
        try:
            if not 1 <= page <= len(document):
                raise NotFound(code="page_not_found")
            return _draw(document, page, width)
        finally:
            document.close()


def _draw(document: pypdfium2.PdfDocument, page: int, width: int) -> Image.Image:
    sheet = document[page - 1]
    try:
        across, down = sheet.get_size()
        if across <= 0 or down <= 0:
            raise refusal("file_broken")
        # A strip of a page, a kilometre long, is drawn smaller instead of filling the memory.
        bitmap = sheet.render(scale=min(width / across, TALLEST / down), may_draw_forms=False)
        try:
            # The copy outlives the bitmap, whose memory belongs to PDFium.
            drawn: Image.Image = bitmap.to_pil()
            return drawn.convert("RGB").copy()
        finally:
            bitmap.close()
    finally:
        sheet.close()


def _zip_picture(source: Source, page: int, width: int, limits: Limits) -> Image.Image:
    archive = open_archive(source, limits)
    if not 1 <= page <= len(archive.files):
        raise NotFound(code="page_not_found")
    member = archive.files[page - 1]
    kind = picture_kind(member)
    if kind is None:
        raise refusal("file_not_pictures", place=member.place)
    return _redraw(archive.read(member, limits.bytes), kind, width, limits)


def _redraw(data: bytes, kind: Kind, width: int, limits: Limits) -> Image.Image:
    with open_picture(data, kind) as picture:
        if picture.width * picture.height > limits.pixels:
            raise refusal("file_picture_too_large")
        if kind is Kind.JPEG:
            picture.draft("RGB", (width, width))
        # A phone notes how it was held; once that goes with the metadata, the pixels themselves must be turned.
        upright = ImageOps.exif_transpose(picture)
    return _flat(upright, width)


def _flat(picture: Image.Image, width: int) -> Image.Image:
    """The pixels on white and nothing else: colour profile, texts and Exif stay behind with the old picture."""
    if picture.mode.startswith("I"):
        picture = picture.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    elif picture.mode not in ("L", "RGB", "RGBA"):
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    picture.thumbnail((width, TALLEST))
    sheet = Image.new("RGB", picture.size, "white")
    sheet.paste(picture, mask=picture if picture.mode == "RGBA" else None)
    return sheet


def _png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
