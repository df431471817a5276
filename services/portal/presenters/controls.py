"""The fields of a form that is being filled in: one per cell, with its value, what is offered, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from services.portal.model.filing import FilingAnswer, SuggestionAnswer
from services.portal.model.filing_words import SEVERITIES
from services.portal.model.places import NOT_APPLICABLE, is_opened, pointer_to, value_at
from services.portal.model.survey import AnswerValues, FindingAnswer, IndicatorAnswer, PartAnswer
from services.portal.presenters.sheet_of_form import anchor_of, printed_code, text_of
from services.portal.presenters.typed_answers import CODED, LISTS
from shared.errors import Problem

MISSING = frozenset({"required", "rows_too_few"})
"""Findings that say only that something is not filled in yet."""

AMOUNT_MISSING = "e3-voucher-amount-missing"
"""The finding that the amount of a voucher has to be told in the register first."""

MOST_RADIOS = 8

_KINDS: Mapping[str, str] = {
    "whole": "number",
    "money": "number",
    "number": "number",
    "percent": "number",
    "date": "date",
    "year_month": "month",
    "yes_no": "radio",
    "choices": "boxes",
    "code": "coded",
    "named": "coded",
    "city": "coded",
    "country": "coded",
    "division": "coded",
    "cities": "lines",
    "countries": "lines",
    "names": "lines",
}
"""How the fields of a kind look; all others are lines of text."""

_LISTS_OF_KINDS: Mapping[str, str] = {
    "city": "cities",
    "cities": "cities",
    "country": "countries",
    "division": "divisions",
    "countries": "countries",
}
"""Code lists of kinds that name none."""

LONG_TEXTS = frozenset({("203", "content")})


@dataclass(frozen=True)
class WantedVoucher:
    """A voucher whose amount is to be told, and from where its filler comes: a filing, or the grid of a month."""

    bank: str
    number: str
    filing: str = ""
    period: str = ""


@dataclass(frozen=True)
class FoundView:
    """A finding beside its field; one that asks for an explanation has a box for it.

    It stands in full at the first of its places; at the others `see` is the id of that one, and `see_label` its name.
    `voucher` is what has to be told elsewhere before the finding goes away.
    """

    key: str
    anchor: str
    severity: str
    label: str
    text: str
    explanation: str
    has_box: bool
    see: str = ""
    see_label: str = ""
    voucher: WantedVoucher | None = None


@dataclass(frozen=True)
class Offer:
    """What could stand in a cell, and where it comes from."""

    text: str
    source: str


@dataclass(frozen=True)
class Control:
    """One cell. `look` names its macro; a locked one is only shown; `is_hidden` while it is not asked."""

    pointer: str
    anchor: str
    label: str
    look: str
    part: str
    text: str = ""
    chosen: tuple[str, ...] = ()
    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    unit: str = ""
    note: str = ""
    code_list: str = ""
    input_mode: str = ""
    is_required: bool = False
    is_printed: bool = True
    is_hidden: bool = False
    is_missing: bool = False
    may_not_apply: bool = False
    is_not_applicable: bool = False
    reason: str = ""
    is_none: bool = False
    offer: Offer | None = None
    found: tuple[FoundView, ...] = ()
    faults: tuple[str, ...] = ()
    form: str = ""
    """The id of the form that the field belongs to, where it stands outside of it."""

    said_at: str = ""
    """The id of what is said of the field, where that stands elsewhere."""

    @property
    def is_wrong(self) -> bool:
        """Whether something keeps the cell from being submitted."""
        return bool(self.faults) or any(each.severity == "error" for each in self.found)

    @property
    def described_by(self) -> str:
        """The ids of what explains the field."""
        said = self.said_at or f"{self.anchor}-m"
        return f"{self.anchor}-n {said}" if self.note else said


@dataclass(frozen=True)
class Desk:
    """What the fields of one filing are made of: its answers, and by place what is found, offered and refused."""

    filing: FilingAnswer
    answers: AnswerValues
    found: Mapping[str, tuple[FoundView, ...]]
    missing: frozenset[str]
    offers: Mapping[str, SuggestionAnswer]
    faults: Mapping[str, tuple[str, ...]]
    closed: frozenset[str]
    is_writing: bool
    prefix: str = ""
    """What the pointers of the page begin with, where the form is that of a division's own indicators."""

    def is_open(self, pointer: str) -> bool:
        """Tell whether the cell may be changed now."""
        return self.is_writing and is_opened(pointer, self.filing["open_pointers"])


def desk_of(filing: FilingAnswer, answers: AnswerValues | None, problems: Iterable[Problem], prefix: str = "") -> Desk:
    """Return what the fields are made of; `answers` are what was typed, where it is not saved as it stands."""
    faults: dict[str, tuple[str, ...]] = {}
    for problem in problems:
        pointer = problem.pointer.removeprefix("/answers")
        words = problem.message + (f"应为：{problem.expected}。" if problem.expected else "")
        faults[pointer] = (*faults.get(pointer, ()), words)
    return Desk(
        filing=filing,
        answers=filing["answers"] if answers is None else answers,
        found=_found_by_place(filing["findings"], prefix, _voucher_of(filing)),
        missing=frozenset(at for each in filing["findings"] if each["rule"] in MISSING for at in each["pointers"]),
        offers={each["pointer"]: each for each in filing["suggestions"]},
        faults=faults,
        closed=frozenset(filing["closed"]),
        is_writing=any(each["action"] == "save" for each in filing["open_actions"]),
        prefix=prefix,
    )


