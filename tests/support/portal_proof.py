"""The journal and the statements as the portal sees them: the exchange's own operations over memory, without HTTP between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import cast

from services.exchange.model.partners import Partner, RouteName
from services.exchange.model.statements import Statement
from services.exchange.operations import proving, statements
from services.exchange.operations.anchoring import anchor_day
from services.exchange.policy import PARTNERS
from services.exchange.ports.journal import Arrival, Search
from services.exchange.reconciling.lines import Standing
from services.exchange.schemas import journal as journal_wire
from services.exchange.schemas import statements as wire
from services.portal.model.answers import Streamed
from services.portal.model.proof import (
    AnchorAnswer,
    ChainsAnswer,
    CheckAnswer,
    DifferenceAnswer,
    EntriesAnswer,
    LinesAnswer,
    StatementAnswer,
    StatementRow,
)
from shared.calls import Call
from shared.contracts.border import dump_content
from shared.errors import Invalid, Problem
from tests.support.exchange_desk import DESK, DeskDeps, make_deps
from tests.support.exchange_journal import make_crossing, receipt_for

DAY = date(2026, 3, 2)


class FakeProof:
    """The desk's person does everything; `deps` are those of the exchange, after a day on which one message was lost."""

    def __init__(self) -> None:
        self.deps: DeskDeps = make_deps()
        self.exported: list[tuple[str, str, str]] = []

    def live_a_day(self) -> Statement:
        """Send three messages of which the directory lost the second, and have it answer the statement."""
        noon = self.deps.clock.now()
        for number in (1, 2, 3):
            self.deps.journal.note(Arrival(make_crossing(number)), noon)
            if number != 2:
                self.deps.journal.note(Arrival(receipt_for(make_crossing(number))[0]), noon)
        self.deps.journal.link(noon, 100)
        self.deps.clock.advance(timedelta(hours=15))
        anchor_day(self.deps, DAY)
        asked = statements.ask_partner(self.deps, statements.freeze_day(self.deps, Partner.DIRECTORY, DAY).id)
        lines = [
            {
                "message_id": make_crossing(number).message_id,
                "digest": make_crossing(number).content,
                "outcome": "accepted",
                "received_at": noon.isoformat(),
            }
            for number in (1, 3)
        ]
        answer = {
            "kind": "STATEMENT_ANSWERED",
            "message_id": "5" * 32,
            "statement": asked.message_id,
            "day": DAY.isoformat(),
            "digest": asked.digest,
            "agrees": False,
            "received": 2,
            "received_digest": "0" * 64,
            "accepted": 2,
            "refused": 0,
            "lines": lines,
            "signed_at": self.deps.clock.now().isoformat(),
        }
        self.deps.border.receipts["answer"] = dump_content(answer)
        return statements.take_statement(self.deps, Call(PARTNERS[Partner.DIRECTORY]), Partner.DIRECTORY, "answer")

    def tamper(self, number: int) -> None:
        """Change an entry of the directory's chain behind everybody's back."""
        lines = self.deps.journal.lines[Partner.DIRECTORY]
        entry, noted = lines[number - 1]
        lines[number - 1] = (replace(entry, size=1), noted)

    def chains(self, token: str) -> ChainsAnswer:
        return cast(ChainsAnswer, journal_wire.chains_body(proving.overview(self.deps)))

    def entries(self, token: str, wanted: Mapping[str, str], cursor: str = "") -> EntriesAnswer:
        search = Search(
            partner=Partner(wanted["partner"]),
            since=_day(wanted["since"]) if "since" in wanted else None,
            until=_day(wanted["until"]) if "until" in wanted else None,
            route=RouteName(wanted["route"]) if "route" in wanted else None,
            message_id=wanted.get("message_id", ""),
        )
        return cast(EntriesAnswer, journal_wire.entries_body(proving.list_entries(self.deps, search, cursor, 50)))

    def anchors(self, token: str, since: str, until: str) -> list[AnchorAnswer]:
        found = proving.list_anchors(self.deps, _day(since), _day(until))
        return [cast(AnchorAnswer, journal_wire.anchor_body(each)) for each in found]

    def check(self, token: str, partner: str, since: str, until: str) -> CheckAnswer:
        checked = proving.check_days(self.deps, Partner(partner), _day(since), _day(until))
        return cast(CheckAnswer, journal_wire.check_body(checked))

    def container(self, token: str, partner: str, since: str, until: str) -> Streamed:
        pieces = proving.export_container(self.deps, Call(DESK), Partner(partner), _day(since), _day(until))
        self.exported.append((partner, since, until))
        return Streamed({"Content-Type": "application/octet-stream"}, iter(list(pieces)))

    def statements(self, token: str, partner: str, cursor: str = "") -> tuple[list[StatementRow], str]:
        of = Partner(partner) if partner else None
        found, following = statements.list_newest(self.deps, of, cursor, 50)
        return [cast(StatementRow, wire.row_body(each)) for each in found], following

    def statement(self, token: str, statement_id: str) -> StatementAnswer:
        return cast(StatementAnswer, wire.statement_body(statements.read(self.deps, Call(DESK), statement_id)))

    def lines(self, token: str, statement_id: str, standing: str, cursor: str = "") -> LinesAnswer:
        of = Standing(standing) if standing else None
        found, following = statements.list_lines(self.deps, statement_id, of, cursor, 50)
        rows = [wire.line_body(each, self.deps.clock.now()) for each in found]
        return cast(LinesAnswer, {"items": rows, "next_cursor": following})

    def differences(self, token: str, statement_id: str) -> list[DifferenceAnswer]:
        found = statements.list_differences(self.deps, statement_id)
        return [cast(DifferenceAnswer, wire.difference_body(each)) for each in found]

    def workbook(self, token: str, statement_id: str) -> Streamed:
        statements.export(self.deps, Call(DESK), statement_id)
        return Streamed({"Content-Type": "application/octet-stream"}, iter([b"PK"]))

    def sign(self, token: str, statement_id: str, version: int, name: str, remark: str) -> StatementAnswer:
        signed = statements.sign(self.deps, Call(DESK, version=version), statement_id, name, remark)
        return cast(StatementAnswer, wire.statement_body(statements.view_of(Call(DESK), signed)))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid([Problem("/since", "not_a_date", "不是日期。")]) from None
