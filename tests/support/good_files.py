"""Files that must be accepted, by the programs that make them: (file name, builder, pages) by what they are."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pikepdf

from tests.support.files import (
    make_docx,
    make_jpeg,
    make_ofd,
    make_pdf,
    make_pdf_document,
    make_png,
    make_xlsx,
    make_zip,
    make_zip_of_pictures,
    ofd_parts,
    png_chunk,
    save_pdf,
)
from tests.support.good_producers import PRODUCED


def pdf_that_opens_at_its_top() -> bytes:
    pdf = make_pdf_document()
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=[pdf.pages[0].obj, pikepdf.Name.Fit])
    return save_pdf(pdf)


def pdf_with_a_web_link() -> bytes:
    pdf = make_pdf_document()
    action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=b"https://example.com/")
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)
    pdf.pages[0].Annots = pikepdf.Array([link])
    return save_pdf(pdf)


def pdf_for_the_web() -> bytes:
    buffer = io.BytesIO()
    make_pdf_document().save(buffer, linearize=True)
    return buffer.getvalue()


def pdf_updated_at_its_end() -> bytes:
    """A PDF with a second revision behind the first, as signing programs write it."""
    first = make_pdf()
    table = int(first[first.rindex(b"startxref") + 9 :].split()[0])
    change = b"1 0 obj\n<< /Pages 2 0 R /Type /Catalog /Lang (zh) >>\nendobj\n"
    second = f"xref\n1 1\n{len(first):010} 00000 n \ntrailer\n<< /Size 6 /Root 1 0 R /Prev {table} >>\n".encode()
    return first + change + second + f"startxref\n{len(first + change)}\n%%EOF\n".encode()


def pdf_of_a_scan() -> bytes:
    pdf = make_pdf_document()
    scan = pikepdf.Stream(pdf, make_jpeg(200, 300))
    scan.update({"/Subtype": pikepdf.Name.Image, "/Width": 200, "/Height": 300, "/Filter": pikepdf.Name.DCTDecode})
    pdf.pages[0].Resources.XObject = pikepdf.Dictionary(Im0=scan)
    return save_pdf(pdf)


def streamed_zip() -> bytes:
    """A ZIP written to a pipe, with data descriptors after the members, as macOS does."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.data += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("一.png", make_png())
        archive.writestr("二.png", make_png(20, 20))
    return pipe.data


def zip_named_in_gbk() -> bytes:
    placeholder, name = "aaaa.png", "截图".encode("gbk") + b".png"
    return make_zip({placeholder: make_png()}).replace(placeholder.encode(), name)


def interlaced_png() -> bytes:
    """An interlaced picture of 9 by 5 grey pixels, its seven passes one after the other."""
    passes = [(2, 1), (1, 1), (3, 1), (2, 2), (5, 1), (4, 3), (9, 2)]
    lines = b"".join((b"\0" + bytes(columns)) * count for columns, count in passes)
    header = struct.pack(">IIBBBBB", 9, 5, 8, 0, 0, 0, 1)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(kind, body) for kind, body in chunks)


GOOD: dict[str, tuple[str, Callable[[], bytes], int | None]] = PRODUCED | {
    "a PDF": ("申请表.pdf", make_pdf, 1),
    "a PDF of many pages": ("a.pdf", lambda: make_pdf(pages=300), 300),
    "a PDF with object streams": ("a.pdf", lambda: make_pdf(packed=True), 1),
    "a PDF with a newline after its end": ("a.pdf", lambda: make_pdf() + b"\r\n\n", 1),
    "a PDF whose name is in capitals": ("A.PDF", make_pdf, 1),
    "a PDF that opens at its top": ("a.pdf", pdf_that_opens_at_its_top, 1),
    "a PDF with a web link": ("a.pdf", pdf_with_a_web_link, 1),
    "a PDF for the web": ("a.pdf", pdf_for_the_web, 1),
    "a PDF updated at its end": ("a.pdf", pdf_updated_at_its_end, 1),
    "a PDF of a scan": ("a.pdf", pdf_of_a_scan, 1),
    "a PNG": ("截屏.png", make_png, 1),
    "a PNG with transparency": ("a.png", lambda: make_png(mode="RGBA"), 1),
    "a grey PNG": ("a.png", lambda: make_png(mode="L"), 1),
    "a PNG with a palette": ("a.png", lambda: make_png(mode="P"), 1),
    "a black and white PNG": ("a.png", lambda: make_png(mode="1"), 1),
    "an interlaced PNG": ("a.png", interlaced_png, 1),
    "a large PNG": ("a.png", lambda: make_png(3000, 2000), 1),
    "a JPEG": ("照片.jpg", make_jpeg, 1),
    "a JPEG with the long extension": ("照片.jpeg", make_jpeg, 1),
    "a progressive JPEG": ("a.jpg", lambda: make_jpeg(600, 400, progressive=True), 1),
    "a grey JPEG": ("a.jpg", lambda: make_jpeg(mode="L"), 1),
    "a CMYK JPEG": ("a.jpg", lambda: make_jpeg(mode="CMYK"), 1),
    "an OFD": ("电子执照.ofd", make_ofd, 1),
    "an OFD of two pages": ("a.ofd", lambda: make_ofd(pages=2), 2),
    "a sealed OFD": ("a.ofd", lambda: make_zip(ofd_parts() | {"Doc_0/Signs/Sign_0/Seal.esl": b"0\x82\x01"}), 1),
    "a DOCX": ("方案.docx", make_docx, None),
    "an XLSX": ("交易记录.xlsx", make_xlsx, None),
    "a ZIP of pictures": ("截图.zip", make_zip_of_pictures, 3),
    "a ZIP with a folder": ("a.zip", lambda: make_zip({"图/": b"", "图/a.png": make_png()}), 1),
    "a stored ZIP": ("a.zip", lambda: make_zip({"a.png": make_png()}, zipfile.ZIP_STORED), 1),
    "a streamed ZIP": ("a.zip", streamed_zip, 2),
    "a ZIP named in GBK": ("a.zip", zip_named_in_gbk, 1),
}
