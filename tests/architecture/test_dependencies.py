"""Packages are locked by hash, the arrows' contracts know every service, and the linters run."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from tests.support.tree import LOCAL_ONLY, ROOT, services

PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)


def _project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def _locked(name: str) -> dict[str, str]:
    return dict(PINNED.findall((ROOT / name).read_text("utf-8")))


def _name_of(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower()


@pytest.mark.parametrize("lock", ["run.lock", "dev.lock"])
def test_every_locked_package_is_held_by_hash_and_by_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())

    unheld = [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry]

    assert len(entries) > 20
    assert unheld == []
    assert "://" not in text


def test_what_runs_is_what_was_tested() -> None:
    run, dev = _locked("run.lock"), _locked("dev.lock")

    different = {name: version for name, version in run.items() if dev.get(name) != version}

    assert len(run) > 20
    assert different == {}


def test_the_locks_hold_every_declared_package() -> None:
    project = _project()
    development = [
        entry for group in project["dependency-groups"].values() for entry in group if isinstance(entry, str)
    ]

    missing_to_run = {_name_of(entry) for entry in project["project"]["dependencies"]} - set(_locked("run.lock"))
    missing_to_develop = {_name_of(entry) for entry in development} - set(_locked("dev.lock"))

    assert missing_to_run == set()
    assert missing_to_develop == set()


def test_the_contracts_of_the_arrows_name_every_service() -> None:
    contracts = _project()["tool"]["importlinter"]["contracts"]
    rooms = next(contract for contract in contracts if "operations" in str(contract.get("layers")))

    expected = {f"services.{name}" for name in services() if name not in LOCAL_ONLY}

    assert set(rooms["containers"]) == expected
    assert rooms["exhaustive"] is True
