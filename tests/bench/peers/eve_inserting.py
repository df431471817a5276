"""python-eve without a server: reads a line with a number, inserts 平台1表 so often, writes the seconds that it took.

`python -m tests.bench.peers.eve_inserting BODY`; a line has the seconds of the clock and those of the processor.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from eve.methods.post import post_internal

from tests.bench.peers.eve_app import app

CREATED = 201


def main() -> int:
    """Insert until the input ends."""
    eve = app()
    body = json.loads(Path(sys.argv[1]).read_bytes())
    for line in sys.stdin:
        clock, processor = time.perf_counter(), time.process_time()
        for _ in range(int(line)):
            with eve.test_request_context("/filings"):
                answer = post_internal("filings", dict(body))
            if answer[3] != CREATED:
                raise RuntimeError(answer)
        sys.stdout.write(f"{time.perf_counter() - clock} {time.process_time() - processor}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
