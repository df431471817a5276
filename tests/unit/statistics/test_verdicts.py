"""The verdict of a check, and the reason that a sign-off needs where a person has to judge."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.statistics.model.releases import Checked, Fault, ReleaseState, Review, Verdict
from services.statistics.operations.releases import approve_release
from services.statistics.schemas.releases import REASON_LABELS, VERDICT_LABELS
from shared.calls import Call
from shared.clock import FixedClock
from shared.errors import Invalid, NotFound
from shared.identity.actor import COUNTRY, Actor, Role
from tests.support.statistics_kept import NOW, KeptReleases, make_deps, make_release

HEAD = Actor("h", Role.STATISTICS_HEAD, division=COUNTRY)


@pytest.mark.parametrize(
    ("faults", "reviews", "verdict"),
    [
        ((), (), Verdict.PASS),
        ((), (Review.MOSTLY_HIDDEN,), Verdict.REVIEW),
        ((Fault.LEAK,), (), Verdict.FAIL),
        ((Fault.LEAK,), (Review.MOSTLY_HIDDEN,), Verdict.FAIL),
    ],
)
def test_faults_forbid_and_what_is_to_be_judged_is_told(
    faults: tuple[Fault, ...], reviews: tuple[Review, ...], verdict: Verdict
) -> None:
    assert Checked("2024-1", "", faults=faults, reviews=reviews).verdict is verdict


def test_every_reason_and_verdict_has_its_words() -> None:
    assert set(REASON_LABELS) == {*Fault, *Review}
    assert set(VERDICT_LABELS) == set(Verdict)


@pytest.mark.parametrize(
    ("reviews", "reason", "code"),
    [((Review.MOSTLY_HIDDEN,), "", "reason_missing"), ((), "已核对", "reason_not_needed")],
)
def test_a_reason_is_given_where_a_person_judges_and_nowhere_else(
    reviews: tuple[Review, ...], reason: str, code: str
) -> None:
    kept = KeptReleases()
    release = kept.put(replace(make_release(ReleaseState.PASSED), checked=Checked("2024-1", "", reviews=reviews)))
    deps, call = make_deps(kept, FixedClock(NOW)), Call(HEAD, version=release.version)

    with pytest.raises(Invalid) as refused:
        approve_release(deps, call, release.id, "同意", reason)

    assert [(each.pointer, each.code) for each in refused.value.problems] == [("/exception_reason", code)]
    right = "已核对" if reviews else ""
    with pytest.raises(NotFound):  # the tables come next, and there are none here
        approve_release(deps, call, release.id, "同意", right)
