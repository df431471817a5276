"""The table of what runs in the sandbox on top of the embedded servers, and what each is told."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass, fields
from enum import Enum
from pathlib import Path

from services.sandbox.keys import WITH_JOSE, WITH_KEK, Keys
from services.sandbox.stack.ports import HOST, StackPorts, free_ports
from services.sandbox.stack.stack import Stack

PROJECT = Path(__file__).resolve().parents[2]
PORTAL_BASE = 8600


class Kind(Enum):
    """What a program is, which decides how it is started and when it counts as ready."""

    WEB = "web"
    WORKER = "worker"
    OTHER = "other"


@dataclass(frozen=True)
class Program:
    """One process: its name, what it is, the module it runs, and the service whose settings it gets."""

    name: str
    kind: Kind
    module: str
    service: str

    def argv(self, port: int) -> list[str]:
        """Return the command line; `port` is where a web process listens."""
        if self.kind is Kind.WEB:
            gunicorn = [sys.executable, "-m", "gunicorn", "-c", str(PROJECT / "docker" / "gunicorn.conf.py")]
            return [*gunicorn, "--bind", f"{HOST}:{port}", f"{self.module}:from_environment()"]
        return [sys.executable, "-m", self.module]


PROGRAMS = (
    Program("mail", Kind.OTHER, "services.sandbox.mail_sink", "mail"),
    Program("identity", Kind.WEB, "services.identity.app", "identity"),
    Program("registration", Kind.WEB, "services.registration.app", "registration"),
    Program("filing", Kind.WEB, "services.filing.app", "filing"),
    Program("statistics", Kind.WEB, "services.statistics.app", "statistics"),
    Program("exchange", Kind.WEB, "services.exchange.app", "exchange"),
    Program("notification", Kind.WEB, "services.notification.app", "notification"),
    Program("portal", Kind.WEB, "services.portal.app", "portal"),
    Program("identity-worker", Kind.WORKER, "services.identity.worker", "identity"),
    Program("registration-worker", Kind.WORKER, "services.registration.worker", "registration"),
    Program("filing-worker", Kind.WORKER, "services.filing.worker", "filing"),
    Program("statistics-worker", Kind.WORKER, "services.statistics.worker", "statistics"),
    Program("exchange-worker", Kind.WORKER, "services.exchange.worker", "exchange"),
    Program("notification-worker", Kind.WORKER, "services.notification.worker", "notification"),
    Program("directory", Kind.OTHER, "services.sandbox.peer", "directory"),
    Program("nbs", Kind.OTHER, "services.sandbox.receiver", "nbs"),
    Program("sharing", Kind.OTHER, "services.sandbox.receiver", "sharing"),
)

PREPARED = ("identity", "registration", "filing", "statistics", "exchange", "notification", "portal")
"""Services with a `cli prepare`, in the order in which they are prepared."""

CALLED = ("identity", "registration", "filing", "statistics", "exchange", "notification")
"""Services with an HTTP interface for others."""


@dataclass(frozen=True)
class SystemPorts:
    """Where each process listens, all on the loopback address; a worker's port answers with its metrics."""

    stack: StackPorts
    portal: int
    identity: int
    registration: int
    exchange: int
    notification: int
    filing: int
    statistics: int
    mail: int
    identity_worker: int
    registration_worker: int
    exchange_worker: int
    notification_worker: int
    filing_worker: int
    statistics_worker: int

    @classmethod
    def from_base(cls, base: int = PORTAL_BASE) -> SystemPorts:
        """Return the fixed ports: the portal on `base` itself, the others within 30 above."""
        web, workers = range(base, base + 7), range(base + 21, base + 27)
        return cls(StackPorts.from_base(base), *(*web, base + 15, *workers))

    @classmethod
    def free(cls) -> SystemPorts:
        """Return ports on which nothing listens now."""
        servers = len(fields(StackPorts))
        found = free_ports(servers + len(fields(cls)) - 1)
        return cls(StackPorts(*found[:servers]), *found[servers:])

    def of(self, program: str) -> int:
        """Return the port of a program of the table, 0 for one that does not listen."""
        return int(getattr(self, program.replace("-", "_"), 0))

    def named(self) -> list[tuple[str, int]]:
        """Return (program, port) for all but the embedded servers."""
        return list(zip((field.name for field in fields(self)[1:]), astuple(self)[1:], strict=True))


