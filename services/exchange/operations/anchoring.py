"""Following the chains of the journal, and anchoring each day that is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import structlog

from services.exchange.journal import anchors
from services.exchange.journal.anchors import SignedAnchor, Standing, following
from services.exchange.journal.chains import Broken, Fault, Follower, Head, end_at
from services.exchange.model.partners import PARTNER_TITLES, Partner
from services.exchange.ports.deps import Deps
from services.exchange.ports.journal import Checked
from shared.contracts.border import EXCHANGE
from shared.contracts.notification import NOTICE_DUE, Notice, in_role
from shared.identity.actor import Role
from shared.scheduling.jobs import Progress, day_of

ONE_DAY = timedelta(days=1)

WATCHERS = (Role.DIRECTORY_DESK, Role.SHARING_DESK, Role.AUDITOR)
"""Who is told that a chain does not hold."""

log = structlog.get_logger()


def anchor_days(deps: Deps, progress: Progress) -> None:
    """Follow what was entered since the last anchor, and anchor each day that is over and has no anchor yet.

    A chain that does not hold is told of and anchored as it stands: the anchor says where it stood, and what broke
    before it stays to be seen by everybody who follows the chain.
    """
    for partner in Partner:
        checked = follow_chain(deps, partner)
        deps.journal.note_checked(partner, checked)
        if checked.broken_at:
            _tell_broken(deps, partner, checked)
            progress.counts["broken"] = progress.counts.get("broken", 0) + 1
        progress.note(partner.value)
    last = deps.journal.anchor_before()
    until = day_of(progress) - ONE_DAY
    day = date.fromisoformat(last.anchor.day) + ONE_DAY if last else until
    while day <= until:
        anchor_day(deps, day)
        progress.counts["anchors"] = progress.counts.get("anchors", 0) + 1
        progress.note(day.isoformat())
        day += ONE_DAY


def anchor_day(deps: Deps, day: date) -> SignedAnchor:
    """Return the anchor of a day that is over, made and signed where there is none yet."""
    at = deps.clock.now()

    def make(before: SignedAnchor | None, chains: Sequence[Standing]) -> SignedAnchor:
        anchor = following(before, day, at, chains)
        return SignedAnchor(anchor, deps.signer.sign(anchor.payload, anchors.TYP))

    return deps.journal.close_day(day, make)


def follow_chain(deps: Deps, partner: Partner, since: date | None = None, until: date | None = None) -> Checked:
    """Follow the chain of a partner, from the anchor before the day `since` to the end of `until`.

    Without days, from the last anchor to the very end, which must be where the chain's head says.
    """
    before = deps.journal.anchor_before(since)
    standing = before.anchor.of(partner.value) if before else Standing(partner.value, 0, Head().hash)
    ahead = [each.anchor.of(partner.value) for each in deps.journal.anchors(since, until)] if since else []
    end = next(chain.head for chain in deps.journal.chains() if chain.partner is partner)
    if until is not None:
        end = deps.journal.head_before(partner, anchors.end_of(until))
    follower = Follower(partner.value, Head(standing.count, standing.head))
    at = deps.clock.now()
    try:
        for entry, noted in deps.journal.follow(partner, standing.count + 1, max(end.number, standing.count)):
            follower.take(entry, noted)
            while ahead and ahead[0].count <= follower.head.number:
                _hold(follower.head, ahead.pop(0))
        if ahead and ahead[-1].count > follower.head.number:
            raise Broken(Fault.CUT_OFF, follower.head.number + 1)
        end_at(follower.head, end.number, end.hash)
    except Broken as broken:
        return Checked(at, follower.head.number, broken.fault.value, broken.number)
    return Checked(at, follower.head.number)


def _hold(head: Head, standing: Standing) -> None:
    """Hold the head of a chain against an anchor that counts as many entries. Raises `Broken`."""
    if standing.count == head.number and standing.head != head.hash:
        raise Broken(Fault.ANCHORED_OTHERWISE, head.number)


def _tell_broken(deps: Deps, partner: Partner, checked: Checked) -> None:
    log.error("journal_broken", partner=partner.value, fault=checked.fault, number=checked.broken_at)
    for role in WATCHERS:
        notice = Notice(
            occasion=f"{EXCHANGE}.journal_broken",
            once=f"{partner.value}.{checked.broken_at}",
            to=in_role(role, None),
            values={"partner": PARTNER_TITLES[partner], "number": str(checked.broken_at)},
            link="/journal",
        )
        deps.journal.tell(NOTICE_DUE[EXCHANGE].type, deps.border.seal_notice(notice), checked.at)
