"""From the answers of 企业2表 and 企业3表 to terms and executions; stored answers were read strictly before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from services.filing.ledger.keys import contract_key, voucher_key
from services.filing.ledger.lines import Execution
from services.filing.ledger.terms import ZERO, ContractState, Opening, Terms
from services.filing.model.filings import AnswerValues

CONTRACT_FORM = "enterprise-2"
EXECUTION_FORM = "enterprise-3"
LEDGER_FORMS = frozenset({CONTRACT_FORM, EXECUTION_FORM})


def terms_of(answers: AnswerValues) -> Terms:
    """Return the terms that a submitted 企业2表 states."""
    client, place = _parts(answers, "210"), _parts(answers, "211")
    amount, state = _parts(answers, "206"), _parts(answers, "contract_state")
    opening, months = _parts(answers, "opening"), answers.get("205")
    return Terms(
        number=_text(_parts(answers, "202").get("number")),
        part=_text(_parts(answers, "202").get("part")),
        content=_text(_parts(answers, "203").get("content")),
        signed_on=_day(answers.get("204")),
        months=months if isinstance(months, int) else 0,
        amount=_amount(amount.get("amount")) or ZERO,
        currency=_text(amount.get("currency")),
        usd=_amount(amount.get("usd")) or ZERO,
        deducted=_amount(amount.get("deducted")) or ZERO,
        nature=_text(_parts(answers, "208").get("nature")),
        business_class=_text(answers.get("209")),
        client_chinese_name=_text(client.get("chinese_name")),
        client_foreign_name=_text(client.get("foreign_name")),
        client_place=_text(place.get("country")) or _text(place.get("city")),
        state=ContractState(_text(state.get("state")) or ContractState.OPEN),
        ended_on=_day(state.get("ended_on")),
        opening=Opening(
            executed=_amount(opening.get("executed")) or ZERO,
            settled=_amount(opening.get("settled")) or ZERO,
            as_of=_day(opening.get("as_of")),
        ),
    )


def execution_of(answers: AnswerValues) -> Execution | None:
    """Return the execution that a submitted 企业3表 states, None for a nil report."""
    dated_on, executed = _day(_parts(answers, "305").get("date")), _amount(answers.get("308"))
    if dated_on is None or executed is None:
        return None
    contract = _parts(answers, "304")
    return Execution(
        number=_text(contract.get("number")),
        part=_text(contract.get("part")),
        dated_on=dated_on,
        executed=executed,
        settled=_amount(answers.get("309")),
        bank=_text(answers.get("306")),
        voucher=_text(answers.get("307")),
    )


@dataclass(frozen=True)
class Change:
    """What a version says of its change (合同变更): its kind, 1 corrected and 2 agreed anew; empty in the first one."""

    kind: str = ""
    effective_on: date | None = None
    reason: str = field(default="", repr=False)


def change_of(answers: AnswerValues) -> Change:
    """Return what a submitted 企业2表 says of its change."""
    change = _parts(answers, "change")
    return Change(_text(change.get("kind")), _day(change.get("effective_on")), _text(change.get("reason")))


@dataclass(frozen=True)
class Said:
    """What an execution that is still typed says of its contract; `key` is empty and `dated_on` None where nothing."""

    key: str = field(repr=False)
    dated_on: date | None


def contract_said(answers: AnswerValues) -> Said:
    """Return which contract a draft of 企业3表 names, and the day of the execution."""
    contract = _parts(answers, "304")
    key = contract_key(_text(contract.get("number")), _text(contract.get("part")))
    return Said(key, _day(_parts(answers, "305").get("date")))


def voucher_said(answers: AnswerValues) -> str:
    """Return the key of the voucher that a draft of 企业3表 names, empty where it names none."""
    return voucher_key(_text(answers.get("306")), _text(answers.get("307")))


def _parts(answers: AnswerValues, code: str) -> Mapping[str, object]:
    value = answers.get(code)
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _amount(value: object) -> Decimal | None:
    return Decimal(value) if isinstance(value, str) else None


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None
