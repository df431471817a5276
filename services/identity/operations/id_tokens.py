"""What the provider tells a client of the person who signed in (OpenID Connect Core 1.0, sections 2 and 5)."""

from __future__ import annotations

from collections.abc import Mapping

from services.identity.model.accounts import Account
from services.identity.model.codes import Code
from services.identity.operations.sessions import SignedIn
from services.identity.operations.signing_in import live_sign_in
from services.identity.ports.deps import Deps
from shared.errors import NotAuthenticated
from shared.identity.actor import ROLE_LABELS, Actor
from shared.identity.tokens import LIFETIME

TYPE = "JWT"


def id_token(deps: Deps, signed_in: SignedIn, code: Code) -> str:
    """Return the ID token of a session that a code has just begun. Raises `SessionOver`, `NotAuthenticated`."""
    sign_in, account, grant = live_sign_in(deps, code.sign_in_id)
    now = int(deps.clock.now().timestamp())
    claims: dict[str, object] = {
        **person_claims(deps, account, Actor(account.id, grant.role, grant.unit_id, grant.division)),
        "aud": code.request.client_id,
        "iat": now,
        "exp": now + int(LIFETIME.total_seconds()),
        "nonce": code.request.nonce,
        "auth_time": int(sign_in.authenticated_at.timestamp()),
        "amr": sorted(proof.value for proof in sign_in.proofs),
        "sid": sign_in.id,
    }
    if signed_in.account.id != account.id:
        raise NotAuthenticated
    return deps.tokens.sign(claims, TYPE)


def person_claims(deps: Deps, account: Account, actor: Actor) -> Mapping[str, object]:
    """Return who somebody is and in which role and place they act, in codes and in words."""
    return {
        "sub": account.id,
        "name": account.person.display_name,
        "role": actor.role.value,
        "role_label": ROLE_LABELS[actor.role],
        "unit": actor.unit_id,
        "division": actor.division,
        "division_name": deps.divisions.name_of(actor.division) if actor.division else None,
    }
