"""Files of signing and encryption keys: a service's own private JWK set (mode 0600), the public sets of its peers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import KeySetSerialization, OKPKey

from shared.crypto.errors import KeyFileUnsafe
from shared.crypto.jose import create_jose_keys
from shared.crypto.private_file import forbidden_bits, read_private, write_private


def create_jose_file(path: Path, name: str) -> None:
    """Write a new file with fresh keys of `name`. Raises `FileExistsError` rather than replace one."""
    write_private(path, json.dumps(create_jose_keys(name), indent=1).encode(), replace=False)


def read_jose_file(path: Path, *, group_may_read: bool = False) -> KeySetSerialization:
    """Return a private JWK set. Raises `KeyFileUnsafe` where it is missing, malformed, public, or open to others."""
    try:
        data, _ = read_private(path, forbidden_bits(group_may_read=group_may_read))
        keys = _checked(json.loads(data), is_private=True)
    except OSError:
        raise KeyFileUnsafe("the file of private keys can't be read") from None
    except (ValueError, KeyError, TypeError, AttributeError, JoseError):
        raise KeyFileUnsafe("the file of private keys is malformed") from None
    return keys


def read_jose_peers(path: Path) -> Mapping[str, KeySetSerialization]:
    """Return the public JWK sets of the peers by name. Raises `KeyFileUnsafe`, also where one holds a private key."""
    try:
        peers = json.loads(path.read_bytes())
        return {str(name): _checked(keys, is_private=False) for name, keys in peers.items()}
    except OSError:
        raise KeyFileUnsafe("the file of the peers' keys can't be read") from None
    except (ValueError, KeyError, TypeError, AttributeError, JoseError):
        raise KeyFileUnsafe("the file of the peers' keys is malformed") from None


def _checked(keys: KeySetSerialization, *, is_private: bool) -> KeySetSerialization:
    for key in keys["keys"]:
        if OKPKey.import_key(key).is_private is not is_private or not key["kid"] or not key["use"]:
            raise ValueError("a key of the wrong kind")
    return {"keys": keys["keys"]}
