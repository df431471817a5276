"""`python -m shared.codes.generate.import_industries EDITION FILE`: takes in the standard's own table of GB/T 4754.

FILE has one class a line, `code name` or `code,name`, in the order of the standard. It replaces the written list only
where its counts per level are those of the standard; `make codes` then makes the list from it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from shared.codes.generate.industries import EDITIONS, gaps, parse
from shared.codes.generate.tables import ListError
from shared.codes.generate.written import FOLDER

_BETWEEN = re.compile(r"[ \t,;，\u3000]+")


def read(key: str, text: str) -> str:
    """Return the text of a written list; raises ListError where it is not the whole edition."""
    lines = (_BETWEEN.sub(" ", line.strip(), count=1) for line in text.lstrip("\ufeff").splitlines() if line.strip())
    made = f"# {EDITIONS[key].title}, taken in from the standard's own table.\n" + "\n".join(lines) + "\n"
    missing = gaps(EDITIONS[key], parse(key, made))
    if missing:
        raise ListError(f"industry {key}: " + "; ".join(missing))
    return made


def main(arguments: list[str]) -> int:
    """Take in a file; return 1 and say why where it isn't the whole edition, 2 for wrong arguments."""
    if len(arguments) != 2 or arguments[0] not in EDITIONS:
        sys.stderr.write(f"usage: import_industries {'|'.join(EDITIONS)} FILE\n")
        return 2
    key, path = arguments
    try:
        made = read(key, Path(path).read_text(encoding="utf-8"))
    except ListError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    (FOLDER / f"industry-{key}.txt").write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
