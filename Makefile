# `make run` and `make test` are all that a fresh machine needs (Debian/Ubuntu, Python 3.11+, make).
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install run demo test test-fast lint format typecheck lock test-compose clean

help: ## Show this help
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

install: $(INSTALLED) ## Create .venv and install the pinned packages

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "newsgraph needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing. Install it: sudo apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing pinned packages into $(VENV) (about 2 GB on disk, a few minutes the first time)"
	@$(BIN)/python -m pip install --quiet --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps -e .
	@touch $@

run: install ## Start the whole platform, ingest the sample articles, stay up until Ctrl-C
	@exec $(BIN)/newsgraph demo

demo: run

test: install ## All tests that one machine can run
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/pytest

test-fast: install ## Unit tests only
	@$(BIN)/pytest tests/unit

test-compose: install ## Build and start the containers for real (needs a Docker engine)
	@deploy/scripts/test-compose

lint: install ## ruff and mypy
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

format: install ## Format and sort imports
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

lock: install ## Resolve pyproject.toml into requirements.lock and deploy/requirements/
	@$(BIN)/python deploy/scripts/lock.py

clean: ## Remove the virtual environment and caches (not your data in .newsgraph)
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache *.egg-info test-artifacts
