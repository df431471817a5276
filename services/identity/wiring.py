"""The only place where identity's real adapters are made."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pymongo import MongoClient
from pymongo.database import Database

from services.identity.model.factors import FactorRule
from services.identity.model.passwords import POLICIES
from services.identity.model.signups import CODE_DIGITS
from services.identity.ports.deps import Deps
from services.identity.repository.accounts import MongoAccounts, MongoUnits
from services.identity.repository.attempts import MongoAttempts
from services.identity.repository.change_sets import MongoChangeSets
from services.identity.repository.clients import MongoClients, MongoProofs
from services.identity.repository.divisions import ListedDivisions
from services.identity.repository.factors import MongoFactors
from services.identity.repository.invitations import MongoInvitations
from services.identity.repository.mails import MailEvents
from services.identity.repository.sessions import MongoSessions
from services.identity.repository.sign_ins import MongoCodes, MongoSignIns
from services.identity.repository.signups import MongoSignUps
from services.identity.repository.token_keys import TokenKeys
from services.identity.repository.vault import Vault
from services.identity.settings import Settings
from shared.clock import Clock, SystemClock
from shared.contracts.notification import READER
from shared.crypto.blind_index import BlindIndex
from shared.crypto.jose_file import read_jose_peers
from shared.crypto.keyring import Keyring
from shared.crypto.providers import keyring_of
from shared.crypto.sealing import Sealer
from shared.identity.passwords import PasswordHashes
from shared.identity.tokens import Verifier
from shared.ids import new_id
from shared.mongo.client import Document, connect
from shared.settings import SettingsError

_LETTERS = ("abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "-+=#%")
"""Characters of made passwords, without those that are read one for another."""

_GROUPS = 4
_GROUP_SIZE = 5


class SystemRandomness:
    """Chance from the operating system; `ports.chance.Randomness`."""

    def id(self) -> str:
        """Return a new identifier."""
        return new_id()

    def secret(self) -> str:
        """Return 256 random bits as 43 characters."""
        return secrets.token_urlsafe(32)

    def code(self) -> str:
        """Return an activation code of eight digits."""
        return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"

    def password(self) -> str:
        """Return a password of 20 characters in all four classes, which every policy accepts: over 110 bits."""
        chosen = [secrets.choice(group) for group in _LETTERS]
        everything = "".join(_LETTERS)
        chosen += [secrets.choice(everything) for _ in range(_GROUPS * _GROUP_SIZE - len(chosen))]
        secrets.SystemRandom().shuffle(chosen)
        return "".join(chosen)

    def totp_secret(self) -> str:
        """Return 160 random bits in base32."""
        return base64.b32encode(secrets.token_bytes(20)).decode()

    def recovery_code(self) -> str:
        """Return 80 random bits in base32, in four groups."""
        text = base64.b32encode(secrets.token_bytes(10)).decode()
        return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


@dataclass(frozen=True)
class Wired:
    """The real adapters of one process."""

    deps: Deps
    client: MongoClient[Document]
    database: Database[Document]
    keyring: Keyring
    token_keys: TokenKeys
    verifier: Verifier
    settings: Settings

    def checks(self) -> Mapping[str, Callable[[], object]]:
        """Return what readiness asks."""
        return {
            "mongo": lambda: self.database.command("ping"),
            "keys": lambda: self.keyring.index_key("readiness"),
            "token_keys": lambda: self.token_keys.public_set()["keys"][0],
        }


def build(settings: Settings, clock: Clock | None = None) -> Wired:
    """Make everything from the settings. No server is contacted yet. Raises `SettingsError`."""
    if settings.password_profile not in POLICIES:
        raise SettingsError("TONGBAO_PASSWORD_PROFILE is not one of " + ", ".join(POLICIES))
    if settings.second_factor not in {rule.value for rule in FactorRule}:
        raise SettingsError("TONGBAO_SECOND_FACTOR is not one of " + ", ".join(FactorRule))
    time = clock or SystemClock()
    client = connect(settings.mongo_uri, "identity")
    database = client[settings.mongo_database]
    keyring = keyring_of(database, time, settings)
    vault = Vault(Sealer(keyring), BlindIndex(keyring), database.name)
    peers = read_jose_peers(settings.jose_peers_file)
    if READER not in peers:
        raise SettingsError(f"TONGBAO_JOSE_PEERS_FILE has no keys of {READER}")
    mails = MailEvents(peers[READER], new_id)
    change_sets = MongoChangeSets(client, database, mails, new_id)
    accounts = MongoAccounts(database, vault, mails)
    units = MongoUnits(database, vault)
    token_keys = TokenKeys(database, vault, settings.issuer, time)
    deps = Deps(
        accounts=accounts,
        units=units,
        sign_ups=MongoSignUps(client, database, vault, mails, units, accounts),
        invitations=MongoInvitations(client, database, vault, mails, accounts),
        change_sets=change_sets,
        sessions=MongoSessions(database),
        sign_ins=MongoSignIns(database),
        codes=MongoCodes(database),
        clients=MongoClients(database),
        proofs=MongoProofs(database),
        factors=MongoFactors(database, vault),
        attempts=MongoAttempts(database, vault),
        hashes=PasswordHashes(),
        tokens=token_keys,
        divisions=ListedDivisions(time, change_sets.confirmed),
        random=SystemRandomness(),
        policy=POLICIES[settings.password_profile],
        factor_rule=FactorRule(settings.second_factor),
        clock=time,
    )
    return Wired(
        deps=deps,
        client=client,
        database=database,
        keyring=keyring,
        token_keys=token_keys,
        verifier=Verifier.of_one(settings.issuer, token_keys.public_set, time),
        settings=settings,
    )
