"""Admin commands of filing."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from services.filing.model.closings import scope_of
from services.filing.model.periods import NotAPeriod, period_of
from services.filing.operations.closings import verify_closing
from services.filing.operations.facts import tell_all_facts
from services.filing.operations.rates import Fate, import_rates
from services.filing.operations.settling import is_intact, run_closing_step
from services.filing.policy import SYSTEM
from services.filing.ports.deps import Deps
from services.filing.rates.table import LARGEST
from services.filing.settings import Settings
from services.filing.wiring import INDEXES, Wired, build
from shared.administration import Answer, CommandLine, Upkeep
from shared.calls import Call
from shared.errors import Malformed
from shared.ids import new_id
from shared.messaging.topology import FILING_EVENTS
from shared.observability import configure_logging
from shared.settings import read

PIECE = 64 * 1024
STEP_SECONDS = 0.5


def load_rates(deps: Deps, table: Path, *, is_trial: bool) -> Answer:
    """Return what became of a table of exchange rates, which is taken in as from the ministry's page."""
    if table.stat().st_size > LARGEST:
        return {"error": f"the table has more than {LARGEST} bytes"}
    try:
        found = import_rates(deps, Call(actor=SYSTEM), _pieces(table), is_trial=is_trial)
    except Malformed as error:
        return {"error": error.message}
    counted = {fate.value: found.count(fate) for fate in Fate}
    if not found.fault_count:
        return {"is_stored": found.is_stored, "counted": counted}
    faults = [{"line": each.line, "column": each.column, "code": each.code} for each in found.faults]
    return {"error": f"{found.fault_count} faults, nothing was stored", "faults": faults}


def fill_in(wired: Wired) -> int:
    """Fill in what was not kept when documents were stored, and return in how many that was."""
    stores = wired.stores
    return wired.filings.fill_in() + wired.units.fill_in() + stores.accounts.fill_in() + stores.likenesses.fill_in()


def verify_snapshot(deps: Deps, period: str) -> Answer:
    """Return whether the snapshot of a period that was closed is as it was frozen, and else what differs."""
    closing = deps.closings.find_any([period])
    if closing is None or not closing.is_complete:
        return {"error": "no snapshot of this period is frozen"}
    if not closing.is_at_work:
        verify_closing(deps, Call(actor=SYSTEM), closing.id)
    closing = deps.closings.get(closing.id)
    while closing.is_at_work:
        if not run_closing_step(deps):
            time.sleep(STEP_SECONDS)  # the worker has it in hand
        closing = deps.closings.get(closing.id)
    looked = closing.verification
    if looked is None or not is_intact(closing):
        named = [vars(each) for each in looked.named] if looked else []
        return {"error": f"{looked.differing if looked else 0} differences", "digest": closing.chain, "named": named}
    return {"rows": looked.rows, "digest": looked.digest}


def _pieces(table: Path) -> Iterator[bytes]:
    with table.open("rb") as stream:
        while piece := stream.read(PIECE):
            yield piece


def main(words: Sequence[str]) -> int:
    """Run the command that is named; return the exit status."""
    configure_logging("filing-cli", sys.stderr)  # the answer alone goes to standard output
    settings = read(Settings, os.environ)
    wired = build(settings)
    upkeep = Upkeep(
        database=wired.database,
        keyring=wired.keyring,
        amqp_url=settings.amqp_url,
        clock=wired.deps.clock,
        indexes=INDEXES,
        queues=(FILING_EVENTS,),
        prepare_more=wired.objects.prepare,
        fill_in=lambda: fill_in(wired),
    )

    def load(arguments: argparse.Namespace) -> Answer:
        """Take in a table of exchange rates (CSV), or only try it with --dry-run."""
        return load_rates(wired.deps, arguments.table, is_trial=arguments.dry_run)

    def recount(arguments: argparse.Namespace) -> Answer:
        """Forget the kept counts of completeness; each is counted anew when it is next looked at."""
        wired.deps.counts.forget()
        return {"forgotten": True}

    def look(arguments: argparse.Namespace) -> Answer:
        """Make the digest of a closed period's snapshot anew, and hold each row against its filing."""
        return verify_snapshot(wired.deps, arguments.period)

    def tell_facts(arguments: argparse.Namespace) -> Answer:
        """Tell statistics once more what every filing counts with, or those that a period is closed with."""
        try:
            periods = scope_of(period_of(arguments.period)) if arguments.period else ()
        except NotAPeriod:
            return {"error": "not a period, such as 2025 or 2025-11"}
        return {"told": tell_all_facts(wired.deps, new_id(), periods)}

    line = CommandLine("filing", upkeep)
    line.add("tell-facts", tell_facts).add_argument(
        "--period", default="", help="2025 or 2025-11, with all its filings"
    )
    line.add("verify-snapshot", look).add_argument("period", help="2025 or 2025-11")
    line.add("recount-completeness", recount)
    added = line.add("load-rates", load)
    added.add_argument("table", type=Path, help="CSV; the head is 币种,日期,标价方式,单位,汇率,来源")
    added.add_argument("--dry-run", action="store_true", help="store nothing")
    return line.run(words)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
