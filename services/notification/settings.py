"""Settings of notification, read once from `TONGBAO_*` variables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shared.settings import Secret


@dataclass(frozen=True)
class Settings:
    """Where the servers are and which keys are used.

    `token_url` is where the service gets its own tokens, `identity_url` where it asks whom to tell. `digest_hour` is
    the hour of the day in Asia/Shanghai at which daily digests leave; a mail that is being handed over for more than
    `handing_minutes` was broken off by a crash; `smtp_tls` asks for STARTTLS with a checked certificate.
    """

    mongo_uri: Secret
    amqp_url: Secret
    jose_key_file: Path
    identity_url: str
    token_url: str
    smtp_host: str
    smtp_port: int
    mail_from: str
    portal_url: str
    kek_provider: str
    issuer: str = ""
    jwks_url: str = ""
    issuers_file: str = ""
    kek_file: str = ""
    kek_arn: str = ""
    suite: str = "AES-256-GCM"
    mongo_database: str = "notification"
    smtp_tls: bool = False
    digest_hour: int = 8
    handing_minutes: float = 5.0
    metrics_port: int = 0
