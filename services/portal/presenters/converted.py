"""View-models of amounts that the system reckoned in another currency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.portal.model.filing import ConvertedAnswer
from services.portal.model.survey import FormAnswer
from services.portal.presenters.sheet_of_form import part_at, place_label


@dataclass(frozen=True)
class ConvertedView:
    """An amount in its own and in another currency; `result` is empty where a rate was not known."""

    place: str
    amount: str
    result: str
    on: str
    rates: tuple[str, ...]


def converted_views(form: FormAnswer, converted: Iterable[ConvertedAnswer]) -> tuple[ConvertedView, ...]:
    """Return the lines of the table."""
    return tuple(
        ConvertedView(
            place=place_label(form, each["pointer"]),
            amount=_money(form, each, each["amount"], each["currency"]),
            result="" if each["result"] is None else _money(form, each, each["result"], each["target"]),
            on=each["on"],
            rates=tuple(f"{rate['day']}　{rate['quote_label']}（{rate['source_label']}）" for rate in each["rates"]),
        )
        for each in converted
    )


def _money(form: FormAnswer, converted: ConvertedAnswer, amount: str, currency: str) -> str:
    """Return an amount with its unit: ten thousands where the cell of the form counts in them."""
    found = part_at(form, converted["pointer"])
    part = found[1] if found else None
    unit = (part["unit"] if part else "") or (found[0]["unit"] if found else "")
    return f"{amount} 万 {currency}" if unit.startswith("万") else f"{amount} {currency}"
