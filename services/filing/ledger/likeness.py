"""By which marks two filings are likely to report the same contract or execution (L8).

A mark is a text that both filings give when they are alike: two filings are alike by a mark that they share, if its
`owner` differs. So likeness is symmetric and does not depend on which came first. Marks are confidential; they leave the
service as keyed hashes alone (`ports.duplicates`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from services.filing.ledger.keys import SEPARATOR
from services.filing.ledger.lines import Execution
from services.filing.ledger.names import same_name, same_number
from services.filing.ledger.terms import ZERO, Nature, Terms
from services.filing.model.filings import AnswerValues

TELLING = 6
"""A number with fewer letters and digits says nothing by itself: it counts together with what stands beside it."""

MOST_KIN = 20
"""So many names of related firms are compared, the largest investors first."""


class Reason(StrEnum):
    """Why two filings are taken for alike."""

    NUMBER = "contract_number"
    CLIENT = "client_amount_day"
    VOUCHER = "voucher"
    RELATED = "related_units"


@dataclass(frozen=True)
class Mark:
    """A mark of a filing; `owner` is what must differ between two that are alike by it."""

    reason: Reason
    text: str = field(repr=False)
    owner: str = field(repr=False)


def contract_marks(terms: Terms, unit_id: str, kin: Iterable[str]) -> frozenset[Mark]:
    """Return the marks of a contract of a unit whose own and related names, as compared, are `kin`.

    - the same number and part, in two units;
    - the same client, amount and currency, and day of signing, in two units or under two numbers of one unit;
    - in two related units the same number, whatever the part, or the same client, amount and currency.

    Two units are related where the name of one stands among the investors (119) of the other, or the same name stands
    among those of both. An amount of zero and an empty name say nothing; a short number counts with its client alone.
    """
    return frozenset(_contract_marks(terms, unit_id, kin))


def execution_marks(execution: Execution, unit_id: str) -> frozenset[Mark]:
    """Return the marks of an execution: the same bank voucher in two units; a short number with its day and amount."""
    number, bank = same_number(execution.voucher), same_name(execution.bank)
    if not number or not bank:
        return frozenset()
    beside = "" if len(number) >= TELLING else _joined(execution.dated_on.isoformat(), _plain(execution.executed))
    return frozenset({Mark(Reason.VOUCHER, _joined(bank, number, beside), unit_id)})


def kin_of(names: Iterable[str], basics: AnswerValues) -> tuple[str, ...]:
    """Return the unit's own names and those of its investors (119) by 企业1表, as they are compared, each once.

    The form asks for places of the head office and the branches (111, 116), not for their names.
    """
    own = (*names, basics.get("102"), basics.get("103"))
    found = [same_name(each) for each in (*own, *_investors(basics)) if isinstance(each, str)]
    return tuple(dict.fromkeys(each for each in found if each))[:MOST_KIN]


def _contract_marks(terms: Terms, unit_id: str, kin: Iterable[str]) -> Iterator[Mark]:
    number, client = same_number(terms.number), _client(terms)
    beside = "" if len(number) >= TELLING else client
    is_telling = bool(number) and (len(number) >= TELLING or bool(client))
    sum_ = _joined(client, _plain(terms.amount), terms.currency) if client and terms.amount != ZERO else ""
    if is_telling:
        yield Mark(Reason.NUMBER, _joined(number, same_number(terms.part), beside), unit_id)
    if sum_ and terms.signed_on is not None:
        yield Mark(Reason.CLIENT, _joined(sum_, terms.signed_on.isoformat()), _joined(unit_id, number))
    for name in kin:
        if is_telling:
            yield Mark(Reason.RELATED, _joined("number", name, number, beside), unit_id)
        if sum_:
            yield Mark(Reason.RELATED, _joined("sum", name, sum_), unit_id)


def _client(terms: Terms) -> str:
    """Return the one name that a client is compared by: a domestic one must give the Chinese, a foreign one the foreign."""
    names = (terms.client_chinese_name, terms.client_foreign_name)
    first, second = names if terms.nature == Nature.ONSHORE else reversed(names)
    return same_name(first) or same_name(second)


def _investors(basics: AnswerValues) -> list[object]:
    rows = basics.get("119")
    known = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list | tuple) else []
    return [row.get("name") for row in sorted(known, key=_share, reverse=True)]


def _share(row: Mapping[str, object]) -> Decimal:
    share = row.get("share")
    return Decimal(share) if isinstance(share, str) else ZERO


def _plain(amount: Decimal) -> str:
    return format(amount.normalize(), "f")


def _joined(*texts: str) -> str:
    return SEPARATOR.join(texts)
