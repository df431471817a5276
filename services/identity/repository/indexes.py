"""The collections of identity and their indexes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pymongo import ASCENDING, DESCENDING, IndexModel

from shared.mongo.indexes import AGGREGATE_INDEXES

ACCOUNTS = "accounts"
UNITS = "units"
SIGN_UPS = "sign_ups"
GUARDS = "guards"
INVITATIONS = "invitations"
CHANGE_SETS = "division_changes"
SESSIONS = "sessions"
ATTEMPTS = "attempts"
FAMILIAR = "familiar_places"
CLIENTS = "clients"
SPENT_PROOFS = "spent_proofs"
SIGN_INS = "sign_ins"
CODES = "codes"
FACTORS = "factors"
TOKEN_KEYS = "token_keys"  # noqa: S105  the name of a collection

USERNAME = "username"
PRINCIPAL = "principal"
INVITED = "invited"
CREDIT_CODE = "credit_code"

_DAY = 24 * 3600

INDEXES: Mapping[str, Sequence[IndexModel]] = {
    ACCOUNTS: (
        *AGGREGATE_INDEXES,
        IndexModel([("username_index", ASCENDING)], name=USERNAME, unique=True),
        IndexModel([("principal_of", ASCENDING)], name=PRINCIPAL, unique=True, sparse=True),
        IndexModel([("grants.unit_id", ASCENDING), ("_id", DESCENDING)], name="unit"),
        IndexModel([("grants.role", ASCENDING), ("grants.division", ASCENDING), ("_id", DESCENDING)], name="place"),
    ),
    CHANGE_SETS: (
        *AGGREGATE_INDEXES,
        IndexModel([("proposed_at", DESCENDING), ("_id", DESCENDING)], name="newest"),
        IndexModel([("state", ASCENDING), ("_id", ASCENDING)], name="state"),
    ),
    INVITATIONS: (
        *AGGREGATE_INDEXES,
        IndexModel([("unit_id", ASCENDING), ("state", ASCENDING)], name="unit"),
        IndexModel([("invited_index", ASCENDING), ("state", ASCENDING)], name=INVITED),
        IndexModel([("account_id", ASCENDING), ("state", ASCENDING)], name="account"),
        IndexModel(
            [("kind", ASCENDING), ("division", ASCENDING), ("asked_at", DESCENDING), ("_id", DESCENDING)],
            name="recoveries",
        ),
    ),
    UNITS: (
        *AGGREGATE_INDEXES,
        IndexModel([("division", ASCENDING)], name="division"),
        IndexModel([("credit_code_index", ASCENDING)], name=CREDIT_CODE, unique=True),
    ),
    SIGN_UPS: (*AGGREGATE_INDEXES, IndexModel([("state", ASCENDING), ("expires_at", ASCENDING)], name="pending")),
    # The rows below lose their meaning long before they go: a wrong clock of the server costs a sign-in, no more.
    SESSIONS: (
        IndexModel([("expires_at", ASCENDING)], name="gone", expireAfterSeconds=30 * _DAY),
        IndexModel([("sign_in_id", ASCENDING)], name="sign_in"),
    ),
    SIGN_INS: (
        IndexModel([("seen_at", ASCENDING)], name="gone", expireAfterSeconds=7 * _DAY),
        IndexModel([("cookie", ASCENDING)], name="cookie", unique=True),
        IndexModel([("account_id", ASCENDING), ("started_at", DESCENDING)], name="account"),
    ),
    CODES: (IndexModel([("expires_at", ASCENDING)], name="gone", expireAfterSeconds=_DAY),),
    SPENT_PROOFS: (IndexModel([("until", ASCENDING)], name="gone", expireAfterSeconds=3600),),
    CLIENTS: AGGREGATE_INDEXES,
    FACTORS: AGGREGATE_INDEXES,
    ATTEMPTS: (IndexModel([("at", ASCENDING)], name="gone", expireAfterSeconds=7 * _DAY),),
    FAMILIAR: (IndexModel([("at", ASCENDING)], name="gone", expireAfterSeconds=90 * _DAY),),
}
