# Everything runs from .venv, built from the lock files; nothing else on the machine is touched.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PIP = .venv/bin/python -m pip --quiet --disable-pip-version-check
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL = help
.PHONY: help run setup test soak check format bench screenshots lock clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile

run: .venv/runtime.done ## start Portico with demo data on http://127.0.0.1:8000
	@.venv/bin/portico up --demo

setup: .venv/runtime.done ## only the environment: .venv, with .venv/bin/portico

test: export PYTHONDONTWRITEBYTECODE =
test: .venv/dev.done ## the whole test suite
	.venv/bin/pytest --numprocesses auto --dist loadfile

soak: .venv/dev.done ## what takes long or measures time: rotation, enumeration, crowds, kill -9; on a quiet machine
	.venv/bin/pytest -q -s --timeout 1800 $(wildcard tests/soak/[a-z]*.py)

check: .venv/dev.done ## format, lint, types, import rules, dead settings, migrations in step
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/python -m tests.house

format: .venv/dev.done ## put every file into the one format
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

bench: .venv/runtime.done ## measure: what and how is told in benchmarks/README.md
	.venv/bin/python -m benchmarks

screenshots: .venv/dev.done ## pictures of the main screens, light and dark, on a desk and on a phone, into screenshots/
	.venv/bin/python -m tests.screenshots

lock: ## resolve the dependencies anew (needs uv)
	uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  pyproject.toml -o requirements/runtime.lock
	uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  pyproject.toml --group dev -c requirements/runtime.lock -o requirements/dev.lock

clean: ## remove the environment; the data stays
	rm -rf .venv

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/runtime.done: requirements/runtime.lock pyproject.toml | .venv/bin/python
	$(PIP) install --require-hashes -r requirements/runtime.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.done: requirements/dev.lock .venv/runtime.done
	$(PIP) install --require-hashes -r requirements/dev.lock
	@touch $@
