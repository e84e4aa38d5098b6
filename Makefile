# make demo    read the samples and show the result       make test   every check, as CI runs it
# The first run installs what is missing into .venv (and Tesseract through apt); a second run starts at once.

SHELL := /bin/sh
.DEFAULT_GOAL := help
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --no-deps
LOCKED := --require-hashes --only-binary :all: --requirement
SOURCES := extractor models samples tests .ci
# How many processes run the tests, each whole files; what is compiled is kept, because the tests start many processes.
WORKERS ?= 2
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo test lint bench soak samples lock clean system

help: ## show this list
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /\1\t/' | while IFS="$$(printf '\t')" read -r name text; do \
		printf '  make %-9s %s\n' "$$name" "$$text"; done

demo: .venv/.runtime ## read the sample faxes: a table here, JSON and overlay PDFs in out/
	@$(BIN)/python -m samples.demo

test: .venv/.dev ## all checks: ruff, format, mypy, import contracts, pytest
	@sh .ci/setup/install_system.sh checks
	@$(BIN)/python tests/fhir/definitions.py || echo "The FHIR validators were not fetched: their tests are skipped."
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest --verbosity=0 --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder

N ?= 2000
FAXES = build/bench-20261123-$(N)
bench: .venv/.dev ## measure N faxes of the test split: table, JSON, misses in out/; goes on where it was interrupted
	@mkdir -p out
	$(BIN)/python -m samples.generator --out $(FAXES) --count $(N) --seed 20261123 --split test --jobs 2 --resume
	$(BIN)/extractor evaluate $(FAXES) --json out/bench.json --html out/bench.html

soak: .venv/.dev ## the durable half in full: chaos, 10,000 files at once, a day's trickle, overhead, throughput; some hours
	$(BIN)/python tests/soak/soak.py
	$(BIN)/python tests/soak/throughput.py --faxes 10000 --until taken --workers 1 --database sqlite
	$(BIN)/python tests/soak/trickle.py
	$(BIN)/python tests/soak/overhead.py
	$(BIN)/python tests/soak/throughput.py

samples: .venv/.dev ## make the sample faxes and their truth again
	$(BIN)/python -m samples.generator --committed

lock: .venv/.dev ## resolve the dependencies again into the two lock files
	$(BIN)/python .ci/setup/lock.py

clean: ## remove everything that make made
	rm -rf .venv out build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

system:
	@sh .ci/setup/install_system.sh

# A stamp is newer than the lock it was installed from, so a changed lock installs again.
.venv/bin/python: | system
	@python=$$(sh .ci/setup/find_python.sh) && echo "Making .venv with $$python" && "$$python" -m venv .venv

.venv/.runtime: requirements.lock pyproject.toml .venv/bin/python | system
	@echo "Installing the locked packages (about 850 MB on disk)"
	@$(PIP) $(LOCKED) requirements.lock
	@$(PIP) --no-build-isolation --editable .
	@touch $@

.venv/.dev: tests/requirements.lock .venv/.runtime
	@echo "Installing the locked developer packages"
	@$(PIP) $(LOCKED) tests/requirements.lock
	@touch $@
