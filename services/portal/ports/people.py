"""Identity, for those who care for accounts, for colleagues and successors, and for the administrative divisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from services.portal.model.people import (
    AccountAct,
    ChangeSetAnswer,
    GrantAct,
    HolderAnswer,
    OpenedAnswer,
    PeopleAnswer,
    PreviewAnswer,
    ReceivedAnswer,
    RecoveryAnswer,
    SecondAct,
)
from shared.codes.division_changes import Change


class Offices(Protocol):
    """Identity, for the people in offices. The same `key` does a thing once; errors are those of `shared.errors`."""

    def list(self, token: str, cursor: str = "", *, is_waiting: bool = False) -> tuple[list[HolderAnswer], str]: ...

    def open(self, token: str, key: str, body: Mapping[str, object]) -> OpenedAnswer: ...

    def appoint(self, token: str, key: str, body: Mapping[str, object]) -> HolderAnswer: ...

    def act_on_grant(
        self,
        token: str,
        key: str,
        account_id: str,
        grant_id: str,
        version: int,
        act: GrantAct,
        body: Mapping[str, object],
    ) -> HolderAnswer: ...

    def act_on_account(self, token: str, key: str, account_id: str, version: int, act: AccountAct) -> HolderAnswer: ...


class Colleagues(Protocol):
    """Identity, for the people of units: colleagues, invitations, the principal's place."""

    def people(self, token: str) -> PeopleAnswer: ...

    def end(self, token: str, key: str, account_id: str, version: int) -> None: ...

    def invite(self, token: str, key: str, body: Mapping[str, object]) -> None: ...

    def offer(self, token: str, key: str, body: Mapping[str, object]) -> None: ...

    def add_role(self, token: str, key: str, body: Mapping[str, object]) -> None: ...

    def take_back(self, token: str, key: str, invitation_id: str, version: int) -> None: ...

    def received(self, token: str) -> list[ReceivedAnswer]: ...

    def accept(self, token: str, key: str, invitation_id: str, code: str) -> None: ...

    def decline(self, token: str, key: str, invitation_id: str) -> None: ...

    def enrol(self, invitation_id: str, body: Mapping[str, str], address: str) -> None: ...

    def decline_by_code(self, invitation_id: str, code: str, address: str) -> None: ...

    def recoveries(self, token: str, cursor: str = "") -> tuple[list[RecoveryAnswer], str]: ...

    def propose_recovery(self, token: str, key: str, body: Mapping[str, object]) -> None: ...

    def act_on_recovery(self, token: str, key: str, recovery_id: str, version: int, act: SecondAct) -> None: ...


class Upkeep(Protocol):
    """Identity, for the changes to the divisions."""

    def list(self, token: str, cursor: str = "") -> tuple[list[ChangeSetAnswer], str]: ...

    def preview(self, token: str, changes: Sequence[Mapping[str, object]]) -> PreviewAnswer: ...

    def preview_table(self, token: str, table: bytes) -> PreviewAnswer: ...

    def propose(self, token: str, key: str, document: str, changes: Sequence[Mapping[str, object]]) -> None: ...

    def act(self, token: str, key: str, change_set_id: str, version: int, act: SecondAct) -> None: ...

    def changes(self) -> tuple[Change, ...]: ...
