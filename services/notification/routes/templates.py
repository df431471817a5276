"""The ministry's work on wordings."""

from __future__ import annotations

from services.notification.operations import templates
from services.notification.policy import Permission
from services.notification.routes.context import deps
from services.notification.schemas.incoming import EmptyIn, PublicationIn, ReturnIn, WordingIn, wording_of
from services.notification.schemas.outgoing import (
    Body,
    TemplateOut,
    TemplatesOut,
    WordingOut,
    row_body,
    template_body,
    wording_body,
)
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, reading_call
from shared.web.preconditions import changing, etag

bp = Blueprint("templates", __name__, url_prefix="/templates", description="通知模板")

Answer = tuple[Body, int, dict[str, str]]


@bp.get("")
@needs(Permission.TEMPLATES)
@bp.response(200, TemplatesOut)
def list_all() -> Body:
    """List the templates of all occasions."""
    views = templates.list_templates(deps(), reading_call())
    return {"items": [row_body(view, deps().occasions) for view in views]}


@bp.get("/<string:key>")
@needs(Permission.TEMPLATES)
@bp.response(200, TemplateOut)
def read(key: str) -> Answer:
    """Read a template with its draft, its versions and the variables offered."""
    return _answer(templates.read_template(deps(), reading_call(), key))


@bp.post("/<string:key>/preview")
@needs(Permission.TEMPLATES)
@bp.arguments(WordingIn)
@bp.response(200, WordingOut)
def preview(data: dict[str, dict[str, str]], key: str) -> Body:
    """Show a wording with made-up values; nothing is kept."""
    return wording_body(templates.preview(deps(), key, wording_of(data)))


@bp.put("/<string:key>/draft")
@needs(Permission.TEMPLATES)
@changing
@bp.arguments(WordingIn)
@bp.response(200, TemplateOut)
def edit(data: dict[str, dict[str, str]], key: str) -> Answer:
    """Keep a wording as the draft."""
    return _answer(templates.edit_template(deps(), changing_call(), key, wording_of(data)))


@bp.post("/<string:key>/discarding")
@needs(Permission.TEMPLATES)
@changing
@bp.arguments(EmptyIn)
@bp.response(200, TemplateOut)
def discard(_: object, key: str) -> Answer:
    """Drop the draft."""
    return _answer(templates.discard_draft(deps(), changing_call(), key))


@bp.post("/<string:key>/publication")
@needs(Permission.TEMPLATES)
@changing
@bp.arguments(PublicationIn)
@bp.response(200, TemplateOut)
def publish(data: dict[str, str], key: str) -> Answer:
    """Make the draft the next version."""
    return _answer(templates.publish_template(deps(), changing_call(), key, data["reason"]))


@bp.post("/<string:key>/return")
@needs(Permission.TEMPLATES)
@changing
@bp.arguments(ReturnIn)
@bp.response(200, TemplateOut)
def return_to(data: dict[str, str], key: str) -> Answer:
    """Publish an earlier version again."""
    call = changing_call()
    return _answer(templates.return_to_version(deps(), call, key, int(data["version"]), data["reason"]))


def _answer(view: templates.View) -> Answer:
    return template_body(view, deps().occasions), 200, {"ETag": etag(view.template.version)}
