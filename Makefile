# Every way to run, test and measure Sijill. `make` alone lists them; each does the set-up that it needs.
# Needs a Python 3.11 to 3.13 with pip; the embedded Kafka also needs Java 17 or newer and Maven.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules
# Compiled modules are kept: each start of a process would otherwise take 1.3 s longer, and the tests start hundreds.
unexport PYTHONDONTWRITEBYTECODE

UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
# Beside the packages, not among them: `uv pip sync` removes what is not in the lock.
UV := $(VENV)/uv-$(UV_VERSION)/bin/uv
READY := $(VENV)/ready
BENCH_VENV := .venv-bench
BENCH_READY := $(BENCH_VENV)/ready
DOCS_VENV := .venv-docs
DOCS_READY := $(DOCS_VENV)/ready
# The first Python here that the project supports: PYTHON=… chooses another.
# Never the one of $(VENV), which has no pip: a reader may have put $(BIN) into PATH.
PYTHON ?= $(shell for path in $$(type -ap python3 python3.13 python3.12 python3.11); do \
	[[ "$$path" == "$(CURDIR)/$(BIN)/"* ]] && continue; \
	"$$path" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo "$$path" && break; done)
# Further words for the tool of a target: make unit ARGS='-k fold -x'
ARGS ?=
# Three files of tests side by side, as each often waits for its servers; a worker starts its servers once. The order of
# the files is that of tests/side_by_side.py.
TOGETHER := -n 3 --dist loadfile --no-loadscope-reorder

.PHONY: help setup up down demo test test-long unit lint faults fuzz bench bench-quick docs site dist lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | while IFS= read -r line; do \
		printf '  make %-11s %s\n' "$${line%%:*}" "$${line#*## }"; done

setup: $(READY) ## Make .venv with the locked packages (done by every target that needs it)

up: $(READY) ## Start the embedded Kafka and PostgreSQL
	@$(BIN)/sijill up $(ARGS)

down: $(READY) ## Stop them and the register's processes; data stay in .sijill/
	@$(BIN)/sijill down $(ARGS)

demo: $(READY) ## Show the register at work with real and synthetic companies; leaves it running
	@$(BIN)/sijill demo $(ARGS)

test: $(READY) ## Run all tests, with a Kafka and a PostgreSQL that they start and stop themselves
	$(BIN)/pytest $(TOGETHER) $(ARGS)

test-long: $(READY) ## Run all tests with more companies, random records and cases of each law (hours)
	SIJILL_TEST_COMPANIES=$${SIJILL_TEST_COMPANIES:-5000} SIJILL_TEST_FUZZ=$${SIJILL_TEST_FUZZ:-20000} \
		SIJILL_TEST_FUZZ_UNIT=$${SIJILL_TEST_FUZZ_UNIT:-5000} SIJILL_TEST_LETTERS=$${SIJILL_TEST_LETTERS:-1000} \
		SIJILL_TEST_REBUILD_KILLS=$${SIJILL_TEST_REBUILD_KILLS:-5} \
		SIJILL_TEST_QUESTIONS=$${SIJILL_TEST_QUESTIONS:-10000} \
		$(BIN)/pytest --hypothesis-profile=long --timeout 7200 $(TOGETHER) $(ARGS)

unit: $(READY) ## Run the quick tests that need no server (under 20 s)
	$(BIN)/pytest -q tests/unit -m 'not slow' -n 2 $(ARGS)

lint: $(READY) ## Check style, format, types and which room imports which
	$(BIN)/ruff check
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

faults: $(READY) ## Let at least 200 faults befall the register, check its laws, write the report (about an hour)
	$(BIN)/python -m tests.faults --faults 208 --away 300 --report docs/reference/fault-report.md $(ARGS)

