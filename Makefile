# One environment in .venv, made from plain python3 and pip; every target below makes it first when needed.
PYTHON ?= python3
BIN := .venv/bin
DEMO_ARGS ?=
FUZZ_MINUTES ?= 10
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test test-fast check fix bench chaos evals fuzz dev serve lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

demo: $(BIN)/.run ## install, then run a whole campaign with real audio over real SIP
	$(BIN)/vinfer demo $(DEMO_ARGS)

serve: $(BIN)/.run ## install, then run the platform on port 8080 with ./data
	$(BIN)/vinfer serve --port 8080 --data-dir data

# What hears and speaks in real time runs alone; the rest, models included, shares the cores.
test: $(BIN)/.dev ## install, then run every test
	$(BIN)/python -m pytest -q -m "not realtime" -n 2 --dist loadfile
	$(BIN)/python -m pytest -q -m realtime

test-fast: $(BIN)/.dev ## the tests that load no model and place no call
	$(BIN)/python -m pytest -q -m "not slow" -n 2 --dist loadfile

check: $(BIN)/.dev ## format, lint, types, architecture, sizes: what CI runs
	$(BIN)/ruff format --check src sdk tests tools
	$(BIN)/ruff check src sdk tests tools
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tools/sizes.py
	$(BIN)/python tools/settings_reference.py --check
	$(BIN)/python tools/openapi_reference.py --check
	$(BIN)/python tools/client.py --check
	$(BIN)/basedpyright

fix: $(BIN)/.dev ## format and mend what a tool can mend
	$(BIN)/ruff format src sdk tests tools
	$(BIN)/ruff check --fix src sdk tests tools
	$(BIN)/python tools/settings_reference.py
	$(BIN)/python tools/openapi_reference.py
	$(BIN)/python tools/client.py

bench: $(BIN)/.dev ## measure speed and memory
	$(BIN)/python tests/benchmarks

chaos: $(BIN)/.dev ## kill -9 of every part while thousands of events are delivered
	$(BIN)/python tests/chaos

evals: $(BIN)/.dev ## measure accuracy
	$(BIN)/python tests/evals

fuzz: $(BIN)/.dev ## FUZZ_MINUTES of the whole contract under new seeds, then long property tests
	$(BIN)/python tests/fuzz --minutes $(FUZZ_MINUTES)
	HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest -q -m "hypothesis and not slow" --timeout 1800

dev: $(BIN)/.dev ## the environment with every development tool

lock: $(BIN)/.dev ## renew requirements/*.txt from pyproject.toml
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --extra build pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --extra build --extra dev pyproject.toml -c requirements/run.txt -o requirements/dev.txt

clean: ## forget the environment and every cache
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis build

# `venv` without ensurepip (Debian without python3-venv) leaves no pip: then virtualenv makes the environment.
$(BIN)/python:
	$(PYTHON) -m venv .venv 2>/dev/null && $(BIN)/python -m pip --version >/dev/null 2>&1 || { \
	  rm -rf .venv; $(PYTHON) -m pip install -q --target .venv-bootstrap virtualenv && \
	  PYTHONPATH=.venv-bootstrap $(PYTHON) -m virtualenv -q .venv; rm -rf .venv-bootstrap; }
	@$(BIN)/python -m pip --version >/dev/null || { echo "Python 3.11+ with pip is needed: apt install python3-venv"; exit 1; }

$(BIN)/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install -q --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(BIN)/.dev: requirements/dev.txt $(BIN)/.run
	$(BIN)/python -m pip install -q --require-hashes -r requirements/dev.txt
	@touch $@
