"""Files that are two things at once: each pair of kinds, and what other programs would run or open.

A pair is one file under the other's first byte. Named after the first, something follows its end; named after the
second, the name does not fit what lies in front.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial

from pikepdf import Stream

from shared.documents.kinds import Kind
from tests.support.files import make, make_docx, make_jpeg, make_pdf, make_pdf_document, make_png, make_zip, png_chunk
from tests.support.files import save_pdf as saved

Case = tuple[str, Callable[[], bytes], str]

_PACKAGES = (Kind.OFD, Kind.DOCX, Kind.XLSX, Kind.ZIP)
_HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
_FOREIGN: dict[str, bytes] = {
    "a web page": _HTML,
    "a drawing with a script": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "a Windows program": b"MZ\x90\x00" + bytes(60) + b"PE\0\0" + bytes(400),
    "a Linux program": b"\x7fELF\x02\x01\x01" + bytes(400),
    "a shell script": b"#!/bin/sh\nid\n",
    "a server script": b"<?php system($_GET[0]);",
    "a RAR archive": b"Rar!\x1a\x07\x01\x00" + bytes(100),
    "a 7-Zip archive": b"7z\xbc\xaf\x27\x1c" + bytes(100),
    "a compound file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "a GIF": b"GIF89a\x01\0\x01\0\0\0\0;",
    "a gzip archive": b"\x1f\x8b\x08\0" + bytes(100),
    "a cabinet": b"MSCF" + bytes(100),
    "an e-mail": b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + _HTML,
    "an XML with a style sheet": b'<?xml version="1.0"?><?xml-stylesheet href="https://example.com/x.xsl"?><a/>',
    "a rich text": b"{\\rtf1{\\object\\objdata 0105}}",
    "a shortcut": b"L\0\0\0\x01\x14\x02\0" + bytes(100),
}


def _joined(first: Kind, second: Kind) -> bytes:
    return make(first) + make(second)


def _pair_code(first: Kind, second: Kind) -> str:
    """What a file of two kinds is refused for, under the first one's name."""
    if first not in _PACKAGES:
        return "file_hidden_archive" if second in _PACKAGES else "file_extra_data"
    return "file_broken" if second in _PACKAGES else "file_extra_data"


def _pairs() -> dict[str, Case]:
    cases: dict[str, Case] = {}
    for first in Kind:
        for second in Kind:
            if first is second:
                continue
            build = partial(_joined, first, second)
            name = f"{first.value} and {second.value} behind it"
            cases[f"{name}, named after the first"] = (f"a.{first.value}", build, _pair_code(first, second))
            # The directory of a package is read before the name is compared, to know which package it is.
            code = _pair_code(first, second) if first in _PACKAGES else "file_kind_mismatch"
            cases[f"{name}, named after the second"] = (f"a.{second.value}", build, code)
    return cases


def _foreign() -> dict[str, Case]:
    cases: dict[str, Case] = {}
    for what, data in _FOREIGN.items():
        cases[f"{what} named as a PDF"] = ("a.pdf", partial(bytes, data), "file_kind_unknown")
        cases[f"{what} behind a JPEG"] = ("a.jpg", partial(_behind, make_jpeg, data), "file_extra_data")
        cases[f"{what} in front of a PDF"] = ("a.pdf", partial(_before, data, make_pdf), "file_leading_data")
    return cases


def _behind(make_it: Callable[[], bytes], data: bytes) -> bytes:
    return make_it() + data


def _before(data: bytes, make_it: Callable[[], bytes]) -> bytes:
    return data + b"\n" + make_it()


def _zip_that_holds_an_offset_for_its_front(front: bytes) -> bytes:
    """A ZIP behind something, its directory put right: every lenient reader opens it."""
    buffer = io.BytesIO()
    buffer.write(front)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("a.png", make_png())
    return buffer.getvalue()


def _zip_with_a_pdf_as_its_first_member() -> bytes:
    """Stored, so that lenient readers find `%PDF-` near the beginning."""
    return make_zip({"a.png": make_pdf()}, zipfile.ZIP_STORED)


def _zip_with_hidden_extra() -> bytes:
    """A whole file in the extra field of a member's local header, where hardly anybody looks."""
    plain = make_zip({"a.png": make_png()})
    hidden = b"MZ" + bytes(4000)
    extra = struct.pack("<HH", 0x4141, len(hidden)) + hidden
    at_directory = plain.index(b"PK\x01\x02")
    head = plain[:28] + struct.pack("<H", len(extra)) + plain[30:35] + extra + plain[35:at_directory]
    end = plain.rindex(b"PK\x05\x06")
    moved = struct.pack("<L", at_directory + len(extra))
    return head + plain[at_directory:end] + plain[end : end + 16] + moved + plain[end + 20 :]


def _zip_with_a_second_name(name: bytes) -> bytes:
    """A member with a Unicode path of its own (Info-ZIP 0x7075): some readers go by this name, others by the first."""
    plain = make_zip({"a.png": make_png()})
    extra_body = b"\x01" + struct.pack("<L", zlib.crc32(b"a.png")) + name
    extra = struct.pack("<HH", 0x7075, len(extra_body)) + extra_body
    at = plain.index(b"PK\x01\x02")
    end = plain.rindex(b"PK\x05\x06")
    directory = plain[at : at + 30] + struct.pack("<H", len(extra)) + plain[at + 32 : end] + extra
    size = struct.pack("<L", len(directory))
    return plain[:at] + directory + plain[end : end + 12] + size + plain[end + 16 :]


