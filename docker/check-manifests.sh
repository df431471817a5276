#!/bin/sh
# Checks every manifest of docker/ and k8s/, without a cluster and without the network.
# Needs the tools of dev.lock on the path; `make lint` calls it so. Stops at the first fault, naming it.
set -eu
cd "$(dirname "$0")/.."

rendered=$(mktemp -d)
trap 'rm -rf "$rendered"' EXIT

echo "yaml: yamllint"
yamllint --strict .

echo "docker: hadolint, compose schema, shell syntax"
hadolint docker/Dockerfile
check-jsonschema --builtin-schema vendor.compose-spec docker/compose*.yml
for script in docker/*.sh docker/*/*.sh; do
    sh -n "$script"
done

for overlay in k8s/overlays/*/; do
    name=$(basename "$overlay")
    echo "k8s: overlay $name"
    kubectl kustomize "$overlay" > "$rendered/$name.yaml"
    kubernetes-validate --strict --quiet "$rendered/$name.yaml"
done
