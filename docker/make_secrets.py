"""Makes the passwords and keys of the compose file under a folder: `python docker/make_secrets.py var/compose`.

One folder per container; what is there already stays as it is, so running it again changes nothing. The folder itself
is closed to others (0700); the files in it are readable, since the containers run as users of their own.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from shared.crypto.jose import public_part  # after the path is set: this file is run by its name
from shared.crypto.jose_file import create_jose_file
from shared.crypto.kek_file import create_kek_file
from shared.crypto.signing_file import create_signing_files
from shared.messaging.topology import Permissions, peer_permissions

WITH_DATABASE = ("identity", "registration", "filing", "statistics", "exchange", "notification", "portal")
WITH_QUEUES = ("identity", "registration", "filing", "statistics", "exchange", "notification")
WITH_JOSE = (*WITH_DATABASE, "directory")
PORTAL_URL = "http://127.0.0.1:8600"
PEER = "directory"
SIGNING = ("registration", "filing")
VIRTUAL_HOST = "tongbao"
WITH_BUCKET = ("registration", "filing")
"""Services that keep files, each in a bucket of its own name."""

# Every service may declare the whole topology; it is one table.
SERVICE_RIGHTS = Permissions(
    configure=r"^(tongbao|identity|registration|filing|statistics|exchange|notification|directory)\.",
    write=r"^(amq\.default$|(tongbao|identity|registration|filing|statistics|exchange|notification|directory)\.)",
    read=r"^(tongbao|identity|registration|filing|statistics|exchange|notification|directory)\.",
)


def main(arguments: list[str]) -> int:
    """Fill the folder that is named; return the exit status."""
    if len(arguments) != 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    root = Path(arguments[0])
    root.mkdir(parents=True, exist_ok=True)
    root.chmod(0o700)
    _databases(root)
    _broker(root)
    _object_store(root)
    _keys(root)
    for path in root.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return 0


def _kept(path: Path, fresh: str) -> str:
    """Return what the file holds; write `fresh` first where there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(fresh, "utf-8")
    return path.read_text("utf-8")


def _password(root: Path, purpose: str) -> str:
    return _kept(root / "passwords" / purpose, secrets.token_urlsafe(32))


def _databases(root: Path) -> None:
    _kept(root / "mongo" / "root-password", secrets.token_urlsafe(32))
    _kept(root / "mongo" / "keyfile", base64.b64encode(secrets.token_bytes(512)).decode())
    users = [{"name": name, "password": _password(root, f"mongo-{name}")} for name in WITH_DATABASE]
    _kept(root / "mongo" / "users.json", json.dumps(users))
    for user in users:
        name = user["name"]
        address = f"mongodb://{name}:{user['password']}@mongo:27017/{name}?replicaSet=tongbao&authSource={name}"
        _kept(root / name / "mongo-uri", address)


def _broker(root: Path) -> None:
    rights = dict.fromkeys(WITH_QUEUES, SERVICE_RIGHTS) | {PEER: peer_permissions()}
    users = [
        {"name": name, "password_hash": _broker_hash(_password(root, f"amqp-{name}")), "tags": []} for name in rights
    ]
    definitions = {
        "vhosts": [{"name": VIRTUAL_HOST}],
        "users": [{**user, "hashing_algorithm": "rabbit_password_hashing_sha256"} for user in users],
        "permissions": [{"user": name, "vhost": VIRTUAL_HOST, **right._asdict()} for name, right in rights.items()],
    }
    _kept(root / "rabbitmq" / "definitions.json", json.dumps(definitions, indent=1))
    for name in rights:
        password = _password(root, f"amqp-{name}")
        _kept(root / name / "amqp-url", f"amqp://{name}:{password}@rabbitmq:5672/{VIRTUAL_HOST}")


def _broker_hash(password: str) -> str:
    """Return the hash that RabbitMQ keeps: base64 of salt and SHA-256 over salt and password."""
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _object_store(root: Path) -> None:
    identities = []
    for name in WITH_BUCKET:
        access = _kept(root / name / "s3-access-key", secrets.token_hex(10))
        secret = _kept(root / name / "s3-secret-key", secrets.token_urlsafe(32))
        actions = [f"{verb}:{name}" for verb in ("Admin", "Read", "Write", "List", "Tagging")]
        credentials = [{"accessKey": access, "secretKey": secret}]
        identities.append({"name": name, "credentials": credentials, "actions": actions})
    _kept(root / "s3" / "s3.json", json.dumps({"identities": identities}, indent=1))


def _keys(root: Path) -> None:
    for name in WITH_DATABASE:
        if not (root / name / "kek.json").exists():
            create_kek_file(root / name / "kek.json")
    for name in WITH_JOSE:
        if not (root / name / "jose.json").exists():
            create_jose_file(root / name / "jose.json", name)
    for name in SIGNING:
        if not (root / name / "signing-key.pem").exists():
            files = (root / name / "signing-key.pem", root / name / "signing-certificates.pem")
            create_signing_files(*files, "统报试用环境", datetime.now(UTC))
    public = {name: public_part(json.loads((root / name / "jose.json").read_bytes())) for name in WITH_JOSE}
    for name in WITH_JOSE:
        _kept(root / name / "jose-peers.json", json.dumps(public, indent=1))
    callback, after = f"{PORTAL_URL}/sign-in/callback", f"{PORTAL_URL}/sign-in?done=signed_out"
    portal = {"redirect_uris": [callback], "sign_out_uris": [after], "keys": public["portal"]}
    notification = {"role": "service", "keys": public["notification"]}
    clients = [
        {"id": "portal", "name": "统报门户", **portal},
        {"id": "notification", "name": "通知服务", **notification},
    ]
    _kept(root / "identity" / "clients.json", json.dumps(clients, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
