"""Opening and sealing what comes and goes, with the exchange's own keys and those of its peers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from joserfc.jwk import KeySetSerialization

from services.exchange.errors import Unreadable
from services.exchange.model.partners import Partner
from shared.contracts.border import EXCHANGE
from shared.contracts.filing import OWNER as FILING
from shared.contracts.notification import READER, Notice, seal_notice
from shared.crypto.errors import BadSignature, CannotDecrypt, PayloadUnsupported
from shared.crypto.jose import open_sealed, seal_for
from shared.crypto.payload import dump_payload, load_payload
from shared.errors import Unavailable


@dataclass(frozen=True)
class JoseBorder:
    """`ports.Border` with JWE and JWS."""

    private: KeySetSerialization = field(repr=False)
    peers: Mapping[str, KeySetSerialization]

    def open_record(self, token: str, type: str) -> Mapping[str, object]:
        """Return the unit's record that registration or filing sealed for us. Raises `Unreadable`."""
        try:
            record = load_payload(open_sealed(self.private, token, typ=type))
        except (CannotDecrypt, BadSignature) as error:
            raise Unreadable("cannot_decrypt") from error
        except PayloadUnsupported as error:
            raise Unreadable("record_unfit") from error
        if not isinstance(record, dict):
            raise Unreadable("record_unfit")
        return record

    def seal(self, content: bytes, type: str, partner: Partner) -> str:
        """Return the content signed by us, readable by the partner only. Raises `Unavailable` for one without keys."""
        if partner not in self.peers:
            raise Unavailable
        return seal_for(self.peers[partner], content, sign_with=self.private, typ=type)

    def seal_notice(self, notice: Notice) -> Mapping[str, object]:
        """Return the data of a notice, its values readable by the notification service only."""
        return seal_notice(EXCHANGE, notice, self.peers[READER])

    def seal_record(self, record: Mapping[str, object], type: str) -> Mapping[str, str]:
        """Return the record of a unit that files, readable by filing only, and who reads it."""
        return {"reader": FILING, "sealed": seal_for(self.peers[FILING], dump_payload(dict(record)), typ=type)}

    def open_receipt(self, token: str, type: str, partner: Partner) -> bytes:
        """Return the content of a receipt that the partner signed for us. Raises `Unreadable`."""
        try:
            return open_sealed(self.private, token, self.peers[partner], typ=type)
        except CannotDecrypt as error:
            raise Unreadable("cannot_decrypt") from error
        except BadSignature as error:
            raise Unreadable("bad_signature") from error
