"""A 平台1表 that keeps every rule but one query, and filing it."""

from __future__ import annotations

from services.sandbox.story.figures import platform_year
from shared.identity.actor import Actor
from tests.support.filing_site import FilingSite, Json
from tests.support.good_files import pdf_of_a_scan

ANSWERS: Json = platform_year(is_wrong=False)
EXPLAINED = {"p1-amount-others": "其余为培训撮合项目。"}
OPINION = {"opinion": "同意上报", "signatory": "张审核"}


def evidence(site: FilingSite, actor: Actor, filing: Json) -> str:
    """Upload a file, and return its id."""
    answer = site.upload(actor, filing, "records.pdf", pdf_of_a_scan())
    assert answer.status_code == 201, answer.text
    return str(answer.json["file_id"])  # type: ignore[index]


def submitted(site: FilingSite, actor: Actor, period: str = "2025") -> Json:
    """Return a 平台1表 that was submitted, with one query explained."""
    filing = site.begin(actor, "platform-1", period)
    file_id = evidence(site, actor, filing)
    filing = site.save(actor, filing, answers=ANSWERS, explanations=EXPLAINED, evidence=[file_id])
    answer = site.submit(actor, filing)
    assert answer.status_code == 200, answer.text
    return dict(answer.json)  # type: ignore[arg-type]
