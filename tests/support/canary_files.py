"""Files with a canary inside, written plainly: nothing in them is compressed."""

from __future__ import annotations

import io
import zipfile

import pikepdf
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.support.files import make_docx, make_pdf_document, make_xlsx, save_pdf


def pdf_with(canary: str, filling: int = 0) -> bytes:
    """Return a PDF with the canary on its page, in its metadata and as bytes of UTF-8; `filling` bytes make it large."""
    pdf = make_pdf_document(canary)
    pdf.docinfo["/Title"] = pikepdf.String(canary)
    pdf.Root.Filling = pdf.make_stream(canary.encode() + b"%" * filling)
    return save_pdf(pdf)


def png_with(canary: str) -> bytes:
    """Return a PNG with the canary as text."""
    info = PngInfo()
    info.add_itxt("Title", canary, zip=False)
    return _saved("PNG", pnginfo=info)


def jpeg_with(canary: str) -> bytes:
    """Return a JPEG with the canary as comment."""
    return _saved("JPEG", comment=canary.encode())


def docx_with(canary: str) -> bytes:
    """Return a DOCX with the canary as paragraph."""
    return _stored(make_docx(canary))


def xlsx_with(canary: str) -> bytes:
    """Return a workbook with the canary in a cell."""
    return _stored(make_xlsx((("项目", canary),)))


def _saved(form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), "white").save(buffer, form, **options)
    return buffer.getvalue()


def _stored(packed: bytes) -> bytes:
    """Return an office document with its members as they are, not packed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    return buffer.getvalue()
