"""The table of the ministry's steps with a template: what is not in it is forbidden."""

from __future__ import annotations

from enum import StrEnum

from services.notification.model.templates import Template, TemplateAction
from shared.identity.actor import Actor, Role
from shared.workflow import Step, Workflow


class TemplateState(StrEnum):
    """Whether somebody is working on a template."""

    PUBLISHED = "published"
    EDITED = "edited"


def state_of(template: Template) -> TemplateState:
    """Return the state of a template."""
    return TemplateState.PUBLISHED if template.draft is None else TemplateState.EDITED


def by_the_ministry(actor: Actor, _: Template) -> bool:
    """Whether the actor belongs to the ministry, whose words these are."""
    return actor.role is Role.MINISTRY


_PUBLISHED, _EDITED = TemplateState.PUBLISHED, TemplateState.EDITED

STEPS = (
    Step(_PUBLISHED, TemplateAction.EDIT, _EDITED, by_the_ministry),
    Step(_EDITED, TemplateAction.EDIT, _EDITED, by_the_ministry),
    Step(_EDITED, TemplateAction.DISCARD, _PUBLISHED, by_the_ministry),
    Step(_EDITED, TemplateAction.PUBLISH, _PUBLISHED, by_the_ministry),
    Step(_PUBLISHED, TemplateAction.RETURN, _PUBLISHED, by_the_ministry),
    Step(_EDITED, TemplateAction.RETURN, _EDITED, by_the_ministry),
)

_WORKFLOW = Workflow(STEPS, state_of)

step_for = _WORKFLOW.step_for
open_actions = _WORKFLOW.open_actions
