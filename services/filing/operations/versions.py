"""Versions of a filing with their content, also of those whose content is kept beside it."""

from __future__ import annotations

from services.filing.model.filings import Filing, Version
from services.filing.ports.deps import Deps
from shared.errors import NotFound


def version_of(deps: Deps, filing: Filing, no: int) -> Version:
    """Return a version in full. Raises `NotFound`."""
    version = filing.version_of(no)
    if version is None:
        raise NotFound
    return deps.filings.early_version(filing, no) if version.is_early else version
