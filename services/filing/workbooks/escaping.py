"""Text for the XML of a workbook."""

from __future__ import annotations

import re
from html import escape

_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def xml_text(text: str) -> str:
    """Return text for XML; what XML can't hold, or a program would read as an escape, is escaped as programs do.

    That goes for half characters too, which a stranger's file can name by their number.
    """
    if "_x" in text:
        text = _LOOKS_ESCAPED.sub("_x005F_", text)
    return escape(_NOT_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text), quote=False)
