"""A member of an archive that is the same whenever it is written."""

from __future__ import annotations

from zipfile import ZIP_DEFLATED, ZipInfo

_NEVER = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16


def member(name: str) -> ZipInfo:
    """Return the head of a member: no moment, no owner, no system."""
    info = ZipInfo(name, _NEVER)
    info.compress_type = ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = _READABLE
    return info
