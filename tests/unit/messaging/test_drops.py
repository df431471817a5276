"""Messages as files: whole or not at all, taken each once, whatever step the process dies at."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shared.failpoints import VARIABLE
from shared.messaging import drops

LAY = "import sys, pathlib; from shared.messaging import drops; drops.lay_down(pathlib.Path(sys.argv[1]), 'a.0001', b'message' * 9)"
SETTLE = (
    "import sys, pathlib; from shared.messaging import drops;"
    " drops.settle(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[1]) / 'done', 'a.0001')"
)
BODY = b"message" * 9
WHILE_LAYING = ("half.event", "written.event", "event_laid", "half.manifest", "written.manifest", "manifest_laid")


def run(code: str, folder: Path, point: str = "") -> int:
    """Run code in a process of its own that dies at a point; return its exit status."""
    environment = os.environ | ({VARIABLE: f"drop.{point}:kill"} if point else {})
    done = subprocess.run([sys.executable, "-c", code, str(folder)], env=environment, check=False, cwd=os.getcwd())
    return done.returncode


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))


@pytest.mark.parametrize("point", WHILE_LAYING)
def test_who_dies_while_laying_down_leaves_the_whole_message_or_none_and_goes_on(tmp_path: Path, point: str) -> None:
    status = run(LAY, tmp_path, point)
    seen = [each.body for each in drops.waiting(tmp_path, 10)]

    drops.lay_down(tmp_path, "a.0001", BODY)

    assert status == -9
    assert seen == ([BODY] if point == "manifest_laid" else [])
    assert [each.body for each in drops.waiting(tmp_path, 10)] == [BODY]
    assert names(tmp_path) == ["a.0001.event", "a.0001.manifest"]


@pytest.mark.parametrize("point", ["settled.event", "settled.manifest"])
def test_who_dies_while_moving_away_loses_and_doubles_nothing(tmp_path: Path, point: str) -> None:
    drops.lay_down(tmp_path, "a.0001", BODY)

    status = run(SETTLE, tmp_path, point)
    between = list(drops.waiting(tmp_path, 10))
    is_done = drops.is_settled(tmp_path / "done", "a.0001")
    drops.settle(tmp_path, tmp_path / "done", "a.0001")

    assert status == -9
    assert [each.body for each in between] == ([None] if point == "settled.event" else [])
    assert is_done
    assert list(drops.waiting(tmp_path, 10)) == []
    assert names(tmp_path / "done") == ["a.0001.event", "a.0001.manifest"]


def test_the_same_message_again_is_the_same_files(tmp_path: Path) -> None:
    drops.lay_down(tmp_path, "a.0001", BODY)
    before = (tmp_path / "a.0001.event").stat().st_ino

    drops.lay_down(tmp_path, "a.0001", BODY)

    assert (tmp_path / "a.0001.event").stat().st_ino == before


@pytest.mark.parametrize(
    ("file", "data"),
    [("a.0001.event", BODY[:-1]), ("a.0001.event", BODY + b"x"), ("a.0001.manifest", b"{}"), ("a.0001.manifest", b"[")],
)
def test_a_message_that_is_not_what_its_manifest_says_has_no_bytes(tmp_path: Path, file: str, data: bytes) -> None:
    drops.lay_down(tmp_path, "a.0001", BODY)
    (tmp_path / file).write_bytes(data)

    assert [each.body for each in drops.waiting(tmp_path, 10)] == [None]


def test_a_message_without_its_manifest_is_not_there(tmp_path: Path) -> None:
    drops.lay_down(tmp_path, "a.0001", BODY)
    (tmp_path / "a.0001.manifest").unlink()

    assert list(drops.waiting(tmp_path, 10)) == []


def test_what_a_dead_process_left_is_removed_when_it_is_old(tmp_path: Path) -> None:
    (tmp_path / ".a.event.1.part").write_bytes(b"half")

    early = drops.sweep(tmp_path, time.time())
    late = drops.sweep(tmp_path, time.time() + 2 * drops.TEMPORARY_SECONDS)

    assert (early, late) == (0, 1)
    assert list(tmp_path.iterdir()) == []


def test_a_file_with_a_strange_name_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / ".hidden.manifest").write_bytes(b"{}")
    (tmp_path / ("x" * 200 + ".manifest")).write_bytes(b"{}")

    assert list(drops.waiting(tmp_path, 10)) == []