@dataclass(frozen=True)
class Surroundings:
    """What the settings of the programs are made of."""

    stack: Stack
    ports: SystemPorts
    keys: Keys

    def url(self, service: str) -> str:
        """Return where a service answers."""
        return f"http://{HOST}:{self.ports.of(service)}"

    def mongo(self, service: str) -> dict[str, str]:
        """Return the settings of the service's own database."""
        return {"TONGBAO_MONGO_URI": self.stack.mongod.uri, "TONGBAO_MONGO_DATABASE": service}

    def amqp(self, _: str) -> dict[str, str]:
        """Return the settings of the broker."""
        return {"TONGBAO_AMQP_URL": self.stack.rabbitmq.url()}

    def keyring(self, service: str) -> dict[str, str]:
        """Return the settings of the service's keys."""
        kek = {
            "TONGBAO_KEK_PROVIDER": "file",
            "TONGBAO_KEK_FILE": str(self.keys.kek(service)),
            "TONGBAO_SUITE": "AES-256-GCM",
        }
        return kek if service in WITH_KEK else {}

    def jose(self, service: str) -> dict[str, str]:
        """Return the settings of signing and encryption."""
        files = {
            "TONGBAO_JOSE_KEY_FILE": str(self.keys.jose(service)),
            "TONGBAO_JOSE_PEERS_FILE": str(self.keys.peers),
        }
        return files if service in WITH_JOSE else {}

    def signing(self, service: str) -> dict[str, str]:
        """Return the key and the certificate with which the service signs papers."""
        return {
            "TONGBAO_SIGNING_KEY_FILE": str(self.keys.signing(service)),
            "TONGBAO_SIGNING_CERTIFICATES_FILE": str(self.keys.signing_certificates(service)),
        }

    def tokens(self, _: str) -> dict[str, str]:
        """Return the settings by which tokens are checked."""
        issuer = self.url("identity")
        return {"TONGBAO_ISSUER": issuer, "TONGBAO_JWKS_URL": f"{issuer}/.well-known/jwks.json"}

    def objects(self, service: str) -> dict[str, str]:
        """Return the settings of the object store, with the service's own bucket."""
        stack = {name: value for name, value in self.stack.env().items() if name.startswith("TONGBAO_S3_")}
        return {**stack, "TONGBAO_S3_BUCKET": service, "TONGBAO_CLAMD": ""}

    def mails(self, _: str) -> dict[str, str]:
        """Return the settings of mail."""
        return {
            "TONGBAO_SMTP_HOST": HOST,
            "TONGBAO_SMTP_PORT": str(self.ports.mail),
            "TONGBAO_MAIL_FROM": "tongbao@example.cn",
        }

    def pages(self, _: str) -> dict[str, str]:
        """Return where people find the pages."""
        return {"TONGBAO_PORTAL_URL": self.url("portal")}

    def digests(self, _: str) -> dict[str, str]:
        """Return when daily digests leave, and when a broken-off hand-over of a mail is given up."""
        return {"TONGBAO_DIGEST_HOUR": "8", "TONGBAO_HANDING_MINUTES": "2"}

    def contacts(self, _: str) -> dict[str, str]:
        """Return where a service asks whom to tell, and where it gets its own tokens."""
        identity = self.url("identity")
        return {"TONGBAO_IDENTITY_URL": identity, "TONGBAO_TOKEN_URL": f"{identity}/oauth/token"}

    def proxied(self, _: str) -> dict[str, str]:
        """Return how many callers in front are believed about the browser's address: the portal."""
        return {"TONGBAO_TRUSTED_PROXIES": "1"}

    def provider(self, _: str) -> dict[str, str]:
        """Return how people sign in here: over plain HTTP, and with a second factor only where they like."""
        return {
            "TONGBAO_CLIENTS_FILE": str(self.keys.clients),
            "TONGBAO_SECOND_FACTOR": "optional",
            "TONGBAO_SECURE_COOKIES": "false",
        }

    def demo(self, _: str) -> dict[str, str]:
        """Return what allows demo accounts and made-up exchange rates, and marks releases as samples."""
        return {"TONGBAO_DEMO": "true"}

    def services(self, _: str) -> dict[str, str]:
        """Return what the portal is told: where the services are, and that its pages come over plain HTTP here."""
        addresses = {f"TONGBAO_{name.upper()}_URL": self.url(name) for name in CALLED}
        own = {"TONGBAO_PORTAL_URL": self.url("portal"), "TONGBAO_ISSUER": self.url("identity")}
        return {**addresses, **own, "TONGBAO_SECURE_COOKIES": "false"}

    def border(self, service: str) -> dict[str, str]:
        """Return what the unit directory is told: its own account at the broker, its keys, and a folder of its own."""
        return {
            "TONGBAO_PEER_AMQP_URL": self.stack.rabbitmq.peer_url(),
            "TONGBAO_PEER_JOSE_KEY_FILE": str(self.keys.jose(service)),
            "TONGBAO_PEER_JOSE_PEERS_FILE": str(self.keys.peers),
            "TONGBAO_PEER_DIR": str(self.stack.root / "directory"),
        }

    def drop(self, _: str) -> dict[str, str]:
        """Return where files are exchanged with partners."""
        return {"TONGBAO_DROP_DIR": str(self.stack.root / "drop")}

    def receiver(self, service: str) -> dict[str, str]:
        """Return what a receiver of statistics is told: its name, its keys, the shared folder, and a folder of its own."""
        return {
            "TONGBAO_RECEIVER_NAME": service,
            "TONGBAO_RECEIVER_DIR": str(self.stack.root / service),
            "TONGBAO_RECEIVER_DROP_DIR": str(self.stack.root / "drop"),
            "TONGBAO_RECEIVER_JOSE_KEY_FILE": str(self.keys.jose(service)),
            "TONGBAO_RECEIVER_JOSE_PEERS_FILE": str(self.keys.peers),
        }

    def sink(self, _: str) -> dict[str, str]:
        """Return what the mail sink is told."""
        return {"TONGBAO_SMTP_PORT": str(self.ports.mail), "TONGBAO_MAIL_FOLDER": str(self.stack.root / "mail")}


