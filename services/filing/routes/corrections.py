"""Corrections: what one changes of the facts that statistics count."""

from __future__ import annotations

from services.filing.operations import corrections
from services.filing.policy import Permission
from services.filing.routes.context import ONE, deps
from services.filing.schemas.corrections import Body, CorrectionOut, correction_body
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call

bp = Blueprint("corrections", __name__, description="更正对统计事实的影响")


@bp.get(f"{ONE}/correction")
@needs(Permission.READ)
@bp.response(200, CorrectionOut)
def read(filing_id: str) -> Body:
    """Show the facts of a filing as settled for good, and as its correction would have them."""
    return correction_body(corrections.correction_of(deps(), reading_call(), filing_id))
