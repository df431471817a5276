"""Telling statistics what a filing counts with: all of it with every change, so that the last word is the whole state."""

from __future__ import annotations

from collections.abc import Collection

import structlog

from services.filing.model.filings import Filing, Version
from services.filing.operations.events import READER_STATISTICS, TYPE
from services.filing.operations.fact_lines import Line, Said, lines_of
from services.filing.operations.instruments import Instrument, instrument_for
from services.filing.operations.listing import rows_of
from services.filing.operations.versions import version_of
from services.filing.policy import SYSTEM
from services.filing.ports.deps import Deps
from shared.calls import Call
from shared.contracts.filing import Layer
from shared.crypto.errors import CryptoError
from shared.errors import NotFound, StaleVersion
from shared.messaging.events import Outgoing

FACTS_CHANGED = TYPE.format("facts_changed")

_ATTEMPTS = 5

log = structlog.get_logger()


def tell_all_facts(deps: Deps, correlation_id: str, periods: Collection[str] = ()) -> int:
    """Tell statistics once more what every filing, or every one of some periods, counts with now; return how many.

    Actor: the service. Events: facts changed. The filings do not change. One that can't be read, or that others keep
    changing, does not hold up the rest and is named in the log.
    """
    call = Call(SYSTEM, correlation_id)
    return sum(_tell_again(deps, call, filing_id) for filing_id in deps.filings.ids_of_submitted(periods))


def _tell_again(deps: Deps, call: Call, filing_id: str) -> bool:
    for _ in range(_ATTEMPTS):
        try:
            filing = deps.filings.get(filing_id)
            facts = told_facts(deps, filing, instrument_for(deps, filing), filing.version)
            deps.filings.tell(filing, call, facts)
        except StaleVersion:
            continue
        except (NotFound, CryptoError) as error:
            log.error("facts_not_told", filing_id=filing_id, error=type(error).__name__)
            return False
        return True
    log.error("facts_not_told", filing_id=filing_id, error=StaleVersion.__name__)
    return False


def told_facts(deps: Deps, filing: Filing, instrument: Instrument, version: int) -> tuple[Outgoing, ...]:
    """Return what a filing counts with once it is stored as `version`.

    One without a version in force has no layers, one that no table counts has layers without lines: both are told, so
    that statistics know whether they have heard of everything that a period was closed with.
    """
    data = {
        "filing_id": filing.id,
        "unit_id": filing.unit_id,
        "division": filing.division,
        "form": filing.form,
        "edition": filing.edition,
        "period": filing.period,
        "revision": filing.revision,
        "version": version,
    }
    secret = {"path": list(filing.path), "layers": _layers(deps, filing, instrument)}
    return (Outgoing(FACTS_CHANGED, data, READER_STATISTICS, secret),)


def _layers(deps: Deps, filing: Filing, instrument: Instrument) -> dict[str, list[Line]]:
    """Return the lines of each layer: as first filed, as in force, as settled for good."""
    if not filing.in_force:
        return {}
    settled = [each.no for each in filing.versions if each.final_at is not None]
    wanted = {Layer.FILED: filing.versions[0].no, Layer.APPROVED: filing.in_force}
    if settled:
        wanted[Layer.FINAL] = max(settled)
    made: dict[int, list[Line]] = {}
    for no in set(wanted.values()):
        version = version_of(deps, filing, no)
        made[no] = list(lines_of(Said(filing, version, instrument, _rows(deps, filing, version))))
    return {layer.value: made[no] for layer, no in wanted.items()}


def _rows(deps: Deps, filing: Filing, version: Version) -> list[dict[str, object]]:
    rows = version.content.rows
    return [dict(each) for each in rows_of(deps, filing, rows)] if rows else []