def _pdf_with_stream(data: bytes) -> bytes:
    pdf = make_pdf_document()
    pdf.Root.PieceInfo = pdf.make_indirect(Stream(pdf, data))
    return saved(pdf)


def _pdf_with_comment(data: bytes) -> bytes:
    """Bytes in the gap between two objects, which readers skip."""
    plain = make_pdf()
    at = plain.rindex(b"xref", 0, plain.rindex(b"startxref"))
    table = int(plain[plain.rindex(b"startxref") + 9 :].split()[0])
    moved = str(table + len(data) + 2).encode()
    return plain[:at] + b"%" + data + b"\n" + plain[at : plain.rindex(b"startxref") + 10] + moved + b"\n%%EOF\n"


def _jpeg_segment(marker: int, body: bytes) -> bytes:
    return b"\xff\xd8\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body + make_jpeg()[2:]


def _png_with(kind: bytes, body: bytes) -> bytes:
    plain = make_png()
    return plain[:33] + png_chunk(kind, body) + plain[33:]


_INSIDE: dict[str, Case] = {
    "a ZIP behind a PDF that both open": (
        "a.zip",
        lambda: _zip_that_holds_an_offset_for_its_front(make_pdf()),
        "file_kind_mismatch",
    ),
    "a PDF with a ZIP behind it that both open": (
        "a.pdf",
        lambda: _zip_that_holds_an_offset_for_its_front(make_pdf()),
        "file_hidden_archive",
    ),
    "a PNG with a ZIP behind it that both open": (
        "a.png",
        lambda: _zip_that_holds_an_offset_for_its_front(make_png()),
        "file_hidden_archive",
    ),
    "a JPEG with a ZIP behind it that both open": (
        "a.jpg",
        lambda: _zip_that_holds_an_offset_for_its_front(make_jpeg()),
        "file_hidden_archive",
    ),
    "a ZIP behind a ZIP that its directory passes over": (
        "a.zip",
        lambda: _zip_that_holds_an_offset_for_its_front(make_zip({"b.png": make_png()})[:-40] + b"x"),
        "file_member_overlap",
    ),
    "a stored PDF named as a picture in a ZIP": ("a.zip", _zip_with_a_pdf_as_its_first_member, "file_not_pictures"),
    "a program in the extra field of a ZIP": ("a.zip", _zip_with_hidden_extra, "file_member_overlap"),
    "a second name of another kind": ("a.zip", lambda: _zip_with_a_second_name(b"a.exe"), "file_member_path"),
    "a second name in the folder above": ("a.zip", lambda: _zip_with_a_second_name(b"../a.png"), "file_member_path"),
    "a Word file in a PDF stream": ("a.pdf", lambda: _pdf_with_stream(make_docx()), "file_hidden_archive"),
    "a 7-Zip archive in a PDF stream": (
        "a.pdf",
        lambda: _pdf_with_stream(_FOREIGN["a 7-Zip archive"]),
        "file_hidden_archive",
    ),
    "a ZIP in a PDF comment": ("a.pdf", lambda: _pdf_with_comment(make_zip({"a": b"b"})), "file_hidden_archive"),
    "a web page in the first lines of a JPEG": ("a.jpg", lambda: _jpeg_segment(0xE0, _HTML), "file_hidden_archive"),
    "a drawing in an application part of a JPEG": (
        "a.jpg",
        lambda: _jpeg_segment(0xED, b"<svg/onload=alert(1)>"),
        "file_hidden_archive",
    ),
    "a RAR archive in a JPEG comment": (
        "a.jpg",
        lambda: _jpeg_segment(0xFE, _FOREIGN["a RAR archive"]),
        "file_hidden_archive",
    ),
    "a compound file in a PNG chunk": (
        "a.png",
        lambda: _png_with(b"prVt", _FOREIGN["a compound file"]),
        "file_hidden_archive",
    ),
    "a web page in a PNG text": ("a.png", lambda: _png_with(b"tEXt", b"Comment\0" + _HTML), "file_hidden_archive"),
    "a PDF in a PNG text": ("a.png", lambda: _png_with(b"iTXt", b"x\0\0\0\0\0" + make_pdf()), "file_hidden_archive"),
    "a script as a colour profile": ("a.jpg", lambda: _jpeg_segment(0xE2, b"<?php 1;"), "file_hidden_archive"),
    "a PDF whose trailer lies in a stream": (
        "a.pdf",
        lambda: _pdf_with_stream(make_pdf("另"))[:-6] + b"x%%EOF",
        "file_extra_data",
    ),
    "a page that is a form of another kind": (
        "a.pdf",
        lambda: make_pdf().replace(b"/Type /Catalog", b"/Type /Catalox").replace(b"/Pages 2 0 R", b"/Pagez 2 0 R"),
        "file_broken",
    ),
}

POLYGLOTS: dict[str, Case] = _pairs() | _foreign() | _INSIDE
