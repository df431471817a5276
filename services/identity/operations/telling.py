"""Who is told when something waits for a second person, and when a right was given or ended. It goes in the same write."""

from __future__ import annotations

from collections.abc import Sequence

from services.identity.model.accounts import Account
from services.identity.model.grants import Grant
from services.identity.model.mails import NewsDue, NewsKind
from services.identity.model.places import LEVEL_OF_ROLE
from services.identity.ports.deps import Deps
from shared.identity.actor import COUNTRY, ROLE_LABELS, Role

WAITING = "/people?waiting=1"
EVERYWHERE = "全系统"

_REVIEWERS = {level: role for role, level in LEVEL_OF_ROLE.items() if role is not Role.MINISTRY}


def office_proposed(grant: Grant) -> NewsDue:
    """Tell the administrators that a powerful grant waits for a second of them."""
    facts = {"role": ROLE_LABELS[grant.role]}
    return NewsDue(NewsKind.OFFICE_PROPOSED, WAITING, role=Role.ADMINISTRATOR, facts=facts)


def right_given(deps: Deps, account: Account, grant: Grant) -> NewsDue:
    """Tell a person who has an account of another right."""
    facts = {**_right(deps, grant), "valid_from": grant.valid_from.isoformat()}
    return NewsDue(NewsKind.RIGHT_GIVEN, "/account", account_id=account.id, facts=facts)


def right_ended(deps: Deps, account: Account, grant: Grant) -> NewsDue:
    """Tell a person that somebody has ended a right of theirs; the last one too, when the mail alone reaches them."""
    return NewsDue(NewsKind.RIGHT_ENDED, "/account", account_id=account.id, facts=_right(deps, grant))


def _right(deps: Deps, grant: Grant) -> dict[str, str]:
    place = deps.divisions.last_name_of(grant.division) if grant.division else EVERYWHERE
    return {"role": ROLE_LABELS[grant.role], "place": place}


def recovery_proposed(deps: Deps, division: str) -> Sequence[NewsDue]:
    """Tell the reviewers of the unit's division and of the level above that a recovery waits for a second of them."""
    news = []
    for each in (division, deps.divisions.above(division)):
        level = deps.divisions.level_of(each)
        if level in _REVIEWERS:
            news.append(NewsDue(NewsKind.RECOVERY_PROPOSED, "/recoveries", role=_REVIEWERS[level], division=each))
    return news


def divisions_proposed(document: str) -> Sequence[NewsDue]:
    """Tell the ministry and the administrators that changes to the divisions wait for a second of them."""
    kind, link, facts = NewsKind.DIVISIONS_PROPOSED, "/divisions/changes", {"document": document}
    return [
        NewsDue(kind, link, role=Role.MINISTRY, division=COUNTRY, facts=facts),
        NewsDue(kind, link, role=Role.ADMINISTRATOR, facts=facts),
    ]
