"""Settings of the stand-in, read once from `TONGBAO_PEER_*` variables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shared.settings import Secret


@dataclass(frozen=True)
class Place:
    """The folder of the store and of the switches; all that `report` and the switches need."""

    peer_dir: Path


@dataclass(frozen=True)
class Settings(Place):
    """The broker as the peer's own user, its private keys, and the public keys of those it talks with."""

    peer_amqp_url: Secret
    peer_jose_key_file: Path
    peer_jose_peers_file: Path
