"""Editions, forms, rules and code lists: public, and to be tried without filing anything."""

from __future__ import annotations

from flask import Response
from marshmallow import Schema, fields, validate

from services.filing.forms.describing.rules import describe
from services.filing.operations import papers, trying
from services.filing.operations.instruments import instrument_of
from services.filing.routes.context import deps
from services.filing.schemas.editions import (
    Body,
    EditionOut,
    EditionsOut,
    FormOut,
    RulesOut,
    edition_body,
    form_body,
    rule_body,
)
from services.filing.schemas.findings import finding_body
from services.filing.schemas.incoming import TryIn
from services.filing.schemas.lists import EntriesOut, entry_body
from services.filing.schemas.outgoing import FindingsOut
from shared.clock import local_date
from shared.errors import NotFound
from shared.web.auth import public
from shared.web.blueprint import Blueprint
from shared.web.files import attachment
from shared.web.limits import costly
from shared.web.openapi import BINARY

bp = Blueprint("editions", __name__, description="制度版本、报表与规则")

open_forms = public("the forms and rules of the survey are public")


class SearchIn(Schema):
    """Query of a code list: what a person typed."""

    q = fields.String(load_default="", validate=validate.Length(max=50))


@bp.get("/editions")
@open_forms
@bp.response(200, EditionsOut)
def list_all() -> Body:
    """List the editions of the survey."""
    today = local_date(deps().clock.now())
    return {"items": [edition_body(each, today) for each in deps().catalogue.editions]}


@bp.get("/editions/<string:edition_id>")
@open_forms
@bp.response(200, EditionOut)
def read(edition_id: str) -> Body:
    """Read an edition: approval, days, forms."""
    edition = deps().catalogue.find(edition_id)
    if edition is None:
        raise NotFound
    return edition_body(edition, local_date(deps().clock.now()))


@bp.get("/editions/<string:edition_id>/rules")
@open_forms
@bp.response(200, RulesOut)
def rules(edition_id: str) -> Body:
    """List every rule of an edition: title, reason, source, formula."""
    edition = deps().catalogue.find(edition_id)
    if edition is None:
        raise NotFound
    return {"items": [rule_body(card) for card in describe(edition)]}


@bp.get("/editions/<string:edition_id>/forms/<string:form_key>")
@open_forms
@bp.response(200, FormOut)
def form(edition_id: str, form_key: str) -> Body:
    """Read a form with its indicators, notes and options."""
    instrument = instrument_of(deps(), edition_id, form_key)
    return form_body(instrument.edition, instrument.form)


@bp.get("/editions/<string:edition_id>/forms/<string:form_key>/print")
@open_forms
@costly
@bp.response(200, BINARY, content_type="application/pdf")
def print_blank(edition_id: str, form_key: str) -> Response:
    """Print a blank form."""
    return attachment(papers.print_blank(deps(), edition_id, form_key), f"{form_key}.pdf", "application/pdf")


@bp.post("/editions/<string:edition_id>/forms/<string:form_key>/check")
@open_forms
@costly
@bp.arguments(TryIn)
@bp.response(200, FindingsOut)
def check(data: dict[str, object], edition_id: str, form_key: str) -> Body:
    """Check answers without filing them: nothing is kept, and nothing of the unit is known."""
    tried = trying.try_answers(deps(), edition_id, form_key, str(data["period"]), data["answers"])
    edition, checked_form = tried.instrument.edition, tried.instrument.form
    return {
        "findings": [finding_body(edition, checked_form, each, "", "") for each in tried.findings],
        "counted": {},
        "answers": tried.answers,
    }


@bp.get("/lists/<string:scheme>/<string:version>")
@open_forms
@bp.arguments(SearchIn, location="query")
@bp.response(200, EntriesOut)
def search(query: dict[str, str], scheme: str, version: str) -> Body:
    """Search a code list by code or name; the whole list where it is short and nothing was typed."""
    return {"items": [entry_body(each) for each in trying.search_list(deps(), scheme, version, query["q"])]}
