"""What a bench finds: rows with a ratio and an aim, as a table on screen and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import orjson

Better = Literal["higher", "lower"]


@dataclass(frozen=True)
class Row:
    """One finding. `ratio` is dimensionless, but for memory, where it is growth in MB; `detail` says what it is of."""

    name: str
    ratio: float
    aim: float
    better: Better
    detail: str

    @property
    def is_reached(self) -> bool:
        """Whether the aim is reached."""
        return self.ratio >= self.aim if self.better == "higher" else self.ratio <= self.aim


def table(rows: Sequence[Row]) -> str:
    """Return the rows as lines of text under a heading."""
    width = max((len(row.name) for row in rows), default=4)
    lines = [f"{'bench':<{width}}  {'ratio':>7}  {'aim':>7}"]
    for row in rows:
        sign = "≥" if row.better == "higher" else "≤"
        mark = "" if row.is_reached else "   missed"
        lines.append(f"{row.name:<{width}}  {row.ratio:>7.2f}  {sign} {row.aim:>5.2f}{mark}")
        lines.append(f"{'':<{width}}    {row.detail}")
    return "\n".join(lines) + "\n"


def write_json(rows: Sequence[Row], path: Path) -> None:
    """Write the rows as a JSON list, next to rows of other benches that this run did not measure."""
    names = {row.name for row in rows}
    kept = [row for row in _read(path) if row["name"] not in names]
    listed = [*kept, *({**asdict(row), "ratio": round(row.ratio, 3)} for row in rows)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps(listed, option=orjson.OPT_INDENT_2) + b"\n")


def _read(path: Path) -> list[dict[str, object]]:
    if not path.exists():
        return []
    found: list[dict[str, object]] = orjson.loads(path.read_bytes())
    return found
