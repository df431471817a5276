"""How large a picture may be once it is decoded."""

from __future__ import annotations

from shared.documents.findings import Findings
from shared.documents.kinds import Limits


def note_size(size: tuple[int, int], limits: Limits, findings: Findings) -> bool:
    """True if a picture of `size` (width, height in pixels) is safe to decode; the fault is noted if it is not."""
    width, height = size
    if width < 1 or height < 1:
        findings.add("file_broken")
    elif width * height > limits.pixels or max(size) > limits.side:
        findings.add("file_picture_too_large", expected=f"不超过 {limits.pixels // 10_000} 万像素")
    else:
        return True
    return False
