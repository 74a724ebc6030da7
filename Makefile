# Each target sets up what it needs on a bare Debian 12: system libraries, an environment of its own, locked packages.
# Nothing is done twice: the second run starts at once.

.PHONY: help run test check bench duties lock clean
.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
PYTHON := $(shell command -v python3.11 || command -v python3)
PIP := $(PY) -m pip --disable-pip-version-check --quiet

help:  ## list what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

run: $(VENV)/.runtime  ## the main job on a sample form, then the counter for a browser
	@$(PY) -m kiosk demo

test: $(VENV)/.dev  ## every test
	@$(PY) -m pytest -q -n 2 --dist worksteal

check: $(VENV)/.dev  ## format, lint, types, import contracts
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@PYTHONPATH=. $(VENV)/bin/lint-imports

bench: $(VENV)/.dev  ## every figure, each beside its floor
	@$(PY) -m bench

duties: $(VENV)/.dev  ## write into docs/duties.md which tests hold which duty
	@$(PY) -m tests.duties

lock:  ## pin every package anew
	@$(VENV)/bin/uv pip compile pyproject.toml --extra build --generate-hashes --no-header --no-emit-index-url --python-version 3.11 --upgrade --quiet -o requirements.lock >/dev/null
	@$(VENV)/bin/uv pip compile pyproject.toml --extra dev --generate-hashes --no-header --no-emit-index-url --python-version 3.11 --upgrade --quiet -o requirements-dev.lock >/dev/null

clean:  ## forget the environment
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# --- what the targets stand on ---------------------------------------------------------------------------------------

$(VENV)/bin/python:
	@[ -n "$(PYTHON)" ] && "$(PYTHON)" -c 'import sys, ensurepip; assert sys.version_info[:2] == (3, 11)' 2>/dev/null \
	  || { echo "installing Python 3.11"; $(SUDO) apt-get -qq update && $(SUDO) apt-get -qq install -y python3 python3-venv >/dev/null; }
	@"$$(command -v python3.11 || command -v python3)" -m venv $(VENV)

# libzbar0: the second decoding engine. Looked for by loading it, so that no package manager is asked on a second run.
$(VENV)/.system: $(VENV)/bin/python
	@$(PY) -c 'import ctypes; ctypes.CDLL("libzbar.so.0")' 2>/dev/null \
	  || { echo "installing system libraries: libzbar0"; $(SUDO) apt-get -qq update && $(SUDO) apt-get -qq install -y libzbar0 >/dev/null; }
	@touch $@

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/.system
	@[ -e $(VENV)/.dev ] || { echo "installing packages (once, about a minute)"; $(PIP) install --require-hashes -r requirements.lock && $(PIP) install --no-deps --no-build-isolation -e .; }
	@touch $@

# Chromium: the browser that the counter is tested in.
$(VENV)/.browser: | $(VENV)/.system
	@command -v chromium >/dev/null || { echo "installing Chromium (once, about a minute)"; $(SUDO) apt-get -qq update && $(SUDO) apt-get -qq install -y --no-install-recommends chromium >/dev/null; }
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/.system $(VENV)/.browser
	@echo "installing packages (once, about a minute)"; $(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.runtime
