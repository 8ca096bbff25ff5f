# `make run` starts Waymark, `make test` tests it. Both do the set-up first. `make help` lists the rest.

SHELL := /bin/sh
PY := .venv/bin/python
PORT ?= 8000
TESTS ?=
export PORT
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev setup-bench run reset manage test check bench faults papers messages lock

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | sort

# The first of these that is Python 3.11 or newer makes the virtual environment.
define find_python
for python in "$$PYTHON" python3 python3.14 python3.13 python3.12 python3.11 python; do \
  [ -n "$$python" ] && "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
  python=; \
done; [ -n "$$python" ] || { echo "waymark: Python 3.11 or newer is needed (PYTHON=/path/to/python3.12 make ...)" >&2; exit 1; };
endef

setup: ## virtual environment, locked packages, front-end files, translations
	@$(find_python) "$$python" -P config/bootstrap.py

setup-dev: ## the same, with what tests and checks need
	@$(find_python) "$$python" -P config/bootstrap.py --dev

setup-bench: ## the same, with what the benchmarks compare with
	@$(find_python) "$$python" -P config/bootstrap.py --dev --bench

run: setup ## start everything and print the address and the accounts (PORT=8000, HOST=127.0.0.1)
	@exec $(PY) -m config.run

reset: setup ## delete all data of this copy (it must not be running)
	@exec $(PY) -m config.run reset

manage: setup ## a management command beside the running servers: make manage C="create_token --help"
	@exec $(PY) -m config.run manage $(C)

test: setup-dev ## every test, on servers of its own (TESTS=tests/house for a part)
	@exec $(PY) -m pytest -n 2 $(TESTS)

faults: setup-dev ## the long tests: 200 faults on a running product, processes killed, 2,000 races; var/faults/REPORT.md
	@$(PY) -m pytest tests -m faults -n 2 --dist worksteal --timeout 1800 --durations 10; code=$$?; \
	  cat var/faults/REPORT.md; exit $$code

check: setup-dev ## style, layers, templates, migrations and policies
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	$(PY) -m djlint --quiet --lint core partners cases referral notifications
	$(PY) -m config.run manage makemigrations --check --dry-run
	$(PY) -m config.run manage policies --check

bench: setup-bench ## measure; prints ratios and writes benchmarks/RESULTS.md
	@exec $(PY) -m benchmarks

papers: setup-dev ## write docs/generated anew: lifecycle, policies, API
	$(PY) -m config.run manage lifecycle --write
	$(PY) -m config.run manage policies --write
	$(PY) -m config.run manage openapi --write

messages: setup-dev ## collect the texts into locale/*.po and compile them
	PATH="$(CURDIR)/.venv/bin:$$PATH" $(PY) -m config.run manage makemessages --all --no-wrap --no-location --ignore node_modules --ignore var --ignore tests
	$(PY) -m config.assets --messages

LOCK := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
  --custom-compile-command "make lock"
lock: setup-dev ## new lock files from requirements*.in and package.json
	$(PY) -m pip install --quiet uv==0.13.9
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt
	$(LOCK) requirements-bench.in -o requirements-bench.txt
	$(LOCK) requirements-node.in -o requirements-node.txt
	npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund
