"""Opening what owners sealed for this service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from joserfc.jwk import KeySetSerialization

from shared.crypto.jose import open_sealed
from shared.crypto.payload import load_payload
from shared.messaging.errors import ContractBroken


@dataclass(frozen=True)
class Unsealing:
    """Opens with the service's own private keys; `handlers.Opens`."""

    private: KeySetSerialization = field(repr=False)

    def values(self, token: str, type: str) -> Mapping[str, str]:
        """Return the named values of an event of this type.

        Raises `ContractBroken` for anything but texts by name, and other errors of `shared.crypto`.
        """
        values = load_payload(open_sealed(self.private, token, typ=type))
        if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
            raise ContractBroken("data/sealed")
        return values
