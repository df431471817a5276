"""The ministry's work on wordings: edit, look, publish, return to an earlier version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.notification.errors import NothingToPublish
from services.notification.model.occasions import Occasion, Wording
from services.notification.model.templates import (
    Draft,
    Rendered,
    Template,
    TemplateAction,
    Version,
    problems_of,
    render,
    samples_of,
)
from services.notification.ports import Deps
from services.notification.workflow import open_actions, state_of, step_for
from shared.calls import Call
from shared.errors import Invalid, NotFound
from shared.history import was_done


@dataclass(frozen=True)
class View:
    """A template with its occasion and what the caller can do with it."""

    occasion: Occasion
    template: Template
    open_actions: tuple[TemplateAction, ...]


def list_templates(deps: Deps, call: Call) -> Sequence[View]:
    """Return the templates of all occasions, in the order of the table."""
    stored = deps.templates.all()
    return [_view(call, one, stored.get(key) or Template(key)) for key, one in deps.occasions.by_key.items()]


def read_template(deps: Deps, call: Call, key: str) -> View:
    """Return the template of an occasion. Raises `NotFound`."""
    occasion = _occasion(deps, key)
    return _view(call, occasion, deps.templates.get(key))


def preview(deps: Deps, key: str, wording: Wording) -> Rendered:
    """Return a wording with made-up values; nothing is stored. Raises `NotFound`, `Invalid`."""
    occasion = _occasion(deps, key)
    _check(wording, occasion)
    return render(wording, occasion, samples_of(occasion))


def edit_template(deps: Deps, call: Call, key: str, wording: Wording) -> View:
    """Keep a wording as the draft; nobody gets it yet.

    Actor: the ministry. From: published, edited. Raises `NotFound`, `Invalid`, `VersionRequired`, `StaleVersion`.
    """
    occasion = _occasion(deps, key)
    _check(wording, occasion)

    def make(template: Template, at: datetime) -> Template:
        return replace(template, draft=Draft(wording, at, call.actor.account_id))

    return _change(deps, call, occasion, TemplateAction.EDIT, make)


def discard_draft(deps: Deps, call: Call, key: str) -> View:
    """Drop the draft. Actor: the ministry. From: edited. Raises as `edit_template`, `Conflict`."""
    return _change(
        deps, call, _occasion(deps, key), TemplateAction.DISCARD, lambda template, _: replace(template, draft=None)
    )


def publish_template(deps: Deps, call: Call, key: str, reason: str) -> View:
    """Make the draft the next version, which notices are written with from now on; the earlier ones stay readable.

    Actor: the ministry. From: edited. Raises `NotFound`, `Conflict`, `NothingToPublish`, `Invalid` for a draft that
    the table of occasions no longer allows, `VersionRequired`, `StaleVersion`.
    """
    occasion = _occasion(deps, key)

    def make(template: Template, at: datetime) -> Template:
        if template.draft is None or template.draft.wording == template.current(occasion):
            raise NothingToPublish
        _check(template.draft.wording, occasion)
        made = Version(template.published + 1, template.draft.wording, at, call.actor.account_id, reason)
        return replace(template, draft=None, versions=(*template.versions, made))

    return _change(deps, call, occasion, TemplateAction.PUBLISH, make)


def return_to_version(deps: Deps, call: Call, key: str, no: int, reason: str) -> View:
    """Publish an earlier version again, as the next one; 0 is the wording that the system comes with.

    Actor: the ministry. From: published, edited (the draft stays). Raises as `publish_template`.
    """
    occasion = _occasion(deps, key)

    def make(template: Template, at: datetime) -> Template:
        wording = template.wording_of(no, occasion)
        if wording is None:
            raise NotFound
        if wording == template.current(occasion):
            raise NothingToPublish
        _check(wording, occasion)
        made = Version(template.published + 1, wording, at, call.actor.account_id, reason, returned_to=no)
        return replace(template, versions=(*template.versions, made))

    return _change(deps, call, occasion, TemplateAction.RETURN, make)


def _change(
    deps: Deps,
    call: Call,
    occasion: Occasion,
    action: TemplateAction,
    make: Callable[[Template, datetime], Template],
) -> View:
    template = deps.templates.get(occasion.key)
    if was_done(template.history, call.request):
        return _view(call, occasion, template)
    call.check_version(template.version)
    step = step_for(template, action, call.actor)
    now = deps.clock.now()
    changed = make(template, now)
    entry = call.entry(now, action, state_of(template), step.target)
    stored = deps.templates.save(replace(changed, history=(*template.history, entry)))
    return _view(call, occasion, stored)


def _occasion(deps: Deps, key: str) -> Occasion:
    found = deps.occasions.find(key)
    if found is None:
        raise NotFound
    return found


def _check(wording: Wording, occasion: Occasion) -> None:
    problems = problems_of(wording, occasion)
    if problems:
        raise Invalid(problems)


def _view(call: Call, occasion: Occasion, template: Template) -> View:
    return View(occasion, template, open_actions(template, call.actor))