def control(desk: Desk, indicator: IndicatorAnswer, part: PartAnswer, row: int | None = None) -> Control:
    """Return the field of a cell."""
    pointer = pointer_to(indicator, part, row)
    name = desk.prefix + pointer
    plain = Control(name, anchor_of(name), part["label"] or indicator["name"], "dash", part["key"])
    if part["is_dash"]:
        return plain
    value = value_at(desk.answers, pointer)
    reason = value.get(NOT_APPLICABLE) if isinstance(value, Mapping) else None
    offered = desk.offers.get(pointer)
    is_open = desk.is_open(pointer if row is None else f"/{indicator['code']}")
    look = "shown" if part["is_computed"] or not is_open else look_of(indicator, part)
    return replace(
        plain,
        look=look,
        text=_text(desk, part, pointer, value, is_shown=look == "shown"),
        chosen=tuple(map(str, value)) if isinstance(value, list) else (str(value),) if value is not None else (),
        groups=_groups(part) if look in ("radio", "select", "boxes") else (),
        unit=part["unit"] or indicator["unit"],
        note=part["note"],
        code_list=part["list"] or _LISTS_OF_KINDS.get(part["kind"], "") if look in ("coded", "lines") else "",
        input_mode={"whole": "numeric", "number": "decimal"}.get(part["kind"], "") or _mode(part),
        is_required=part["is_required"],
        is_printed=part["is_printed"] and indicator["is_printed"],
        is_hidden=pointer in desk.closed and value is None,
        is_missing=pointer in desk.missing,
        may_not_apply=part["may_not_apply"] and look != "shown",
        is_not_applicable=reason is not None,
        reason=str(reason or ""),
        is_none=value == [] and part["kind"] in LISTS,
        offer=Offer(_offered(part, offered["value"]), offered["source_label"]) if offered and look != "shown" else None,
        found=desk.found.get(pointer, ()),
        faults=desk.faults.get(pointer, ()),
    )


def look_of(indicator: IndicatorAnswer, part: PartAnswer) -> str:
    """Return how a field looks."""
    if part["kind"] == "choice":
        return "radio" if len(part["options"]) <= MOST_RADIOS and not indicator["is_rows"] else "select"
    if part["kind"] == "yes_no" and indicator["is_rows"]:
        return "select"
    if (indicator["code"], part["key"]) in LONG_TEXTS:
        return "area"
    return _KINDS.get(part["kind"], "text")


def found_view(finding: FindingAnswer, *, has_box: bool, voucher: WantedVoucher | None = None) -> FoundView:
    """Return a finding as it stands at one of its places; the box for an explanation stands at the first.

    `voucher` is the one that the answers name, for the finding that misses its amount.
    """
    return FoundView(
        key=finding["key"],
        anchor="said-" + "".join(char if char.isalnum() else "-" for char in finding["key"]),
        severity=finding["severity"],
        label=SEVERITIES[finding["severity"]],
        text=finding["text"],
        explanation=finding["explanation"],
        has_box=has_box and finding["severity"] == "query",
        voucher=voucher if finding["rule"] == AMOUNT_MISSING else None,
    )


def _voucher_of(filing: FilingAnswer) -> WantedVoucher:
    bank, number = (filing["answers"].get(code) for code in ("306", "307"))
    return WantedVoucher(
        bank if isinstance(bank, str) else "", number if isinstance(number, str) else "", filing=filing["id"]
    )


def _found_by_place(
    findings: Iterable[FindingAnswer], prefix: str, voucher: WantedVoucher
) -> dict[str, tuple[FoundView, ...]]:
    found: dict[str, tuple[FoundView, ...]] = {}
    for finding in findings:
        if finding["rule"] in MISSING:
            continue
        full = found_view(finding, has_box=True, voucher=voucher)
        for number, pointer in enumerate(finding["pointers"]):
            view = _reference(full, finding["pointers"][0], pointer, prefix) if number else full
            found[pointer] = (*found.get(pointer, ()), view)
    return found


def _reference(full: FoundView, first: str, here: str, prefix: str) -> FoundView:
    """Return what stands at a further place of a finding, so that the same words are not read out ten times."""
    code, own = first.split("/")[1], here.split("/")[1]
    label = printed_code(code) if code != own and printed_code(code) else "上文"
    return replace(full, has_box=False, see=anchor_of(prefix + first), see_label=label)


def _groups(part: PartAnswer) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    named = groupby(part["options"], key=lambda option: option["group"])
    return tuple((group, tuple((each["code"], each["label"]) for each in options)) for group, options in named)


def _text(desk: Desk, part: PartAnswer, pointer: str, value: object, *, is_shown: bool) -> str:
    """Return what stands in the field, or in its place where it is only shown."""
    if value is None or isinstance(value, Mapping):
        return "不适用" if is_shown and isinstance(value, Mapping) else ""
    is_stored = value == value_at(desk.filing["answers"], pointer)
    words = desk.filing["shown"].get(pointer, "") if is_stored else ""
    if is_shown:
        return words or text_of(part, value)
    if part["kind"] in ("cities", "countries") and isinstance(value, list):
        names = words.split("、")
        pairs = zip(value, names if len(names) == len(value) else [""] * len(value), strict=True)
        return "\n".join(f"{code} {name}".strip() for code, name in pairs)
    if isinstance(value, list):
        return "\n".join(map(str, value))
    if part["kind"] in CODED and words not in ("", value):
        return words if words.startswith(f"{value} ") else f"{value} {words}"
    return words or str(value) if part["kind"] == "named" else str(value)


def _offered(part: PartAnswer, value: object) -> str:
    return "（无）" if value == [] else text_of(part, value)


def _mode(part: PartAnswer) -> str:
    if part["kind"] in ("money", "percent"):
        return "decimal"
    return "numeric" if part["kind"] in ("digits", "division") else ""
