"""Opening what filing sealed for this service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc.jwk import KeySetSerialization
from marshmallow import EXCLUDE, ValidationError

from services.statistics.operations.facts import Told
from shared.contracts.filing import Facts
from shared.crypto.jose import open_sealed
from shared.crypto.payload import load_payload
from shared.messaging.envelope import Message
from shared.messaging.errors import ContractBroken

_FACTS = Facts()


@dataclass(frozen=True)
class Unsealing:
    """Opens with the service's own private keys; `handlers.Opens`."""

    private: KeySetSerialization = field(repr=False)

    def facts(self, message: Message) -> Told:
        """Return what a filing counts with. Raises `ContractBroken`, errors of `shared.crypto`."""
        said = self._loaded(message)
        return Told(
            filing_id=message.data["filing_id"],
            unit_id=message.data["unit_id"],
            version=message.data["version"],
            form=message.data["form"],
            period=message.data["period"],
            path=said["path"],
            layers=said["layers"],
        )

    def _loaded(self, message: Message) -> Mapping[str, Any]:  # Any: what the schema loads
        content = load_payload(open_sealed(self.private, message.data["sealed"], typ=message.type))
        if not isinstance(content, dict):
            raise ContractBroken("data/sealed")
        try:
            loaded: Mapping[str, Any] = _FACTS.load(content, unknown=EXCLUDE)
        except ValidationError:
            raise ContractBroken("data/sealed") from None  # not chained: the error carries the content
        return loaded
