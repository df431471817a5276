"""Lets schemathesis loose on every endpoint of filing, as several people, and fails where one answers with a 5xx.

It has an environment of its own, since it wants other versions than ours; the app runs in this process over the
embedded servers, so that what it stores and what it logs can be looked at.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.serving import make_server

from services.sandbox.stack.ports import HOST, StackPorts, free_ports
from services.sandbox.stack.stack import Stack
from shared.observability import configure_logging
from shared.storage.s3 import connect as connect_s3
from tests.bench.ground import BUILD, install
from tests.support.filing_site import DECISION, MINISTRY, open_filing_site
from tests.support.rights_filing import PEOPLE, UNIT, Ground

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LOCK = Path(__file__).parent / "requirements.lock"
EXAMPLES = "20"
ROUNDS = {"own": "draft", "county": "submitted", "firm": "list_draft", "city": "city_draft", "ministry": "submitted"}
"""Who asks, and for which filing of the table of rights."""


def main() -> int:
    """Run all rounds, print what was seen, and return the exit status."""
    tool = install(LOCK, "fuzz").parent / "schemathesis"
    configure_logging("filing", Path(os.devnull).open("w"))  # noqa: SIM115  # open as long as the process
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=BUILD) as name, _ground(Path(name)) as ground:
        statuses: Counter[int] = Counter()
        with _served(ground.site.client.application, statuses) as url:
            for person in ROUNDS:
                failed += _run(tool, Path(name), url, ground, person)
        faults = sum(count for status, count in statuses.items() if status >= 500)
        sys.stdout.write(f"{statuses.total()} requests, answers {dict(sorted(statuses.items()))}\n")
    return 1 if failed or faults else 0


def _run(tool: Path, folder: Path, url: str, ground: Ground, person: str) -> int:
    actor, target = PEOPLE[person], ground.targets[ROUNDS[person]]
    assert actor is not None
    known = {
        "filing_id": target.id,
        "file_id": target.file,
        "import_id": target.imported,
        "unit_id": UNIT,
        "edition_id": "2022",
        "form_key": "platform-1",
    }
    lines = ["[parameters]", *(f'"path.{name}" = "{value}"' for name, value in known.items())]
    (folder / "schemathesis.toml").write_text("\n".join(lines))
    command = [str(tool), "run", f"{url}/docs/openapi.json", "--url", url, "--no-color", "--generation-deterministic"]
    command += ["--checks", "not_a_server_error", "--max-examples", EXAMPLES, "--phases", "examples,coverage,fuzzing"]
    for name, value in ground.site.issuer.headers(actor).items():
        command += ["-H", f"{name}: {value}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    said = [line.strip() for line in done.stdout.splitlines() if "generated," in line or "Tested:" in line]
    sys.stdout.write(f"{person}: {', '.join(said)}\n" if done.returncode == 0 else done.stdout[-4000:] + done.stderr)
    return done.returncode


@contextmanager
def _ground(folder: Path) -> Iterator[Ground]:
    """Give filing with the filings of the table of rights."""
    keys = folder / "keys"
    keys.mkdir()
    with Stack(folder / "stack", StackPorts.free()) as started:
        secrets = started.secrets
        connect_s3(started.s3.endpoint, secrets.s3_access_key, secrets.s3_secret_key).create_bucket(Bucket="fuzz")
        with open_filing_site(started, "fuzz", "fuzz", keys) as site:
            site.create(MINISTRY, "/collection-decisions", DECISION)
            yield Ground(site)


@contextmanager
def _served(app: Flask, statuses: Counter[int]) -> Iterator[str]:
    """Serve the app in this process, and count its answers."""

    def counting(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, *rest: Any) -> Any:  # Any: as WSGI has it
            statuses[int(status.split()[0])] += 1
            return start_response(status, *rest)

        return app(environ, start)

    (port,) = free_ports(1)
    server = make_server(HOST, port, counting, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{HOST}:{port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


if __name__ == "__main__":
    sys.exit(main())
