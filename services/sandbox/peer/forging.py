"""Keys that are not a partner's own under the partner's key ids: what a forger would sign with."""

from __future__ import annotations

from typing import cast

from joserfc.jwk import KeySetSerialization

from shared.crypto.jose import create_jose_keys


def forged_keys(name: str, own: KeySetSerialization) -> KeySetSerialization:
    """Return new private keys of `name` that claim the ids of its `own` ones."""
    ids = {key["use"]: key["kid"] for key in own["keys"]}
    strange = [{**key, "kid": ids[str(key["use"])]} for key in create_jose_keys(name)["keys"]]
    return cast(KeySetSerialization, {"keys": strange})
