"""Choosing the class of a contract, and taking the choice into a filing of 企业2表."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from services.portal.model.classification import Answers, on_path
from services.portal.model.filing import FilingAnswer
from services.portal.operations import filings
from services.portal.ports import Deps

FORM = "enterprise-2"
CLASS, DEDUCTED = "/209", "/206/deducted"
LONGEST_TEXT = 1000

_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


class Refused(Enum):
    """Why a choice can't be taken."""

    NO_CLASS = "no_class"
    OPEN = "open"
    OUT = "out"
    FAMILY = "family"
    AMOUNT = "amount"


@dataclass(frozen=True)
class Choice:
    """A class, and what of the amount does not count, in 万元."""

    code: str
    deducted: Decimal


def described(filing: FilingAnswer) -> str:
    """Return what a filing says of its contract (203), to begin with."""
    content = filing["answers"].get("203")
    text = content.get("content", "") if isinstance(content, Mapping) else content
    return text[:LONGEST_TEXT] if isinstance(text, str) else ""


def choose(
    deps: Deps, scope: Answers, mixed: Answers, code: str, amounts: Mapping[str, str], edition: str
) -> Choice | Refused:
    """Return the choice that answers lead to, or why there is none yet."""
    paths = deps.classes.paths(edition)
    end = deps.classes.evaluate("scope", on_path(paths["scope"], scope), edition)
    if not end["outcome"]:
        return Refused.OPEN
    if end["outcome"] == "out":
        return Refused.OUT
    known = {each["code"]: each for each in deps.classes.list(edition)}
    if code not in known:
        return Refused.NO_CLASS
    kept = on_path(paths["mixed"], mixed)
    result = deps.classes.evaluate("mixed", kept, edition)["result"] if kept else None
    if result is not None:
        if not result["is_filed"]:
            return Refused.OUT
        if result["families"] and known[code]["main"]["code"] not in result["families"]:
            return Refused.FAMILY
    texts = [amounts.get(each["code"], "") for each in end["deductions"]]
    if not all(_AMOUNT.fullmatch(text) for text in texts):
        return Refused.AMOUNT
    return Choice(code, sum(map(Decimal, texts), Decimal(0)))


def adopt(deps: Deps, token: str, filing: FilingAnswer, choice: Choice) -> FilingAnswer:
    """Put the class, and what was deducted, into the filing. Raises `Invalid`, `Conflict`, `StaleVersion`."""
    form = deps.survey.form(filing["edition"], filing["form"])
    values = {CLASS: choice.code, DEDUCTED: f"{choice.deducted:f}" if choice.deducted else None}
    return filings.put_values(deps, token, filing, form, values)
