"""Keeping the clients of the provider, and letting machines act for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from services.identity.errors import ClientExists
from services.identity.model.clients import Client, ClientAction, ClientState, PublicKey, faults_of
from services.identity.ports.deps import Deps
from services.identity.workflow import client_step_for
from shared.calls import Call
from shared.errors import Invalid, Problem, StaleVersion, VersionRequired
from shared.history import HistoryEntry, was_done
from shared.identity.actor import Role

SYSTEM = "system"

log = structlog.get_logger()

_FAULTS = {
    "id": ("client_id_malformed", "客户端编号格式不正确。", "2～40 个小写字母、数字或 -，以字母开头"),
    "keys": ("client_keys", "公钥不正确。", "1～4 个 Ed25519 公钥，编号互不相同，不含私钥"),
    "role": ("client_role", "客户端须有机器角色或回调地址。", "service，或至少一个回调地址"),
    "redirect_uris": ("client_address", "回调地址不正确。", "https 地址，不含 #"),
    "sign_out_uris": ("client_address", "退出后地址不正确。", "https 地址，不含 #"),
}


@dataclass(frozen=True)
class ClientPlan:
    """What a client is to be."""

    id: str
    name: str
    keys: tuple[PublicKey, ...]
    role: Role | None = None
    redirect_uris: tuple[str, ...] = ()
    sign_out_uris: tuple[str, ...] = ()


def list_clients(deps: Deps) -> Sequence[Client]:
    """Return all clients, by their ids. Actor: administrator."""
    return deps.clients.list_all()


def get_client(deps: Deps, client_id: str) -> Client:
    """Return a client. Actor: administrator. Raises `NotFound`."""
    return deps.clients.get(client_id)


def find_enabled(deps: Deps, client_id: str) -> Client | None:
    """Return the client of this id where it may be used."""
    found = deps.clients.find(client_id)
    return found if found is not None and found.is_enabled else None


def add_client(deps: Deps, call: Call, plan: ClientPlan) -> Client:
    """Register a client. Actor: administrator. Raises `Invalid`, `ClientExists`."""
    made = deps.clients.find(plan.id)
    if made is not None:
        if was_done(made.history, call.request):
            return made
        raise ClientExists
    now = deps.clock.now()
    client = Client(
        id=plan.id,
        version=1,
        name=plan.name,
        state=ClientState.ENABLED,
        keys=plan.keys,
        created_at=now,
        role=plan.role,
        redirect_uris=plan.redirect_uris,
        sign_out_uris=plan.sign_out_uris,
    )
    _check(client)
    stored = deps.clients.add(client, _entry(deps, call, ClientAction.ADD, None, ClientState.ENABLED))
    log.info("client_added", client_id=client.id, by=call.actor.account_id)
    return stored


def declare_client(deps: Deps, plan: ClientPlan) -> Client:
    """Make a client be as the operator of the system declares it; one that is so already stays as it is.

    Actor: the system itself, from the command line. A disabled one stays disabled. Raises `Invalid`, `StaleVersion`.
    """
    now = deps.clock.now()
    found = deps.clients.find(plan.id)
    before = found or Client(plan.id, 0, plan.name, ClientState.ENABLED, plan.keys, now)
    wanted = replace(
        before,
        name=plan.name,
        keys=plan.keys,
        role=plan.role,
        redirect_uris=plan.redirect_uris,
        sign_out_uris=plan.sign_out_uris,
    )
    _check(wanted)
    if found == wanted:
        return wanted
    state = found.state if found else None
    entry = HistoryEntry(now, SYSTEM, ClientAction.DECLARE, state, wanted.state)
    return deps.clients.save(wanted, entry) if found else deps.clients.add(wanted, entry)


def change_client_keys(deps: Deps, call: Call, client_id: str, keys: tuple[PublicKey, ...]) -> Client:
    """Replace the keys of a client; tokens that were given stay good until they end. Actor: administrator.

    Raises `Invalid`, `NotFound`, `StaleVersion`.
    """
    return _changed(deps, call, client_id, ClientAction.CHANGE_KEYS, keys)


def disable_client(deps: Deps, call: Call, client_id: str) -> Client:
    """Stop a client from asking for tokens. Actor: administrator. From: enabled."""
    return _changed(deps, call, client_id, ClientAction.DISABLE)


def enable_client(deps: Deps, call: Call, client_id: str) -> Client:
    """Let a client ask for tokens again. Actor: administrator. From: disabled."""
    return _changed(deps, call, client_id, ClientAction.ENABLE)


def machine_token(deps: Deps, client: Client) -> str:
    """Return an access token that stands for the client itself. Raises `ValueError` for one without a role."""
    log.info("machine_token_given", client_id=client.id)
    return deps.tokens.issue(client.actor, deps.random.id(), client.id)


def _changed(
    deps: Deps, call: Call, client_id: str, action: ClientAction, keys: tuple[PublicKey, ...] | None = None
) -> Client:
    client = deps.clients.get(client_id)
    if was_done(client.history, call.request):
        return client
    if call.version is None:
        raise VersionRequired
    if call.version != client.version:
        raise StaleVersion
    step = client_step_for(client, action, call.actor)
    changed = replace(client, state=step.target, keys=client.keys if keys is None else keys)
    _check(changed)
    saved = deps.clients.save(changed, _entry(deps, call, action, client.state, step.target))
    log.info("client_changed", client_id=client.id, action=action, by=call.actor.account_id)
    return saved


def _entry(
    deps: Deps, call: Call, action: ClientAction, before: ClientState | None, after: ClientState
) -> HistoryEntry:
    request = call.request
    return HistoryEntry(
        at=deps.clock.now(),
        actor_id=call.actor.account_id,
        action=action,
        from_state=before,
        to_state=after,
        key=request.key if request else None,
        digest=request.digest if request else None,
    )


def _check(client: Client) -> None:
    faults = faults_of(client)
    if faults:
        raise Invalid([Problem(f"/{name}", *_FAULTS[name]) for name in faults])
