"""Comparison of what the materials say: with the form, with each other, with the 名录库 and with their own rules.

Pure. A comparison never decides: what does not agree is for the reviewer to settle, with a reason or by returning it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.registration.form.fact_values import RULES, canonical
from services.registration.form.items import PLAN_PART_LABELS
from services.registration.form.stamped_copy import Comparison, Standing
from services.registration.model.facts import (
    ABSENT,
    FACTS,
    NO_END,
    PLAN_FACTS,
    DirectoryRecord,
    Expiry,
    Fact,
    FactKind,
    FactValues,
    Result,
    Settlement,
)
from services.registration.model.materials import Materials, Slot
from services.registration.model.registration import FormValues


class Source(StrEnum):
    """What a fact is compared with."""

    RULE = "rule"
    FORM = "form"
    MATERIAL = "material"
    DIRECTORY = "directory"
    CODE = "code"


SOURCE_LABELS = {
    Source.RULE: "校验规则",
    Source.FORM: "注册信息表",
    Source.MATERIAL: "其他材料",
    Source.DIRECTORY: "名录库",
    Source.CODE: "盖章件二维码",
}

RESULT_LABELS = {
    Result.AGREES: "一致",
    Result.DIFFERS: "不一致",
    Result.MISSING: "缺少",
    Result.NOT_COMPARABLE: "无法比对",
}

NOT_ASKED = "未查询到"
"""What stands for the 名录库 where it is not known to hold the unit; never an agreement."""


@dataclass(frozen=True)
class Against:
    """One comparison of a fact: with what, where that stands, what it says there, and how the two stand."""

    source: Source
    label: str
    value: object
    result: Result


@dataclass(frozen=True)
class Checked:
    """A fact with its comparisons. `read` is the reviewer's reading, `stated` the filer's; None where there is none."""

    fact: Fact
    read: object
    stated: object
    is_expected: bool
    comparisons: tuple[Against, ...]
    settlement: Settlement | None

    @property
    def disputed(self) -> tuple[str, ...]:
        """Each thing that does not agree as text, with both values: what a settlement is given for.

        Where a fact agrees with the form and another material doesn't, it is the other one that is in dispute.
        """
        own = canonical(self.fact.kind, self.read)
        is_as_filed = any(one.source is Source.FORM and one.result is Result.AGREES for one in self.comparisons)
        return tuple(
            f"{one.source}:{one.label}:{canonical(self.fact.kind, one.value)}:{own}"
            for one in self.comparisons
            if one.result in (Result.DIFFERS, Result.MISSING) and not (is_as_filed and one.source is Source.MATERIAL)
        )

    @property
    def is_settled(self) -> bool:
        """Whether nothing is in dispute, or the reviewer accepted exactly that, with a reason."""
        return not self.disputed or (self.settlement is not None and self.settlement.disputed == self.disputed)

    @property
    def is_recorded(self) -> bool:
        """Whether the reviewer has looked for it, as is needed for an approval."""
        return self.read is not None or not self.is_expected


def check_facts(
    form: FormValues,
    materials: Materials,
    stated: FactValues,
    read: FactValues,
    settled: Mapping[str, Settlement],
    *,
    copy: Comparison,
    directory: DirectoryRecord | None,
    today: date,
) -> tuple[Checked, ...]:
    """Return every fact with its comparisons, in order. The reviewer's reading counts; before it, the filer's is shown."""
    counted = {**stated, **read}
    return tuple(
        Checked(
            fact=fact,
            read=read.get(fact.key),
            stated=stated.get(fact.key),
            is_expected=not fact.only_with or bool(form.get(fact.only_with)) or bool(counted.get(fact.key)),
            comparisons=tuple(_comparisons(fact, counted, form, materials, copy, directory, today)),
            settlement=settled.get(fact.key),
        )
        for fact in FACTS
    )


def expiries(read: FactValues) -> tuple[Expiry, ...]:
    """Return the ends of validity that stand on the materials; facts that nobody recorded are left out."""
    terms = ((fact, read.get(fact.key)) for fact in FACTS if fact.kind is FactKind.TERM)
    return tuple(
        Expiry(fact, value if isinstance(value, date) else None)
        for fact, value in terms
        if isinstance(value, date) or value == NO_END
    )


def _comparisons(
    fact: Fact,
    counted: FactValues,
    form: FormValues,
    materials: Materials,
    copy: Comparison,
    directory: DirectoryRecord | None,
    today: date,
) -> Iterable[Against]:
    value = counted.get(fact.key)
    if value is None:
        return
    yield from _rules(fact, value, form, today)
    if fact.form_key:
        yield _against(fact, value, Source.FORM, SOURCE_LABELS[Source.FORM], form.get(fact.form_key))
    if fact.key in PLAN_FACTS:
        yield _plan_part(fact, value, materials)
    for other in FACTS:
        is_other = other.form_key == fact.form_key and other.slot is not fact.slot and other.kind is fact.kind
        if fact.form_key and is_other and counted.get(other.key):
            yield _against(fact, value, Source.MATERIAL, other.label, counted[other.key])
    if fact.slot is Slot.FORM and fact.form_key:
        yield _code(fact, copy)
    if fact.slot is Slot.LICENCE and fact.form_key:
        known = directory.values.get(fact.form_key) if directory else None
        yield (
            _against(fact, value, Source.DIRECTORY, SOURCE_LABELS[Source.DIRECTORY], known)
            if known
            else Against(Source.DIRECTORY, SOURCE_LABELS[Source.DIRECTORY], NOT_ASKED, Result.NOT_COMPARABLE)
        )


def _against(fact: Fact, value: object, source: Source, label: str, other: object) -> Against:
    """Compare two values. 通讯地址 may be another place than 住所, so that two addresses never differ."""
    mine, theirs = canonical(fact.kind, value), canonical(fact.kind, other)
    if not mine and not theirs:
        result = Result.NOT_COMPARABLE
    elif not mine or not theirs:
        result = Result.MISSING
    elif fact.kind is FactKind.ICP_NUMBER:
        result = Result.AGREES if _same_filing(mine, theirs) else Result.DIFFERS
    elif fact.kind is FactKind.ADDRESS:
        result = Result.AGREES if mine == theirs else Result.NOT_COMPARABLE
    else:
        result = Result.AGREES if mine == theirs else Result.DIFFERS
    return Against(source, label, other, result)


def _same_filing(one: str, other: str) -> bool:
    """The proof may show the operator's number without the -n of the site; two different -n differ."""
    (mine, _, own), (theirs, _, its) = one.partition("-"), other.partition("-")
    return mine == theirs and (not own or not its or own == its)


