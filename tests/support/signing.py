"""A certificate that signs, made once for a test run: making RSA keys takes a second."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

from shared.crypto.signing_file import create_signing_files
from tests.support.keys import MOMENT


class SigningFiles(NamedTuple):
    """The private key and the public chain, both PEM."""

    key: Path
    certificates: Path


@cache
def signing_files(name: str = "杭州市西湖区商务主管部门") -> SigningFiles:
    """Return the files of one certificate; those of another name are another authority's."""
    folder = Path(tempfile.mkdtemp(prefix="tongbao-signing-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    files = SigningFiles(folder / "key.pem", folder / "certificates.pem")
    create_signing_files(*files, name, MOMENT)
    return files
