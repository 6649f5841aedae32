# What people type. `make demo` and `make test` set everything up themselves.
# SYSTEM=no   never installs system packages, prints the line to type instead
# PYTHON=...  the interpreter that .venv is made with

VENV := .venv
BIN := $(VENV)/bin
SYSTEM ?= yes
export SYSTEM PYTHON
GROUND := pyproject.toml requirements/newest.txt scripts/debian-packages.txt scripts/setup.sh
TEST_GROUND := scripts/debian-packages-test.txt
# Tests that hold documents, names and sizes to what was promised; quick enough for every check.
PROMISES := tests/contracts tests/scripts tests/device_agent/catalog/test_page.py \
	tests/device_agent/catalog/dialects/test_page.py \
	tests/device_agent/protocol/test_schema.py
# Tests wait for real processes and screens more than they compute.
TEST_WORKERS ?= 2

.PHONY: help setup demo test test-lowest check bench coverage format clean

help:
	@echo "make demo | test | check | bench | setup | coverage | test-lowest | format | clean"

setup: $(VENV)/.ready-dev

$(VENV)/.ready-demo: $(GROUND)
	@scripts/setup.sh demo

$(VENV)/.ready-dev: $(GROUND) $(TEST_GROUND)
	@scripts/setup.sh dev

demo: $(VENV)/.ready-demo
	@$(BIN)/device-agent demo --check

test: setup
	$(BIN)/python -m pytest -q -n $(TEST_WORKERS) --dist loadfile

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --platform linux --cache-dir .mypy_cache/linux
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q $(PROMISES)

bench: setup
	$(BIN)/python -m bench

coverage: setup
	$(BIN)/python -m pytest -q -n $(TEST_WORKERS) --dist loadfile --cov --cov-report=term

# The oldest versions that pyproject.toml allows, in an environment of their own.
test-lowest: setup
	rm -rf .venv-lowest
	$(BIN)/python -m venv .venv-lowest
	.venv-lowest/bin/python -m pip install -qq --use-pep517 --constraint requirements/lowest.txt --editable ".[dev,demo,fast]"
	.venv-lowest/bin/python -m pytest -q -n $(TEST_WORKERS) --dist loadfile

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) .venv-lowest .venv-cua build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage .coverage.* htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
