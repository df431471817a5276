"""What a process has at hand of filings it read or wrote: another process may have gone on, and that is noticed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.filing.operations.drafts import Content, begin_filing, discard_filing, save_content
from services.filing.ports.deps import Deps
from services.filing.wiring import build
from shared.calls import Call
from shared.errors import NotFound, StaleVersion
from shared.idempotency import RequestKey
from tests.support.filing_site import FilingSite
from tests.support.platform_filing import ANSWERS, EXPLAINED, submitted

CONTENT = Content(answers=ANSWERS, explanations=EXPLAINED)


@pytest.fixture
def other(filing_site: FilingSite) -> Iterator[Deps]:
    """The operations as another process has them."""
    wired = build(filing_site.settings, filing_site.clock)
    yield wired.deps
    wired.client.close()


def test_a_draft_that_was_just_saved_is_saved_again_without_being_read(filing_site: FilingSite, other: Deps) -> None:
    operator, deps = filing_site.operator(), filing_site.wired.deps
    filing = begin_filing(deps, Call(operator), "platform-1", "2024")
    first = save_content(deps, Call(operator, version=filing.version), filing.id, CONTENT)

    at_hand = deps.filings.find_recent(filing.id, first.version)
    second = save_content(deps, Call(operator, version=first.version), filing.id, CONTENT)

    assert at_hand == first
    assert deps.filings.find_recent(filing.id, first.version) is None
    assert deps.filings.find_recent(filing.id, second.version) == second
    assert other.filings.get(filing.id).working == second.working


def test_a_change_on_a_version_that_another_process_left_behind_is_refused(
    filing_site: FilingSite, other: Deps
) -> None:
    operator, deps = filing_site.operator(), filing_site.wired.deps
    filing = begin_filing(deps, Call(operator), "platform-1", "2024")
    first = save_content(deps, Call(operator, version=filing.version), filing.id, CONTENT)
    discard_filing(other, Call(operator, version=first.version), filing.id)

    with pytest.raises(StaleVersion):
        save_content(deps, Call(operator, version=first.version), filing.id, CONTENT)


def test_a_request_that_another_process_carried_out_is_answered_as_the_first_time(
    filing_site: FilingSite, other: Deps
) -> None:
    operator, deps = filing_site.operator(), filing_site.wired.deps
    filing = begin_filing(deps, Call(operator), "platform-1", "2024")
    first = save_content(deps, Call(operator, version=filing.version), filing.id, CONTENT)
    call = Call(operator, version=first.version, request=RequestKey("k" * 64, "d" * 64))
    done = save_content(other, call, filing.id, CONTENT)

    again = save_content(deps, call, filing.id, CONTENT)

    assert again.version == done.version
    assert again.working == done.working


def test_what_is_at_hand_is_out_of_sight_for_another_unit(filing_site: FilingSite) -> None:
    operator, rival, deps = filing_site.operator(), filing_site.operator(), filing_site.wired.deps
    filing = begin_filing(deps, Call(operator), "platform-1", "2024")
    first = save_content(deps, Call(operator, version=filing.version), filing.id, CONTENT)

    with pytest.raises(NotFound):
        save_content(deps, Call(rival, version=first.version), filing.id, CONTENT)


def test_last_year_is_read_once_for_a_draft_and_anew_after_it_was_corrected(filing_site: FilingSite) -> None:
    operator, earlier = filing_site.operator(), filing_site.wired.deps.earlier
    before = submitted(filing_site, operator, "2024")
    url = f"/filings/{before['id']}"
    approved = filing_site.approve_through(before)
    draft = filing_site.begin(operator, "platform-1")
    place = (str(operator.unit_id), "platform-1", draft["item"], "2024")

    kept = earlier.find(place)
    filing_site.json(operator, "POST", f"{url}/correction", approved["version"], json={})
    correcting = filing_site.json(operator, "GET", url)
    body = {"answers": {**ANSWERS, "621": {**ANSWERS["621"], "2": 90}}, "explanations": EXPLAINED}
    files = [each["file_id"] for each in correcting["evidence"]]
    corrected = filing_site.submit(operator, filing_site.save(operator, correcting, **body, evidence=files)).json or {}
    filing_site.approve_through(corrected)
    offered = filing_site.json(operator, "GET", f"/filings/{draft['id']}")["suggestions"]

    assert kept is not None
    assert {each["pointer"]: each["value"] for each in offered}["/621/1"] == 90


def test_a_unit_at_hand_is_read_anew_after_it_was_told_of_again(filing_site: FilingSite) -> None:
    units, unit_id = filing_site.wired.deps.units, str(filing_site.operator().unit_id)
    before = units.find_recent(unit_id)
    again = units.find_recent(unit_id)

    assert before is not None
    saved = units.save(before, Call(filing_site.operator()))

    assert again is before
    assert units.find_recent(unit_id) == units.get(unit_id)
    assert saved.version == before.version + 1
