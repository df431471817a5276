"""Saving and submitting a registration, beside a bare validated insert and python-eve, of the same form over HTTP.

Saving a draft: sign-in, checks, sealing, history, in one write on the version that was read. Submission: what is
missing, the revision, claims, sealing, history and the event in the outbox.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import orjson
from joserfc.jwk import KeySet

from services.filing.settings import Settings as FilingSettings
from services.registration.schemas.outgoing import form_body
from services.registration.settings import Settings
from services.sandbox.stack.stack import Stack
from shared.identity.actor import Actor, Role
from shared.ids import new_id
from shared.storage.s3 import connect as connect_s3
from tests.bench.ground import Ground, environment_of_children
from tests.bench.report import Row
from tests.bench.rounds import alternate, speed, spread
from tests.bench.serving import Request, send_all, served
from tests.support.registration import make_call, make_form, make_registration
from tests.support.registration_site import Site, open_site

DATABASE = "bench-registration"
ROUNDS = 5
REQUESTS = 200
UNITS = 40
BESIDE_BARE, BESIDE_EVE = 0.8, 3.0
ESSAYS = ("background", "organisation", "trade_so_far", "operation_plan")


def measure(ground: Ground) -> Sequence[Row]:
    """Return the rows of submission."""
    secrets = ground.stack.secrets
    endpoint = ground.stack.s3.endpoint
    connect_s3(endpoint, secrets.s3_access_key, secrets.s3_secret_key).create_bucket(Bucket=DATABASE)
    keys = ground.folder / "keys"
    keys.mkdir()
    with ExitStack() as stack:
        site = stack.enter_context(open_site(ground.stack, DATABASE, DATABASE, keys))
        (keys / "jwks.json").write_bytes(orjson.dumps(KeySet([site.issuer.key]).as_dict(private=False)))
        own = environment_of_children(**variables_of(ground.stack, site.settings, keys))
        plain = environment_of_children(BENCH_MONGO_URI=ground.stack.mongod.uri, BENCH_DATABASE="bench-plain")
        ours = Path(sys.executable)
        ports = {
            name: stack.enter_context(served(python, app, environment, ground.folder / f"{name}.log"))
            for name, python, app, environment in (
                ("registration", ours, "tests.bench.apps:registration()", own),
                ("bare", ours, "tests.bench.apps:bare()", plain),
                ("eve", ground.peers_python, "tests.bench.peers.eve_app:app()", plain),
            )
        }
        return list(_rows(site, ports))


def _rows(site: Site, ports: Mapping[str, int]) -> Iterator[Row]:
    drafts = _drafts(site, (ROUNDS + 1) * REQUESTS)
    forms = iter([form_body(_form(number)) for number in range(2 * (ROUNDS + 1) * REQUESTS)])
    bodies = (orjson.dumps(form) for form in forms)

    def plain(name: str) -> float:
        return send_all(ports[name], [Request("POST", "/forms", next(bodies)) for _ in range(REQUESTS)], 201)

    saved: list[list[tuple[str, Actor, int]]] = []

    def save() -> float:
        batch = [next(drafts) for _ in range(REQUESTS)]
        saved.append(batch)
        requests = [
            Request("PUT", f"/registrations/{id}/form", orjson.dumps(form_body(_form(number))), _headers(site, who, 1))
            for id, who, number in batch
        ]
        return send_all(ports["registration"], requests, 200)

    def submit() -> float:
        requests = [
            Request("POST", f"/registrations/{id}/submission", b'{"undertaking": true}', _headers(site, who, 2))
            for id, who, _ in saved.pop(0)
        ]
        return send_all(ports["registration"], requests, 200)

    save()  # one batch ahead: a round may begin with the submission
    submit_first = {"submit": submit, "bare": lambda: plain("bare"), "save": save, "eve": lambda: plain("eve")}
    times = alternate(submit_first, ROUNDS)
    for arm, name in (("save", "save a draft"), ("submit", "submission")):
        for beside, aim, peer in (("bare", BESIDE_BARE, "bare validated insert"), ("eve", BESIDE_EVE, "python-eve")):
            text = f"requests a second, {spread(times, arm, beside)}"
            yield Row(f"{name} / {peer}", speed(times, arm, beside), aim, "higher", text)


def _form(number: int) -> dict[str, object]:
    """Return a form of about 3 KB; no two have the same site and number."""
    essays = dict.fromkeys(ESSAYS, "平台以服务外包交易撮合为主营业务。" * 10)
    return make_form(website=f"https://p{number}.example", icp_number=f"浙ICP备{number:08d}号-1", **essays)


def _drafts(site: Site, count: int) -> Iterator[tuple[str, Actor, int]]:
    """Store drafts without a form and with all materials; yield id, owner and number of each."""
    for number in range(count):
        who = Actor(account_id=f"{number % UNITS:032x}", role=Role.OPERATOR, unit_id=f"{number % UNITS + 1000:032x}")
        draft = make_registration(id=new_id(), unit_id=who.unit_id, owner_id=who.account_id, form={})
        site.wired.deps.registrations.add(draft, make_call(who))
        yield draft.id, who, number


def _headers(site: Site, who: Actor, version: int) -> dict[str, str]:
    return {**site.issuer.headers(who), "If-Match": f'"{version}"', "Idempotency-Key": new_id()}


def variables_of(stack: Stack, settings: Settings | FilingSettings, keys: Path) -> dict[str, str]:
    """Return the variables of a service over these servers, whose issuer's keys are in a file beside its own."""
    return {
        **stack.env(),
        "TONGBAO_S3_BUCKET": settings.s3_bucket,
        "TONGBAO_JOSE_KEY_FILE": str(settings.jose_key_file),
        "TONGBAO_JOSE_PEERS_FILE": str(settings.jose_peers_file),
        "TONGBAO_SIGNING_KEY_FILE": str(settings.signing_key_file),
        "TONGBAO_SIGNING_CERTIFICATES_FILE": str(settings.signing_certificates_file),
        "TONGBAO_ISSUER": settings.issuer,
        "TONGBAO_JWKS_URL": "-",
        "TONGBAO_KEK_PROVIDER": settings.kek_provider,
        "TONGBAO_KEK_FILE": settings.kek_file,
        "TONGBAO_MONGO_DATABASE": settings.mongo_database,
        "BENCH_JWKS": str(keys / "jwks.json"),
    }
