"""Configuration files of the broker's node, written before each start."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from pathlib import Path

from services.sandbox.stack.ports import HOST
from services.sandbox.stack.secrets import StackSecrets
from shared.messaging.topology import peer_permissions

USER = "tongbao"
PEER = "directory-peer"
VHOST = "tongbao"
DISK_FREE_LIMIT = 100_000_000
JOURNAL_LIMIT = 64 * 1024 * 1024
"""Bytes after which quorum queues begin a new journal; what is in the present one is also held in memory."""


def write_files(home: Path, port: int, passwords: StackSecrets) -> None:
    """Write what the node reads at its start, and the cookie by which it may be called."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in ("rabbitmq-env.conf", "rabbitmq.conf"):
        _write(home / name, "")  # in place of the package's own files
    _write(home / "enabled_plugins", "[].\n")
    _write(home / "definitions.json", json.dumps(_definitions(passwords), indent=1))
    _write(home / "advanced.config", _settings(home, port))
    cookie = home / ".erlang.cookie"
    cookie.unlink(missing_ok=True)
    _write(cookie, passwords.erlang_cookie)
    cookie.chmod(0o400)


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)


def _settings(home: Path, port: int) -> str:
    return f"""[
 {{rabbit, [
   {{tcp_listeners, [{{"{HOST}", {port}}}]}},
   {{load_definitions, "{home / "definitions.json"}"}},
   {{disk_free_limit, {DISK_FREE_LIMIT}}},
   {{loopback_users, []}}
 ]}},
 {{ra, [{{wal_max_size_bytes, {JOURNAL_LIMIT}}}]}}
].
"""


def _definitions(passwords: StackSecrets) -> dict[str, list[dict[str, object]]]:
    peer = peer_permissions()
    return {
        "vhosts": [{"name": VHOST}],
        "users": [_user(USER, passwords.amqp_password), _user(PEER, passwords.peer_amqp_password)],
        "permissions": [
            {"user": USER, "vhost": VHOST, "configure": ".*", "write": ".*", "read": ".*"},
            {"user": PEER, "vhost": VHOST, "configure": peer.configure, "write": peer.write, "read": peer.read},
        ],
    }


def _user(name: str, password: str) -> dict[str, object]:
    salt = secrets.token_bytes(4)
    digest = hashlib.sha256(salt + password.encode()).digest()  # RabbitMQ's own form of a password hash
    return {
        "name": name,
        "password_hash": base64.b64encode(salt + digest).decode(),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": [],
    }
