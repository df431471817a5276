"""Evidence: files that come along with a filing (交易记录等证明材料)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class FileRef:
    """A checked file. `sha256` is of the plain content, `stored` the sealed object's record, `scan` the scanner's verdict."""

    file_id: str
    name: str
    kind: str
    size: int
    sha256: str
    pages: int | None
    scan: str
    uploaded_at: datetime
    stored: Mapping[str, object]
