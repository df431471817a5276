"""What of the answers other filings are looked up by: contract number with part, bank with voucher.

The texts leave this service only as keyed hashes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from services.filing.model.filings import AnswerValues, Filing


class Lookup(StrEnum):
    """What is looked up by the answers of a form."""

    CONTRACT = "contract"
    VOUCHER = "voucher"


_CELLS: Mapping[tuple[str, Lookup], tuple[tuple[str, str], ...]] = {
    ("enterprise-2", Lookup.CONTRACT): (("202", "number"), ("202", "part")),
    ("enterprise-3", Lookup.CONTRACT): (("304", "number"), ("304", "part")),
    ("enterprise-3", Lookup.VOUCHER): (("306", ""), ("307", "")),
}
"""The cells of each form, by indicator and part; the first one must be there."""


def lookup_of(form: str, lookup: Lookup, answers: AnswerValues) -> str | None:
    """Return the normalised text that a filing is looked up by, None where the form or the answers have none."""
    cells = _CELLS.get((form, lookup))
    if cells is None:
        return None
    texts = [_cell(answers, indicator, part) for indicator, part in cells]
    if not texts[0]:
        return None
    plain = (unicodedata.normalize("NFKC", text).upper().replace(" ", "") for text in texts)
    return "\x1f".join((lookup.value, *plain))


def lookups_of(filing: Filing) -> tuple[str, ...]:
    """Return all texts that a filing is looked up by: of what is typed, and of what was submitted last."""
    contents = [filing.working, *([filing.last.content] if filing.last else [])]
    found = (lookup_of(filing.form, lookup, content.answers) for content in contents for lookup in Lookup)
    return tuple(dict.fromkeys(text for text in found if text is not None))


def _cell(answers: AnswerValues, indicator: str, part: str) -> str:
    value = answers.get(indicator)
    if part and isinstance(value, Mapping):
        value = value.get(part)
    return value if isinstance(value, str) else ""
