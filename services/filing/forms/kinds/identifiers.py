"""Codes that identify a unit: 统一社会信用代码 (GB 32100-2015) and 组织机构代码 (GB 11714-1997)."""

from __future__ import annotations

from dataclasses import dataclass

from services.filing.forms.answers import Value
from services.filing.forms.kinds.kind import Wrong, code_text
from shared.codes import organisation, uscc


@dataclass(frozen=True)
class CreditCode:
    """A code of 18 characters whose two check characters are right."""

    is_number: bool = False

    def read(self, value: object) -> str:
        """Return the code in capitals. Codes: not_text, uscc_* as in `shared.codes.uscc`."""
        text = code_text(value)
        for fault in uscc.faults(text):
            raise Wrong(fault, "18 位统一社会信用代码")
        return uscc.normalise(text)

    def show(self, value: Value) -> str:
        """Return the code."""
        return str(value)


@dataclass(frozen=True)
class OrganisationCode:
    """A code of nine characters whose check character is right; the hyphen before it is dropped."""

    is_number: bool = False

    def read(self, value: object) -> str:
        """Return the nine characters. Codes: not_text, organisation_code_*."""
        text = code_text(value)
        for fault in organisation.faults(text):
            raise Wrong(fault, "8 位代码和 1 位校验码")
        return organisation.normalise(text)

    def show(self, value: Value) -> str:
        """Return the code as printed: 12345678-X."""
        text = str(value)
        return f"{text[:8]}-{text[8:]}"
