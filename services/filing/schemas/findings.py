"""Findings as they go out over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.filing.forms.checks import Finding
from services.filing.forms.describing.findings import expected_text, whole_text
from services.filing.forms.model import Edition, Form
from services.filing.model.filings import Working
from services.filing.operations.findings import Checked, explanation_of, key_of
from services.filing.operations.instruments import Instrument

Body = dict[str, object]


class FindingOut(Schema):
    """A finding: where, which rule, what was expected, and what the unit says to it."""

    key = fields.String()
    rule = fields.String()
    severity = fields.String()
    title = fields.String()
    text = fields.String()
    expected = fields.String()
    pointers = fields.List(fields.String())
    indicators = fields.List(fields.String())
    explanation = fields.String()


def findings_body(instrument: Instrument, checked: Checked, working: Working) -> list[Body]:
    """Return the findings with what the unit says to each."""
    edition, form, owner = instrument.edition, instrument.form, checked.owner
    return [
        finding_body(edition, form, each, key_of(each, owner), explanation_of(each, working.explanations, owner))
        for each in checked.findings
    ]


def finding_body(edition: Edition, form: Form, finding: Finding, key: str, explanation: str) -> Body:
    """Return one finding in words."""
    expected = expected_text(edition, form, finding)
    return {
        "key": key,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "title": finding.title,
        "text": whole_text(form, finding, expected),
        "expected": expected,
        "pointers": list(finding.pointers),
        "indicators": list(finding.indicators),
        "explanation": explanation,
    }
