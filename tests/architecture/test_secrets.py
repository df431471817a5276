"""What `docker/make_secrets.py` makes is what the services' settings ask for."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.tree import ROOT, production_services

MOUNTED = re.compile(r"=/run/secrets/tongbao/(\S+)")


def _make(folder: Path) -> dict[str, bytes]:
    script = ROOT / "docker" / "make_secrets.py"
    subprocess.run([sys.executable, str(script), str(folder)], check=True, cwd=ROOT)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("compose") / "secrets"
    _make(made)
    return made


@pytest.mark.parametrize("service", production_services())
def test_every_file_that_a_service_reads_is_made(folder: Path, service: str) -> None:
    settings = (ROOT / "k8s" / "base" / service / "settings.env").read_text("utf-8")

    asked = set(MOUNTED.findall(settings))

    assert asked
    assert asked <= {path.name for path in (folder / service).iterdir()}


def test_making_them_again_changes_nothing(folder: Path) -> None:
    before = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    after = _make(folder)

    assert after == before


def test_nobody_else_may_enter_the_folder(folder: Path) -> None:
    mode = folder.stat().st_mode & 0o777

    assert mode == 0o700


def test_no_two_installations_share_a_secret(folder: Path, tmp_path: Path) -> None:
    here = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    there = _make(tmp_path / "other")

    assert here.keys() == there.keys()
    assert [name for name in here if here[name] == there[name]] == []
