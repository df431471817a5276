"""The control totals of what a message carries: those that its package states, so that both sides can reckon them."""

from __future__ import annotations

import base64
import binascii
import io
from typing import cast
from zipfile import BadZipFile, ZipFile

import structlog

from services.exchange.packaging.package import MANIFEST, PackageFaulty, manifest_of
from services.exchange.ports.deps import Deps
from services.exchange.reconciling.lines import Line, Total
from shared.contracts.border import load_content
from shared.contracts.deliveries import STATISTICS, Statistics
from shared.crypto.errors import CryptoError
from shared.errors import NotFound
from shared.messaging.errors import ContractBroken

log = structlog.get_logger()


def totals_of_message(deps: Deps, line: Line) -> tuple[Total, ...]:
    """Return the control totals of a message that carries statistics; none for others, and where it is gone."""
    if line.type != STATISTICS.type:
        return ()
    try:
        message = deps.messages.get(line.message_id)
        found = load_content(Statistics(), deps.messages.secret_of(message).content)
        data = base64.b64decode(cast(str, found["package"]), validate=True)
        with ZipFile(io.BytesIO(data)) as archive:
            manifest = manifest_of(archive.read(MANIFEST))
    except (NotFound, CryptoError, ContractBroken, BadZipFile, PackageFaulty, binascii.Error, KeyError) as error:
        log.error("control_totals_unreadable", message_id=line.message_id, error=type(error).__name__)
        return ()
    return tuple(
        Total(each.table, each.measure, each.cells, each.total, dict(each.by_region), dict(each.by_class))
        for each in manifest.totals
    )
