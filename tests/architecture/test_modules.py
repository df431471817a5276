"""Modules are nouns with one job, small, and quiet when imported."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.tree import ROOT, module_names, relative, services, tracked_files

FORBIDDEN_NAMES = frozenset({"util", "utils", "helper", "helpers", "common", "misc", "base", "core"})
LONGEST_FILE = 400
SOURCES = (".py", ".sh", ".js", ".html", ".css")

# Runs in a process of its own. The hook blames our module when it acts while it is imported; what a third-party module
# does at its own import (ctypes looks for libraries, urllib3 tries a socket) is not ours.
IMPORTER = """
import importlib, json, sys, threading
root, names = sys.argv[1] + "/", json.loads(sys.stdin.read())
acts, current = [], ""

def blamed():
    frame = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith((root + "services/", root + "shared/")):
            return True
        if frame.f_code.co_name == "<module>" and not file.startswith("<"):
            return False
        frame = frame.f_back
    return False

def hook(event, arguments):
    writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    watched = event in ("socket.connect", "socket.bind", "subprocess.Popen", "os.mkdir", "os.putenv", "os.fork")
    if (writes or watched) and blamed():
        acts.append(f"{current}: {event}")

sys.addaudithook(hook)
for current in names:
    importlib.import_module(current)
acts.extend(f"thread {t.name}" for t in threading.enumerate() if t is not threading.main_thread())
print(json.dumps(acts))
"""


def _acts_at_import(root: Path, names: tuple[str, ...]) -> list[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAO_")}
    done = subprocess.run(
        [sys.executable, "-c", IMPORTER, str(root)],
        input=json.dumps(names),
        cwd=root,
        env={**kept, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    acts: list[str] = json.loads(done.stdout)
    return acts


def test_importing_a_module_does_nothing() -> None:
    names = module_names("services", "shared")

    acts = _acts_at_import(ROOT, names)

    assert len(names) > 20
    assert acts == []


def test_a_module_that_acts_at_import_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "loud.py").write_text("import os\nos.mkdir(os.path.dirname(__file__) + '/made')\n")

    acts = _acts_at_import(tmp_path, ("shared.loud",))

    assert acts == ["shared.loud: os.mkdir"]


def test_no_module_is_named_after_nothing() -> None:
    named = {path: {path.stem, *path.relative_to(ROOT).parts[:-1]} for path in tracked_files(".py")}

    offending = [relative(path) for path, names in named.items() if names & FORBIDDEN_NAMES]

    assert len(named) > 20
    assert offending == []


def test_every_file_fits_one_reading() -> None:
    lengths = {relative(path): len(path.read_text("utf-8").splitlines()) for path in tracked_files(*SOURCES)}

    too_long = {name: length for name, length in lengths.items() if length > LONGEST_FILE}

    assert len(lengths) > 20
    assert too_long == {}


def test_every_module_says_what_may_live_in_it() -> None:
    modules = [path for path in tracked_files(".py") if path.relative_to(ROOT).parts[0] in ("services", "shared")]

    silent = [relative(path) for path in modules if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]

    assert len(modules) > 20
    assert silent == []


@pytest.mark.parametrize("service", services())
def test_the_package_of_a_service_holds_only_its_docstring(service: str) -> None:
    tree = ast.parse((ROOT / "services" / service / "__init__.py").read_text("utf-8"))

    statements = [type(node).__name__ for node in tree.body]

    assert statements == ["Expr"]
