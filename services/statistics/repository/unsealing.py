"""Opening what filing sealed for this service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from joserfc.jwk import KeySetSerialization
from marshmallow import EXCLUDE, Schema, ValidationError

from services.statistics.operations.facts import Told
from shared.contracts.filing import ControlTotals, Facts
from shared.crypto.jose import open_sealed
from shared.crypto.payload import load_payload
from shared.messaging.envelope import Message
from shared.messaging.errors import ContractBroken

_FACTS, _TOTALS = Facts(), ControlTotals()


@dataclass(frozen=True)
class Unsealing:
    """Opens with the service's own private keys; `handlers.Opens`."""

    private: KeySetSerialization = field(repr=False)

    def facts(self, message: Message) -> Told:
        """Return what a filing counts with. Raises `ContractBroken`, errors of `shared.crypto`."""
        said = self._loaded(message, _FACTS)
        return Told(
            filing_id=message.data["filing_id"],
            unit_id=message.data["unit_id"],
            version=message.data["version"],
            form=message.data["form"],
            period=message.data["period"],
            path=said["path"],
            layers=said["layers"],
        )

    def controls(self, message: Message) -> Mapping[tuple[str, str], Decimal] | None:
        """Return the sums that a closing came with, None where it came with none. Raises as `facts`."""
        if not message.data.get("sealed"):
            return None
        said = self._loaded(message, _TOTALS)
        return {(each["form"], each["measure"]): each["total"] for each in said["totals"]}

    def _loaded(self, message: Message, schema: Schema) -> Mapping[str, Any]:  # Any: what the schema loads
        content = load_payload(open_sealed(self.private, message.data["sealed"], typ=message.type))
        if not isinstance(content, dict):
            raise ContractBroken("data/sealed")
        try:
            loaded: Mapping[str, Any] = schema.load(content, unknown=EXCLUDE)
        except ValidationError:
            raise ContractBroken("data/sealed") from None  # not chained: the error carries the content
        return loaded
