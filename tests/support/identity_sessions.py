"""Signing in on identity's operations alone, without a page or a protocol between them."""

from __future__ import annotations

from datetime import timedelta

import pyotp

from services.identity.model.codes import CodeRequest
from services.identity.model.factors import STEP_SECONDS
from services.identity.operations.codes import begin_session, claim_code, issue_code
from services.identity.operations.factors import begin_enrolment
from services.identity.operations.sessions import SignedIn
from services.identity.operations.signing_in import Here, enrol, enter
from services.identity.ports.sign_ins import Visitor
from tests.support.identity import PASSWORD, MemoryDeps

CLIENT = "portal"
HERE, THERE = Visitor("192.0.2.1"), Visitor("198.51.100.7")
NAME = "county.330106"
ASKED = CodeRequest(CLIENT, "https://client.test/callback", "openid", "challenge", "nonce")


def come_in(deps: MemoryDeps, visitor: Visitor = HERE) -> Here:
    """Give the reviewer's right password."""
    return enter(deps, visitor, NAME, PASSWORD)


def signed_in(deps: MemoryDeps, visitor: Visitor = HERE, password: str = PASSWORD) -> SignedIn:
    """Sign the reviewer in to the portal."""
    return session_of(deps, enter(deps, visitor, NAME, password))


def session_of(deps: MemoryDeps, here: Here) -> SignedIn:
    """Take a complete sign-in to the portal."""
    code = issue_code(deps, here.sign_in, ASKED)
    return begin_session(deps, claim_code(deps, code, CLIENT))


def with_factor(deps: MemoryDeps, visitor: Visitor = HERE) -> tuple[pyotp.TOTP, tuple[str, ...]]:
    """Give the reviewer a second factor; return the device and the recovery codes. The clock moves on a little."""
    here = come_in(deps, visitor)
    device = pyotp.TOTP(begin_enrolment(deps, here.account).secret)
    _, codes = enrol(deps, visitor, here, device.at(deps.clock.now()))
    deps.clock.advance(timedelta(seconds=2 * STEP_SECONDS))
    return device, codes
