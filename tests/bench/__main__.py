"""`python -m tests.bench [name …]`: run all benches or those named, show the table, write build/bench.json."""

from __future__ import annotations

import argparse
import sys
import time

import structlog

from tests.bench.benches import BENCHES
from tests.bench.ground import BUILD, prepared
from tests.bench.report import Row, table, write_json


def main(arguments: list[str]) -> int:
    """Run the benches. Returns 0, also where an aim is missed: a busy machine must not break a build."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(BENCHES)}; all where none is given")
    names = parser.parse_args(arguments).names or list(BENCHES)
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        parser.error(f"no bench is named {', '.join(unknown)}")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    begun = time.monotonic()
    rows: list[Row] = []
    with prepared() as ground:
        for name in names:
            sys.stderr.write(f"{name} …\n")
            rows += BENCHES[name](ground)
    write_json(rows, BUILD / "bench.json")
    sys.stdout.write(f"\n{table(rows)}\n{len(rows)} rows in {time.monotonic() - begun:.0f} s, in build/bench.json\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
