"""Builders of valid codes."""

from __future__ import annotations

from shared.codes import organisation, uscc


def make_organisation_code(n: int) -> str:
    """Return a valid organisation code, another one for every n below 100 million."""
    body = f"{n:08d}"
    return body + organisation.check_character(body)


def make_uscc(n: int, kind: str = "91", division: str = "330106") -> str:
    """Return a valid credit code of the kind (its first two characters), another one for every n below 100 million."""
    body = kind + division + make_organisation_code(n)
    return body + uscc.check_character(body)
