"""What still stands between a review and an approval; all of it at once."""

from __future__ import annotations

from collections.abc import Iterable

from services.registration.form.changes import faulty_parts
from services.registration.form.facts import Checked
from services.registration.form.items import CONDITIONS, SLOT_LABELS
from services.registration.model.materials import REQUIRED_SLOTS
from services.registration.model.review import Review, Verdict
from shared.errors import Problem


def problems_before_approval(review: Review, facts: Iterable[Checked]) -> tuple[Problem, ...]:
    """Return what is missing: verdicts on materials and conditions (指引 四), facts, reasons, confirmations."""
    return (
        *_materials(review),
        *(Problem(part, "not_accepted", "此处意见不是“符合要求”。", "accept") for part in sorted(faulty_parts(review))),
        *_conditions(review),
        *_facts(facts),
        *_carried(review),
    )


def _materials(review: Review) -> Iterable[Problem]:
    for slot in REQUIRED_SLOTS:
        if slot not in review.materials:
            text = f"材料{slot}尚未给出“符合要求”的意见。"
            yield Problem(f"/materials/{slot}", "verdict_missing", text, "accept", SLOT_LABELS[slot])


def _conditions(review: Review) -> Iterable[Problem]:
    for number, (key, label) in enumerate(CONDITIONS.items(), 1):
        mark = review.conditions.get(key)
        if mark is None:
            text = f"注册条件{number}尚未给出意见。"
            yield Problem(f"/conditions/{key}", "condition_not_judged", text, "accept", label)
        elif mark.verdict is not Verdict.ACCEPT:
            yield Problem(f"/conditions/{key}", "condition_not_met", f"注册条件{number}不符合。", "accept", label)


def _facts(facts: Iterable[Checked]) -> Iterable[Problem]:
    for one in facts:
        place, label = f"/facts/{one.fact.key}", f"材料{one.fact.slot}：{one.fact.label}"
        if not one.is_recorded:
            text = f"{label}尚未登记（材料上没有时，请登记“未载明”）。"
            yield Problem(place, "fact_not_recorded", text, one.fact.label, label)
        elif not one.is_settled:
            text = f"{label}有不一致之处，请写明采信理由，或退回修改。"
            yield Problem(place, "fact_in_dispute", text, "理由", label)


def _carried(review: Review) -> Iterable[Problem]:
    if review.carried:
        text = f"有 {len(review.carried)} 项沿用上一轮的意见，请确认后再通过。"
        yield Problem("/carried", "carried_not_confirmed", text, "确认")
