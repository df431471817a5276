"""What a unit is: one that operates a platform may be an enterprise or train people as well (企业类型 may be several)."""

from __future__ import annotations

import structlog

from services.identity.errors import ChangedMeanwhile
from services.identity.model.accounts import Account
from services.identity.model.grants import Act, Grant, GrantAction, told
from services.identity.model.signups import UnitRole
from services.identity.operations.appointments import with_grant
from services.identity.operations.colleagues import grants_for, principal_acting, unit_of
from services.identity.ports.deps import Deps
from shared.calls import Call
from shared.clock import local_date
from shared.errors import Invalid, Problem, StaleVersion
from shared.history import was_done
from shared.identity.actor import ROLE_LABELS, Role

log = structlog.get_logger()


def add_role(deps: Deps, call: Call, wanted: UnitRole) -> Account:
    """Let one's unit be something more; its principal acts in that role too, from the next sign-in on.

    Actor: the principal. Colleagues stay what they are: they act for the unit all the same. Raises `NotAllowed`,
    `Invalid` for what the unit is already, `ChangedMeanwhile`, `KeyReused`.
    """
    principal = principal_acting(deps, call)
    account = principal.account
    if was_done(account.history, call.request):
        return account
    role = Role(wanted)
    if any(grant.role is role for grant in grants_for(account, unit_of(call), deps)):
        text = f"本单位已是{ROLE_LABELS[role]}。"
        raise Invalid([Problem("/role", "role_held", text, "本单位还没有的类型", "单位类型")])
    now = deps.clock.now()
    grant = Grant(
        id=deps.random.id(),
        role=role,
        valid_from=local_date(now),
        proposed=Act(account.id, now),
        unit_id=principal.grant.unit_id,
        division=principal.grant.division,
        is_principal=True,
    )
    try:
        saved = deps.accounts.save(with_grant(account, grant), call.entry(now, GrantAction.GIVE, None, told(grant)))
    except StaleVersion:
        raise ChangedMeanwhile from None
    log.info("unit_role_added", account_id=account.id, grant_id=grant.id, unit_id=grant.unit_id, role=role)
    return saved
