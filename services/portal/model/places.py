"""JSON pointers into the answers of a form: /601/2, /102, /502/0/date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from services.portal.model.survey import AnswerValues, IndicatorAnswer, PartAnswer

NOT_APPLICABLE = "not_applicable"


def pointer_to(indicator: IndicatorAnswer, part: PartAnswer, row: int | None = None) -> str:
    """Return where a cell stands in the answers."""
    steps = [indicator["code"], *([str(row)] if row is not None else []), *([part["key"]] if part["key"] else [])]
    return "/" + "/".join(steps)


def value_at(answers: AnswerValues, pointer: str) -> object:
    """Return what stands at a pointer, None where nothing does."""
    value: object = answers
    for step in pointer.split("/")[1:]:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, Sequence) and not isinstance(value, str) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def is_opened(pointer: str, opened: Iterable[str] | None) -> bool:
    """Tell whether a cell may be changed: everything where nothing was named, else what was named, and its parts."""
    if opened is None:
        return True
    return any(pointer == each or pointer.startswith(f"{each}/") or each.startswith(f"{pointer}/") for each in opened)


def is_asked_for(part: PartAnswer) -> bool:
    """Tell whether somebody types into the cell."""
    return not part["is_dash"] and not part["is_computed"]


def without_computed(indicators: Iterable[IndicatorAnswer], answers: AnswerValues) -> dict[str, object]:
    """Return the answers without the cells that the service computes, which nobody may send."""
    kept = dict(answers)
    for indicator in indicators:
        computed = [part["key"] for part in indicator["parts"] if part["is_computed"]]
        value = kept.get(indicator["code"])
        if "" in computed:
            kept.pop(indicator["code"], None)
        elif computed and isinstance(value, Mapping):
            kept[indicator["code"]] = {key: each for key, each in value.items() if key not in computed}
    return {code: value for code, value in kept.items() if value != {}}


def inside(pointer: str, prefix: str) -> str | None:
    """Return what follows a prefix in a pointer, None where it does not stand below it."""
    return pointer.removeprefix(prefix) if pointer.startswith(f"{prefix}/") else None
