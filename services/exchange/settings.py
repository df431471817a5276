"""Settings of the exchange, read once from `TONGBAO_*` variables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shared.settings import Secret


@dataclass(frozen=True)
class Settings:
    """Where the servers are and which keys are used.

    A message without receipt for `receipt_minutes` is sent again, `send_attempts` times in all. `drop_dir` is the
    folder that is shared with partners who exchange files; without it nothing is laid down for them. `file_partners` are
    those, by name, with commas between; the others are reached by the broker. What an announcement of the 名录库 waits for
    is asked for after `gap_minutes`.
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
    mongo_database: str = "exchange"
    receipt_minutes: float = 10.0
    send_attempts: int = 5
    drop_dir: str = ""
    file_partners: str = "nbs,sharing"
    gap_minutes: float = 10.0
    metrics_port: int = 0
