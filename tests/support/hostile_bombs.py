"""Files that cost: bombs of every make, each built quickly, whatever it unpacks to."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import partial

from pikepdf import Array, Name, Stream
from PIL import Image

from tests.support.files import (
    make_docx,
    make_ofd,
    make_pdf_document,
    make_png,
    make_xlsx,
    make_zip,
    ofd_parts,
    png_chunk,
    save_pdf,
    zip_parts,
)

Case = tuple[str, Callable[[], bytes], str]

MIB = 1024 * 1024


def deflated_zeros(mebibytes: int) -> bytes:
    """A raw deflate stream of so many MiB of zeros: one packed block, repeated, since each begins anew."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * mebibytes + b"\x03\x00"


def zlib_zeros(mebibytes: int) -> bytes:
    """The same with the frame of zlib; of zeros the check value follows from their number."""
    check = ((mebibytes * MIB) % 65521) << 16 | 1
    return b"\x78\xda" + deflated_zeros(mebibytes) + struct.pack(">I", check)


def raw_zip(members: Mapping[str, tuple[bytes, int, int]]) -> bytes:
    """A ZIP of members that are packed already: packed bytes, stated size, check value."""
    body, directory = b"", b""
    for name, (packed, size, crc) in members.items():
        common = struct.pack("<4H3L2H", 0x800, 8, 0, 33, crc, len(packed), size, len(name.encode()), 0)
        directory += b"PK\x01\x02" + struct.pack("<2H", 0x314, 20) + common
        directory += struct.pack("<3H2L", 0, 0, 0, 0o100644 << 16, len(body)) + name.encode()
        body += b"PK\x03\x04" + struct.pack("<H", 20) + common + name.encode() + packed
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(members), len(members), len(directory), len(body), 0)
    return body + directory + end


def _zeros_in(name: str, mebibytes: int, stated: int | None = None, others: Callable[[], bytes] | None = None) -> bytes:
    """A package with one more member of zeros, whose stated size may be a lie."""
    size = mebibytes * MIB if stated is None else stated
    members = {} if others is None else zip_parts(others())
    packed = {part: (_deflated(data), len(data), zlib.crc32(data)) for part, data in members.items() if part != name}
    return raw_zip(packed | {name: (deflated_zeros(mebibytes), size, 0)})


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def _nested(depth: int) -> bytes:
    """ZIPs in ZIPs: 42.zip in small."""
    inner = make_zip({"0.png": bytes(MIB)})
    for level in range(depth):
        inner = make_zip({f"{level}-{number}.zip": inner for number in range(10)})
    return inner


def _quine_like() -> bytes:
    """A ZIP that names its own beginning as a member: unpacked, it holds itself again."""
    inner = make_zip({"a.png": make_png()})
    return make_zip({"a.zip": inner, "b.png": make_png()}, zipfile.ZIP_STORED)


def _shared_kernel(count: int) -> bytes:
    """Members whose local headers lie in each other's packed data, as in the bombs that overlap by quoting."""
    data, directory = bytes(2000), b""
    packed = _deflated(data)
    body = b""
    for number in range(count):
        name = f"{number:04}.png".encode()
        common = struct.pack("<4H3L2H", 0x800, 8, 0, 33, zlib.crc32(data), len(packed), len(data), len(name), 0)
        body += b"PK\x03\x04" + struct.pack("<H", 20) + common + name
        directory += b"PK\x01\x02" + struct.pack("<2H", 0x314, 20) + common
        directory += struct.pack("<3H2L", 0, 0, 0, 0o100644 << 16, number * (30 + len(name))) + name
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(body) + len(packed), 0)
    return body + packed + directory + end


def _many(count: int) -> bytes:
    return raw_zip({f"{number}.png": (b"\x03\0", 0, 0) for number in range(count)})


