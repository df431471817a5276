"""DOCX and XLSX (ISO/IEC 29500, Open Packaging Conventions): text and tables that load nothing and run nothing.

Content types, part names and relationships are three ways to bring in the same thing, so each is checked. A link that
a person must click may stay; whatever an office program fetches or starts by itself on opening may not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from shared.documents.archive import Archive, Member
from shared.documents.findings import Findings, refusal
from shared.documents.kinds import Kind, Limits
from shared.documents.members import checked_blocks, unpack_and_drop
from shared.documents.names import extension
from shared.documents.package_xml import Events, Silent, parse

CONTENT_TYPES = "[Content_Types].xml"
_PACKAGE_RELATIONSHIPS = "_rels/.rels"
_MAIN_TYPES = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": Kind.DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": Kind.XLSX,
}
_MACRO_TYPE = re.compile(
    r"(?i)macroenabled|vbaproject|vbadata|activex|macrosheet|intlmacro|\.dialogsheet|\.controlproperties"
)
_EMBEDDED_TYPE = re.compile(
    r"(?i)oleobject|wordprocessingml\.afchunk|externallink|\.connections\+|querytable|text/html|message/rfc822"
)
_MACRO_PART = re.compile(r"(?i)vbaproject|vbadata|/activex/|/macrosheets/|/dialogsheets/|/ctrlprops/|^customui")
_EMBEDDED_PART = re.compile(r"(?i)/embeddings/|/externallinks/|/connections\.xml$|/querytables/|oleobject|/afchunk")
_ACTIVE_RELATION = re.compile(
    r"(?i)/(vbaProject|wordVbaData|control|activeXControlBinary|ctrlProp|xlMacrosheet|xlIntlMacrosheet|dialogsheet"
    r"|extensibility|keyMapCustomizations|attachedToolbars)$"
)
_EMBEDDED_RELATION = re.compile(
    r"(?i)/(oleObject|package|aFChunk|externalLink|externalLinkPath|connections|queryTable|subDocument|frame)$"
)
_CLICKABLE = re.compile(r"(?i)^(https?://|mailto:|#)")
_SELF_STARTING_FIELD = re.compile(
    r"(?i)^\s*(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|EMBED|DATABASE|MACROBUTTON|RD|CONTROL)\b"
)
_FETCHING_FORMULA = re.compile(r"(?i)\b(WEBSERVICE|FILTERXML|CALL|REGISTER|REGISTER\.ID|RTD|EXEC)\s*\(|\|\s*'")
_LONGEST_FIELD = 4096


class _ContentTypes(Silent):
    """[Content_Types].xml: every type named, and the type of each part that has its own."""

    def __init__(self) -> None:
        self.types: set[str] = set()
        self.of_part: dict[str, str] = {}

    def start(self, namespace: str, name: str, attributes: Mapping[str, str]) -> None:
        kind = attributes.get("ContentType", "")
        self.types.add(kind)
        if name == "Override":
            self.of_part[attributes.get("PartName", "").lstrip("/")] = kind


class _Relationships(Silent):
    """A .rels part: notes what loads or runs, and keeps the targets by the last word of their type."""

    def __init__(self, findings: Findings, place: str) -> None:
        self.targets: dict[str, str] = {}
        self._findings = findings
        self._place = place

    def start(self, namespace: str, name: str, attributes: Mapping[str, str]) -> None:
        if name != "Relationship":
            return
        kind, target = attributes.get("Type", ""), attributes.get("Target", "")
        self.targets.setdefault(kind.rpartition("/")[2], target.lstrip("/"))
        if _ACTIVE_RELATION.search(kind):
            self._findings.add("file_macro", place=self._place)
        elif attributes.get("TargetMode", "").lower() == "external":
            if not (kind.endswith("/hyperlink") and _CLICKABLE.match(target)):
                self._findings.add("file_external_reference", place=self._place)
        elif _EMBEDDED_RELATION.search(kind):
            self._findings.add("file_embedded", place=self._place)


class _Fields(Silent):
    """A part of content: field codes of text documents, formulas of sheets."""

    def __init__(self, findings: Findings, place: str) -> None:
        self._findings = findings
        self._place = place
        self._collecting = ""
        self._field = ""
        self._formula = ""

    def start(self, namespace: str, name: str, attributes: Mapping[str, str]) -> None:
        if name == "fldSimple":
            self._judge(attributes.get("instr", ""))
        elif name == "fldChar":
            self._judge(self._field)
            self._field = ""
        elif name in {"ddeLink", "oleLink", "webPublishItem", "altChunk"}:
            self._findings.add("file_embedded", place=self._place)
        self._collecting = name if name in {"instrText", "f", "definedName"} else ""
        self._formula = ""

    def end(self, name: str) -> None:
        if _FETCHING_FORMULA.search(self._formula):
            self._findings.add("file_external_reference", place=self._place)
        self._collecting = self._formula = ""

    def text(self, content: str) -> None:
        if self._collecting == "instrText" and len(self._field) < _LONGEST_FIELD:
            self._field += content
        elif self._collecting and len(self._formula) < _LONGEST_FIELD * 4:
            self._formula += content

    def _judge(self, field: str) -> None:
        if _SELF_STARTING_FIELD.match(field):
            self._findings.add("file_external_reference", place=self._place)


def main_kind(archive: Archive, limits: Limits) -> Kind:
    """DOCX or XLSX by the content type of the main part. Raises `Invalid` for macros and for other packages."""
    types = _content_types(archive, limits)
    kinds = {_MAIN_TYPES[kind] for kind in types.of_part.values() if kind in _MAIN_TYPES}
    if len(kinds) == 1:
        return kinds.pop()
    raise refusal("file_macro" if any(_MACRO_TYPE.search(kind) for kind in types.types) else "file_kind_unknown")


def inspect_office(archive: Archive, limits: Limits, findings: Findings) -> None:
    """Note every fault of the package; it has no fixed pages, so nothing is returned."""
    types = _content_types(archive, limits)
    if any(_MACRO_TYPE.search(kind) for kind in types.types):
        findings.add("file_macro")
    if any(_EMBEDDED_TYPE.search(kind) for kind in types.types):
        findings.add("file_embedded")
    _check_main_part(archive, types, limits)
    for member in archive.files:
        _check_part(archive, member, limits, findings)


def parts_of_type(archive: Archive, limits: Limits, ending: str) -> list[Member]:
    """The parts whose content type ends with `ending`, in the order in which the package lists them."""
    listed = _content_types(archive, limits).of_part.items()
    found = [archive.find(name) for name, kind in listed if kind.endswith(ending)]
    return [member for member in found if member is not None]


def _content_types(archive: Archive, limits: Limits) -> _ContentTypes:
    types = _ContentTypes()
    parse_part(archive, _existing(archive, CONTENT_TYPES), limits, Findings(), types)
    return types


def _check_main_part(archive: Archive, types: _ContentTypes, limits: Limits) -> None:
    relationships = _Relationships(Findings(), "")
    parse_part(archive, _existing(archive, _PACKAGE_RELATIONSHIPS), limits, Findings(), relationships)
    main = relationships.targets.get("officeDocument", "")
    if types.of_part.get(_existing(archive, main).name) not in _MAIN_TYPES:
        raise refusal("file_broken")


def _check_part(archive: Archive, member: Member, limits: Limits, findings: Findings) -> None:
    if _MACRO_PART.search(f"/{member.name}") or _MACRO_PART.search(member.name):
        findings.add("file_macro", place=member.place)
    if _EMBEDDED_PART.search(f"/{member.name}"):
        findings.add("file_embedded", place=member.place)
    suffix = extension(member.name)
    if suffix == "rels":
        parse_part(archive, member, limits, findings, _Relationships(findings, member.place))
    elif suffix in {"xml", "vml"}:
        parse_part(archive, member, limits, findings, _Fields(findings, member.place))
    else:
        unpack_and_drop(archive, member, findings)


def parse_part(archive: Archive, member: Member, limits: Limits, findings: Findings, events: Events) -> None:
    """Feed the events of one part. Raises `Invalid` for a part beyond the limit; parser errors go through."""
    if member.size > limits.xml_part:
        raise refusal("file_unpacked_too_large", place=member.place)
    parse(checked_blocks(archive, member, findings), events, limits.elements)


def _existing(archive: Archive, name: str) -> Member:
    member = archive.find(name)
    if member is None:
        raise refusal("file_broken")
    return member
