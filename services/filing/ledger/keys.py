"""By what contracts and vouchers are looked up: normalised texts, which leave the service only as keyed hashes."""

from __future__ import annotations

import unicodedata

SEPARATOR = "\x1f"
CONTRACT = "contract"
VOUCHER = "voucher"


def contract_key(number: str, part: str) -> str:
    """Return what a contract, or one part of it, is looked up by; empty without a number."""
    return _key(CONTRACT, number, part) if number.strip() else ""


def voucher_key(bank: str, number: str) -> str:
    """Return what a bank's voucher is looked up by; empty without a number."""
    return _key(VOUCHER, bank, number) if number.strip() else ""


def normal(text: str) -> str:
    """Return a text as it is compared: full-width signs as plain ones, capitals, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def _key(kind: str, *texts: str) -> str:
    return SEPARATOR.join((kind, *(normal(text) for text in texts)))
