"""OFD (GB/T 33190-2016): a ZIP with OFD.xml at its root, which names documents, which name pages.

Seals and signatures (Signs, .esl, .dat) stay: an electronic licence without them is worthless. Scripts don't exist in
OFD; what is refused is encryption, sound, film, actions on opening, and members of other kinds.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from shared.documents.archive import Archive, Member
from shared.documents.findings import Findings, refusal
from shared.documents.kinds import Limits
from shared.documents.members import checked_blocks, unpack_and_drop
from shared.documents.names import extension
from shared.documents.package_xml import Silent, parse

OFD_ROOT = "OFD.xml"
_NAMESPACE = "http://www.ofdspec.org/2016"
_DATA_KINDS = frozenset({"xml", "esl", "dat", "p7s", "icc"})
_PICTURE_KINDS = frozenset({"png", "jpg", "jpeg", "bmp", "tif", "tiff", "gif", "jb2", "gbig2"})
_FONT_KINDS = frozenset({"ttf", "otf", "ttc", "cff"})
_MEMBER_KINDS = _DATA_KINDS | _PICTURE_KINDS | _FONT_KINDS
_OUTSIDE = frozenset({"GotoA", "Sound", "Movie"})
_OPENING_EVENTS = frozenset({"DO", "PO"})


class _Root(Silent):
    """OFD.xml: the root element and where the documents are."""

    def __init__(self) -> None:
        self.is_ofd = False
        self.documents: list[str] = []
        self._depth = 0
        self._in_document_path = False

    def start(self, namespace: str, name: str, attributes: Mapping[str, str]) -> None:
        if self._depth == 0:
            self.is_ofd = namespace == _NAMESPACE and name == "OFD" and attributes.get("DocType", "OFD") == "OFD"
        self._depth += 1
        self._in_document_path = name == "DocRoot"
        if self._in_document_path:
            self.documents.append("")

    def end(self, name: str) -> None:
        self._depth -= 1
        self._in_document_path = False

    def text(self, content: str) -> None:
        if self._in_document_path:
            self.documents[-1] += content


class _Document(Silent):
    """A Document.xml: the pages that it names."""

    def __init__(self) -> None:
        self.pages: list[str] = []
        self._inside: list[str] = []

    def start(self, namespace: str, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Page" and self._inside[-1:] == ["Pages"]:
            self.pages.append(attributes.get("BaseLoc", ""))
        self._inside.append(name)

    def end(self, name: str) -> None:
        self._inside.pop()


class _Actions(Silent):
    """Any part: actions and media."""

    def __init__(self, findings: Findings, place: str) -> None:
        self._findings = findings
        self._place = place
        self._on_opening = False

    def start(self, namespace: str, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Action":
            self._on_opening = attributes.get("Event") in _OPENING_EVENTS
        media = name == "MultiMedia" and attributes.get("Type") in {"Audio", "Video"}
        if name in _OUTSIDE or media or (name == "URI" and self._on_opening):
            self._findings.add("file_active_content", place=self._place)

    def end(self, name: str) -> None:
        if name == "Action":
            self._on_opening = False


def inspect_ofd(archive: Archive, limits: Limits, findings: Findings) -> int:
    """The number of pages; faults are noted. Raises `Invalid` if the chain from root to pages is broken."""
    if any(posixpath.basename(member.name).lower() == "encryptions.xml" for member in archive.files):
        raise refusal("file_encrypted")
    pages = len(_pages(archive, limits))
    if pages == 0:
        findings.add("file_no_pages")
    if pages > limits.pages:
        findings.add("file_too_many_pages", expected=f"不超过 {limits.pages} 页")
    for member in archive.files:
        _check_member(archive, member, limits, findings)
    return pages


def _check_member(archive: Archive, member: Member, limits: Limits, findings: Findings) -> None:
    suffix = extension(member.name)
    if suffix not in _MEMBER_KINDS:
        findings.add("file_embedded", place=member.place)
    elif suffix == "xml":
        if member.size > limits.xml_part:
            raise refusal("file_unpacked_too_large", place=member.place)
        parse(checked_blocks(archive, member, findings), _Actions(findings, member.place))
        return
    unpack_and_drop(archive, member, findings)


def _pages(archive: Archive, limits: Limits) -> list[str]:
    root = _Root()
    parse(archive.blocks(_existing(archive, OFD_ROOT, limits)), root)
    if not root.is_ofd or not root.documents:
        raise refusal("file_broken")
    pages: list[str] = []
    for path in root.documents:
        place = path.strip().lstrip("/")
        document = _Document()
        parse(archive.blocks(_existing(archive, place, limits)), document)
        for page in document.pages:
            _existing(archive, _resolve(place, page), limits)
        pages.extend(document.pages)
    return pages


def _resolve(base: str, location: str) -> str:
    joined = location if location.startswith("/") else posixpath.join(posixpath.dirname(base), location)
    return posixpath.normpath(joined).lstrip("/")


def _existing(archive: Archive, name: str, limits: Limits) -> Member:
    member = archive.find(name)
    if member is None or member.size > limits.xml_part:
        raise refusal("file_broken")
    return member
