# The one entry for people and for the build. `make help` lists what there is.
.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
PYTHON_TREES := services shared tests docker docs
SERVICES := identity registration filing statistics exchange notification portal
ARGS ?=
WORKERS ?= 2
# Whole files go to whichever process is free, in the order in which they stand: whole systems come before unit tests.
SPREAD := -n $(WORKERS) --dist loadfile --no-loadscope-reorder
SERVICE ?= registration
UNITS ?= 3000
EVENTS ?= 100000

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^## / { printf "\n%s\n", substr($$0, 4) } /^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

## Everyday

.PHONY: run demo servers shell logs reset setup setup-test
run: setup ## start everything on this machine, print address and demo accounts; Ctrl-C ends it
	@exec $(BIN)/python -m services.sandbox.cli run

demo: setup-test ## play the main job step by step, with evidence
	@exec $(BIN)/python -m services.sandbox.cli demo

servers: setup ## start mongod, RabbitMQ and S3 alone
	@exec $(BIN)/python -m services.sandbox.cli servers

shell: setup ## Python with the settings of SERVICE (registration) of the running system
	@exec $(BIN)/python -m services.sandbox.cli shell $(SERVICE)

logs: ## follow the logs of the running system
	@exec tail -n 5 -F $${TONGBAO_VAR:-var}/logs/*.log

reset: setup ## delete data, keys, mails and logs of the runs, after asking (YES=1 does not ask)
	@exec $(BIN)/python -m services.sandbox.cli reset $(if $(filter 1 yes true,$(YES)),--yes)

setup: ## install what is missing to run
	@services/sandbox/setup.sh run

setup-test: ## install what is missing to test and for the demo, which makes its pictures with a browser
	@services/sandbox/setup.sh test

## Checks (ARGS= goes to pytest; WORKERS= processes share test, unit, integration and e2e, 0 for a debugger)

.PHONY: test unit integration contract architecture e2e chaos fuzz bench disclosure season facts classification rescans lint types
test: setup-test ## all tests but chaos, with a summary
	@$(BIN)/pytest -q -m "not chaos" $(SPREAD) $(ARGS)

unit: setup ## tests without servers
	@$(BIN)/pytest -q tests/unit $(SPREAD) $(ARGS)

integration: setup ## tests on the real servers
	@$(BIN)/pytest -q tests/integration $(SPREAD) $(ARGS)

contract: setup ## tests of messages and interfaces
	@$(BIN)/pytest -q tests/contract $(ARGS)

architecture: setup-test ## tests about the house itself
	@$(BIN)/pytest -q tests/architecture $(ARGS)

e2e: setup-test ## tests in headless Chromium
	@$(BIN)/pytest -q tests/e2e $(SPREAD) $(ARGS)

chaos: setup ## kill processes of a running system and count what is lost
	@$(BIN)/pytest -q -m chaos tests/chaos $(ARGS)

fuzz: setup ## let schemathesis loose on every endpoint of filing, in several roles, without a 5xx
	@$(BIN)/python -m tests.fuzz

bench: setup ## speed and memory beside plain ways and peers, as ratios (ARGS= names of benches)
	@$(BIN)/python -m tests.bench $(ARGS)

disclosure: setup ## disclosure control at length: ten times the planted leaks and patterns, and books as large as the country
	@TONGBAO_DISCLOSURE_PLANTED=20000 TONGBAO_DISCLOSURE_PATTERNS=400 TONGBAO_DISCLOSURE_COMPARED=100 \
		$(BIN)/pytest -q --timeout=3600 tests/unit/statistics -k disclosure $(SPREAD) $(ARGS)
	@$(BIN)/python -m tests.bench.disclosure
	@$(BIN)/python -m tests.bench.national

season: setup ## play a month end and a January of UNITS (3,000) units, and hold completeness against a separate count
	@TONGBAO_SEASON_UNITS=$(UNITS) $(BIN)/pytest -q -s --timeout=7200 tests/integration/filing/test_completeness.py -k separate_count $(ARGS)

facts: setup ## play EVENTS (100,000) random approvals, corrections and withdrawals, and hold the facts against a fresh rebuild
	@TONGBAO_FACT_EVENTS=$(EVENTS) $(BIN)/pytest -q --timeout=7200 tests/integration/statistics/test_fact_base.py -k fresh_rebuild $(ARGS)

classification: setup ## score the classification helper on cases that were written before it, with every miss
	@$(BIN)/python -m tests.classification $(ARGS)

rescans: setup ## scan the stamped form in every way, and show that its code is read and a changed item named
	@$(BIN)/python -m tests.support.rescan_table

lint: setup ## style, arrows between modules, images, compose file, cluster manifests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check -q $(PYTHON_TREES)
	@$(BIN)/lint-imports
	@sh -n services/sandbox/setup.sh
	@bash -n .ci/run
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh docker/check-manifests.sh

types: setup ## mypy --strict
	@$(BIN)/mypy services shared docs

## Made things

COMPILE := $(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate

.PHONY: fmt lock codes codes-check contracts contracts-check image verifier
fmt: setup ## format the code
	@$(BIN)/ruff check -q --fix --exit-zero $(PYTHON_TREES)
	@$(BIN)/ruff format -q $(PYTHON_TREES)

lock: setup ## make the locks anew: of running and developing from pyproject.toml, of the peers of the bench, of the fuzzer
	@$(COMPILE) --group dev pyproject.toml -o dev.lock
	@$(COMPILE) -c dev.lock pyproject.toml -o run.lock
	@$(COMPILE) tests/bench/peers/requirements.in -o tests/bench/peers/requirements.lock
	@$(COMPILE) tests/fuzz/requirements.in -o tests/fuzz/requirements.lock
	@$(COMPILE) tests/contract/asyncapi/requirements.in -o tests/contract/asyncapi/requirements.lock

codes: setup ## make the dated code lists anew from their packages
	@$(BIN)/python -m shared.codes.generate $(ARGS)

codes-check: setup ## say whether the code lists are what the script makes
	@$(BIN)/python -m shared.codes.generate --check $(ARGS)

contracts: setup ## make the documents of the interfaces (OpenAPI, AsyncAPI) anew from the code
	@$(BIN)/python -m docs.contracts.generate

contracts-check: setup ## say whether the documents of the interfaces are what the code makes
	@$(BIN)/python -m docs.contracts.generate --check

verifier: setup ## write what verifies containers of the journal offline, as one file in build/
	@$(BIN)/python -m services.exchange.journal.bundle build/tongbao-verify.pyz

image: ## build one image per service (needs a container engine)
	@for service in $(SERVICES); do \
		docker build -f docker/Dockerfile --build-arg SERVICE=$$service -t tongbao/$$service:dev . || exit 1; \
	done
