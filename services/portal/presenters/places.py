"""The places of a registration that something can be said about, for a list to choose from."""

from __future__ import annotations

from services.portal.model.form import FULL_LABELS, STEPS
from services.portal.model.materials import SLOTS

CONDITIONS = (
    ("legal_person_and_team", "注册条件1：独立法人资格和专业团队"),
    ("rules_and_quality", "注册条件2：制度、流程、收费和质量保证"),
    ("users_and_trades", "注册条件3：注册用户和已完成交易"),
)
"""The three conditions of registration (指引 四（二）), by their keys."""


def places_for(*, internal_too: bool) -> tuple[tuple[str, str], ...]:
    """Return pointer and name of each place; the conditions are judged by departments, and spoken of by them first."""
    fields = [field.key for step in STEPS for field in step.fields if "/" not in field.key]
    places = [("", "整份注册"), *((f"/materials/{slot.key}", f"{slot.label}　{slot.title}") for slot in SLOTS)]
    places += [(f"/form/{key}", FULL_LABELS[key]) for key in fields]
    if internal_too:
        places += [(f"/conditions/{key}", label) for key, label in CONDITIONS]
    return tuple(places)
