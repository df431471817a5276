"""Submitting a filing, and taking it back before the department has decided."""

from __future__ import annotations

from dataclasses import replace

from services.filing.classification.records import dump_record
from services.filing.forms.reading import dump
from services.filing.model.filings import Filing, SignOff, Version, Working
from services.filing.model.receipts import FiledContent, Receipt, digest_of, digest_of_rows
from services.filing.model.states import Action
from services.filing.operations.changes import Changed, change
from services.filing.operations.classifying import record_problems
from services.filing.operations.conversions import converted_amounts
from services.filing.operations.events import told
from services.filing.operations.findings import checked, noted
from services.filing.operations.instruments import instrument_for
from services.filing.operations.ledger import contract_named
from services.filing.operations.listing import rows_of
from services.filing.operations.relocating import spot_of
from services.filing.operations.telling import tell_department, tell_unit
from services.filing.operations.weighing import ranks_of
from services.filing.ports.deps import Deps
from shared.calls import Call
from shared.clock import local_date
from shared.errors import Invalid, Problem


def submit_filing(deps: Deps, call: Call, filing_id: str, sign_off: SignOff, *, duties_read: bool) -> Filing:
    """Submit the working copy with the foot of the form signed off; the unit gets a signed receipt.

    Actor: own unit. From: draft, returned. To: submitted. Events: submitted; unit and department are told.
    Raises `Invalid` with every error and every query without an explanation, and what `change` raises.
    """

    def make(filing: Filing) -> Changed:
        instrument = instrument_for(deps, filing)
        now = deps.clock.now()
        found = checked(deps, filing, instrument, filing.working)
        problems = (
            *found.blocking(instrument, filing.working.explanations),
            *record_problems(filing.working),
            *sign_off_problems(deps, sign_off, duties_read),
        )
        if problems:
            raise Invalid(problems, "报表尚不能报送，请按提示修改。")
        working = filing.working
        if working.rows is None and working.nil_reason is None:
            extras = {each.extras.id: dump(each.answers) for each in found.extras}
            working = replace(working, answers=dump(found.answers), extras=extras)
        no = filing.revision + 1
        digest = digest_of(content_of(deps, filing, working, sign_off))
        receipt = Receipt(
            filing_id=filing.id,
            unit_id=filing.unit_id,
            edition=filing.edition,
            form=filing.form,
            period=filing.period,
            revision=no,
            digest=digest,
            submitted_at=now,
        )
        version = Version(
            no=no,
            submitted_at=now,
            submitted_by=call.actor.account_id,
            content=working,
            sign_off=sign_off,
            noted=noted(instrument, found, working.explanations),
            digest=digest,
            receipt=deps.receipts.sign(receipt),
            converted=converted_amounts(deps, filing, instrument, working),
            contract_id=contract_named(deps, filing, working),
        )
        spot = spot_of(deps, filing, local_date(now))
        changed = replace(
            filing,
            division=spot.division,
            path=spot.path,
            versions=(*filing.versions, version),
            filed_on=filing.filed_on or local_date(now),
            submitted_at=now,
            passed=(),
            waiting_since=now,
        )
        changed = replace(changed, ranks=ranks_of(deps, changed, instrument))
        return changed, (
            told(changed, "submitted"),
            tell_unit(changed, instrument, "submitted"),
            tell_department(changed, instrument, "awaiting_review"),
        )

    return change(deps, call, filing_id, Action.SUBMIT, make)


def withdraw_filing(deps: Deps, call: Call, filing_id: str) -> Filing:
    """Take back what was submitted, before any department has approved it; its version stays readable.

    Actor: own unit. From: submitted. To: draft. Events: withdrawn.
    """

    def make(filing: Filing) -> Changed:
        return replace(filing, waiting_since=None), (told(filing, "withdrawn"),)

    return change(deps, call, filing_id, Action.WITHDRAW, make)


def content_of(deps: Deps, filing: Filing, working: Working, sign_off: SignOff) -> FiledContent:
    """Return what the digest of a version is made over; a long list stands in it by its digest."""
    return FiledContent(
        answers=working.answers,
        sign_off={
            "unit_head": sign_off.unit_head,
            "statistics_head": sign_off.statistics_head,
            "filler": sign_off.filler,
            "phone": sign_off.phone,
            "reported_on": sign_off.reported_on.isoformat(),
        },
        explanations=working.explanations,
        extras=working.extras,
        evidence=tuple(ref.sha256 for ref in working.evidence),
        nil_reason=working.nil_reason,
        classification=dump_record(working.classification) if working.classification else None,
        rows=None if working.rows is None else digest_of_rows(rows_of(deps, filing, working.rows)),
    )


def sign_off_problems(deps: Deps, sign_off: SignOff, duties_read: bool) -> list[Problem]:
    """Return what is wrong with the foot of a form, and whether the law's duties were not confirmed."""
    problems: list[Problem] = []
    today = local_date(deps.clock.now())
    if sign_off.reported_on > today:
        text = "报出日期不能晚于今天。"
        problems.append(Problem("/sign_off/reported_on", "date_in_future", text, f"≤ {today.isoformat()}", "报出日期"))
    if not duties_read:
        text = "请确认已知悉统计法规定的义务。"
        problems.append(Problem("/duties_read", "not_confirmed", text, "true", "法定义务"))
    return problems
