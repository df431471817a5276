"""Answers from a code list: one entry, several, or an entry's code where the name is known and free text where not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.filing.forms.answers import Value
from services.filing.forms.kinds.kind import Wrong, clean, code_text
from services.filing.forms.kinds.texts import Text
from services.filing.forms.lists import CodeLists, ListEntry, ListRef

_MARKS = re.compile(r"[\s()（）.\-_/]+")


@dataclass(frozen=True)
class Coded:
    """One entry of a code list: a leaf, or an entry of the level that `source` names."""

    source: ListRef
    lists: CodeLists = field(repr=False)
    is_number: bool = False

    def read(self, value: object) -> str:
        """Return the code. Codes: not_text, empty, code_unknown, code_level."""
        code = code_text(value)
        entry = self.lists.find(self.source.scheme, self.source.version, code)
        if entry is None:
            raise Wrong("code_unknown", f"{self.source} 中的代码")
        if not self.source.takes(entry):
            raise Wrong("code_level", f"第 {self.source.level} 层代码" if self.source.level else "最细一层代码")
        return code

    def show(self, value: Value) -> str:
        """Return code and name: I11 软件研发服务."""
        entry = self.lists.find(self.source.scheme, self.source.version, str(value))
        return f"{entry.code} {entry.name}" if entry else str(value)


@dataclass(frozen=True)
class Named:
    """A name that a code list may know: its code is kept then (SOC1, soc 1 and SOC-1 are one), else the name itself.

    `index` leads from every way of writing to the code, `names` from the code to the official name.
    """

    index: Mapping[str, str] = field(repr=False)
    names: Mapping[str, str] = field(repr=False)
    longest: int = 200
    is_number: bool = False

    def read(self, value: object) -> str:
        """Return the code of the entry or the cleaned name. Codes: those of Text."""
        text = Text(self.longest).read(clean(value))
        return self.index.get(_plain(text), text)

    def show(self, value: Value) -> str:
        """Return the entry's name, or the name as typed."""
        return self.names.get(str(value), str(value))


def named(entries: Iterable[ListEntry], longest: int = 200) -> Named:
    """Return the kind for the entries of a list: their codes, names and aliases are all understood."""
    rows = tuple(entries)
    index = {_plain(way): entry.code for entry in rows for way in (entry.code, entry.name, *entry.words("aliases"))}
    return Named(index, {entry.code: entry.name for entry in rows}, longest)


def _plain(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", text)).upper()