fuzz: $(READY) ## Send 20,000 records of random bytes into a live register; SIJILL_TEST_FUZZ_SEED=… for others
	SIJILL_TEST_FUZZ=$${SIJILL_TEST_FUZZ:-20000} SIJILL_TEST_FUZZ_UNIT=$${SIJILL_TEST_FUZZ_UNIT:-5000} \
		$(BIN)/pytest -q tests/unit/streams/test_admit_fuzz.py tests/acceptance/test_hostile_publishers.py --timeout 3600 $(ARGS)

bench: $(READY) $(BENCH_READY) ## Measure all on this machine, beside the peers: some 40 minutes
	$(BIN)/python -m benchmarks $(ARGS)

bench-quick: $(READY) $(BENCH_READY) ## Measure the ratios to the peers alone, in under five minutes
	$(BIN)/python -m benchmarks quick $(ARGS)

docs: $(READY) ## Write the generated pages of docs/reference, then check the pages
	$(BIN)/python -m docs.generate
	$(BIN)/pytest -q tests/unit/test_repository.py tests/contract/test_reference.py

site: $(DOCS_READY) ## Build the documentation as a site in site/; it asks no other machine for anything
	NO_MKDOCS_2_WARNING=1 $(DOCS_VENV)/bin/mkdocs build --strict --quiet --clean $(ARGS)
	@echo 'site/index.html: read it with `$(DOCS_VENV)/bin/mkdocs serve`, or put site/ on any web server'

dist: $(UV) ## Build the wheel and the source distribution into dist/
	$(UV) build --quiet --out-dir dist .
	@ls dist

lock: $(UV) ## Resolve pyproject.toml into the four requirements*.lock: all, what runs, the peers of the benchmarks, the site
	$(LOCK) --group dev -o requirements.lock
	$(LOCK) --constraint requirements.lock -o requirements-run.lock
	$(LOCK_GROUP) --group bench -o requirements-bench.lock
	$(LOCK_GROUP) --group docs -o requirements-docs.lock

clean: ## Remove .venv, caches and build results; data in .sijill/ stay
	rm -rf $(VENV) $(BENCH_VENV) $(DOCS_VENV) site dist benchmarks/out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .benchmarks *.egg-info
	find . -name __pycache__ -not -path './.sijill/*' -prune -exec rm -rf {} +

# The lock holds for every platform and for Python 3.11 to 3.13; it names no index, so that a mirror serves as well.
LOCK_GROUP = $(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet
LOCK = $(LOCK_GROUP) --all-extras pyproject.toml

$(READY): requirements.lock pyproject.toml | $(UV)
	@echo 'Installing the packages of requirements.lock into $(VENV)' >&2
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

# The peers of the benchmarks, apart: Quix Streams needs older versions of what Sijill uses.
$(BENCH_READY): requirements-bench.lock | $(UV)
	@echo 'Installing the packages of requirements-bench.lock into $(BENCH_VENV)' >&2
	@$(BIN)/python -m venv --clear --without-pip $(BENCH_VENV)
	@$(UV) pip sync --quiet --python $(BENCH_VENV)/bin/python --require-hashes requirements-bench.lock
	@touch $@

$(DOCS_READY): requirements-docs.lock | $(UV)
	@echo 'Installing the packages of requirements-docs.lock into $(DOCS_VENV)' >&2
	@$(BIN)/python -m venv --clear --without-pip $(DOCS_VENV)
	@$(UV) pip sync --quiet --python $(DOCS_VENV)/bin/python --require-hashes requirements-docs.lock
	@touch $@

$(UV): | $(BIN)/python
	@echo 'Installing uv $(UV_VERSION) into $(VENV)' >&2
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --root-user-action ignore \
		--target $(VENV)/uv-$(UV_VERSION) uv==$(UV_VERSION)

$(BIN)/python:
	@[ -n "$(PYTHON)" ] || { echo 'Sijill needs a Python 3.11, 3.12 or 3.13 on the PATH: install one, or name it with PYTHON=…' >&2; exit 1; }
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || { echo '$(PYTHON) has no pip: install it (Debian: apt-get install python3-pip)' >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)" >&2
	@$(PYTHON) -m venv --without-pip $(VENV)
