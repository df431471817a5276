"""Texts, codes and days in the one form in which equal things are equal. Pure; `None` where a value has no such form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from shared.codes import organisation, uscc

_BLANKS = re.compile(r"\s+")
_DOTS = str.maketrans(dict.fromkeys("•・∙‧⋅･", "·"))
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-"))
_COMMAS = str.maketrans({"、": ",", "。": "."})
_DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})(?:[-/.月]?(\d{1,2})日?)?月?")
_PHONE = re.compile(r"[\s()\-]")
_HOME = re.compile(r"^(?:\+|00)86")


def text(value: str) -> str:
    """Return a text without what only looks different: width, blanks, case, kinds of dots, dashes and commas."""
    narrow = unicodedata.normalize("NFKC", value).translate(_DOTS).translate(_DASHES).translate(_COMMAS)
    # Folding may yield what is not normal again.
    return unicodedata.normalize("NFKC", _BLANKS.sub("", narrow).casefold())


def spaced(value: str) -> str:
    """Return a text in which blanks part words, as in English names: one blank is like many."""
    narrow = unicodedata.normalize("NFKC", value).translate(_DOTS).translate(_DASHES)
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", narrow.casefold())).strip()


def credit_code(value: str) -> str | None:
    """Return a credit code of the right form."""
    code = uscc.normalise(value)
    return None if uscc.faults(code) else code


def organisation_code(value: str) -> str | None:
    """Return an organisation code; the directory's own numbers, of old units and temporary ones, count too."""
    code = organisation.normalise(value)
    return code if len(code) == organisation.LENGTH and code.isascii() and code.isalnum() else None


def phone(value: str) -> str | None:
    """Return the digits of a telephone number without the country's, an extension behind `x`."""
    narrow = _PHONE.sub("", unicodedata.normalize("NFKC", value).translate(_DASHES)).replace("转", "x").lower()
    plain = _HOME.sub("", narrow)
    return plain if re.fullmatch(r"\d{3,20}(x\d{1,6})?", plain) else None


def day(value: str) -> tuple[int, ...] | None:
    """Return year and month, and the day where it is told, of any of the ways in which days are written."""
    found = _DAY.fullmatch(_BLANKS.sub("", unicodedata.normalize("NFKC", value).translate(_DASHES)))
    if found is None:
        return None
    parts = tuple(int(each) for each in found.groups() if each is not None)
    try:
        date(parts[0], parts[1], parts[2] if len(parts) > 2 else 1)
    except ValueError:
        return None
    return parts


def address(value: str, names: Iterable[str]) -> str:
    """Return an address without the names of the divisions that it lies in, which some write and some leave out.

    `names` are those of the divisions from the province down; each may be missing, and stand without its last word.
    """
    rest = text(value)
    for name in names:
        whole = text(name)
        for form in (whole, *_short(whole)):
            if rest.startswith(form) and len(rest) > len(form):
                rest = rest[len(form) :]
                break
    return rest


def _short(name: str) -> tuple[str, ...]:
    """Return a province's name as it is mostly said: 浙江 for 浙江省, 广西 for 广西壮族自治区."""
    for ending in ("壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省"):
        if name.endswith(ending):
            return (name[: -len(ending)],)
    return ()
