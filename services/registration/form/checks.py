"""What a registration must hold before it can be submitted. All faults are found at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.registration.form.items import (
    CONDITIONS,
    ITEMS,
    PLAN_PART_LABELS,
    SLOT_LABELS,
    TRAITS,
    Section,
)
from services.registration.model.materials import REQUIRED_SLOTS, Materials, PlanPart, Slot
from services.registration.model.registration import FormValues
from shared.codes import divisions
from shared.codes.sites import host_of, is_government_procurement
from shared.errors import Problem


@dataclass(frozen=True)
class SectionProgress:
    """How much of a section's required content is there."""

    section: Section
    done: int
    total: int


def problems_before_submission(form: FormValues, materials: Materials, today: date) -> tuple[Problem, ...]:
    """Return everything that is missing or inconsistent; empty when the registration can be submitted."""
    return (
        *_unconfirmed(form, "traits", TRAITS),
        *_unconfirmed(form, "conditions", CONDITIONS),
        *_missing_items(form),
        *_division(form, today),
        *_dates(form, today),
        *_amounts(form),
        *_scope(form),
        *_missing_materials(materials),
    )


def progress(form: FormValues, materials: Materials) -> tuple[SectionProgress, ...]:
    """Return how complete each section is, counted in required items."""
    missing = [
        *_unconfirmed(form, "traits", TRAITS),
        *_unconfirmed(form, "conditions", CONDITIONS),
        *_missing_items(form),
        *_missing_materials(materials),
    ]
    section_of = {f"/form/{item.key}": item.section for item in ITEMS}
    totals = dict.fromkeys(Section, 0)
    totals[Section.CONDITIONS] = len(TRAITS) + len(CONDITIONS)
    totals[Section.MATERIALS] = len(REQUIRED_SLOTS) + len(PlanPart)
    for item in ITEMS:
        totals[item.section] += item.is_required
    absent = dict.fromkeys(Section, 0)
    for problem in missing:
        if problem.pointer.startswith("/materials/"):
            absent[Section.MATERIALS] += 1
        else:
            absent[section_of.get(problem.pointer, Section.CONDITIONS)] += 1
    return tuple(SectionProgress(section, totals[section] - absent[section], totals[section]) for section in Section)


def _unconfirmed(form: FormValues, group: str, texts: Mapping[str, str]) -> Iterable[Problem]:
    confirmed = form.get(group)
    answers = confirmed if isinstance(confirmed, Mapping) else {}
    for key, text in texts.items():
        if answers.get(key) is not True:
            yield Problem(f"/form/{group}/{key}", "not_confirmed", f"请确认：{text}。", "true", text)


def _missing_items(form: FormValues) -> Iterable[Problem]:
    for item in ITEMS:
        if item.is_required and form.get(item.key) in (None, "", (), []):
            yield Problem(f"/form/{item.key}", "required", f"请填写“{item.label}”。", item.label, item.label)


def _division(form: FormValues, today: date) -> Iterable[Problem]:
    """Refuse a division that ended since the draft was saved: there is no department to review it."""
    code = form.get("division")
    if isinstance(code, str) and code and divisions.find(code, today) is None:
        yield Problem(
            "/form/division", "division_unknown", "该行政区划代码已停用，请重新选择。", "现行行政区划代码", "单位注册地"
        )


def _dates(form: FormValues, today: date) -> Iterable[Problem]:
    opened, operating = form.get("opened_on"), form.get("operating_since")
    for key, value in (("opened_on", opened), ("operating_since", operating)):
        if isinstance(value, date) and value > today:
            yield Problem(f"/form/{key}", "date_in_future", "日期不能晚于今天。", f"≤ {today.isoformat()}")
    if isinstance(opened, date) and isinstance(operating, date) and operating < opened:
        yield Problem(
            "/form/operating_since",
            "before_opening",
            "平台开始运营时间不能早于单位开业（成立）时间。",
            "≥ 开业(成立)时间",
        )


def _amounts(form: FormValues) -> Iterable[Problem]:
    for key in ("registered_capital", "trade_volume"):
        value = form.get(key)
        if isinstance(value, Decimal) and value < 0:
            yield Problem(f"/form/{key}", "negative_amount", "金额不能为负数。", "≥ 0（万元）")


def _scope(form: FormValues) -> Iterable[Problem]:
    website = form.get("website")
    if isinstance(website, str) and website and is_government_procurement(host_of(website)):
        yield Problem(
            "/form/website",
            "government_procurement",
            "政府采购网不纳入服务外包交易平台统计范围，不能注册。",
            "政府采购网以外的交易平台",
            "网址",
        )


def _missing_materials(materials: Materials) -> Iterable[Problem]:
    for slot in REQUIRED_SLOTS:
        if not materials.get(slot):
            label = SLOT_LABELS[slot]
            yield Problem(f"/materials/{slot}", "material_missing", f"缺少材料{slot}：{label}。", label, f"材料{slot}")
    covered = {part for ref in materials.get(Slot.PLAN, ()) for part in ref.parts}
    for part, label in PLAN_PART_LABELS.items():
        if part not in covered:
            yield Problem(
                f"/materials/{Slot.PLAN}/parts/{part}",
                "plan_part_missing",
                f"平台运营方案须包含“{label}”，请注明在哪个文件中。",
                label,
                "材料4",
            )
