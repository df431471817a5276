"""Everything that the operations use."""

from __future__ import annotations

from dataclasses import dataclass

from services.identity.model.factors import FactorRule
from services.identity.model.passwords import Policy
from services.identity.ports.accounts import Accounts, Units
from services.identity.ports.chance import PasswordHashes, Randomness
from services.identity.ports.clients import Clients, Codes, Proofs, Tokens
from services.identity.ports.divisions import ChangeSets, Divisions
from services.identity.ports.invitations import Invitations
from services.identity.ports.sign_ins import AttemptCounts, Factors, Sessions, SignIns
from services.identity.ports.signups import SignUps
from shared.clock import Clock


@dataclass(frozen=True)
class Deps:
    """Everything that the operations use."""

    accounts: Accounts
    units: Units
    sign_ups: SignUps
    invitations: Invitations
    change_sets: ChangeSets
    sessions: Sessions
    sign_ins: SignIns
    codes: Codes
    clients: Clients
    proofs: Proofs
    factors: Factors
    attempts: AttemptCounts
    hashes: PasswordHashes
    tokens: Tokens
    divisions: Divisions
    random: Randomness
    policy: Policy
    factor_rule: FactorRule
    clock: Clock