Part = Callable[[Surroundings, str], Mapping[str, str]]
S = Surroundings

SETTINGS: Mapping[str, tuple[Part, ...]] = {
    "identity": (S.mongo, S.amqp, S.keyring, S.jose, S.tokens, S.pages, S.proxied, S.provider, S.demo),
    "registration": (S.mongo, S.amqp, S.keyring, S.jose, S.signing, S.tokens, S.objects),
    "filing": (S.mongo, S.amqp, S.keyring, S.jose, S.signing, S.tokens, S.objects, S.proxied, S.demo),
    "statistics": (S.mongo, S.amqp, S.keyring, S.jose, S.tokens, S.proxied, S.demo),
    "exchange": (S.mongo, S.amqp, S.keyring, S.jose, S.tokens, S.drop),
    "notification": (S.mongo, S.amqp, S.keyring, S.jose, S.tokens, S.mails, S.pages, S.digests, S.contacts),
    "portal": (S.mongo, S.keyring, S.jose, S.services),
    "directory": (S.border,),
    "nbs": (S.receiver,),
    "sharing": (S.receiver,),
    "mail": (S.sink,),
}
"""Which settings each service gets."""


def settings_of(surroundings: Surroundings, service: str) -> dict[str, str]:
    """Return the environment of a service's processes."""
    merged = {"PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"}
    for part in SETTINGS[service]:
        merged |= part(surroundings, service)
    return merged
