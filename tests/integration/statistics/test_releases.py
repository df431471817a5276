"""Releases on the real database: made from what is frozen, checked, signed off by a second person, handed to exchange."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
import pytest

from services.statistics.errors import NotFrozen, ReleaseUnderWay
from services.statistics.model.releases import Fault, Release, ReleaseKind, ReleaseState
from services.statistics.operations import agreeing, handing_over
from services.statistics.operations.releases import (
    check_next,
    is_reproduced,
    prepare_release,
    withdraw_release,
)
from services.statistics.operations.snapshots import freeze_due
from services.statistics.ports.deps import Deps
from shared.calls import Call
from shared.contracts.statistics import OWNER, TABLES_APPROVED, digest_of, unpacked
from shared.contracts.statistics import load_tables as load_content
from shared.crypto.jose import open_sealed
from shared.crypto.payload import load_payload
from shared.errors import Conflict, Invalid, NotAllowed, StaleVersion
from shared.idempotency import RequestKey
from shared.identity.actor import COUNTRY, Actor, Role
from shared.messaging.envelope import MAX_ATTRIBUTE, encode
from shared.mongo.aggregates import Event
from tests.support.statistics_releases import HEAD, MINISTRY, MONTH, approved, checked, fill, frozen, over_small_table
from tests.support.statistics_site import (
    StatisticsSite,
    an_execution,
    close_period,
    told,
)

ALONE = ("3",)


@pytest.fixture
def deps(site: StatisticsSite) -> Deps:
    return over_small_table(site)


def handed_over(site: StatisticsSite, release: Release) -> Mapping[str, Any]:
    """Return what exchange reads of the message of a release."""
    document = site.wired.database["releases"].find_one({"_id": release.id})
    assert document is not None
    (event,) = document["outbox"]
    assert event["type"] == TABLES_APPROVED.type
    data = TABLES_APPROVED.load(event["data"])
    content = unpacked(load_payload(open_sealed(site.exchange_keys, data["sealed"], typ=TABLES_APPROVED.type)))
    assert data["digest"] == digest_of(content)
    return load_content(content)


def test_only_a_frozen_period_is_released(site: StatisticsSite, deps: Deps) -> None:
    with pytest.raises(NotFrozen):
        prepare_release(deps, MINISTRY, ReleaseKind.MONTHLY, MONTH)
    close_period(site, MONTH, {"enterprise-3": 17})
    with pytest.raises(NotFrozen):
        prepare_release(deps, MINISTRY, ReleaseKind.MONTHLY, MONTH)
    with pytest.raises(Invalid):
        prepare_release(deps, MINISTRY, ReleaseKind.ANNUAL, MONTH)

    fill(site)
    freeze_due(deps)

    assert prepare_release(deps, MINISTRY, ReleaseKind.MONTHLY, MONTH).state is ReleaseState.DRAFT


def test_what_one_firm_has_alone_is_hidden_in_both_currencies_and_cannot_be_reckoned(
    site: StatisticsSite, deps: Deps
) -> None:
    frozen(site)

    release = checked(deps)

    assert release.state is ReleaseState.PASSED
    assert release.checked is not None
    assert (release.checked.findings, release.checked.faults) == (0, ())
    assert release.checked.unsafe > 0
    natures = {table: set(listed) for table, listed in release.hidden.items()}
    assert all(ALONE in codes and len(codes) >= 2 for codes in natures.values())
    by_currency = [
        {table.rpartition(".")[2]: codes for table, codes in natures.items() if f"_{currency}." in table}
        for currency in ("cny", "usd")
    ]
    assert by_currency[0] == by_currency[1] != {}


def test_a_second_person_signs_off_and_exchange_gets_the_tables_as_they_were_checked(
    site: StatisticsSite, deps: Deps
) -> None:
    frozen(site)
    release = checked(deps)

    signed = approved(deps, release)

    assert (signed.state, signed.approved_by) == (ReleaseState.APPROVED, "h")
    content = handed_over(site, signed)
    assert (content["kind"], content["period"], content["version"]) == ("monthly", MONTH, 1)
    assert content["snapshot_digest"] == site.wired.snapshots.get(MONTH).digest
    (table,) = content["tables"]
    cells = {(*cell["at"], cell["measure"]): cell for cell in table["cells"]}
    assert cells[("period", "total", "execution_usd")]["value"] == "1696.00"
    assert cells[("to_date", "total", "execution_cny")]["value"] == "11872.00"
    assert cells[("period", "3", "execution_usd")] | {"at": []} == {
        "at": [],
        "measure": "execution_usd",
        "status": "suppressed",
        "value": None,
    }
    assert "40.00" not in str(table)


def test_a_release_made_anew_from_its_snapshot_is_the_same_to_the_last_byte(site: StatisticsSite, deps: Deps) -> None:
    frozen(site)
    release = checked(deps)

    fill(site, alone=9999)
    site.take(told("new", [an_execution("c")], "u77"), told(f"{MONTH}-1-1", [], "u1", version=2))
    site.merge()

    assert is_reproduced(deps, release.id)


def test_whoever_prepared_a_release_cannot_sign_it_off(site: StatisticsSite, deps: Deps) -> None:
    frozen(site)
    prepare_release(deps, Call(HEAD), ReleaseKind.MONTHLY, MONTH)
    check_next(deps)
    (release,) = deps.releases.list_all()

    for actor in (HEAD, Actor("m2", Role.MINISTRY, division=COUNTRY)):
        with pytest.raises(NotAllowed):
            approved(deps, release, actor)

    assert approved(deps, release, replace(HEAD, account_id="h2")).state is ReleaseState.APPROVED


def test_a_release_is_not_signed_off_before_its_check_nor_twice_nor_on_a_stale_version(
    site: StatisticsSite, deps: Deps
) -> None:
    frozen(site)
    draft = prepare_release(deps, MINISTRY, ReleaseKind.MONTHLY, MONTH)
    with pytest.raises(Conflict):
        approved(deps, draft)
    check_next(deps)
    release = deps.releases.get(draft.id)
    with pytest.raises(StaleVersion):
        approved(deps, draft)

    signed = approved(deps, release)

    with pytest.raises(Conflict):
        approved(deps, signed)


def test_a_period_has_one_release_under_way_and_the_next_one_supersedes_it(site: StatisticsSite, deps: Deps) -> None:
    frozen(site)
    key = RequestKey("k" * 8, "d")
    first = prepare_release(deps, replace(MINISTRY, request=key), ReleaseKind.MONTHLY, MONTH)
    assert prepare_release(deps, replace(MINISTRY, request=key), ReleaseKind.MONTHLY, MONTH).id == first.id
    check_next(deps)
    with pytest.raises(ReleaseUnderWay):
        prepare_release(deps, MINISTRY, ReleaseKind.MONTHLY, MONTH)
    approved(deps, deps.releases.get(first.id))

    second = checked(deps)

    assert second.state is ReleaseState.PASSED
    assert (second.number, second.supersedes) == (2, first.id)
    assert second.hidden == deps.releases.get(first.id).hidden


def test_a_release_that_is_given_up_makes_way_for_another(site: StatisticsSite, deps: Deps) -> None:
    frozen(site)
    release = checked(deps)

    withdrawn = withdraw_release(deps, replace(MINISTRY, version=release.version), release.id)

    assert withdrawn.state is ReleaseState.WITHDRAWN
    with pytest.raises(Conflict):
        approved(deps, withdrawn)
    assert prepare_release(deps, MINISTRY, ReleaseKind.MONTHLY, MONTH).number == 1


def test_amounts_without_a_rate_are_not_released(site: StatisticsSite, deps: Deps) -> None:
    fill(site)
    site.take(told(f"{MONTH}-1-1", [an_execution("c", nature="1", cny=None)], "u1", version=2))
    close_period(site, MONTH, {"enterprise-3": 17})
    freeze_due(deps)

    release = checked(deps)

    assert release.state is ReleaseState.FAILED
    assert release.checked is not None
    assert release.checked.faults == (Fault.RATE_MISSING,)
    assert prepare_release(deps, MINISTRY, ReleaseKind.MONTHLY, MONTH).number == 1


def test_a_leak_that_the_audit_finds_stops_the_release(
    site: StatisticsSite, deps: Deps, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen(site)
    protect = agreeing.protect

    def careless(*told: Any, **said: Any) -> Any:
        protected = protect(*told, **said)
        bare = replace(protected.release, hidden={})
        return replace(protected, release=bare, report=agreeing.audit(bare, told[1], told[2]))

    monkeypatch.setattr(agreeing, "protect", careless)

    release = checked(deps)

    assert release.state is ReleaseState.FAILED
    assert release.checked is not None
    assert release.checked.faults == (Fault.LEAK,)


def test_a_set_that_does_not_fit_into_a_message_fails_its_check_and_says_which_tables_are_large(
    site: StatisticsSite, deps: Deps, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen(site)
    monkeypatch.setattr(handing_over, "LARGEST_MESSAGE", 1000)

    refused = checked(deps)

    assert refused.checked is not None
    assert (refused.state, refused.checked.faults) == (ReleaseState.FAILED, (Fault.TOO_LARGE,))
    said = orjson.loads(deps.releases.report(refused))["oversize"]
    assert said["bytes"] > said["limit"] == 1000
    assert [each["title"] for each in said["tables"]] == ["执行额分性质"]


def test_a_set_is_never_larger_on_the_bus_than_its_check_reckoned(site: StatisticsSite, deps: Deps) -> None:
    frozen(site)
    passed = checked(deps)
    reckoned = deps.releases.message_size(passed, handing_over.told_of(passed, deps.releases.content(passed)))

    release = approved(deps, passed)

    (event,) = site.wired.database["releases"].find_one({"_id": release.id})["outbox"]
    names = ("type", "time", "subject", "data")
    sent = encode(Event(event["id"], **{name: event[name] for name in names}, correlation_id="-" * 32), OWNER)
    assert reckoned - MAX_ATTRIBUTE <= len(sent) <= reckoned


def test_a_month_is_checked_beside_the_months_released_before_it(site: StatisticsSite, deps: Deps) -> None:
    for month in ("2025-01", "2025-02"):
        fill(site, month)
    fill(site)
    for month in ("2025-01", MONTH):
        close_period(site, month, {"enterprise-3": 17})
    assert freeze_due(deps) == 2
    january = checked(deps, "2025-01")
    approved(deps, january)

    march = checked(deps)

    assert march.state is ReleaseState.PASSED
    assert {table.rpartition(".")[2] for table in march.hidden} <= {"period", "to_date"}
    assert all(ALONE in codes for codes in march.hidden.values())


def test_what_is_hidden_and_said_is_not_stored_in_clear(site: StatisticsSite, deps: Deps) -> None:
    frozen(site)
    release = approved(deps, checked(deps))

    stored = repr(site.wired.database["releases"].find_one({"_id": release.id}))

    assert [each for each in ("1696.00", "11872.00", "同意提供", "execution_usd.period") if each in stored] == []
