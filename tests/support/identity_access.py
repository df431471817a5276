"""Identity's ports of sign-ins, codes, clients and second factors in memory, with the promises of the real ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.identity.errors import ClientExists, FactorExists
from services.identity.model.clients import Client
from services.identity.model.codes import Code
from services.identity.model.factors import Factor
from services.identity.model.sign_ins import SignIn
from shared.errors import NotFound, StaleVersion
from shared.history import HistoryEntry


class MemorySignIns:
    def __init__(self) -> None:
        self.rows: dict[str, SignIn] = {}

    def find(self, sign_in_id: str) -> SignIn | None:
        return self.rows.get(sign_in_id)

    def find_by_cookie(self, cookie: str) -> SignIn | None:
        return next((each for each in self.rows.values() if each.cookie == cookie), None)

    def add(self, sign_in: SignIn) -> None:
        self.rows[sign_in.id] = sign_in

    def save(self, sign_in: SignIn) -> SignIn:
        if self.rows[sign_in.id].version != sign_in.version:
            raise StaleVersion
        self.rows[sign_in.id] = replace(sign_in, version=sign_in.version + 1)
        return self.rows[sign_in.id]

    def touch(self, sign_in_id: str, at: datetime) -> None:
        self.rows[sign_in_id] = replace(self.rows[sign_in_id], seen_at=max(at, self.rows[sign_in_id].seen_at))

    def end(self, sign_in_id: str) -> None:
        found = self.rows[sign_in_id]
        self.rows[sign_in_id] = replace(found, ended=True, version=found.version + 1)

    def list_of_account(self, account_id: str, since: datetime) -> Sequence[SignIn]:
        rows = [each for each in self.rows.values() if each.account_id == account_id and each.seen_at > since]
        live = [each for each in rows if each.is_complete and not each.ended]
        return sorted(live, key=lambda each: (each.started_at, each.id), reverse=True)


class MemoryCodes:
    def __init__(self) -> None:
        self.rows: dict[str, Code] = {}

    def add(self, code: Code) -> None:
        self.rows[code.digest] = code

    def find(self, digest: str) -> Code | None:
        return self.rows.get(digest)

    def claim(self, digest: str, session_id: str, now: datetime) -> bool:
        code = self.rows[digest]
        if code.session_id or code.is_over(now):
            return False
        self.rows[digest] = replace(code, session_id=session_id)
        return True

    def mark_replayed(self, digest: str) -> None:
        self.rows[digest] = replace(self.rows[digest], was_replayed=True)


class MemoryClients:
    def __init__(self) -> None:
        self.rows: dict[str, Client] = {}

    def get(self, client_id: str) -> Client:
        if client_id not in self.rows:
            raise NotFound
        return self.rows[client_id]

    def find(self, client_id: str) -> Client | None:
        return self.rows.get(client_id)

    def list_all(self) -> Sequence[Client]:
        return [self.rows[id] for id in sorted(self.rows)]

    def add(self, client: Client, entry: HistoryEntry) -> Client:
        if client.id in self.rows:
            raise ClientExists
        self.rows[client.id] = replace(client, version=1, history=(entry,))
        return self.rows[client.id]

    def save(self, client: Client, entry: HistoryEntry) -> Client:
        if self.get(client.id).version != client.version:
            raise StaleVersion
        self.rows[client.id] = replace(client, version=client.version + 1, history=(*client.history, entry))
        return self.rows[client.id]


class MemoryProofs:
    def __init__(self) -> None:
        self.spent: set[tuple[str, str]] = set()

    def spend(self, client_id: str, proof_id: str, until: datetime) -> bool:
        is_new = (client_id, proof_id) not in self.spent
        self.spent.add((client_id, proof_id))
        return is_new


class MemoryFactors:
    def __init__(self) -> None:
        self.rows: dict[str, Factor] = {}
        self.entries: list[HistoryEntry] = []

    def find(self, account_id: str) -> Factor | None:
        return self.rows.get(account_id)

    def add(self, factor: Factor, entry: HistoryEntry) -> Factor:
        if factor.account_id in self.rows:
            raise FactorExists
        self.entries.append(entry)
        self.rows[factor.account_id] = replace(factor, version=1)
        return self.rows[factor.account_id]

    def save(self, factor: Factor, entry: HistoryEntry | None) -> Factor:
        if self.rows[factor.account_id].version != factor.version:
            raise StaleVersion
        if entry is not None:
            self.entries.append(entry)
        self.rows[factor.account_id] = replace(factor, version=factor.version + 1)
        return self.rows[factor.account_id]
