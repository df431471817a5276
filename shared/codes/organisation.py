"""组织机构代码 (GB 11714-1997): eight characters and a check character.

It stands inside every 统一社会信用代码 and, for a unit without one, in its place (指标 101).
"""

from __future__ import annotations

import re
import unicodedata

WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
LENGTH = 9

_ALPHABET = re.compile(r"[0-9A-Z]{8}[0-9A-Z]")
_CHECK = "0123456789X"


def normalise(text: str) -> str:
    """Return `text` as the code is compared: NFKC, upper case, without blanks around it and the hyphen before the end.

    A code printed in its long form, `12345678-X`, is the same code as `12345678X`.
    """
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    return plain[:8] + plain[9:] if len(plain) == LENGTH + 1 and plain[8] == "-" else plain


def check_character(body: str) -> str:
    """Return the ninth character for the first eight; a letter counts 10 for A to 35 for Z (GB 11714, mod 11)."""
    total = sum(int(character, 36) * weight for character, weight in zip(body, WEIGHTS, strict=True))
    return _CHECK[-total % 11]


def faults(text: str) -> tuple[str, ...]:
    """Return the codes of the rules that `text` breaks once normalised, most basic first; empty when it is right."""
    code = normalise(text)
    if len(code) != LENGTH:
        return ("organisation_code_length",)
    if not _ALPHABET.fullmatch(code):
        return ("organisation_code_alphabet",)
    if code[8] != check_character(code[:8]):
        return ("organisation_code_check_character",)
    return ()


def is_local_unit_of_head_office(text: str) -> bool:
    """Tell whether `text` is the directory's old number of a head office's own local unit: B instead of the check.

    Such a number stands in old directory records only: a reader asks about it and does not refuse it.
    """
    code = normalise(text)
    return len(code) == LENGTH and _ALPHABET.fullmatch(code) is not None and code[8] == "B"
