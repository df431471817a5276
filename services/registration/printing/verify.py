"""Says whether a decision sheet is genuine: `python -m services.registration.printing.verify SHEET.pdf CERTIFICATES.pem`.

Works offline and needs nothing but the file and the public certificates of the department (the last one is trusted).
Exit status 0: signed by it and unchanged; 1: not; 2: the words are wrong or a file can't be read.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from services.registration.printing.sheets import PLACE
from shared.printing.verify import Genuineness
from shared.printing.verify import verify as verify_field


def verify(pdf: bytes, certificates: bytes) -> Genuineness:
    """Return whether this is a decision sheet, signed by the department and unchanged."""
    return verify_field(pdf, certificates, PLACE.field)


def main(words: Sequence[str]) -> int:
    """Verify the file that is named; return the exit status."""
    if len(words) != 2:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    try:
        pdf, certificates = (Path(word).read_bytes() for word in words)
    except OSError as error:
        sys.stderr.write(f"无法读取文件：{error.strerror}\n")
        return 2
    found = verify(pdf, certificates)
    at = f"，签名时间 {found.signed_at.isoformat()}" if found.signed_at else ""
    sys.stdout.write(f"真实：由“{found.signer}”签名{at}\n" if found.is_genuine else f"不真实：{found.reason}\n")
    return 0 if found.is_genuine else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
