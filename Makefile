# make run    the app, in a virtual environment of its own
# make test   every check and test, a browser's included
# make lint   ruff and mypy alone
# make bench  the measurements of the README

PYTHON ?= $(firstword $(foreach name,python3.12 python3.13 python3.11 python3 python,$(shell command -v $(name))))
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test lint bench browser clean

run: $(VENV)/.run
	$(BIN)/python -m streamlit run app.py

test: lint browser
	$(BIN)/python -m pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: browser
	$(BIN)/python -m benchmarks

browser: $(VENV)/.dev
	@$(BIN)/python -m tests.browser.install

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "Python is missing: please install Python 3.11, 3.12 or 3.13."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "Found $$($(PYTHON) --version), but Python 3.11, 3.12 or 3.13 is needed; choose one with: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "Python's venv module is missing; on Debian and Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements.txt $(VENV)/.python
	$(BIN)/python -m pip install --disable-pip-version-check -q -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --disable-pip-version-check -q -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache
