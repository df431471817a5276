"""Writes the verifier as one file to hand out: `python -m services.exchange.journal.bundle build/tongbao-verify.pyz`.

Whoever gets it needs Python 3.11, `joserfc` and `cryptography`, and nothing else of this project.
"""

from __future__ import annotations

import importlib
import shutil
import sys
import tempfile
import zipapp
from collections.abc import Sequence
from pathlib import Path

VERIFIER = "services.exchange.journal.verify"
OURS = ("services", "shared")


def write(target: Path) -> None:
    """Write the archive with the modules that the verifier loads."""
    importlib.import_module(VERIFIER)
    root = Path(sys.modules[OURS[0]].__path__[0]).parent
    loaded = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] in OURS]
    with tempfile.TemporaryDirectory() as folder:
        for module in loaded:
            source = Path(str(module.__file__))
            copy = Path(folder) / source.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
        target.parent.mkdir(parents=True, exist_ok=True)
        zipapp.create_archive(folder, target, "/usr/bin/env python3", f"{VERIFIER}:run")


def main(words: Sequence[str]) -> int:
    """Write the file that is named; return the exit status."""
    if len(words) != 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    write(Path(words[0]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
