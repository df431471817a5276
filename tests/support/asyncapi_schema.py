"""The official JSON Schema of AsyncAPI 3.0, from its package: fetched by its lock into `build`, where it is missing."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import orjson

from tests.bench.ground import BUILD, install
from tests.support.tree import ROOT

FOLDER = ROOT / "tests" / "contract" / "asyncapi"
NAME = "asyncapi-npm"
SCHEMA = Path("node_modules/@asyncapi/specs/schemas/3.0.0.json")


def official_schema() -> dict[str, Any]:
    """Return the schema that a document of AsyncAPI 3.0 must fit."""
    BUILD.mkdir(exist_ok=True)
    python = install(FOLDER / "requirements.lock", NAME)
    environment = python.parent.parent
    lock = environment / "package-lock.json"
    if not lock.exists() or lock.read_bytes() != (FOLDER / lock.name).read_bytes():
        for name in ("package.json", lock.name):
            shutil.copy(FOLDER / name, environment / name)
        npm = [str(python.parent / "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(npm, cwd=environment, check=True, capture_output=True)
    schema: dict[str, Any] = orjson.loads((environment / SCHEMA).read_bytes())
    return schema
