"""From a sign-in to a client's session: the authorization code, good once (RFC 6749, section 4.1; RFC 9700, 2.1)."""

from __future__ import annotations

from dataclasses import replace

import structlog

from services.identity.errors import CodeUnusable
from services.identity.model.codes import LIFETIME, Code, CodeRequest
from services.identity.model.sessions import Session
from services.identity.model.sessions import digest_of as token_digest_of
from services.identity.model.sign_ins import LONGEST, SignIn, digest_of
from services.identity.operations.sessions import SignedIn, end_by_id, new_token, signed_in_with
from services.identity.operations.signing_in import live_sign_in
from services.identity.ports.deps import Deps

log = structlog.get_logger()


def issue_code(deps: Deps, sign_in: SignIn, request: CodeRequest) -> str:
    """Return a code for a client that the person at the browser signs in to; only its digest is kept."""
    value = deps.random.secret()
    deps.codes.add(Code(digest_of(value), request, sign_in.id, deps.clock.now() + LIFETIME))
    return value


def claim_code(deps: Deps, value: str, client_id: str) -> Code:
    """Use a code up and return it. One that comes a second time ends the session that it made.

    It is used up before anything else of the request is looked at: a wrong verifier costs the code as well. Raises
    `CodeUnusable`.
    """
    digest, session_id = digest_of(value), deps.random.id()
    found = deps.codes.find(digest)
    if found is None or found.request.client_id != client_id:
        raise CodeUnusable
    if deps.codes.claim(digest, session_id, deps.clock.now()):
        return replace(found, session_id=session_id)
    _end_replayed(deps, digest)
    raise CodeUnusable


def begin_session(deps: Deps, code: Code) -> SignedIn:
    """Begin the client's session that a claimed code stands for. Raises `SessionOver`, `CodeUnusable`."""
    now = deps.clock.now()
    sign_in, account, grant = live_sign_in(deps, code.sign_in_id)
    secret = new_token(deps, code.session_id)
    session = Session(
        id=code.session_id,
        version=1,
        account_id=account.id,
        started_at=now,
        renewed_at=now,
        expires_at=sign_in.started_at + LONGEST,
        digest=token_digest_of(secret),
        grant_id=grant.id,
        client_id=code.request.client_id,
        sign_in_id=sign_in.id,
        scope=code.request.scope,
    )
    deps.sessions.add(session)
    stored = deps.codes.find(code.digest)
    if stored is None or stored.was_replayed:  # the other one came between the claim and now
        end_by_id(deps, session.id)
        raise CodeUnusable
    log.info("session_begun", account_id=account.id, session_id=session.id, client_id=session.client_id)
    return signed_in_with(deps, account, grant, secret, session)


def _end_replayed(deps: Deps, digest: str) -> None:
    deps.codes.mark_replayed(digest)
    used = deps.codes.find(digest)
    if used is not None and used.session_id:
        log.warning("code_replayed", session_id=used.session_id)
        end_by_id(deps, used.session_id)
