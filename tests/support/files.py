"""Builders of small good files of every kind that the system takes. A test states the one difference it needs."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

import docx
import openpyxl
import pikepdf
from PIL import Image

from shared.documents.kinds import Kind

OFD_NAMESPACE = "http://www.ofdspec.org/2016"


def make_pdf_document(text: str = "统报", pages: int = 1) -> pikepdf.Pdf:
    """An open PDF with `text` on each page, to be changed by a test and saved with `save_pdf`."""
    pdf = pikepdf.Pdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type0,
        BaseFont=pikepdf.Name("/STSong-Light"),
        Encoding=pikepdf.Name("/UniGB-UTF16-H"),
        DescendantFonts=pikepdf.Array(
            [
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Font,
                    Subtype=pikepdf.Name.CIDFontType0,
                    BaseFont=pikepdf.Name("/STSong-Light"),
                    CIDSystemInfo=pikepdf.Dictionary(Registry=b"Adobe", Ordering=b"GB1", Supplement=5),
                )
            ]
        ),
    )
    shared_font = pdf.make_indirect(font)
    content = f"BT /F1 24 Tf 72 700 Td <{text.encode('utf-16-be').hex()}> Tj ET".encode()
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=shared_font))
        page.Contents = pdf.make_stream(content)
    return pdf


def save_pdf(pdf: pikepdf.Pdf, *, packed: bool = False, encryption: pikepdf.Encryption | bool = False) -> bytes:
    """The bytes of a document; `packed` puts its objects into object streams."""
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    buffer = io.BytesIO()
    pdf.save(buffer, object_stream_mode=mode, encryption=encryption, compress_streams=False)
    return buffer.getvalue()


def make_pdf(text: str = "统报", pages: int = 1, *, packed: bool = False) -> bytes:
    """A PDF with `text` on each page."""
    return save_pdf(make_pdf_document(text, pages), packed=packed)


def make_png(width: int = 16, height: int = 16, mode: str = "RGB") -> bytes:
    """A PNG with a gradient, so that it does not pack to nothing."""
    return _save(_gradient(width, height, mode), "PNG")


def make_jpeg(width: int = 16, height: int = 16, mode: str = "RGB", *, progressive: bool = False) -> bytes:
    """A JPEG with a gradient."""
    buffer = io.BytesIO()
    _gradient(width, height, mode).save(buffer, "JPEG", progressive=progressive)
    return buffer.getvalue()


def _gradient(width: int, height: int, mode: str) -> Image.Image:
    ramp = Image.linear_gradient("L").resize((width, height))
    return ramp.convert("RGB").convert(mode)


def _save(picture: Image.Image, form: str) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form)
    return buffer.getvalue()


def make_docx(text: str = "平台运营方案") -> bytes:
    """A Word document with one paragraph per line of `text`."""
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def make_xlsx(rows: tuple[tuple[object, ...], ...] = (("项目", "金额"), ("软件研发", 12.5))) -> bytes:
    """A workbook with one sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def ofd_parts(text: str = "统报", pages: int = 1) -> dict[str, bytes]:
    """The members of an OFD, by name."""
    listed = "".join(f'<ofd:Page ID="{n + 10}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(pages))
    body = (
        f'<ofd:Page xmlns:ofd="{OFD_NAMESPACE}"><ofd:Content><ofd:Layer ID="1"><ofd:TextObject ID="2">'
        f"<ofd:TextCode>{text}</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>"
    )
    parts = {
        "OFD.xml": f'<ofd:OFD xmlns:ofd="{OFD_NAMESPACE}" DocType="OFD" Version="1.0"><ofd:DocBody><ofd:DocInfo/>'
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f'<ofd:Document xmlns:ofd="{OFD_NAMESPACE}"><ofd:CommonData/>'
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        **{f"Doc_0/Pages/Page_{n}/Content.xml": body for n in range(pages)},
    }
    return {name: f'<?xml version="1.0" encoding="UTF-8"?>{part}'.encode() for name, part in parts.items()}


def make_ofd(text: str = "统报", pages: int = 1) -> bytes:
    """An OFD with `text` on each page."""
    return make_zip(ofd_parts(text, pages))


def make_zip(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of the given members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def make_zip_of_pictures(count: int = 3) -> bytes:
    """A ZIP of `count` pictures, PNG and JPEG in turn."""
    return make_zip(
        {f"截图{n}.{'jpg' if n % 2 else 'png'}": make_jpeg() if n % 2 else make_png() for n in range(count)}
    )


def zip_parts(data: bytes) -> dict[str, bytes]:
    """The members of a ZIP, to be changed and made into a ZIP again."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a PNG with its right check value."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def make(kind: Kind) -> bytes:
    """A good file of any kind."""
    builders: dict[Kind, Callable[[], bytes]] = {
        Kind.PDF: make_pdf,
        Kind.PNG: make_png,
        Kind.JPEG: make_jpeg,
        Kind.OFD: make_ofd,
        Kind.DOCX: make_docx,
        Kind.XLSX: make_xlsx,
        Kind.ZIP: make_zip_of_pictures,
    }
    return builders[kind]()
