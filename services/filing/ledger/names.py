"""Names of firms as they are compared: the same firm written in two ways gives one text."""

from __future__ import annotations

import re
import unicodedata

_CHINESE_FORMS = re.compile(r"(股份有限公司|有限责任公司|股份公司|有限公司|公司)")
"""Legal forms, also in the middle of a name, where a branch of the firm follows."""

_FOREIGN_FORMS = (
    {"AB", "AG", "AS", "BV", "CO", "COMPANY", "CORP", "CORPORATION", "GMBH"}
    | {"INC", "INCORPORATED", "KG", "KK", "LIMITED", "LLC", "LLP", "LTD", "NV"}
    | {"OY", "PLC", "PTE", "PTY", "SA", "SARL", "SPA", "SRL"}
)
"""Legal forms at the end of a foreign name, without points."""


def same_name(name: str) -> str:
    """Return a firm's name as it is compared: plain capitals, letters and digits alone, without its legal form.

    A name that is nothing but a legal form stays as it is; empty for a name without any letter or digit.
    """
    plain = unicodedata.normalize("NFKC", name).upper().replace(".", "")
    words = re.findall(r"[^\W_]+", plain)
    kept = list(words)
    while kept and kept[-1] in _FOREIGN_FORMS:
        kept.pop()
    joined = "".join(kept or words)
    return _CHINESE_FORMS.sub("", joined) or joined


def same_number(number: str) -> str:
    """Return a number of a contract or voucher as it is compared: plain capital letters and digits alone."""
    return "".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", number).upper()))
