"""`python -m services.statistics.disclosure protect|audit`: disclosure control for tables in JSON files."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from services.statistics.disclosure.audit.auditing import audit
from services.statistics.disclosure.protection import protect
from services.statistics.disclosure.reading import hidden_as_data, read_release, report_as_data
from services.statistics.disclosure.suppression.problem import Loss
from services.statistics.disclosure.suppression.suppressing import Pains
from services.statistics.disclosure.tables import Release, TableFaulty
from services.statistics.disclosure.thresholds import FILE, Thresholds, ThresholdsFaulty, load_thresholds

SAFE, UNSAFE, FAULTY = 0, 1, 2


def main(words: Sequence[str]) -> int:
    """Run the command; return 0 where the release is safe, 1 where it isn't, 2 where the files can't be used."""
    asked = _parser().parse_args(words)
    try:
        thresholds = load_thresholds(asked.on, asked.thresholds)
        text = asked.book.read_text(encoding="utf-8")
        release = read_release(text)
        register = [read_release(path.read_text(encoding="utf-8")) for path in asked.register]
        if asked.command == "audit":
            report = audit(release, thresholds, register, with_intervals=asked.intervals)
            _write(report_as_data(report))
            return SAFE if report.is_safe else UNSAFE
        return _protect(asked, json.loads(text), release, thresholds, register)
    except (TableFaulty, ThresholdsFaulty, OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"{error}\n")
        return FAULTY


def _protect(
    asked: argparse.Namespace,
    document: dict[str, object],
    release: Release,
    thresholds: Thresholds,
    register: Sequence[Release],
) -> int:
    found = protect(
        release.book,
        thresholds,
        register,
        release_id=release.id,
        weighing=Loss(asked.weighing),
        pains=Pains(asked.pains),
        with_intervals=asked.intervals,
    )
    pattern = found.pattern
    figures = {
        "secondary": pattern.secondary,
        "loss": f"{pattern.loss.normalize():f}",
        "bound": f"{pattern.bound.normalize():f}",
        "is_best": pattern.is_best,
    }
    document["hidden"] = hidden_as_data(found.release)
    document["report"] = {**report_as_data(found.report), **figures}
    _write(document)
    return SAFE if found.is_safe else UNSAFE


def _write(found: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.statistics.disclosure", description=__doc__)
    parser.add_argument("command", choices=("protect", "audit"))
    parser.add_argument("book", type=Path, help="the tables; for audit with what is hidden")
    parser.add_argument("--on", type=date.fromisoformat, required=True, help="the day whose thresholds are used")
    parser.add_argument("--register", type=Path, nargs="*", default=[], help="everything released before")
    parser.add_argument("--thresholds", type=Path, default=FILE, help="another file of thresholds")
    parser.add_argument("--weighing", choices=list(Loss), default=Loss.VALUE, help="what hiding a cell costs")
    parser.add_argument(
        "--pains", choices=list(Pains), default=Pains.USUAL, help="how hard to look for the best pattern"
    )
    parser.add_argument(
        "--no-intervals", dest="intervals", action="store_false", help="the verdict alone, which is far quicker"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
