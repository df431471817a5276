"""What was typed into the grid of a month's end, as lines for the filing service, and which of them say something new."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from services.portal.model.month_end import (
    BANK,
    DATED,
    EXECUTED,
    SETTLED,
    TYPED,
    VOUCHER,
    ExecutionAnswer,
    MonthAnswer,
)
from services.portal.model.places import NOT_APPLICABLE

CARRIED = "carry_over_reason"
EXPLAIN = "explain:"
WITHOUT = "不适用"
"""What a text begins with that says why there is no bank or voucher: 不适用：现金结算."""

_LINE = re.compile(r"([A-Za-z0-9-]{1,64})/contract")
_WITHOUT = re.compile(rf"{WITHOUT}[：:]\s*(.+)", re.DOTALL)


@dataclass(frozen=True)
class TypedLine:
    """One row of the grid as it was typed: the texts of its cells by indicator, the reason of a carry-over apart."""

    key: str
    contract: str
    filing: str = ""
    version: int | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    explanations: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return not any(self.texts.values())

    def body(self) -> dict[str, object]:
        """Return the line as the filing service takes it."""
        dated = {name: text for name, text in (("date", self.texts[DATED]), (CARRIED, self.texts[CARRIED])) if text}
        said = {
            BANK: _said(self.texts[BANK]),
            VOUCHER: _said(self.texts[VOUCHER]),
            EXECUTED: self.texts[EXECUTED],
            SETTLED: self.texts[SETTLED],
        }
        body: dict[str, object] = {"key": self.key, "contract": self.contract}
        if self.filing:
            body |= {"filing": self.filing, "version": self.version}
        if dated:
            body[DATED] = dated
        body |= {code: value for code, value in said.items() if value}
        return body | ({"explanations": dict(self.explanations)} if self.explanations else {})


def typed_lines(posted: Mapping[str, str]) -> tuple[TypedLine, ...]:
    """Return the rows that were sent, in the order of the page."""
    keys = [found[1] for name in posted if (found := _LINE.fullmatch(name))]
    return tuple(_line(posted, key) for key in dict.fromkeys(keys))


def texts_of(execution: ExecutionAnswer) -> dict[str, str]:
    """Return what stands in the cells of an execution."""
    answers = execution["answers"]
    dated = answers.get(DATED)
    parts = dated if isinstance(dated, Mapping) else {}
    return {
        DATED: str(parts.get("date", "")),
        CARRIED: str(parts.get(CARRIED, "")),
        **{code: _shown(answers.get(code)) for code in TYPED if code != DATED},
    }


def new_lines(month: MonthAnswer, typed: tuple[TypedLine, ...]) -> tuple[TypedLine, ...]:
    """Return the rows that say something new: blank proposals and drafts as they stand need not be saved."""
    there = {each["id"]: each for contract in month["contracts"] for each in contract["executions"]}
    there |= {each["id"]: each for each in month["others"]}
    return tuple(each for each in typed if not _is_old(each, there.get(each.filing)))


def _is_old(line: TypedLine, execution: ExecutionAnswer | None) -> bool:
    if execution is None:
        return line.is_blank and not line.filing
    same_words = all(execution["explanations"].get(key, "") == text for key, text in line.explanations.items())
    return same_words and dict(line.texts) == texts_of(execution)


def _line(posted: Mapping[str, str], key: str) -> TypedLine:
    version = posted.get(f"{key}/version", "")
    prefix = f"{key}/{EXPLAIN}"
    return TypedLine(
        key=key,
        contract=posted.get(f"{key}/contract", ""),
        filing=posted.get(f"{key}/filing", ""),
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None,
        texts={
            code: posted.get(f"{key}/{code}", "").strip() for code in (DATED, CARRIED, BANK, VOUCHER, EXECUTED, SETTLED)
        },
        explanations={
            name.removeprefix(prefix): text.strip() for name, text in posted.items() if name.startswith(prefix)
        },
    )


def _said(text: str) -> object:
    found = _WITHOUT.fullmatch(text)
    return {NOT_APPLICABLE: found[1].strip()} if found else text


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return f"{WITHOUT}：{value.get(NOT_APPLICABLE, '')}"
    return "" if value is None else str(value)
