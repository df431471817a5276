"""The rendered manifests keep what `docs/security/cluster.md` promises, and know every service."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Any

import pytest
import yaml

from tests.support.tree import ROOT, production_services, room_exists, tool

OVERLAYS = tuple(sorted(path.parent.name for path in (ROOT / "k8s" / "overlays").glob("*/kustomization.yaml")))
Manifest = dict[str, Any]

# Who may speak to whom: (from, to, port). Kept apart from the manifests; what is not here must not be possible.
WITH_QUEUES = ("identity", "registration", "filing", "statistics", "exchange", "notification")
WEB = {f"{name}/web" for name in WITH_QUEUES}
WORKERS = {f"{name}/worker" for name in WITH_QUEUES}
ALLOWED = (
    {("portal/web", web, 8000) for web in WEB}
    | {(web, "identity/web", 8000) for web in WEB - {"identity/web"}}
    | {("notification/worker", "identity/web", 8000)}
    | {(pod, "stores/mongo", 27017) for pod in WEB | WORKERS | {"portal/web"}}
    | {(pod, "stores/rabbitmq", 5672) for pod in WORKERS}
    | {(pod, "stores/s3", 8333) for pod in ("registration/web", "registration/worker", "filing/web", "filing/worker")}
    | {("notification/worker", "stores/mail", 587)}
)
STORES = {"stores/mongo", "stores/rabbitmq", "stores/s3", "stores/mail"}


@cache
def _rendered(overlay: str) -> tuple[Manifest, ...]:
    command = [tool("kubectl"), "kustomize", str(ROOT / "k8s" / "overlays" / overlay)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return tuple(yaml.safe_load_all(text))


def _of_kind(overlay: str, kind: str) -> list[Manifest]:
    return [manifest for manifest in _rendered(overlay) if manifest["kind"] == kind]


def _pods(overlay: str) -> dict[str, dict[str, str]]:
    """Return the labels of our pods as `service/component`, and those of the stores that run elsewhere."""
    templates = [manifest["spec"]["template"]["metadata"]["labels"] for manifest in _of_kind(overlay, "Deployment")]
    ours = {f"{own['app.kubernetes.io/name']}/{own['app.kubernetes.io/component']}": own for own in templates}
    return ours | {name: {"app.kubernetes.io/name": name.split("/")[1]} for name in STORES}


def _selects(selector: Manifest, labels: dict[str, str]) -> bool:
    """Evaluate a label selector (`matchLabels`, and `matchExpressions` with `In`)."""
    wanted = {key: [value] for key, value in selector.get("matchLabels", {}).items()}
    for expression in selector.get("matchExpressions", []):
        assert expression["operator"] == "In"
        wanted[expression["key"]] = expression["values"]
    return all(labels.get(key) in values for key, values in wanted.items())


def _ends(overlay: str, policy: Manifest, direction: str) -> Iterator[tuple[str, str, int]]:
    """Yield (selected pod, other pod, port) of what a policy allows; ends outside the namespaces are left out."""
    pods = _pods(overlay)
    selected = [name for name in pods if name not in STORES and _selects(policy["spec"]["podSelector"], pods[name])]
    key = "to" if direction == "egress" else "from"
    for rule in policy["spec"].get(direction, []):
        for pod, end, port in product(selected, rule[key], rule["ports"]):
            space = end.get("namespaceSelector", {}).get("matchLabels", {}).get("kubernetes.io/metadata.name", "")
            inside = {"": pods.keys() - STORES, "tongbao-stores": STORES}.get(space, set())
            yield from ((pod, other, port["port"]) for other in inside if _selects(end["podSelector"], pods[other]))


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_pods_can_speak_to_whom_the_table_says_and_to_nobody_else(overlay: str) -> None:
    policies = _of_kind(overlay, "NetworkPolicy")
    leaving = {end for policy in policies for end in _ends(overlay, policy, "egress")}
    coming = {(other, pod, port) for policy in policies for pod, other, port in _ends(overlay, policy, "ingress")}

    possible = {end for end in leaving if end in coming or end[1] in STORES}

    assert possible == ALLOWED
    assert leaving == possible
    assert coming == {end for end in possible if end[1] not in STORES}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_everything_is_denied_first(overlay: str) -> None:
    policies = {policy["metadata"]["name"]: policy["spec"] for policy in _of_kind(overlay, "NetworkPolicy")}

    deny = policies["default-deny"]

    assert deny == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_only_the_ingress_controller_and_the_scraper_come_from_outside(overlay: str) -> None:
    sources = {
        (space, policy["metadata"]["name"])
        for policy in _of_kind(overlay, "NetworkPolicy")
        for rule in policy["spec"].get("ingress", [])
        for end in rule["from"]
        if (space := end.get("namespaceSelector", {}).get("matchLabels", {}).get("kubernetes.io/metadata.name"))
    }

    assert sources == {
        ("ingress-nginx", "edge-to-portal"),
        ("ingress-nginx", "edge-to-identity"),
        ("monitoring", "monitoring-to-all"),
    }


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_no_container_can_be_root_write_its_disk_or_use_the_cluster(overlay: str) -> None:
    pods = {manifest["metadata"]["name"]: manifest["spec"]["template"]["spec"] for manifest in _deployments(overlay)}

    containers = [c for pod in pods.values() for c in [*pod["containers"], *pod.get("initContainers", [])]]

    assert len(pods) >= 7
    for pod in pods.values():
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] >= 10000
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in containers:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert container["resources"]["limits"].keys() == {"cpu", "memory"}
        assert "env" not in container
        assert not container["image"].endswith(":latest")
        assert ":" in container["image"]


def _deployments(overlay: str) -> list[Manifest]:
    return _of_kind(overlay, "Deployment")


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_service_has_its_place_in_the_cluster(overlay: str) -> None:
    deployed = {manifest["metadata"]["name"] for manifest in _deployments(overlay)}
    accounts = {manifest["metadata"]["name"] for manifest in _of_kind(overlay, "ServiceAccount")}

    with_worker = {name for name in production_services() if room_exists(name, "worker")}

    assert {f"{name}-web" for name in production_services()} <= deployed
    assert {f"{name}-worker" for name in with_worker} <= deployed
    assert accounts == set(production_services())


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_no_manifest_holds_a_secret(overlay: str) -> None:
    kinds = {manifest["kind"] for manifest in _rendered(overlay)}

    assert "Secret" not in kinds
    assert "ConfigMap" in kinds


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_exchange_alone_has_a_volume_that_lasts_and_writes_files_for_partners_there(overlay: str) -> None:
    mounting = {
        (manifest["metadata"]["name"], mount["mountPath"])
        for manifest in _deployments(overlay)
        for claim in manifest["spec"]["template"]["spec"]["volumes"]
        if claim.get("persistentVolumeClaim") == {"claimName": "exchange-drop"}
        for container in manifest["spec"]["template"]["spec"]["containers"]
        for mount in container["volumeMounts"]
        if mount["name"] == claim["name"]
    }
    lasting = [manifest["metadata"]["name"] for manifest in _of_kind(overlay, "PersistentVolumeClaim")]
    said = (ROOT / "k8s" / "base" / "exchange" / "settings.env").read_text("utf-8")
    composed = yaml.safe_load((ROOT / "docker" / "compose.yml").read_text("utf-8"))["services"]["exchange-worker"]

    assert lasting == ["exchange-drop"]
    assert mounting == {("exchange-worker", "/var/lib/tongbao/drop")}
    assert "TONGBAO_DROP_DIR=/var/lib/tongbao/drop\n" in said
    assert "drop:/var/lib/tongbao/drop" in composed["volumes"]


def test_the_containers_of_compose_are_those_of_the_cluster() -> None:
    composed = yaml.safe_load((ROOT / "docker" / "compose.yml").read_text("utf-8"))["services"]
    ours = {name: service for name, service in composed.items() if service["image"].startswith("tongbao/")}

    of_cluster = {manifest["metadata"]["name"] for manifest in _deployments("prod")}

    assert of_cluster <= ours.keys()
    for service in ours.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
