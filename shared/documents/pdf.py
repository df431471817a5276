"""PDF (ISO 32000): one document from first to last byte, not encrypted, with nothing in it that acts.

qpdf parses without repair, so a file that readers would have to guess about is refused. Names are compared after qpdf
has decoded them, so `/J#53` is `/JS`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from functools import cache

import pikepdf
import pikepdf.settings

from shared.documents.findings import Findings, refusal
from shared.documents.kinds import KIB, MIB, Limits
from shared.documents.source import Source, hides_archive

_END = re.compile(rb"startxref[\r\n\t\f ]+\d{1,10}[\r\n\t\f ]+%%EOF[\x00\t\n\f\r ]*\Z")
_TAIL = 1024

_ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/AA", "/XFA", "/RichMediaContent", "/RichMediaSettings"})
_EMBEDDED_KEYS = frozenset({"/EmbeddedFile", "/EmbeddedFiles", "/EF", "/Collection"})
_SCRIPT_ACTIONS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/ResetForm", "/Hide"})
_MEDIA_ACTIONS = frozenset({"/Rendition", "/Sound", "/Movie", "/RichMediaExecute", "/GoTo3DView"})
_ACTIVE_ACTIONS = _SCRIPT_ACTIONS | _MEDIA_ACTIONS
_OUTSIDE_ACTIONS = frozenset({"/GoToR", "/GoToE"})
_ACTIVE_KINDS = frozenset({"/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"})
_QUIET_OPENINGS = frozenset({"/GoTo"})
"""An opening action that only chooses the first view, as TeX writes it."""

_FLATE = frozenset({"/FlateDecode", "/Fl"})
_ASCII = frozenset({"/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx"})
_RUN_LENGTH = frozenset({"/RunLengthDecode", "/RL"})
_LZW = frozenset({"/LZWDecode", "/LZW"})
_RUN_LENGTH_MOST = 64
_LZW_MOST = 1500
_PARSER_MEMORY = 64 * MIB
_SLICE = 256 * KIB


def inspect_pdf(source: Source, limits: Limits, findings: Findings) -> int:
    """The number of pages; faults are noted in `findings`.

    Raises `Invalid` where nothing more can be said: unreadable, or encrypted with a password.
    """
    _check_frame(source, findings)
    if hides_archive(source):
        findings.add("file_hidden_archive")
    findings.settle()  # a file that is something else besides is not given to the parser
    with open_pdf(source) as pdf:
        if pdf.is_encrypted:
            raise refusal("file_encrypted")
        if len(pdf.objects) > limits.objects:
            raise refusal("file_too_complex")
        pages = _count_pages(pdf, limits)
        if pages == 0:
            findings.add("file_no_pages")
        if pages > limits.pages:
            findings.add("file_too_many_pages", expected=f"不超过 {limits.pages} 页")
        _check_opening(pdf.Root, findings)
        _check_objects(pdf, limits, findings)
    return pages


@cache
def _bound_the_parser() -> None:
    """Cap what qpdf unpacks while parsing (object and cross-reference streams). Process-wide, so set once."""
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=_PARSER_MEMORY,
        png_max_memory=_PARSER_MEMORY,
        tiff_max_memory=_PARSER_MEMORY,
        run_length_max_memory=_PARSER_MEMORY,
        dct_max_memory=_PARSER_MEMORY,
        dct_max_progressive_scans=100,
        doc_max_warnings=100,
        parser_max_nesting=100,
    )


def open_pdf(source: Source) -> pikepdf.Pdf:
    """Parse without repair. Raises `Invalid` for a password, and pikepdf's errors for a broken file."""
    _bound_the_parser()
    source.seek(0)
    try:
        return pikepdf.Pdf.open(
            source,  # type: ignore[arg-type]  # any seekable reader will do; the stub asks for BinaryIO
            attempt_recovery=False,
            inherit_page_attributes=False,
            access_mode=pikepdf.AccessMode.stream,
        )
    except pikepdf.PasswordError:
        raise refusal("file_encrypted") from None


def _check_frame(source: Source, findings: Findings) -> None:
    if not source.at(0, 5).startswith(b"%PDF-"):
        findings.add("file_leading_data")
    tail = source.at(max(0, source.size - _TAIL), _TAIL)
    if not _END.search(tail):
        # Cut off where there is no end mark at all; otherwise something follows it.
        findings.add("file_extra_data" if b"%%EOF" in tail else "file_broken")


