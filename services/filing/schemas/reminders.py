"""Urging units, as it comes in and goes out over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from marshmallow import Schema, fields, post_load, validate

from services.filing.model.units import CITY_UNIT
from services.filing.operations.reminders import Fate, ToUrge
from shared.fields import Text

Body = dict[str, object]

MOST_ITEMS = 100

IS_UNIT = validate.Regexp(rf"(?:[0-9a-f]{{32}}|{CITY_UNIT}[0-9]{{6}})\Z", error="不是单位标识。")

FATE_LABELS: Mapping[Fate, str] = {
    Fate.SENT: "已催报",
    Fate.URGED_TODAY: "今天已催报过",
    Fate.NOT_OWED: "已报送或免报",
    Fate.NOT_EXPECTED: "不需报送此表",
    Fate.NOT_FOUND: "没有此单位",
    Fate.CHANGED_MEANWHILE: "正在处理，请稍后再试",
}

REMINDER_EXAMPLES: Mapping[str, object] = {
    "RemindersIn": {
        "items": [{"unit_id": "01990000000070008000000000000002", "form": "enterprise-4", "period": "2025", "item": ""}]
    },
    "RemindersOut": {
        "sent": 1,
        "items": [
            {
                "unit_id": "01990000000070008000000000000002",
                "form": "enterprise-4",
                "period": "2025",
                "item": "",
                "result": "sent",
                "result_label": "已催报",
            }
        ],
    },
}


class ToUrgeIn(Schema):
    """A form that a unit has not filed; `item` is its platform where it is about one."""

    unit_id = Text(64, required=True, validate=IS_UNIT)
    form = Text(40, required=True)
    period = Text(7, required=True)
    item = Text(64, min=0, load_default="")

    @post_load
    def made(self, data: dict[str, str], **_: object) -> ToUrge:
        """Return it as the operation takes it."""
        return ToUrge(**data)


class RemindersIn(Schema):
    """Whom to urge to what."""

    items = fields.List(fields.Nested(ToUrgeIn), required=True, validate=validate.Length(min=1, max=MOST_ITEMS))


class UrgedOut(Schema):
    """What became of one item."""

    unit_id = fields.String()
    form = fields.String()
    period = fields.String()
    item = fields.String()
    result = fields.String()
    result_label = fields.String()


class RemindersOut(Schema):
    """What became of all, in the order asked; `sent` is how many were urged to now."""

    sent = fields.Integer()
    items = fields.List(fields.Nested(UrgedOut))


def reminders_body(wanted: Sequence[ToUrge], fates: Sequence[Fate]) -> Body:
    """Return what became of each."""
    return {
        "sent": sum(each is Fate.SENT for each in fates),
        "items": [
            {**vars(each), "result": fate.value, "result_label": FATE_LABELS[fate]}
            for each, fate in zip(wanted, fates, strict=True)
        ],
    }
