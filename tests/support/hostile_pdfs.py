"""PDFs and pictures that must be refused: a named table of (file name, builder, expected code)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from tests.support.files import (
    make_docx,
    make_jpeg,
    make_ofd,
    make_pdf,
    make_pdf_document,
    make_png,
    make_xlsx,
    make_zip_of_pictures,
    png_chunk,
    save_pdf,
)
from tests.support.hostile_bombs import zlib_zeros

Case = tuple[str, Callable[[], bytes], str]

_SCRIPT = Dictionary(S=Name.JavaScript, JS=b"app.alert(1)")


def _pdf(change: Callable[[pikepdf.Pdf], None], *, packed: bool = False) -> Callable[[], bytes]:
    def build() -> bytes:
        pdf = make_pdf_document()
        change(pdf)
        return save_pdf(pdf, packed=packed)

    return build


def _root(**entries: object) -> Callable[[pikepdf.Pdf], None]:
    return lambda pdf: pdf.Root.update({f"/{key}": value for key, value in entries.items()})


def _annotation(**entries: object) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        note = Dictionary(
            {"/Type": Name.Annot, "/Rect": Array([0, 0, 9, 9])} | {f"/{k}": v for k, v in entries.items()}
        )
        pdf.pages[0].Annots = Array([pdf.make_indirect(note)])

    return change


def _stream(data: bytes, **entries: object) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        stream = Stream(pdf, data)
        stream.update({f"/{key}": value for key, value in entries.items()})
        pdf.pages[0].Resources.XObject = Dictionary(X0=stream)

    return change


def _embed(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["a.txt"] = pikepdf.AttachedFileSpec(pdf, b"hello", filename="a.txt")


def _encrypted(user: str) -> Callable[[], bytes]:
    return lambda: save_pdf(make_pdf_document(), encryption=pikepdf.Encryption(owner="o", user=user))


def _bomb(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Contents = Stream(pdf, b"")
    pdf.pages[0].Contents.write(zlib_zeros(600), filter=Name.FlateDecode)


def _page_loop(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Pages.Kids.append(pdf.Root.Pages)


def _object_stream_bomb() -> bytes:
    """A PDF whose cross-reference stream unpacks to 600 MB; the parser itself has to unpack it."""
    body = zlib_zeros(600)
    head = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    reference = (
        f"5 0 obj\n<</Type/XRef/Size 6/W[1 4 2]/Root 1 0 R/Filter/FlateDecode/Length {len(body)}>>\nstream\n".encode()
    )
    return head + reference + body + f"\nendstream\nendobj\nstartxref\n{len(head)}\n%%EOF\n".encode()


def _hidden_name() -> bytes:
    """`/OpenAction` and `/JavaScript` written with escapes that hide them from a search."""
    plain = _pdf(_root(Aaaaaaaaaaaa=Dictionary(S=Name.Bbbbbbbbbbbbbb, R=b"app.alert(1)")))()
    return plain.replace(b"/Aaaaaaaaaaaa", b"/#4fpenAction").replace(b"/Bbbbbbbbbbbbbb", b"/J#61v#61Script")


def _deep_arrays() -> bytes:
    return (
        make_pdf()
        .replace(b"/Rotate", b"/Rotate")
        .replace(b"/MediaBox [ 0 0 595 842 ]", b"/MediaBox [ 0 0 595 842 ] /X " + b"[" * 5000 + b"]" * 5000)
    )


def _png_header(width: int, height: int) -> bytes:
    return png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def _png_claiming(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + _png_header(width, height) + make_png()[33:]


def _png_with(chunk: bytes) -> bytes:
    plain = make_png()
    return plain[:33] + chunk + plain[33:]


def _jpeg_with(marker: int, body: bytes) -> bytes:
    return b"\xff\xd8\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body + make_jpeg()[2:]


def _jpeg_claiming(width: int, height: int) -> bytes:
    plain = make_jpeg()
    at = plain.index(b"\xff\xc0") + 5
    return plain[:at] + struct.pack(">HH", height, width) + plain[at + 4 :]


def _jpeg_of_many_scans() -> bytes:
    plain = make_jpeg()
    scan = plain[plain.index(b"\xff\xda") : -2]
    return plain[:-2] + scan * 200 + b"\xff\xd9"


PDFS: dict[str, Case] = {
    "a PDF with a script on opening": ("a.pdf", _pdf(_root(OpenAction=_SCRIPT)), "file_active_content"),
    "a script inside an object stream": ("a.pdf", _pdf(_root(OpenAction=_SCRIPT), packed=True), "file_active_content"),
    "a script in the name tree": (
        "a.pdf",
        _pdf(_root(Names=Dictionary(JavaScript=Dictionary(Names=[b"x", _SCRIPT])))),
        "file_active_content",
    ),
    "names hidden by escapes": ("a.pdf", _hidden_name, "file_active_content"),
    "a web address on opening": (
        "a.pdf",
        _pdf(_root(OpenAction=Dictionary(S=Name.URI, URI=b"https://example.com/"))),
        "file_active_content",
    ),
    "an action when a page shows": (
        "a.pdf",
        _pdf(lambda pdf: pdf.pages[0].obj.update({"/AA": Dictionary(O=_SCRIPT)})),
        "file_active_content",
    ),
    "a link that launches a program": (
        "a.pdf",
        _pdf(_annotation(Subtype=Name.Link, A=Dictionary(S=Name.Launch, F=b"cmd.exe"))),
        "file_active_content",
    ),
    "a button that sends a form": (
        "a.pdf",
        _pdf(_annotation(Subtype=Name.Link, A=Dictionary(S=Name.SubmitForm, F=b"https://example.com/"))),
        "file_active_content",
    ),
    "rich media": ("a.pdf", _pdf(_annotation(Subtype=Name.RichMedia)), "file_active_content"),
    "a film": ("a.pdf", _pdf(_annotation(Subtype=Name.Movie)), "file_active_content"),
    "an XFA form": ("a.pdf", _pdf(_root(AcroForm=Dictionary(XFA=b"<xdp/>", Fields=[]))), "file_active_content"),
    "an embedded file": ("a.pdf", _pdf(_embed), "file_embedded"),
    "a file attached to a note": ("a.pdf", _pdf(_annotation(Subtype=Name.FileAttachment)), "file_embedded"),
    "a portfolio": ("a.pdf", _pdf(_root(Collection=Dictionary())), "file_embedded"),
    "a link into another file": (
        "a.pdf",
        _pdf(_annotation(Subtype=Name.Link, A=Dictionary(S=Name.GoToR, F=b"\\\\host\\share\\a.pdf"))),
        "file_external_reference",
    ),
    "a stream kept elsewhere": ("a.pdf", _pdf(_stream(b"", F=b"https://example.com/")), "file_external_reference"),
    "a PDF with a password": ("a.pdf", _encrypted("secret"), "file_encrypted"),
    "a PDF with permissions only": ("a.pdf", _encrypted(""), "file_encrypted"),
    "data after the end of a PDF": ("a.pdf", lambda: make_pdf() + b"MZ" + bytes(3000), "file_broken"),
    "a little data after the end of a PDF": ("a.pdf", lambda: make_pdf() + b"<script>", "file_extra_data"),
    "two PDFs in a row": ("a.pdf", lambda: make_pdf() + make_pdf("另"), "file_broken"),
    "data after the end with an end of its own": (
        "a.pdf",
        lambda: make_pdf() + b"hidden\n%%EOF\n",
        "file_extra_data",
    ),
    "data in front of a PDF": ("a.pdf", lambda: b"junk\n" + make_pdf(), "file_leading_data"),
    "a ZIP after a PDF": ("a.pdf", lambda: make_pdf() + make_zip_of_pictures(), "file_extra_data"),
    "a ZIP in a PDF stream": ("a.pdf", _pdf(_stream(make_zip_of_pictures())), "file_hidden_archive"),
    "a RAR in a PDF stream": ("a.pdf", _pdf(_stream(b"Rar!\x1a\x07\x00")), "file_hidden_archive"),
    "a PDF cut off": ("a.pdf", lambda: make_pdf()[:-200], "file_broken"),
    "a PDF of a header only": ("a.pdf", lambda: b"%PDF-1.7\n", "file_broken"),
    "a PDF with a wrong table": ("a.pdf", lambda: make_pdf().replace(b"0000000015", b"0000000099"), "file_broken"),
    "a PDF without pages": ("a.pdf", _pdf(lambda pdf: pdf.pages.__delitem__(0)), "file_broken"),
    "a PDF of too many pages": ("a.pdf", lambda: make_pdf(pages=301), "file_too_many_pages"),
    "a page tree that loops": ("a.pdf", _pdf(_page_loop), "file_broken"),
    "a page that unpacks to 600 MB": ("a.pdf", _pdf(_bomb), "file_unpacked_too_large"),
    "a table that unpacks to 600 MB": ("a.pdf", _object_stream_bomb, "file_broken"),
    "a stream packed twice": (
        "a.pdf",
        _pdf(_stream(zlib.compress(zlib.compress(bytes(9999))), Filter=[Name.FlateDecode, Name.FlateDecode])),
        "file_unpacked_too_large",
    ),
    "arrays nested five thousand deep": ("a.pdf", _deep_arrays, "file_broken"),
    "a huge picture in a PDF": (
        "a.pdf",
        _pdf(_stream(b"x", Subtype=Name.Image, Width=90_000, Height=90_000)),
        "file_picture_too_large",
    ),
}

PICTURES: dict[str, Case] = {
    "a PNG named as a JPEG": ("a.jpg", make_png, "file_kind_mismatch"),
    "a JPEG named as a PDF": ("a.pdf", make_jpeg, "file_kind_mismatch"),
    "a ZIP named as a DOCX": ("a.docx", make_zip_of_pictures, "file_kind_mismatch"),
    "a DOCX named as a ZIP": ("a.zip", make_docx, "file_kind_mismatch"),
    "an OFD named as an XLSX": ("a.xlsx", make_ofd, "file_kind_mismatch"),
    "an XLSX named as a PNG": ("a.png", make_xlsx, "file_kind_mismatch"),
    "a program named as a PDF": ("a.pdf", lambda: b"MZ\x90\x00" + bytes(500), "file_kind_unknown"),
    "a page named as a picture": ("a.png", lambda: b"<html><script>1</script></html>", "file_kind_unknown"),
    "a drawing that may hold scripts": ("a.svg", lambda: b"<svg xmlns='x'/>", "file_extension_unknown"),
    "a GIF named as a PNG": ("a.png", lambda: b"GIF89a" + bytes(50), "file_kind_unknown"),
    "an old Word file": ("a.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file_kind_unknown"),
    "an empty file": ("a.pdf", lambda: b"", "file_empty"),
    "one byte": ("a.png", lambda: b"\x89", "file_kind_unknown"),
    "a file without an extension": ("README", make_pdf, "file_extension_unknown"),
    "a program after a picture's name": ("a.png.exe", make_png, "file_extension_unknown"),
    "data after the end of a PNG": ("a.png", lambda: make_png() + b"x", "file_extra_data"),
    "data after the end of a JPEG": ("a.jpg", lambda: make_jpeg() + b"x", "file_extra_data"),
    "a ZIP after a PNG": ("a.png", lambda: make_png() + make_zip_of_pictures(), "file_hidden_archive"),
    "a ZIP after a JPEG": ("a.jpg", lambda: make_jpeg() + make_zip_of_pictures(), "file_hidden_archive"),
    "a ZIP in a PNG chunk": (
        "a.png",
        lambda: _png_with(png_chunk(b"zzZz", make_zip_of_pictures())),
        "file_hidden_archive",
    ),
    "a ZIP in a JPEG comment": ("a.jpg", lambda: _jpeg_with(0xFE, make_zip_of_pictures()), "file_hidden_archive"),
    "a script in a JPEG comment": ("a.jpg", lambda: _jpeg_with(0xFE, b"<script>1</script>"), "file_hidden_archive"),
    "a PDF in a JPEG comment": ("a.jpg", lambda: _jpeg_with(0xFE, make_pdf()), "file_hidden_archive"),
    "a server script in a PNG text": (
        "a.png",
        lambda: _png_with(png_chunk(b"tEXt", b"c\0<?php 1;")),
        "file_hidden_archive",
    ),
    "a PNG of 40 thousand pixels squared": ("a.png", lambda: _png_claiming(40_000, 40_000), "file_picture_too_large"),
    "a JPEG of 65 thousand pixels squared": ("a.jpg", lambda: _jpeg_claiming(65_000, 65_000), "file_picture_too_large"),
    "a PNG one pixel high and very wide": ("a.png", lambda: _png_claiming(30_000, 1), "file_picture_too_large"),
    "a PNG without pixels": ("a.png", lambda: _png_claiming(0, 16), "file_broken"),
    "a PNG that claims more lines than it has": ("a.png", lambda: _png_claiming(16, 500), "file_broken"),
    "a PNG cut off": ("a.png", lambda: make_png()[:-20], "file_broken"),
    "a JPEG cut off": ("a.jpg", lambda: make_jpeg()[:-50], "file_broken"),
    "a PNG with a wrong check value": ("a.png", lambda: make_png()[:-30] + b"\0" + make_png()[-29:], "file_broken"),
    "a PNG with an unknown critical chunk": ("a.png", lambda: _png_with(png_chunk(b"EVIL", b"")), "file_broken"),
    "a moving PNG": ("a.png", lambda: _png_with(png_chunk(b"acTL", bytes(8))), "file_animated"),
    "a PNG of a signature only": ("a.png", lambda: b"\x89PNG\r\n\x1a\n", "file_broken"),
    "a JPEG without a picture": ("a.jpg", lambda: b"\xff\xd8\xff\xd9", "file_broken"),
    "a JPEG of two hundred scans": ("a.jpg", _jpeg_of_many_scans, "file_too_complex"),
}
