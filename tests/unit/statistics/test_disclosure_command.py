"""The command line for offices: tables in, patterns and reports out, and an exit status that a script can go by."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from services.statistics.disclosure.__main__ import main
from tests.support.tree import ROOT

ON = ["--on", "2026-11-28"]


def make_document() -> dict[str, Any]:
    """Return a book of regions and classes in which one cell is of a single firm."""
    inner = {("a", "1"): 20, ("a", "2"): 50, ("b", "1"): 8, ("b", "2"): 19, ("c", "1"): 17, ("c", "2"): 32}
    values = dict(inner)
    for r in "abc":
        values[r, "*"] = inner[r, "1"] + inner[r, "2"]
    for c in "12":
        values["*", c] = sum(inner[r, c] for r in "abc")
    values["*", "*"] = sum(inner.values())
    many = {"units": 9, "holdings": 9}
    one = {"units": 1, "holdings": 1, "largest": [["x", "8"]]}
    cells = [
        {
            "codes": list(codes),
            "value": str(value),
            **(one if codes == ("b", "1") else {**many, "largest": _equal(value)}),
        }
        for codes, value in values.items()
    ]
    return {
        "id": "march",
        "dimensions": [
            {"key": "row", "top": "*", "trees": [{"code": "*", "parts": ["a", "b", "c"]}]},
            {"key": "column", "top": "*", "trees": [{"code": "*", "parts": ["1", "2"]}]},
        ],
        "tables": [{"id": "t", "measure": "money", "axes": ["row", "column"], "cells": cells}],
    }


def _equal(value: int) -> list[list[str]]:
    return [[f"h{n}", str(value / 10)] for n in range(2)]


def _written(folder: Path, document: object) -> str:
    path = folder / "book.json"
    path.write_text(json.dumps(document))
    return str(path)


def test_a_book_is_protected_and_what_comes_out_can_be_audited(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _written(tmp_path, make_document())

    status = main(["protect", path, *ON])
    found = json.loads(capsys.readouterr().out)
    again = main(["audit", _written(tmp_path, found), *ON])
    report = json.loads(capsys.readouterr().out)

    assert (status, again) == (0, 0)
    assert ["b", "1"] in found["hidden"]["t"]
    assert found["report"]["is_safe"] is True
    assert found["report"]["thresholds"] == "2024-1"
    assert report["findings"] == []
    assert len(report["intervals"]) == len(found["hidden"]["t"])


def test_what_is_not_safe_ends_with_one_and_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _written(tmp_path, {**make_document(), "hidden": {"t": [["b", "1"]]}})

    status = main(["audit", path, *ON])

    assert status == 1
    assert "已隐去但可推算" in json.loads(capsys.readouterr().out)["findings"][0]["text"]


def test_what_was_released_before_is_attacked_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tmp_path / "before.json"
    before.write_text(json.dumps({**make_document(), "id": "february"}))
    assert main(["protect", _written(tmp_path, make_document()), *ON]) == 0
    capsys.readouterr()

    status = main(["protect", _written(tmp_path, make_document()), *ON, "--register", str(before)])

    assert status == 1
    assert {each["kind"] for each in json.loads(capsys.readouterr().out)["report"]["findings"]} == {"shown"}


@pytest.mark.parametrize(
    "change",
    [
        {"tables": [{"id": "t"}]},
        {"dimensions": []},
        {"more": 1},
        {"hidden": {"other": []}},
        {"tables": [{**make_document()["tables"][0], "cells": [{"codes": ["a"], "value": "1"}]}]},
        {"tables": [{**make_document()["tables"][0], "cells": [{"codes": ["a", "1"], "value": "NaN"}]}]},
        {"tables": [{**make_document()["tables"][0], "rules": "no such set"}]},
    ],
)
def test_files_that_can_not_be_used_end_with_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any]
) -> None:
    path = _written(tmp_path, {**make_document(), **change})

    status = main(["audit", path, *ON])

    captured = capsys.readouterr()
    assert (status, captured.out) == (2, "")
    assert captured.err


def test_nothing_but_the_answer_goes_to_standard_output(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "services.statistics.disclosure",
        "protect",
        _written(tmp_path, make_document()),
        *ON,
    ]

    ran = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)

    assert json.loads(ran.stdout)["report"]["is_best"] is True
