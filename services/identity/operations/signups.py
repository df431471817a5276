"""Signing a unit up, and proving by a mailed code that the applicant owns the address."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import structlog

from services.identity.errors import ChangedMeanwhile
from services.identity.model.accounts import Account, AccountState, Password, Person, Unit
from services.identity.model.attempts import Kind, Subject
from services.identity.model.grants import Act, Grant
from services.identity.model.mails import MailDue, MailKind
from services.identity.model.passwords import password_problems
from services.identity.model.signups import CODE_LIFETIME, Applicant, SignUp, SignUpAction, SignUpState
from services.identity.ports.deps import Deps
from services.identity.ports.sign_ins import Visitor
from shared.clock import local_date
from shared.errors import Invalid, Problem, StaleVersion
from shared.history import HistoryEntry
from shared.identity.actor import Role

STALE_AFTER = timedelta(days=7)

log = structlog.get_logger()

CODE_WRONG = Problem("/code", "code_wrong", "激活码不正确或已失效，请核对，或重新申请。", "邮件中的 8 位数字")


def start_sign_up(deps: Deps, visitor: Visitor, applicant: Applicant) -> str:
    """Keep what the applicant told, mail a code to the address, and return the id of the sign-up.

    Answer and work are the same whether or not unit or address have an account already: then a code is made too, but
    nobody gets it, and the holder of the account is told instead. Raises `Invalid` for an unknown division,
    `TooManyAttempts`.
    """
    if deps.divisions.name_of(applicant.division) is None:
        raise Invalid([Problem("/division", "division_unknown", "没有这个行政区划代码。", "现行行政区划代码")])
    now = deps.clock.now()
    subjects = (
        Subject(Kind.SIGN_UP_ADDRESS, visitor.address),
        Subject(Kind.SIGN_UP_EMAIL, applicant.email),
        Subject(Kind.SIGN_UP_UNIT, applicant.credit_code),
    )
    deps.attempts.take(subjects, now)
    code = deps.random.code()
    sign_up = SignUp(
        id=deps.random.id(),
        version=1,
        state=SignUpState.PENDING,
        created_at=now,
        expires_at=now + CODE_LIFETIME,
        applicant=applicant,
        code_hash=deps.hashes.hash(code),
    )
    entry = HistoryEntry(now, sign_up.id, SignUpAction.START, None, SignUpState.PENDING)
    deps.sign_ups.add(sign_up, entry, [_mail_for(deps, sign_up.id, applicant, code)])
    return sign_up.id


def activate_sign_up(deps: Deps, sign_up_id: str, code: str, password: str) -> Account:
    """Open the unit's account with a first password of its own, once the code is right, and return it.

    From: pending. To: activated. A try is counted before the code is looked at. Raises `NotFound`, `Invalid` for a
    password against the policy and for a code that is wrong, too old or tried too often, `UnitHasAccount`,
    `UsernameTaken`, `ChangedMeanwhile`.
    """
    sign_up = deps.sign_ups.get(sign_up_id)
    now = deps.clock.now()
    applicant = sign_up.applicant
    if applicant is None or not sign_up.is_open(now):
        raise Invalid([CODE_WRONG])
    problems = password_problems(deps.policy, password, applicant.email, "/password")
    if problems:
        raise Invalid(problems)
    try:
        entry = HistoryEntry(now, sign_up.id, SignUpAction.TRY, SignUpState.PENDING, SignUpState.PENDING)
        tried = deps.sign_ups.save(replace(sign_up, tries=sign_up.tries + 1), entry)
        if not deps.hashes.verify(tried.code_hash, code):
            raise Invalid([CODE_WRONG])
        return _activated(deps, tried, applicant, password)
    except StaleVersion:
        raise ChangedMeanwhile from None


def forget_stale_sign_ups(deps: Deps) -> int:
    """Remove what applicants told who never proved their address, a week after their code ended; return how many.

    Actor: none (a periodic job). From: pending. Doing it twice does no harm.
    """
    forgotten = deps.sign_ups.forget_pending(deps.clock.now() - STALE_AFTER)
    if forgotten:
        log.info("sign_ups_forgotten", count=forgotten)
    return forgotten


def _activated(deps: Deps, sign_up: SignUp, applicant: Applicant, password: str) -> Account:
    now = deps.clock.now()
    unit = Unit(
        id=deps.random.id(),
        version=1,
        division=applicant.division,
        credit_code=applicant.credit_code,
        name=applicant.unit_name,
        created_at=now,
    )
    account_id = deps.random.id()
    account = Account(
        id=account_id,
        version=1,
        state=AccountState.ACTIVE,
        person=Person(applicant.email, applicant.contact_person, applicant.email, applicant.phone),
        password=Password(deps.hashes.hash(password), set_at=now),
        valid_since=now,
        created_at=now,
        grants=(_first_grant(deps, account_id, unit, Role(applicant.role)),),
    )
    done = replace(sign_up, state=SignUpState.ACTIVATED, applicant=None, code_hash="")
    entry = HistoryEntry(now, account.id, SignUpAction.ACTIVATE, SignUpState.PENDING, SignUpState.ACTIVATED)
    deps.sign_ups.activate(done, unit, account, entry)
    return account


def _first_grant(deps: Deps, account_id: str, unit: Unit, role: Role) -> Grant:
    """Return the grant of who signed the unit up and so answers for it."""
    return Grant(
        id=deps.random.id(),
        role=role,
        valid_from=local_date(unit.created_at),
        proposed=Act(account_id, unit.created_at),
        unit_id=unit.id,
        division=unit.division,
        is_principal=True,
    )


def _mail_for(deps: Deps, sign_up_id: str, applicant: Applicant, code: str) -> MailDue:
    unit = deps.units.find_by_credit_code(applicant.credit_code)
    holder = deps.accounts.find_by_username(applicant.email)
    if unit is not None:
        of_unit = deps.accounts.find_principal(unit.id)
        if of_unit is not None:
            return MailDue(MailKind.UNIT_HAS_ACCOUNT, of_unit.person.email, {})
    if holder is not None:
        return MailDue(MailKind.ADDRESS_HAS_ACCOUNT, applicant.email, {})
    facts = {"code": code, "minutes": str(int(CODE_LIFETIME.total_seconds() // 60))}
    return MailDue(MailKind.ACTIVATION, applicant.email, facts, link=f"/signups/{sign_up_id}")
