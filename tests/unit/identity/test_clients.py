"""Clients of the provider: what one may be, who keeps them, and how they are declared."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OKPKey, RSAKey

from services.identity.errors import ClientExists
from services.identity.model.clients import Client, ClientState, faults_of, is_address, key_of, signing_keys_of
from services.identity.operations.clients import (
    ClientPlan,
    add_client,
    change_client_keys,
    declare_client,
    disable_client,
    enable_client,
    find_enabled,
    machine_token,
)
from services.identity.repository.clients_file import declared_clients
from shared.calls import Call
from shared.crypto.jose import create_jose_keys, public_part
from shared.errors import Invalid, NotAllowed, StaleVersion
from shared.idempotency import RequestKey
from shared.identity.actor import Actor, Role
from shared.settings import SettingsError
from tests.support.identity import ADMINISTRATOR, MOMENT, make_deps

KEY = key_of(OKPKey.generate_key("Ed25519", {"kid": "k1"}).as_dict(private=False))
OTHER_KEY = key_of(OKPKey.generate_key("Ed25519", {"kid": "k2"}).as_dict(private=False))
PLAN = ClientPlan("report", "报送接口", (KEY,), Role.SERVICE)


def make_client(**changes: Any) -> Client:
    client = Client("report", 1, "报送接口", ClientState.ENABLED, (KEY,), MOMENT, role=Role.SERVICE)
    return replace(client, **changes)


def by_administrator(**changes: Any) -> Call:
    return Call(ADMINISTRATOR, **changes)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"id": "Report"}, "id"),
        ({"id": "r"}, "id"),
        ({"id": "a" * 41}, "id"),
        ({"id": "a/b"}, "id"),
        ({"keys": ()}, "keys"),
        ({"keys": (KEY, KEY)}, "keys"),
        ({"role": None}, "role"),
        ({"role": Role.MINISTRY}, "role"),
        ({"redirect_uris": ("http://example.com/",)}, "redirect_uris"),
        ({"sign_out_uris": ("https://example.com/#x",)}, "sign_out_uris"),
    ],
)
def test_a_client_that_can_not_be_is_refused_with_its_field(changes: dict[str, Any], fault: str) -> None:
    client = make_client(**changes)

    found = faults_of(client)

    assert found == (fault,)


@pytest.mark.parametrize(
    ("address", "is_good"),
    [
        ("https://client.example.cn/callback", True),
        ("https://client.example.cn:8443/callback?x=1", True),
        ("http://127.0.0.1:8600/callback", True),
        ("http://localhost/callback", True),
        ("http://client.example.cn/callback", False),
        ("https://client.example.cn/#", False),
        ("https://user@client.example.cn/", False),
        ("https://client.example.cn\\@evil.test/", False),
        ("javascript:alert(1)", False),
        ("//client.example.cn/", False),
        ("https:///callback", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_a_browser_is_sent_to_safe_and_whole_addresses_only(address: str, is_good: bool) -> None:
    found = is_address(address)

    assert found is is_good


def test_no_private_and_no_other_kind_of_key_is_taken() -> None:
    private = OKPKey.generate_key("Ed25519", {"kid": "k1"}).as_dict(private=True)
    rsa = RSAKey.generate_key(2048, {"kid": "k1"}).as_dict(private=False)
    curve = OKPKey.generate_key("X25519", {"kid": "k1"}).as_dict(private=False)

    for bad in (private, rsa, curve, {"kty": "OKP", "crv": "Ed25519", "x": KEY.x}, None, "x"):
        with pytest.raises(ValueError, match="key"):
            key_of(bad)

    assert signing_keys_of(public_part(create_jose_keys("report")))[0].kid.startswith("report-sig-")


def test_an_administrator_adds_a_client_once_per_request() -> None:
    deps = make_deps()
    call = by_administrator(request=RequestKey("key", "digest"))

    made, again = add_client(deps, call, PLAN), add_client(deps, call, PLAN)

    assert made == again
    assert made.history[0].actor_id == ADMINISTRATOR.account_id
    with pytest.raises(ClientExists):
        add_client(deps, by_administrator(), PLAN)
    with pytest.raises(Invalid):
        add_client(deps, by_administrator(), replace(PLAN, id="other", keys=()))


def test_a_disabled_client_may_nothing_until_it_is_enabled_again() -> None:
    deps = make_deps()
    add_client(deps, by_administrator(), PLAN)

    disabled = disable_client(deps, by_administrator(version=1), "report")
    while_disabled = find_enabled(deps, "report")
    enable_client(deps, by_administrator(version=2), "report")

    assert disabled.state is ClientState.DISABLED
    assert while_disabled is None
    assert find_enabled(deps, "report") is not None


def test_keys_are_replaced_on_the_version_that_was_seen_and_by_administrators_alone() -> None:
    deps = make_deps()
    add_client(deps, by_administrator(), PLAN)

    changed = change_client_keys(deps, by_administrator(version=1), "report", (OTHER_KEY,))

    assert changed.keys == (OTHER_KEY,)
    with pytest.raises(StaleVersion):
        change_client_keys(deps, by_administrator(version=1), "report", (KEY,))
    with pytest.raises(NotAllowed):
        disable_client(deps, Call(Actor("c" * 32, Role.AUDITOR), version=2), "report")


def test_a_declared_client_is_made_so_and_stays_disabled_where_somebody_disabled_it() -> None:
    deps = make_deps()
    declare_client(deps, PLAN)
    same = declare_client(deps, PLAN)
    disable_client(deps, by_administrator(version=1), "report")

    renamed = declare_client(deps, replace(PLAN, name="新名称", keys=(OTHER_KEY,)))

    assert same.version == 1
    assert (renamed.name, renamed.keys, renamed.state) == ("新名称", (OTHER_KEY,), ClientState.DISABLED)


def test_a_client_that_people_sign_in_to_is_no_machine() -> None:
    deps = make_deps()
    portal = declare_client(deps, ClientPlan("portal", "门户", (KEY,), redirect_uris=("https://portal.test/cb",)))

    with pytest.raises(ValueError, match="role"):
        machine_token(deps, portal)


def test_a_file_declares_clients_with_keys_of_its_own_or_of_the_peers(tmp_path: Path) -> None:
    peers, clients = tmp_path / "peers.json", tmp_path / "clients.json"
    peers.write_text(json.dumps({"notification": public_part(create_jose_keys("notification"))}))
    own = public_part(create_jose_keys("report"))
    rows = [
        {"id": "notification", "name": "通知", "role": "service"},
        {"id": "report", "name": "报送", "redirect_uris": ["https://report.test/cb"], "keys": own},
    ]
    clients.write_text(json.dumps(rows))

    found = declared_clients(str(clients), peers)

    assert [(plan.id, plan.role, len(plan.keys)) for plan in found] == [
        ("notification", Role.SERVICE, 1),
        ("report", None, 1),
    ]
    assert declared_clients("", peers) == ()


@pytest.mark.parametrize(
    "rows",
    [
        {"id": "x"},
        [{"id": "unknown", "name": "x", "role": "service"}],
        [{"id": "notification", "role": "service"}],
        [{"id": "notification", "name": "x", "role": "root"}],
        [{"id": "notification", "name": "x", "secret": "y"}],
        [{"id": "notification", "name": "x", "redirect_uris": "https://x.test"}],
        [{"id": "notification", "name": "x", "keys": {"keys": [{"kty": "oct", "k": "AAAA"}]}}],
    ],
)
def test_a_file_that_declares_nothing_sensible_stops_the_start(rows: Any, tmp_path: Path) -> None:
    peers, clients = tmp_path / "peers.json", tmp_path / "clients.json"
    peers.write_text(json.dumps({"notification": public_part(create_jose_keys("notification"))}))
    clients.write_text(json.dumps(rows))

    with pytest.raises(SettingsError):
        declared_clients(str(clients), peers)
