"""Apps under gunicorn, as in production, and requests to them from several connections at once."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from services.sandbox.stack.ports import HOST, free_ports, is_open
from tests.support.tree import ROOT

CONNECTIONS = 8
START_SECONDS = 30.0

GUNICORN = ("--worker-class", "gthread", "--threads", "8", "--keep-alive", "5", "--no-control-socket")
"""As docker/gunicorn.conf.py has it; that file itself needs the product at its import."""


@dataclass(frozen=True)
class Request:
    """A request as it is sent."""

    method: str
    path: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def served(python: Path, app: str, environment: Mapping[str, str], log: Path) -> Iterator[int]:
    """Serve `app` (module:factory()) and give the port. Raises `RuntimeError`."""
    (port,) = free_ports(1)
    gunicorn = [str(python), "-m", "gunicorn", *GUNICORN]
    with log.open("wb") as output:
        child = subprocess.Popen(
            [*gunicorn, "--bind", f"{HOST}:{port}", app], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    try:
        until = time.monotonic() + START_SECONDS
        while not is_open(port):
            if child.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{app} did not start: {log.read_text()[-2000:]}")
            time.sleep(0.05)
        yield port
    finally:
        child.terminate()
        child.wait(30)


def send_all(port: int, requests: Sequence[Request], wanted: int) -> float:
    """Send the requests over several connections and return seconds per request. Raises `RuntimeError` for refusals."""

    def send(share: Sequence[Request]) -> None:
        with closing(HTTPConnection(HOST, port, timeout=30)) as connection:
            for request in share:
                headers = {"Content-Type": "application/json", **request.headers}
                connection.request(request.method, request.path, request.body, headers)
                response = connection.getresponse()
                body = response.read()
                if response.status != wanted:
                    raise RuntimeError(f"{request.path} answered {response.status}: {body[:500]!r}")

    shares = [requests[start::CONNECTIONS] for start in range(CONNECTIONS)]
    begun = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(send, shares))
    return (time.perf_counter() - begun) / len(requests)
