"""Settings of a receiver, read once from `TONGBAO_RECEIVER_*` variables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Its name, the folder of its store and switches, the shared folder, its private keys, the public keys of others."""

    receiver_name: str
    receiver_dir: Path
    receiver_drop_dir: Path
    receiver_jose_key_file: Path
    receiver_jose_peers_file: Path
