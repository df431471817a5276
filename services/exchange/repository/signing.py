"""Signing for readers outside, with the exchange's own key, and what others signed for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from joserfc.jwk import KeySetSerialization

from services.exchange.model.partners import Partner
from shared.contracts.border import EXCHANGE
from shared.crypto.errors import BadSignature, CannotDecrypt
from shared.crypto.jose import public_part, sign, signed_in


@dataclass(frozen=True)
class JoseSigner:
    """`ports.Signer` with JWS."""

    private: KeySetSerialization = field(repr=False)
    peers: Mapping[str, KeySetSerialization]

    def sign(self, payload: bytes, typ: str) -> str:
        """Return a compact JWS over the payload."""
        return sign(self.private, payload, typ=typ)

    def proof_in(self, token: str, typ: str) -> str:
        """Return what the sender signed inside of a sealed text for us; empty where there is no such thing."""
        try:
            return signed_in(self.private, token, typ)
        except (CannotDecrypt, BadSignature):
            return ""

    def public_keys(self, partner: Partner) -> Mapping[str, Mapping[str, object]]:
        """Return the public keys of the exchange and of a partner, by name; those of a partner where it has any."""
        keys: dict[str, Mapping[str, object]] = {EXCHANGE: public_part(self.private)}
        return keys | ({partner.value: self.peers[partner]} if partner in self.peers else {})
