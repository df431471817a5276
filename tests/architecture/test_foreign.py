"""The stranger across the border knows the published documents and nothing of our code."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from tests.support.tree import ROOT

FOLDER = ROOT / "tests" / "foreign"
ALLOWED = {"kombu", "cloudevents", "joserfc", "jsonschema", "tests.foreign"}
"""What a stranger may use besides Python itself; of ours, only its own room."""


def imported(path: Path) -> set[str]:
    """Return the modules that a file imports, wherever it does so."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return found


def is_allowed(module: str) -> bool:
    root = module.partition(".")[0]
    return root in sys.stdlib_module_names or root in ALLOWED or module.startswith("tests.foreign.")


def test_it_imports_nothing_of_ours() -> None:
    files = sorted(FOLDER.glob("*.py"))

    used = {f"{path.name}: {module}" for path in files for module in imported(path) if not is_allowed(module)}

    assert len(files) == 4
    assert used == set()


def test_an_import_of_ours_would_be_seen(tmp_path: Path) -> None:
    path = tmp_path / "receiver.py"
    path.write_text(
        "from shared.crypto import jose\nimport tests.support.bus\n\ndef f():\n    from .. import support\n"
    )

    assert {module for module in imported(path) if not is_allowed(module)} == {
        "shared.crypto",
        "tests.support.bus",
        "..",
    }
