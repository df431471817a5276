"""An S3 server on a folder: `rclone serve s3`. A bucket is a folder in it; conditional writes are not kept."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import httpx

from services.sandbox.stack.child import Child
from services.sandbox.stack.errors import ProgramMissing
from services.sandbox.stack.ports import HOST
from services.sandbox.stack.secrets import StackSecrets

NAME = "s3"
READY_SECONDS = 30.0


class S3:
    """One S3 server on the loopback address, its objects under `root`."""

    name = NAME

    def __init__(self, root: Path, port: int, secrets: StackSecrets) -> None:
        self._root = root
        self._port = port
        self._secrets = secrets
        self.child: Child | None = None

    @property
    def endpoint(self) -> str:
        """The address for clients."""
        return f"http://{HOST}:{self._port}"

    @property
    def data(self) -> Path:
        """The folder with one folder per bucket."""
        return self._root / "s3" / "buckets"

    def start(self) -> list[Child]:
        """Start the process without waiting for it. Raises `ProgramMissing`."""
        program = Path(sysconfig.get_path("scripts")) / "rclone"
        if not program.exists():
            raise ProgramMissing("rclone is not installed; run `make setup`")
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        environment = {
            # Quoted, since the variable is a list separated by commas, of pairs separated by a comma.
            "RCLONE_AUTH_KEY": f'"{self._secrets.s3_access_key},{self._secrets.s3_secret_key}"',
            "RCLONE_CONFIG": str(self._root / "s3" / "rclone.conf"),
            "RCLONE_CACHE_DIR": str(self._root / "s3" / "cache"),
        }
        argv = [str(program), "serve", "s3", "--addr", f"{HOST}:{self._port}", "--log-level", "NOTICE", str(self.data)]
        self.child = Child(NAME, argv, root=self._root, environment=environment)
        self.child.start()
        return [self.child]

    def wait_ready(self, child: Child) -> None:
        """Wait until it answers."""
        child.wait_until(self._answers, READY_SECONDS)

    def _answers(self) -> bool:
        try:
            httpx.get(self.endpoint, timeout=2, trust_env=False)
        except httpx.TransportError:
            return False
        return True