def _plan_part(fact: Fact, value: object, materials: Materials) -> Against:
    part = PLAN_FACTS[fact.key]
    is_declared = any(part in ref.parts for ref in materials.get(Slot.PLAN, ()))
    return _against(fact, value, Source.FORM, f"填报人注明的{PLAN_PART_LABELS[part]}", is_declared)


def _code(fact: Fact, copy: Comparison) -> Against:
    label = SOURCE_LABELS[Source.CODE]
    if copy.standing not in (Standing.MATCHES, Standing.DIFFERS, Standing.OTHER_FORM):
        return Against(Source.CODE, label, "无法识读", Result.NOT_COMPARABLE)
    is_other = copy.standing is Standing.OTHER_FORM or any(
        item.pointer == f"/form/{fact.form_key}" for item in copy.items
    )
    return Against(Source.CODE, label, "与填报内容不同" if is_other else "与填报内容相同", _verdict(not is_other))


def _rules(fact: Fact, value: object, form: FormValues, today: date) -> Iterable[Against]:
    """A value that breaks the rule of its kind is in dispute, whatever it is compared with."""
    rule = RULES.get(fact.kind)
    if rule is None or value == ABSENT:
        if fact.kind is FactKind.TERM and value == ABSENT:
            yield Against(Source.RULE, "有效期须载明（或“长期”）", "未载明", Result.MISSING)
        return
    label, holds = rule(value, today)
    yield Against(Source.RULE, label, "", _verdict(holds))


def _verdict(holds: bool) -> Result:
    return Result.AGREES if holds else Result.DIFFERS
