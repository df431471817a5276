"""What a contract says (企业2表), as the ledger keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from services.filing.ledger.keys import contract_key

ZERO = Decimal(0)
ONE_DAY = timedelta(days=1)
NO_END = "9999-12"
"""Stands for the last month of a contract that nothing ends yet."""


class ContractState(StrEnum):
    """How far a contract is, by the codes of the form: 履行中, 已完成, 已终止."""

    OPEN = "1"
    COMPLETED = "2"
    TERMINATED = "3"


class Nature(StrEnum):
    """合同性质 (208): 在岸, 离岸, 境外."""

    ONSHORE = "1"
    OFFSHORE = "2"
    ABROAD = "3"


@dataclass(frozen=True)
class Opening:
    """What was executed and settled before this system kept the contract, in 万美元, and up to which day (期初余额)."""

    executed: Decimal = field(default=ZERO, repr=False)
    settled: Decimal = field(default=ZERO, repr=False)
    as_of: date | None = None


@dataclass(frozen=True)
class Terms:
    """One version of a contract or of one of its parts.

    `amount` is in 万元 of `currency`, `usd` in 万美元, `months` the term (0 for none). `client_place` is the city or
    the country of the client. Texts are empty and amounts zero where the contract does not say.
    """

    number: str = field(repr=False)
    part: str = field(default="", repr=False)
    content: str = field(default="", repr=False)
    signed_on: date | None = None
    months: int = 0
    amount: Decimal = field(default=ZERO, repr=False)
    currency: str = ""
    usd: Decimal = field(default=ZERO, repr=False)
    deducted: Decimal = field(default=ZERO, repr=False)
    nature: str = ""
    business_class: str = ""
    client_chinese_name: str = field(default="", repr=False)
    client_foreign_name: str = field(default="", repr=False)
    client_place: str = ""
    state: ContractState = ContractState.OPEN
    ended_on: date | None = None
    opening: Opening = field(default_factory=Opening, repr=False)

    @property
    def client(self) -> str:
        """The client's name: the Chinese one, else the foreign one."""
        return self.client_chinese_name or self.client_foreign_name

    def open_months(self, filed_in: str) -> tuple[str, str]:
        """Return the first and the last month in which executions are expected on it; `filed_in` where it names no day.

        An opening balance holds what was executed up to its day. While nothing ends the contract there is no last month.
        """
        days = [day for day in (self.signed_on, self.opening.as_of and self.opening.as_of + ONE_DAY) if day]
        first = f"{max(days):%Y-%m}" if days else filed_in
        if self.state is ContractState.OPEN:
            return first, NO_END
        return first, f"{self.ended_on:%Y-%m}" if self.ended_on else filed_in

    @property
    def key(self) -> str:
        """What the contract, or this part of it, is looked up by."""
        return contract_key(self.number, self.part)
