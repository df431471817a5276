"""How tests and demonstrations change the behaviour of the stand-in: a small file beside its store."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path

FILE = "switches.json"


class Changes(StrEnum):
    """What becomes of a change that the directory is told: taken, refused, or kept without an answer."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    PENDING = "pending"


@dataclass(frozen=True)
class Switches:
    """`refused_codes` are credit codes that are refused; `signs_wrongly` makes receipts of a stranger's key.

    `changes` is what becomes of changes; new units and ends are not touched by it.
    """

    refused_codes: tuple[str, ...] = ()
    signs_wrongly: bool = False
    changes: Changes = Changes.ACCEPT

    def refusing(self, code: str) -> Switches:
        """Return these switches with the credit code refused."""
        return replace(self, refused_codes=tuple(sorted({*self.refused_codes, code})))

    def allowing(self, code: str) -> Switches:
        """Return these switches with the credit code no longer refused."""
        return replace(self, refused_codes=tuple(other for other in self.refused_codes if other != code))


def read_switches(folder: Path) -> Switches:
    """Return the switches as they stand; without a file, those of good behaviour."""
    try:
        found = json.loads((folder / FILE).read_text("utf-8"))
    except FileNotFoundError:
        return Switches()
    return Switches(tuple(found["refused_codes"]), found["signs_wrongly"], Changes(found.get("changes", "accept")))


def write_switches(folder: Path, switches: Switches) -> None:
    """Replace the switches; a reader sees the old or the new ones whole."""
    folder.mkdir(parents=True, exist_ok=True)
    neighbour = folder / f".{FILE}"
    neighbour.write_text(json.dumps(asdict(switches)), "utf-8")
    neighbour.replace(folder / FILE)
