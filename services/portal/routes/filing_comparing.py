"""With what a version is compared: what is in force, what was submitted before, or the last period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request, url_for

from services.portal.model.filing import CellChange, FilingAnswer, VersionAnswer
from services.portal.model.survey import FormAnswer
from services.portal.presenters.filing_changes import ChangeView, Side, change_lines
from services.portal.presenters.filing_review import said_of
from services.portal.presenters.sheet_of_form import Said
from services.portal.routes import guard
from services.portal.routes.guard import deps

FORCE, BEFORE, PERIOD = "force", "before", "period"


@dataclass(frozen=True)
class Comparison:
    """A version beside another: the choices by code and name, what was chosen, what differs, where the whole is.

    `heading` is what it is compared with; `changes` is None where there is nothing to compare with.
    """

    options: tuple[tuple[str, str], ...]
    chosen: str
    heading: str
    old: str
    new: str
    changes: tuple[ChangeView, ...] | None
    whole: str


def compared(filing: FilingAnswer, form: FormAnswer, version: VersionAnswer) -> Comparison | None:
    """Return the last version beside what the address asks for, else beside what comes first; None for a single event."""
    options = _options(filing, form)
    if not options:
        return None
    headings, asked, no = dict(options), request.args.get("against", ""), filing["revision"]
    chosen = asked if asked in headings else options[0][0]
    against = filing["in_force"] if chosen == FORCE else no - 1
    new = side_of(filing, no, version)
    if chosen == PERIOD:
        before = last_period(filing, no)
    else:
        before = side_of(filing, against), deps().filings.changes(guard.token(), filing["id"], no, against)
    return Comparison(
        options=options,
        chosen=chosen,
        heading=headings[chosen],
        old=before[0].label if before else "",
        new=new.label,
        changes=change_lines(form, before[1], before[0], new) if before else None,
        whole=url_for(
            "filing_versions.changes", filing_id=filing["id"], no=no, against=PERIOD if chosen == PERIOD else against
        ),
    )


def last_period(filing: FilingAnswer, no: int) -> tuple[Side, Sequence[CellChange]] | None:
    """Return what was approved for the last period with what differs in a version, None where nothing was."""
    found = deps().filing_casework.beside_last(guard.token(), filing["id"], no)
    before = found["version"]
    if before is None:
        return None
    said = said_of({**filing, "period_label": found["period_label"]}, before)
    return Side(before["no"], said, before["evidence"], before["rows"], found["period_label"]), found["changes"]


def side_of(filing: FilingAnswer, no: int, known: VersionAnswer | None = None) -> Side:
    """Return a version to be compared, 0 the unit's working copy; `known` is the version where it was read already."""
    if no == 0:
        said = Said(
            filing["answers"], filing["shown"], filing["head"], filing["period_label"], None, filing["nil_reason"]
        )
        return Side(0, said, filing["evidence"], filing["rows"])
    version = known or deps().filings.version(guard.token(), filing["id"], no)
    return Side(no, said_of(filing, version), version["evidence"], version["rows"])


def _options(filing: FilingAnswer, form: FormAnswer) -> tuple[tuple[str, str], ...]:
    no, in_force = filing["revision"], filing["in_force"]
    found = []
    if 0 < in_force < no:
        found.append((FORCE, f"现行有效的第 {in_force} 次报送"))
    if no > 1 and in_force != no - 1:
        found.append((BEFORE, f"上一次报送（第 {no - 1} 次）"))
    if not form["is_many"]:
        found.append((PERIOD, "上一报告期审定的报表"))
    return tuple(found)
