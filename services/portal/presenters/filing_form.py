"""The form of a filing as on paper, with its fields: head, lines in their blocks, what is wrong, how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import cast

from services.portal.model.filing import ExtrasAnswer, FilingAnswer
from services.portal.model.filing_words import STATE_TONES
from services.portal.model.places import inside
from services.portal.model.survey import AnswerValues, FormAnswer
from services.portal.presenters.controls import MISSING, Desk, FoundView, desk_of, found_view
from services.portal.presenters.filed import VerdictView, verdict_view
from services.portal.presenters.form_lines import Block, done_by_code, form_blocks
from services.portal.presenters.sheet_of_form import (
    EvidenceView,
    anchor_of,
    approval_lines,
    evidence_views,
    place_label,
)
from services.portal.presenters.words import Badge, moment
from shared.errors import Problem

MOST_LINKS = 100
"""So many lines the list of what is wrong has at most."""


@dataclass(frozen=True)
class Link:
    """A line of the list of what is wrong."""

    anchor: str
    text: str


@dataclass(frozen=True)
class Progress:
    """How many of the cells that are asked are filled in."""

    done: int
    total: int


@dataclass(frozen=True)
class ExtraForm:
    """What a division adds to the form, in the shape of a form of its own; `returned` is that of the whole filing."""

    id: str
    title: str
    division: str
    ground: str
    layout: str
    columns: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    returned: VerdictView | None
    has_past: bool = False


@dataclass(frozen=True)
class _Layer:
    """The national form, or what a division adds to it, with the part of the filing that belongs to it."""

    form: FormAnswer
    desk: Desk

    def at(self, pointer: str) -> str:
        """Return the id of a place on the page."""
        return anchor_of(self.desk.prefix + pointer)


@dataclass(frozen=True)
class FilingForm:
    """A filing that is being filled in, or shown in the same shape."""

    id: str
    version: int
    form: str
    edition: str
    title: str
    number: str
    period: str
    item: str
    unit: str
    badge: Badge
    approval: tuple[tuple[str, str], ...]
    head: tuple[tuple[str, str], ...]
    layout: str
    columns: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    foot: tuple[str, ...]
    statements: tuple[str, ...]
    note: str
    duties: tuple[str, ...]
    returned: VerdictView | None
    places_opened: tuple[Link, ...]
    progress: Progress
    missing: tuple[Link, ...]
    errors: tuple[Link, ...]
    queries: tuple[Link, ...]
    notes: tuple[Link, ...]
    unplaced: tuple[FoundView, ...]
    unexplained: int
    evidence: tuple[EvidenceView, ...]
    evidence_wanted: str
    takes_nil: bool
    nil_reason: str | None
    rows: int | None
    offers: int
    actions: tuple[str, ...]
    saved_at: str
    revision: int
    extras: tuple[ExtraForm, ...]
    has_past: bool = True

    @property
    def can_write(self) -> bool:
        """Whether the unit fills the form in now."""
        return "save" in self.actions


def filing_form(
    filing: FilingAnswer,
    form: FormAnswer,
    typed: AnswerValues | None = None,
    problems: Iterable[Problem] = (),
    typed_extras: Mapping[str, AnswerValues] | None = None,
) -> FilingForm:
    """Return the form; `typed` are answers that are not saved as they stand, `problems` what was refused of them."""
    listed = tuple(problems)
    returned = _returned(filing, form)
    main = _Layer(form, desk_of(filing, typed, listed))
    added = tuple(_layer(filing, each, typed_extras or {}, listed) for each in filing["extras"])
    layers = (main, *added)
    findings = [each for layer in layers for each in layer.desk.filing["findings"]]
    asked = [each for each in findings if each["severity"] == "query"]
    return FilingForm(
        id=filing["id"],
        version=filing["version"],
        form=filing["form"],
        edition=filing["edition"],
        title=form["title"],
        number=form["number"],
        period=filing["period_label"],
        item=filing["item_name"],
        unit=filing["unit_name"],
        badge=Badge(filing["state_label"], STATE_TONES.get(filing["state"], "secondary")),
        approval=approval_lines(form),
        head=tuple((line["label"].rstrip("："), _head(filing, line["key"])) for line in form["head"]),
        layout=form["layout"],
        columns=tuple((each["key"], each["label"]) for each in form["columns"]),
        blocks=form_blocks(form, main.desk),
        foot=tuple(form["foot"]),
        statements=tuple(form["statements"]),
        note=form["note"],
        duties=tuple(form["duties"]),
        returned=returned,
        places_opened=_opened(layers),
        progress=_progress(layers),
        missing=_missing(layers),
        errors=(*_refused(layers, listed), *_links(layers, "error")),
        queries=_links(layers, "query"),
        notes=_links(layers, "note"),
        unplaced=tuple(found_view(each, has_box=True) for each in findings if not each["pointers"]),
        unexplained=sum(not each["explanation"] for each in asked),
        evidence=evidence_views(filing["evidence"]),
        evidence_wanted=form["evidence"],
        takes_nil=form["takes_nil"],
        nil_reason=filing["nil_reason"],
        rows=filing["rows"],
        offers=sum(layer.desk.is_open(at) for layer in layers for at in layer.desk.offers),
        actions=tuple(each["action"] for each in filing["open_actions"]),
        saved_at=moment(filing["updated_at"]),
        revision=filing["revision"],
        extras=tuple(
            ExtraForm(
                id=filing["id"],
                title=layer.form["title"],
                division=each["division_name"],
                ground=each["ground"],
                layout=layer.form["layout"],
                columns=tuple((column["key"], column["label"]) for column in layer.form["columns"]),
                blocks=form_blocks(layer.form, layer.desk),
                returned=returned,
            )
            for each, layer in zip(filing["extras"], added, strict=True)
        ),
    )


def _head(filing: FilingAnswer, key: str) -> str:
    """Return what fills a line of the head; a demonstration city has its name and nothing else."""
    return filing["head"].get(key, "") or (filing["unit_name"] if key == "name" else "")


def _returned(filing: FilingAnswer, form: FormAnswer) -> VerdictView | None:
    if filing["state"] != "returned" or not filing["versions"]:
        return None
    newest = max(filing["versions"], key=lambda version: version["no"])
    return verdict_view(form, newest["decision"])


def _layer(
    filing: FilingAnswer, added: ExtrasAnswer, typed: Mapping[str, AnswerValues], problems: tuple[Problem, ...]
) -> _Layer:
    """Return what a division adds as a form with a filing of its own, its pointers without their prefix."""
    prefix = f"/extras/{added['id']}"
    opened = filing["open_pointers"]
    own = cast(
        FilingAnswer,
        {
            **filing,
            "answers": added["answers"],
            "shown": {at: text for pointer, text in added["shown"].items() if (at := inside(pointer, prefix))},
            "closed": [at for each in added["closed"] if (at := inside(each, prefix))],
            "findings": [
                {**each, "pointers": [at for pointer in each["pointers"] if (at := inside(pointer, prefix))]}
                for each in added["findings"]
            ],
            "suggestions": [
                {**each, "pointer": at} for each in filing["suggestions"] if (at := inside(each["pointer"], prefix))
            ],
            "open_pointers": None if opened is None else [at for each in opened if (at := inside(each, prefix))],
        },
    )
    faults = [replace(each, pointer=at) for each in problems if (at := inside(each.pointer, prefix))]
    return _Layer(added["form"], desk_of(own, typed.get(added["id"]), faults, prefix))


def _opened(layers: Iterable[_Layer]) -> tuple[Link, ...]:
    return tuple(
        Link(layer.at(pointer), place_label(layer.form, pointer))
        for layer in layers
        for pointer in layer.desk.filing["open_pointers"] or ()
        if layer.desk.prefix or not pointer.startswith("/extras/")
    )


def _progress(layers: Iterable[_Layer]) -> Progress:
    counts = [each for layer in layers for each in done_by_code(layer.desk.filing).values()]
    done = sum(each[0] for each in counts)
    return Progress(done, done + sum(each[1] for each in counts))


def _missing(layers: Iterable[_Layer]) -> tuple[Link, ...]:
    return tuple(
        Link(layer.at(each["pointers"][0]), place_label(layer.form, each["pointers"][0]))
        for layer in layers
        for each in layer.desk.filing["findings"]
        if each["rule"] in MISSING
    )


def _links(layers: Iterable[_Layer], severity: str) -> tuple[Link, ...]:
    links = [
        Link(layer.at(each["pointers"][0]) if each["pointers"] else "unplaced", each["text"])
        for layer in layers
        for each in layer.desk.filing["findings"]
        if each["severity"] == severity and each["rule"] not in MISSING
    ]
    return tuple(links[:MOST_LINKS])


def _refused(layers: Iterable[_Layer], problems: Iterable[Problem]) -> tuple[Link, ...]:
    links: list[Link] = []
    for problem in problems:
        for layer in layers:
            at = inside(problem.pointer, layer.desk.prefix or "/answers")
            if at:
                links.append(Link(layer.at(at), f"{place_label(layer.form, at)}：{problem.message}（未保存）"))
    return tuple(links)
