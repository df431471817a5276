"""How tests and demonstrations change the behaviour of a receiver: a small file beside its store."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "receiver-switches.json"


@dataclass(frozen=True)
class Switches:
    """`refuses_with` is the reason with which everything is refused, empty for none; `delay` seconds are waited before a
    file is looked at; each receipt is laid down `repeats` times; one that is `away` looks at nothing; `signs_wrongly`
    makes receipts of a stranger's key.
    """

    refuses_with: str = ""
    delay: float = 0.0
    repeats: int = 1
    away: bool = False
    signs_wrongly: bool = False


def read_switches(folder: Path) -> Switches:
    """Return the switches as they stand; without a file, those of good behaviour."""
    try:
        return Switches(**json.loads((folder / FILE).read_text("utf-8")))
    except FileNotFoundError:
        return Switches()


def write_switches(folder: Path, switches: Switches) -> None:
    """Replace the switches; a reader sees the old or the new ones whole."""
    folder.mkdir(parents=True, exist_ok=True)
    neighbour = folder / f".{FILE}"
    neighbour.write_text(json.dumps(asdict(switches)), "utf-8")
    neighbour.replace(folder / FILE)
