"""Settings of statistics, read once from `TONGBAO_*` variables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shared.settings import Secret


@dataclass(frozen=True)
class Settings:
    """Where the servers are and which keys are used.

    `cells_megabytes` is the memory that reckoning the cells of tables may take in one process; none of it goes to disk.
    `trusted_proxies` is how many callers in front may be believed about an address (`X-Forwarded-For`), by which those
    who read what is published are counted: the portal passes its readers on. `demo` says that the facts here are made up:
    every release says so.
    """

    mongo_uri: Secret
    amqp_url: Secret
    jose_key_file: Path
    jose_peers_file: Path
    kek_provider: str
    issuer: str = ""
    jwks_url: str = ""
    issuers_file: str = ""
    kek_file: str = ""
    kek_arn: str = ""
    suite: str = "AES-256-GCM"
    mongo_database: str = "statistics"
    cells_megabytes: int = 512
    trusted_proxies: int = 0
    metrics_port: int = 0
    demo: bool = False
