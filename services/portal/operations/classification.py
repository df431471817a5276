"""Choosing the class of a contract, and taking the choice into a filing of 企业2表."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum

from services.portal.model.classification import Answers, on_path
from services.portal.model.filing import FilingAnswer
from services.portal.operations import filings
from services.portal.ports import Deps

FORM = "enterprise-2"
CLASS, DEDUCTED = "/209", "/206/deducted"
LONGEST_TEXT = 1000
HOME = "CNY"
"""The currency of deductions where the contract names none yet."""

_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


class Refused(Enum):
    """Why a choice can't be taken."""

    NO_CLASS = "no_class"
    OPEN = "open"
    OUT = "out"
    FAMILY = "family"
    AMOUNT = "amount"


@dataclass(frozen=True)
class Asked:
    """What a person said: the description, the answers to both paths, the chosen class, amounts by kind of deduction."""

    text: str
    scope: Answers
    mixed: Answers
    chosen: str
    amounts: Mapping[str, str]


@dataclass(frozen=True)
class Choice:
    """A class, what of the amount does not count by its kind, in 万元, and the answers that led there."""

    code: str
    deductions: Mapping[str, Decimal]
    asked: Asked

    @property
    def deducted(self) -> Decimal:
        """What does not count in all."""
        return sum(self.deductions.values(), Decimal(0))


def described(filing: FilingAnswer) -> str:
    """Return what a filing says of its contract (203), to begin with."""
    content = filing["answers"].get("203")
    text = content.get("content", "") if isinstance(content, Mapping) else content
    return text[:LONGEST_TEXT] if isinstance(text, str) else ""


def kept(filing: FilingAnswer) -> Asked | None:
    """Return what was said when the class of a filing was found before, None where nothing is kept."""
    record = filing.get("classification")
    if record is None:
        return None
    return Asked(
        text=record["query"],
        scope={each["question"]: each["values"] for each in record["scope"]},
        mixed={each["question"]: each["values"] for each in record["mixed"]},
        chosen=record["chosen"],
        amounts={each["kind"]: each["amount"] for each in record["deductions"]},
    )


def choose(deps: Deps, asked: Asked, edition: str) -> Choice | Refused:
    """Return the choice that answers lead to, or why there is none yet."""
    paths, code = deps.classes.paths(edition), asked.chosen
    scope, mixed = on_path(paths["scope"], asked.scope), on_path(paths["mixed"], asked.mixed)
    end = deps.classes.evaluate("scope", scope, edition)
    if not end["outcome"]:
        return Refused.OPEN
    if end["outcome"] == "out":
        return Refused.OUT
    known = {each["code"]: each for each in deps.classes.list(edition)}
    if code not in known:
        return Refused.NO_CLASS
    result = deps.classes.evaluate("mixed", mixed, edition)["result"] if mixed else None
    if result is not None:
        if not result["is_filed"]:
            return Refused.OUT
        if result["families"] and known[code]["main"]["code"] not in result["families"]:
            return Refused.FAMILY
    texts = {each["code"]: asked.amounts.get(each["code"], "") for each in end["deductions"]}
    if not all(_AMOUNT.fullmatch(text) for text in texts.values()):
        return Refused.AMOUNT
    amounts = {kind: Decimal(text) for kind, text in texts.items()}
    return Choice(code, amounts, replace(asked, scope=scope, mixed=mixed))


def adopt(deps: Deps, token: str, filing: FilingAnswer, choice: Choice) -> FilingAnswer:
    """Put the class, and what was deducted, into the filing, and keep with it how it was found.

    Raises `Invalid`, `Conflict`, `StaleVersion`.
    """
    form = deps.survey.form(filing["edition"], filing["form"])
    values = {CLASS: choice.code, DEDUCTED: f"{choice.deducted:f}" if choice.deducted else None}
    saved = filings.put_values(deps, token, filing, form, values)
    return deps.classes.keep(token, filing["id"], saved["version"], _record(saved, choice))


def _record(filing: FilingAnswer, choice: Choice) -> dict[str, object]:
    """Return the record as filing takes it: it counts outcome and candidates anew."""
    amount = filing["answers"].get("206")
    currency = amount.get("currency") if isinstance(amount, Mapping) else None
    return {
        "edition": filing["edition"],
        "query": choice.asked.text,
        "scope": _listed(choice.asked.scope),
        "deductions": [
            {"kind": kind, "amount": f"{each:f}", "currency": currency or HOME}
            for kind, each in choice.deductions.items()
        ],
        "chosen": choice.code,
        "mixed": _listed(choice.asked.mixed),
    }


def _listed(answers: Answers) -> list[dict[str, object]]:
    return [{"question": question, "values": [*values]} for question, values in answers.items()]
