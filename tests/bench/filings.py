"""Checking, sealing and saving 平台1表, beside a bare validated insert and python-eve of the same document."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

import orjson
import psutil
from joserfc.jwk import KeySet

from services.filing.operations.drafts import begin_filing
from shared.calls import Call
from shared.identity.actor import Actor
from shared.storage.s3 import connect as connect_s3
from tests.bench import operating
from tests.bench.ground import Ground, environment_of_children
from tests.bench.report import Row
from tests.bench.rounds import Arm, alternate, speed, spread
from tests.bench.serving import Request, send_all, served
from tests.bench.submission import BESIDE_BARE, BESIDE_EVE, variables_of
from tests.support.filing_site import FilingSite, open_filing_site
from tests.support.platform_filing import ANSWERS, EXPLAINED

DATABASE = "bench-filing"
ROUNDS = 7
REQUESTS = 200
PERIODS = ("2022", "2023", "2024")
BODY = orjson.dumps({"answers": ANSWERS, "explanations": EXPLAINED, "evidence": [], "nil_reason": None})
APPS = {"filing": "tests.bench.apps:filing()", "bare": "tests.bench.apps:bare_filing()", "eve": "eve_app:app()"}
PER_PROCESSOR = "requests for the same time of the processors, of which the client and MongoDB have no part"
ARMS = {"save": "filing", "autosave": "filing", "bare": "bare", "eve": "eve"}


def measure(ground: Ground) -> Sequence[Row]:
    """Return the rows of filings."""
    secrets = ground.stack.secrets
    endpoint = ground.stack.s3.endpoint
    connect_s3(endpoint, secrets.s3_access_key, secrets.s3_secret_key).create_bucket(Bucket=DATABASE)
    keys = ground.folder / "filing-keys"
    keys.mkdir()
    with ExitStack() as stack:
        site = stack.enter_context(open_filing_site(ground.stack, DATABASE, DATABASE, keys))
        (keys / "jwks.json").write_bytes(orjson.dumps(KeySet([site.issuer.key]).as_dict(private=False)))
        own = environment_of_children(**variables_of(ground.stack, site.settings, keys))
        plain = environment_of_children(BENCH_MONGO_URI=ground.stack.mongod.uri, BENCH_DATABASE="bench-plain-filing")
        ours = Path(sys.executable)
        ports = {
            name: stack.enter_context(served(python, app, environment, ground.folder / f"filings-{name}.log"))
            for name, python, app, environment in (
                ("filing", ours, APPS["filing"], own),
                ("bare", ours, APPS["bare"], plain),
                ("eve", ground.peers_python, "tests.bench.peers.eve_app:app()", plain),
            )
        }
        return [*_rows(site, ports), *operating.rows(ground, site, _begun(site), BODY)]


def _rows(site: FilingSite, ports: Mapping[str, int]) -> Iterator[Row]:
    drafts = {
        arm: [(id, site.issuer.headers(who)) for who, id in islice(_begun(site), REQUESTS)]
        for arm in ("save", "autosave")
    }
    versions = dict.fromkeys(drafts, 0)
    spent = dict.fromkeys(ARMS, 0.0)

    def write(arm: str, act: str) -> float:
        versions[arm] += 1
        requests = [
            Request("PUT", f"/filings/{id}/{act}", BODY, {**headers, "If-Match": f'"{versions[arm]}"'})
            for id, headers in drafts[arm]
        ]
        return send_all(ports["filing"], requests, 200)

    def insert(name: str) -> float:
        return send_all(ports[name], [Request("POST", "/filings", BODY)] * REQUESTS, 201)

    def counted(arm: str, work: Arm) -> Arm:
        def run() -> float:
            before = _processor(ARMS[arm])
            seconds = work()
            spent[arm] += _processor(ARMS[arm]) - before
            return seconds

        return run

    works: Mapping[str, Arm] = {
        "save": lambda: write("save", "content"),
        "bare": lambda: insert("bare"),
        "autosave": lambda: write("autosave", "draft"),
        "eve": lambda: insert("eve"),
    }
    arms = {arm: counted(arm, work) for arm, work in works.items()}
    for run in arms.values():
        run()  # the first round warms up
    spent.update(dict.fromkeys(ARMS, 0.0))
    times = alternate(arms, ROUNDS)
    each = {arm: 1000 * seconds / (ROUNDS * REQUESTS) for arm, seconds in spent.items()}
    for arm, name in (("save", "save 平台1表"), ("autosave", "autosave 平台1表")):
        for beside, aim, peer in (("bare", BESIDE_BARE, "bare validated insert"), ("eve", BESIDE_EVE, "python-eve")):
            text = f"processor {each[arm]:.1f} ms a request beside {each[beside]:.1f}; {spread(times, arm, beside)}"
            yield Row(f"{name} / {peer}", speed(times, arm, beside), aim, "higher", text)
        yield Row(f"{name} / python-eve, by processor", each["eve"] / each[arm], BESIDE_EVE, "higher", PER_PROCESSOR)


def _begun(site: FilingSite) -> Iterator[tuple[Actor, str]]:
    """Begin one filing after the other; yield who did and its id."""
    while True:
        who = site.operator()
        for period in PERIODS:
            yield who, begin_filing(site.wired.deps, Call(who), "platform-1", period).id


def _processor(name: str) -> float:
    """Return the seconds of a processor that an app has spent in all its processes."""
    found = [
        process
        for process in psutil.Process().children(recursive=True)
        if any(APPS[name] in word for word in process.cmdline())
    ]
    return sum(sum(process.cpu_times()[:2]) for process in found)
