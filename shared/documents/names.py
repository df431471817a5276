"""Rules for the name that a user gives a file, and how that name is sent back.

The name is never used as a path or a key: it is kept sealed and returned as a label. It is still checked, since the
person who downloads the file saves it under that name, on a system that we don't know.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from shared.documents.findings import Findings

LONGEST = 200
LONGEST_BYTES = 255
"""Most file systems count bytes of UTF-8, in which a Chinese character takes three."""

_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])$")
_SYMBOLS = frozenset('<>:"|?*')
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Control and format characters (with every bidi override), lone surrogates, line and paragraph separators."""


def _noncharacter(character: str) -> bool:
    return ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF


def examine_name(name: str, findings: Findings) -> None:
    """Note every rule that `name` breaks; raises nothing."""
    if not name.strip():
        findings.add("file_name_empty")
        return
    if len(name) > LONGEST or len(name.encode("utf-8", "surrogatepass")) > LONGEST_BYTES:
        findings.add("file_name_too_long")
    # Compatibility forms count: a system that folds ／ or ＼ to its plain form would see a path.
    folded = unicodedata.normalize("NFKC", name)
    if "/" in folded or "\\" in folded or name.startswith(".."):
        findings.add("file_name_path")
    if any(unicodedata.category(c) in _UNSEEN or _noncharacter(c) for c in name):
        findings.add("file_name_control")
    if any(c in _SYMBOLS for c in name):
        findings.add("file_name_character")
    if _RESERVED.match(folded.split(".", 1)[0].strip()):
        findings.add("file_name_reserved")
    if name[0] in ". " or name[-1] in ". " or name != name.strip():
        findings.add("file_name_edge")


def check_file_name(name: str) -> str:
    """The name in composed form (NFC), fit to be stored and shown.

    Raises `Invalid` with every rule that it breaks: empty, too long, path parts, control and bidi characters, symbols
    that file systems refuse, reserved device names, dots and blanks at the edges.
    """
    findings = Findings()
    examine_name(name, findings)
    findings.settle()
    return unicodedata.normalize("NFC", name)


def extension(name: str) -> str:
    """What stands after the last dot, in small letters; empty if there is no dot."""
    _, dot, last = name.rpartition(".")
    return last.lower() if dot else ""


def attachment_header(name: str) -> str:
    """The value of `Content-Disposition` for a download under `name` (RFC 6266, RFC 8187).

    `filename` carries a plain ASCII stand-in for old readers, `filename*` the true name.
    """
    suffix = extension(name)
    plain = f"document.{suffix}" if re.fullmatch(r"[a-z0-9]{1,8}", suffix) else "document"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"