def _png(width: int, height: int, colour: int, depth: int, data: bytes, *, interlaced: bool = False) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    chunks = (png_chunk(b"IHDR", header), png_chunk(b"IDAT", data), png_chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _png_with(kind: bytes, body: bytes, times: int = 1) -> bytes:
    plain = make_png()
    return plain[:33] + png_chunk(kind, body) * times + plain[33:]


def _jpeg(mode: str, side: int, *, claimed: int, progressive: bool) -> bytes:
    """A picture whose header claims another size than it has."""
    buffer = io.BytesIO()
    Image.new(mode, (side, side)).save(buffer, "JPEG", progressive=progressive, subsampling=0)
    plain = buffer.getvalue()
    at = plain.index(b"\xff\xc2" if progressive else b"\xff\xc0") + 5
    return plain[:at] + struct.pack(">HH", claimed, claimed) + plain[at + 4 :]


def _pdf_streams(count: int, mebibytes: int) -> bytes:
    """Many streams that are bearable each, and not together."""
    pdf = make_pdf_document()
    packed = zlib_zeros(mebibytes)
    streams = []
    for _ in range(count):
        stream = Stream(pdf, b"")
        stream.write(packed, filter=Name.FlateDecode)
        streams.append(pdf.make_indirect(stream))
    pdf.Root.PieceInfo = Array(streams)
    return save_pdf(pdf)


def _pdf_filtered(filters: list[Name], data: bytes) -> bytes:
    pdf = make_pdf_document()
    stream = Stream(pdf, data)
    stream.Filter = Array(filters)
    pdf.Root.PieceInfo = pdf.make_indirect(stream)
    return save_pdf(pdf)


def _pdf_picture(**entries: object) -> bytes:
    pdf = make_pdf_document()
    stream = Stream(pdf, b"x")
    stream.update({"/Subtype": Name.Image} | {f"/{key}": value for key, value in entries.items()})
    pdf.Root.PieceInfo = pdf.make_indirect(stream)
    return save_pdf(pdf)


def _pdf_of_objects(count: int) -> bytes:
    pdf = make_pdf_document()
    pdf.Root.PieceInfo = Array([pdf.make_indirect(Array([number])) for number in range(count)])
    return save_pdf(pdf, packed=True)


def _with(make_it: Callable[[], bytes], parts: dict[str, bytes]) -> bytes:
    return make_zip(zip_parts(make_it()) | parts)


def _elements(count: int) -> bytes:
    return b"<a>" + b"".join(b"<b x='%d'/>" % number for number in range(count)) + b"</a>"


def _billion_laughs() -> bytes:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">{levels}]><x>&e9;</x>'.encode()


_QUADRATIC = b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 30_000 + b'">]><x>' + b"&a;" * 10_000 + b"</x>"
_FETCHED = b'<!DOCTYPE x SYSTEM "https://example.com/x.dtd"><x/>'
_LOCAL = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
_PARAMETER = b'<!DOCTYPE x [<!ENTITY % a SYSTEM "https://example.com/x.dtd"> %a;]><x/>'

_XML: dict[str, bytes] = {
    "a billion laughs": _billion_laughs(),
    "an entity a thousand times": _QUADRATIC,
    "a document type from elsewhere": _FETCHED,
    "an entity from this machine": _LOCAL,
    "a parameter entity": _PARAMETER,
}

_PACKED: dict[str, Case] = {
    "ZIPs in ZIPs in ZIPs": ("a.zip", partial(_nested, 3), "file_not_pictures"),
    "a ZIP with another that lies open in it": ("a.zip", _quine_like, "file_not_pictures"),
    "a ratio of a thousand": ("a.zip", partial(_zeros_in, "a.png", 100), "file_ratio"),
    "4 GB in one member": ("a.zip", partial(_zeros_in, "a.png", 4095), "file_unpacked_too_large"),
    "zeros that say they are few": ("a.zip", partial(_zeros_in, "a.png", 600, 5000), "file_size_lie"),
    "zeros that say they are none": ("a.zip", partial(_zeros_in, "a.png", 600, 0), "file_size_lie"),
    "zeros beside a Word file": ("a.docx", partial(_zeros_in, "word/x.xml", 150, None, make_docx), "file_ratio"),
    "zeros beside a sheet": ("a.xlsx", partial(_zeros_in, "xl/media/x.png", 150, None, make_xlsx), "file_ratio"),
    "zeros beside an OFD": ("a.ofd", partial(_zeros_in, "Doc_0/a.png", 150, None, make_ofd), "file_ratio"),
    "zeros that lie about themselves in an OFD": (
        "a.ofd",
        partial(_zeros_in, "Doc_0/a.png", 600, 100, make_ofd),
        "file_size_lie",
    ),
    "a main part of zeros": ("a.docx", partial(_zeros_in, "word/document.xml", 300, 100, make_docx), "file_size_lie"),
    "headers in each other's data": ("a.zip", partial(_shared_kernel, 250), "file_member_overlap"),
    "two thousand and one members": ("a.zip", partial(_many, 2001), "file_too_many_members"),
    "two thousand empty members": ("a.zip", partial(_many, 2000), "file_too_many_members"),
    "two thousand empty members in a Word file": (
        "a.docx",
        lambda: _with(make_docx, {f"word/x{number}.bin": b"" for number in range(2000)}),
        "file_too_many_members",
    ),
    "a page tree of an OFD that is too long": ("a.ofd", partial(make_ofd, pages=301), "file_too_many_pages"),
    "a million elements": (
        "a.docx",
        lambda: _with(make_docx, {"word/x.xml": _elements(1_000_001)}),
        "file_too_complex",
    ),
    **{
        f"{what} in a {kind} file": (f"a.{kind}", partial(_with, make_it, {part: data}), "file_broken")
        for what, data in _XML.items()
        for kind, make_it, part in (
            ("docx", make_docx, "word/styles.xml"),
            ("xlsx", make_xlsx, "xl/workbook.xml"),
            ("ofd", make_ofd, "Doc_0/Document.xml"),
        )
    },
    "an OFD whose page lies above": (
        "a.ofd",
        lambda: make_zip({n: d.replace(b"Pages/Page_0", b"../../../x") for n, d in ofd_parts().items()}),
        "file_broken",
    ),
    "an OFD in another document's place": (
        "a.ofd",
        lambda: make_zip({n: d.replace(b"Doc_0/Document.xml", b"/etc/passwd") for n, d in ofd_parts().items()}),
        "file_broken",
    ),
}

_PICTURES: dict[str, Case] = {
    "a PNG of four billion pixels squared": (
        "a.png",
        lambda: _png(2**31 - 1, 2**31 - 1, 2, 8, zlib_zeros(1)),
        "file_picture_too_large",
    ),
    "a PNG of zeros in 16 bits": ("a.png", lambda: _png(9000, 9000, 6, 16, zlib_zeros(618)), "file_picture_too_large"),
    "an interlaced PNG of zeros": (
        "a.png",
        lambda: _png(19_000, 19_000, 2, 8, zlib_zeros(100), interlaced=True),
        "file_picture_too_large",
    ),
    "a small PNG with 600 MB of lines": ("a.png", lambda: _png(100, 100, 2, 8, zlib_zeros(600)), "file_broken"),
    "a PNG narrower than a pixel": ("a.png", lambda: _png(0, 2**31 - 1, 2, 8, zlib_zeros(1)), "file_broken"),
    "a PNG of no known colours": ("a.png", lambda: _png(10, 10, 5, 8, zlib_zeros(1)), "file_broken"),
    "a PNG with a palette and no palette": (
        "a.png",
        lambda: _png(10, 10, 3, 8, zlib.compress(bytes(110))),
        "file_broken",
    ),
    "a colour profile of 600 MB": (
        "a.png",
        lambda: _png_with(b"iCCP", b"x\0\0" + zlib_zeros(600)),
        "file_broken",
    ),
    "a text of 600 MB": ("a.png", lambda: _png_with(b"zTXt", b"x\0\0" + zlib_zeros(600)), "file_broken"),
    "an international text of 600 MB": (
        "a.png",
        lambda: _png_with(b"iTXt", b"x\0\x01\0\0\0" + zlib_zeros(600)),
        "file_broken",
    ),
    "a hundred thousand chunks": ("a.png", lambda: _png_with(b"teSt", b"", 100_001), "file_too_complex"),
    "a progressive JPEG of four inks and all samples": (
        "a.jpg",
        lambda: _jpeg("CMYK", 64, claimed=6000, progressive=True),
        "file_picture_too_large",
    ),
    "a progressive JPEG of all samples": (
        "a.jpg",
        lambda: _jpeg("RGB", 64, claimed=6300, progressive=True),
        "file_picture_too_large",
    ),
    "a JPEG of four inks and 65 thousand pixels squared": (
        "a.jpg",
        lambda: _jpeg("CMYK", 64, claimed=65_000, progressive=False),
        "file_picture_too_large",
    ),
    "a JPEG that claims no lines": ("a.jpg", lambda: _jpeg("RGB", 64, claimed=0, progressive=False), "file_broken"),
}

_PAPERS: dict[str, Case] = {
    "twenty streams of 30 MB": ("a.pdf", partial(_pdf_streams, 20, 30), "file_unpacked_too_large"),
    "run lengths of run lengths": (
        "a.pdf",
        lambda: _pdf_filtered([Name.RunLengthDecode, Name.RunLengthDecode], b"\x81\x81" * 100),
        "file_unpacked_too_large",
    ),
    "run lengths that grow": (
        "a.pdf",
        lambda: _pdf_filtered([Name.RunLengthDecode], b"\x81\0" * 5_000_000),
        "file_unpacked_too_large",
    ),
    "old packing that grows": (
        "a.pdf",
        lambda: _pdf_filtered([Name.LZWDecode], b"\x80\x0b\x60\x50" * 100_000),
        "file_unpacked_too_large",
    ),
    "a packed stream in letters": (
        "a.pdf",
        lambda: _pdf_filtered([Name.ASCIIHexDecode, Name.FlateDecode], zlib_zeros(100).hex().encode() + b">"),
        "file_broken",
    ),
    "a picture of a page as wide as a street": (
        "a.pdf",
        lambda: _pdf_picture(Width=2_000_000, Height=1),
        "file_picture_too_large",
    ),
    "a picture of no size": ("a.pdf", lambda: _pdf_picture(Width=0, Height=5), "file_broken"),
    "a picture of a negative size": ("a.pdf", lambda: _pdf_picture(Width=-5, Height=5), "file_broken"),
    "a picture whose size is a name": ("a.pdf", lambda: _pdf_picture(Width=Name.X, Height=5), "file_broken"),
    "fifty thousand objects": ("a.pdf", partial(_pdf_of_objects, 50_001), "file_too_complex"),
}

BOMBS: dict[str, Case] = _PACKED | _PICTURES | _PAPERS
