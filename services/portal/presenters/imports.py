"""Excel files that were read: what is wrong at which cell, and how far an import is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.portal.model.filing_words import SEVERITIES, SEVERITY_TONES
from services.portal.model.survey import FormAnswer
from services.portal.model.workbooks import CellFault, ImportAnswer
from services.portal.presenters.sheet_of_form import place_label
from services.portal.presenters.words import Badge

UNDER_WAY = frozenset({"waiting", "running"})


@dataclass(frozen=True)
class FaultView:
    """What is wrong at a cell."""

    cell: str
    place: str
    badge: Badge
    text: str


@dataclass(frozen=True)
class ImportView:
    """How far an import is; `done` of `total` rows, which is 0 while nobody knows."""

    id: str
    label: str
    is_trial: bool
    is_under_way: bool
    is_done: bool
    done: int
    total: int
    faults: tuple[FaultView, ...]
    counted: tuple[tuple[str, int], ...]
    reason: str


def fault_views(form: FormAnswer, faults: Iterable[CellFault]) -> tuple[FaultView, ...]:
    """Return what is wrong, cell by cell."""
    return tuple(
        FaultView(
            cell=f"{each['sheet']} {each['cell']}",
            place=place_label(form, each["pointer"]),
            badge=Badge(
                SEVERITIES.get(each["severity"], each["severity"]), SEVERITY_TONES.get(each["severity"], "danger")
            ),
            text=each["message"] + (f"应为：{each['expected']}。" if each["expected"] else ""),
        )
        for each in faults
    )


def import_view(form: FormAnswer, read: ImportAnswer) -> ImportView:
    """Return how far an import is."""
    return ImportView(
        id=read["id"],
        label=read["state_label"],
        is_trial=read["is_trial"],
        is_under_way=read["state"] in UNDER_WAY,
        is_done=read["state"] == "done",
        done=read["done"],
        total=read["total"] or 0,
        faults=fault_views(form, sorted(read["faults"], key=lambda each: each["severity"] != "error")),
        counted=tuple((SEVERITIES.get(code, code), count) for code, count in read["counted"].items()),
        reason=read["reason_label"],
    )
