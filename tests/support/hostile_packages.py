"""ZIPs and packages that must be refused: a named table of (file name, builder, expected code)."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from tests.support.files import (
    make_docx,
    make_ofd,
    make_pdf,
    make_png,
    make_xlsx,
    make_zip,
    make_zip_of_pictures,
    ofd_parts,
    zip_parts,
)

Case = tuple[str, Callable[[], bytes], str]

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
_BOMB_XML = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'


def _raw_zip(entries: list[dict[str, object]], *, count: int | None = None, comment: bytes = b"") -> bytes:
    """A ZIP written field by field; an entry may state wrong values for any field of either header."""
    body, directory = b"", b""
    for entry in entries:
        data = entry.get("data", b"")
        assert isinstance(data, bytes)
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = packer.compress(data) + packer.flush()
        name = str(entry.get("name", "a.png")).encode()
        values = {"flags": 0, "method": 8, "crc": zlib.crc32(data), "packed": len(packed), "size": len(data)} | {
            key: entry[key] for key in ("flags", "method", "crc", "packed", "size") if key in entry
        }
        common = struct.pack(
            "<4H3L2H",
            *(values["flags"], values["method"], 0, 33),
            *(values["crc"], values["packed"], values["size"], len(name), 0),
        )
        at = entry.get("at", len(body))
        attributes = entry.get("mode", 0o100644)
        assert isinstance(attributes, int)
        directory += b"PK\x01\x02" + struct.pack("<2H", 0x314, 20) + common
        directory += struct.pack("<3H2L", 0, 0, 0, attributes << 16, at) + name
        if "at" not in entry:
            body += b"PK\x03\x04" + struct.pack("<H", 20) + common + name + packed
    total = len(entries) if count is None else count
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, total, total, len(directory), len(body), len(comment))
    return body + directory + end + comment


def _one(**entry: object) -> Callable[[], bytes]:
    return lambda: _raw_zip([{"data": make_png(), **entry}])


def _members(members: dict[str, bytes]) -> Callable[[], bytes]:
    return lambda: make_zip(members)


def _with(make: Callable[[], bytes], parts: dict[str, bytes]) -> Callable[[], bytes]:
    return lambda: make_zip(zip_parts(make()) | parts)


def _replaced(make: Callable[[], bytes], part: str, old: bytes, new: bytes) -> Callable[[], bytes]:
    def build() -> bytes:
        parts = zip_parts(make())
        assert old in parts[part]
        return make_zip(parts | {part: parts[part].replace(old, new)})

    return build


def _word_relation(kind: str, target: str, *, external: bool = True) -> Callable[[], bytes]:
    mode = ' TargetMode="External"' if external else ""
    rels = (
        f'<Relationships xmlns="{_RELS_NAMESPACE}">'
        f'<Relationship Id="r1" Type="{_RELATIONS}/{kind}" Target="{target}"{mode}/></Relationships>'
    )
    return _with(make_docx, {"word/_rels/settings.xml.rels": rels.encode()})


def _word_field(code: str) -> Callable[[], bytes]:
    half = len(code) // 2
    runs = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText>{code[:half]}</w:instrText></w:r><w:r><w:instrText>{code[half:]}</w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    return _replaced(make_docx, "word/document.xml", b"<w:body>", b"<w:body>" + runs.encode())


def _ofd_page(inner: str) -> Callable[[], bytes]:
    return _replaced(make_ofd, "Doc_0/Pages/Page_0/Content.xml", b"<ofd:Content>", f"{inner}<ofd:Content>".encode())


def _overlapping() -> bytes:
    """Many directory entries that share one body: the modern ZIP bomb."""
    picture: dict[str, object] = {"data": make_png(400, 400)}
    return _raw_zip([picture, *({**picture, "name": f"{n}.png", "at": 0} for n in range(50))])


def _gap() -> bytes:
    plain = make_zip_of_pictures(1)
    at = plain.index(b"PK\x01\x02")
    end = plain.rindex(b"PK\x05\x06")
    moved = struct.pack("<L", at + 6)
    return plain[:at] + b"hidden" + plain[at:end] + plain[end : end + 16] + moved + plain[end + 20 :]


def _million() -> bytes:
    return struct.pack("<4s4H2LH", b"PK\x03\x04", *(0,) * 7) + struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0
    )


def _zip64() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(2001):
            archive.writestr(f"{number}.png", b"")
    return buffer.getvalue()


_ZEROS = bytes(30 * 1024 * 1024)

PACKAGES: dict[str, Case] = {
    "a text in a ZIP of pictures": ("a.zip", _members({"a.txt": b"x"}), "file_not_pictures"),
    "a PDF in a ZIP of pictures": ("a.zip", _members({"a.pdf": make_pdf()}), "file_not_pictures"),
    "a ZIP in a ZIP": ("a.zip", _members({"a.zip": make_zip_of_pictures()}), "file_not_pictures"),
    "a ZIP named as a picture in a ZIP": ("a.zip", _members({"a.png": make_zip_of_pictures()}), "file_not_pictures"),
    "a bad picture in a ZIP": ("a.zip", _members({"a.png": make_png()[:-9]}), "file_broken"),
    "a picture with data after it in a ZIP": ("a.zip", _members({"a.png": make_png() + b"x"}), "file_extra_data"),
    "a PNG named as a JPEG in a ZIP": ("a.zip", _members({"a.jpg": make_png()}), "file_kind_mismatch"),
    "a ZIP without members": ("a.zip", _members({}), "file_kind_unknown"),
    "a ZIP of folders": ("a.zip", _members({"a/": b""}), "file_no_pages"),
    "a ZIP of too many pictures": ("a.zip", lambda: make_zip_of_pictures(101), "file_too_many_members"),
    "a ZIP of more members than may be listed": ("a.zip", _zip64, "file_too_many_members"),
    "a ZIP that claims a million members": ("a.zip", _million, "file_too_many_members"),
    "a ratio above 100": ("a.zip", _members({"a.png": _ZEROS}), "file_ratio"),
    "more than 200 MB in all": ("a.zip", _members({f"{n}.png": _ZEROS for n in range(7)}), "file_unpacked_too_large"),
    "a member in the folder above": ("a.zip", _members({"../a.png": make_png()}), "file_member_path"),
    "a member deep in the folder above": ("a.zip", _members({"a/../../a.png": make_png()}), "file_member_path"),
    "a member at an absolute path": ("a.zip", _members({"/etc/a.png": make_png()}), "file_member_path"),
    "a member at a drive": ("a.zip", _members({"C:a.png": make_png()}), "file_member_path"),
    "a member with backslashes": ("a.zip", _one(name="..\\a.png"), "file_member_path"),
    "a member with a control character": ("a.zip", _one(name="a\n.png"), "file_member_path"),
    "a member without a name": ("a.zip", _one(name=""), "file_member_path"),
    "a symbolic link": ("a.zip", _one(mode=0o120777), "file_member_link"),
    "a device": ("a.zip", _one(mode=0o020666), "file_member_link"),
    "entries that overlap": ("a.zip", _overlapping, "file_member_overlap"),
    "data between members and directory": ("a.zip", _gap, "file_member_overlap"),
    "an encrypted member": ("a.zip", _one(flags=1), "file_encrypted"),
    "an unknown way of packing": ("a.zip", _one(method=99), "file_member_method"),
    "a size stated too small": ("a.zip", _one(size=10), "file_size_lie"),
    "a size stated too large": ("a.zip", _one(size=5000), "file_size_lie"),
    "a wrong check value": ("a.zip", _one(crc=1), "file_size_lie"),
    "two members of one name": ("a.zip", lambda: _raw_zip([{"data": make_png()}] * 2), "file_member_duplicate"),
    "a count stated too small": (
        "a.zip",
        lambda: _raw_zip([{"data": make_png()}, {"name": "b.png", "data": make_png()}], count=1),
        "file_size_lie",
    ),
    "two headers that disagree": (
        "a.zip",
        lambda: make_zip({"aa.png": make_png()}).replace(b"aa.png", b"bb.png", 1),
        "file_size_lie",
    ),
    "a comment after a ZIP": ("a.zip", lambda: _raw_zip([{"data": make_png()}], comment=b"x"), "file_extra_data"),
    "data after a ZIP": ("a.zip", lambda: make_zip_of_pictures() + b"x", "file_extra_data"),
    "data in front of a ZIP": ("a.zip", lambda: b"junk" + make_zip_of_pictures(), "file_leading_data"),
    "a ZIP cut off": ("a.zip", lambda: make_zip_of_pictures()[:-30], "file_broken"),
    # Office packages
    "a Word file with macros": ("a.docx", _with(make_docx, {"word/vbaProject.bin": b"x"}), "file_macro"),
    "a macro type under a plain name": (
        "a.docx",
        _replaced(
            make_docx,
            "[Content_Types].xml",
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        ),
        "file_macro",
    ),
    "a workbook with macros": ("a.xlsx", _with(make_xlsx, {"xl/vbaProject.bin": b"x"}), "file_macro"),
    "a workbook with old macro sheets": ("a.xlsx", _with(make_xlsx, {"xl/macrosheets/s.xml": b"<x/>"}), "file_macro"),
    "a control": ("a.docx", _with(make_docx, {"word/activeX/activeX1.xml": b"<x/>"}), "file_macro"),
    "a macro relation": ("a.docx", _word_relation("vbaProject", "x.bin", external=False), "file_macro"),
    "a template from elsewhere": (
        "a.docx",
        _word_relation("attachedTemplate", "https://example.com/t.dotm"),
        "file_external_reference",
    ),
    "a picture from elsewhere": ("a.docx", _word_relation("image", "file://h/a.png"), "file_external_reference"),
    "a link that runs a script": ("a.docx", _word_relation("hyperlink", "javascript:x"), "file_external_reference"),
    "an object from elsewhere": ("a.docx", _word_relation("oleObject", "mhtml:x"), "file_external_reference"),
    "a chunk of another format": ("a.docx", _word_relation("aFChunk", "a.html", external=False), "file_embedded"),
    "an embedded object": ("a.docx", _with(make_docx, {"word/embeddings/o.bin": b"x"}), "file_embedded"),
    "a link to another workbook": ("a.xlsx", _with(make_xlsx, {"xl/externalLinks/e.xml": b"<x/>"}), "file_embedded"),
    "a database connection": ("a.xlsx", _with(make_xlsx, {"xl/connections.xml": b"<x/>"}), "file_embedded"),
    "a field that starts a program": ("a.docx", _word_field(' DDEAUTO c:\\\\cmd.exe "/k"'), "file_external_reference"),
    "a field that fetches text": (
        "a.docx",
        _word_field(' INCLUDETEXT "https://example.com/"'),
        "file_external_reference",
    ),
    "a formula that fetches": (
        "a.xlsx",
        lambda: make_xlsx((('=WEBSERVICE("https://example.com/")',),)),
        "file_external_reference",
    ),
    "a program as a picture of a Word file": (
        "a.docx",
        _with(make_docx, {"word/media/image1.png": b"MZ\x90\0"}),
        "file_nested_archive",
    ),
    "an archive as a picture of a Word file": (
        "a.docx",
        _with(make_docx, {"word/media/image1.png": make_zip_of_pictures()}),
        "file_nested_archive",
    ),
    "entities in a Word file": ("a.docx", _with(make_docx, {"word/document.xml": _BOMB_XML}), "file_broken"),
    "entities in the content types": ("a.docx", _with(make_docx, {"[Content_Types].xml": _BOMB_XML}), "file_broken"),
    "elements nested too deep": (
        "a.docx",
        _with(make_docx, {"word/document.xml": b"<a>" * 300 + b"</a>" * 300}),
        "file_too_complex",
    ),
    "a Word file without its main part": (
        "a.docx",
        lambda: make_zip({n: d for n, d in zip_parts(make_docx()).items() if n != "word/document.xml"}),
        "file_broken",
    ),
    "a package of neither kind": (
        "a.docx",
        _members({"[Content_Types].xml": b'<Types xmlns="x"/>', "a.xml": b"<a/>"}),
        "file_kind_unknown",
    ),
    # OFD
    "an OFD of another language": ("a.ofd", _members(ofd_parts() | {"OFD.xml": b"<OFD/>"}), "file_broken"),
    "an OFD without its document": ("a.ofd", _members({"OFD.xml": ofd_parts()["OFD.xml"]}), "file_broken"),
    "an OFD whose page is missing": (
        "a.ofd",
        lambda: make_zip({n: d for n, d in ofd_parts().items() if "Content" not in n}),
        "file_broken",
    ),
    "an OFD without pages": ("a.ofd", lambda: make_ofd(pages=0), "file_no_pages"),
    "an encrypted OFD": ("a.ofd", _members(ofd_parts() | {"Encryptions.xml": b"<x/>"}), "file_encrypted"),
    "a program in an OFD": ("a.ofd", _members(ofd_parts() | {"Doc_0/a.exe": b"MZ"}), "file_embedded"),
    "a program as data of an OFD": ("a.ofd", _members(ofd_parts() | {"Doc_0/a.dat": b"MZ"}), "file_nested_archive"),
    "an OFD that plays a film": ("a.ofd", _ofd_page('<ofd:Movie ResourceID="1"/>'), "file_active_content"),
    "an OFD that opens an address": (
        "a.ofd",
        _ofd_page('<ofd:Action Event="DO"><ofd:URI URI="https://example.com/"/></ofd:Action>'),
        "file_active_content",
    ),
    "entities in an OFD": ("a.ofd", _members(ofd_parts() | {"Doc_0/Res.xml": _BOMB_XML}), "file_broken"),
}