def _count_pages(pdf: pikepdf.Pdf, limits: Limits) -> int:
    declared = pdf.Root.Pages.get("/Count")
    # A page tree can name one page over and over; the declared count is looked at before the tree is walked.
    if isinstance(declared, int) and declared > limits.pages:
        return int(declared)
    return len(pdf.pages)


def _check_opening(root: pikepdf.Object, findings: Findings) -> None:
    opening = root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary) and str(opening.get("/S")) not in _QUIET_OPENINGS:
        findings.add("file_active_content")


def _check_objects(pdf: pikepdf.Pdf, limits: Limits, findings: Findings) -> None:
    unpacked = 0
    for item in pdf.objects:
        for dictionary in _dictionaries(item):
            _check_dictionary(dictionary, findings)
        if isinstance(item, pikepdf.Stream):
            _check_stream(item, limits, findings)
            unpacked += _unpacked_size(item, limits.pdf_unpacked - unpacked)
            if unpacked > limits.pdf_unpacked:
                findings.add("file_unpacked_too_large")
                return


def _dictionaries(item: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Every dictionary written inside one indirect object; references are not followed, they are objects too."""
    stack = [item]
    while stack:
        current = stack.pop()
        if isinstance(current, pikepdf.Array):
            inner: list[object] = list(current)
        elif isinstance(current, pikepdf.Dictionary | pikepdf.Stream):
            yield current
            inner = [value for _, value in current.items()]
        else:
            continue
        stack.extend(
            child for child in inner if isinstance(child, pikepdf.Array | pikepdf.Dictionary) and not child.is_indirect
        )


def _check_dictionary(dictionary: pikepdf.Object, findings: Findings) -> None:
    keys = set(dictionary.keys())
    if keys & _ACTIVE_KEYS:
        findings.add("file_active_content")
    if keys & _EMBEDDED_KEYS:
        findings.add("file_embedded")
    action, subtype = _name(dictionary, "/S", keys), _name(dictionary, "/Subtype", keys)
    if action in _ACTIVE_ACTIONS or subtype in _ACTIVE_KINDS:
        findings.add("file_active_content")
    if action in _OUTSIDE_ACTIONS:
        findings.add("file_external_reference")
    if subtype == "/FileAttachment" or _name(dictionary, "/Type", keys) == "/EmbeddedFile":
        findings.add("file_embedded")


def _name(dictionary: pikepdf.Object, key: str, keys: set[str]) -> str:
    value = dictionary.get(key) if key in keys else None
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _check_stream(stream: pikepdf.Object, limits: Limits, findings: Findings) -> None:
    if "/F" in stream or "/Ref" in stream:
        findings.add("file_external_reference")
    if stream.get("/Subtype") == pikepdf.Name.Image:
        width, height = stream.get("/Width", 0), stream.get("/Height", 0)
        if not (isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0):
            findings.add("file_broken")
        elif width * height > limits.pixels or max(width, height) > limits.side:
            findings.add("file_picture_too_large")


def _unpacked_size(stream: pikepdf.Object, room: int) -> int:
    """The size of the unpacked stream, or an upper bound of it; counting stops beyond `room`."""
    filters = _filters(stream)
    packing = [name for name in filters if name in _FLATE | _RUN_LENGTH | _LZW]
    raw_size = int(stream.get("/Length", 0))
    if not packing:
        return raw_size
    if len(packing) > 1:
        return room + 1  # packed twice: no writer does this, and only a bomb gains from it
    if packing[0] in _LZW:
        return raw_size * _LZW_MOST
    if packing[0] in _RUN_LENGTH:
        return raw_size * _RUN_LENGTH_MOST
    if filters[0] in _ASCII:
        return len(stream.read_bytes())  # within the memory that the parser is given
    return _inflated_size(memoryview(stream.get_raw_stream_buffer()), room)


def _filters(stream: pikepdf.Object) -> list[str]:
    value = stream.get("/Filter")
    if isinstance(value, pikepdf.Array):
        return [str(name) for name in value]
    return [] if value is None else [str(value)]


def _inflated_size(data: memoryview, room: int) -> int:
    inflater = zlib.decompressobj()
    total = 0
    for start in range(0, len(data), _SLICE):  # by slices: zlib copies what it has not consumed, again and again
        packed: bytes | memoryview = data[start : start + _SLICE]
        while packed and not inflater.eof and total <= room:
            total += len(inflater.decompress(packed, MIB))
            packed = inflater.unconsumed_tail
    return total
