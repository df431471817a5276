"""Settings of filing, read once from `TONGBAO_*` variables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shared.settings import Secret


@dataclass(frozen=True)
class Settings:
    """Where the servers are and which keys are used; `clamd` is host:port of the scanner, empty for none.
    `demo` lets made-up rates in, for machines that show the system.

    `trusted_proxies` is how many callers in front may be believed about an address (`X-Forwarded-For`), by which those
    without an account are limited: the portal, and what is before it.

    `signing_key_file` is the private key (PEM) with which receipts are signed, `signing_certificates_file` its public
    chain, the signing certificate first.
    """

    mongo_uri: Secret
    amqp_url: Secret
    s3_endpoint: str
    s3_access_key: Secret
    s3_secret_key: Secret
    s3_bucket: str
    jose_key_file: Path
    jose_peers_file: Path
    signing_key_file: Path
    signing_certificates_file: Path
    kek_provider: str
    issuer: str = ""
    jwks_url: str = ""
    issuers_file: str = ""
    kek_file: str = ""
    kek_arn: str = ""
    suite: str = "AES-256-GCM"
    mongo_database: str = "filing"
    clamd: str = ""
    demo: bool = False
    trusted_proxies: int = 0
    metrics_port: int = 0
