# Each target sets up what it needs on a bare Debian 12: system libraries, an environment of its own, locked packages.
# Nothing is done twice: the second run starts at once.

.PHONY: help run test check bench rig fuzz duties lock install uninstall clean
.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
PYTHON := $(shell command -v python3.11 || command -v python3)
RIG := $(VENV)/.rig
PIP := $(PY) -m pip --disable-pip-version-check --quiet

help:  ## list what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

run: $(VENV)/.runtime  ## the main job on a sample form, then the counter for a browser
	@$(PY) -m kiosk demo

test: $(VENV)/.dev  ## every test
	@OPENBLAS_NUM_THREADS=1 $(PY) -m pytest -q -n $$(( $$(nproc) + 1 )) --dist worksteal  # one worker more than cores: many tests wait; threads of their own would be in the way

check: $(VENV)/.dev  ## format, lint, types, import contracts
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@PYTHONPATH=. $(VENV)/bin/lint-imports

bench: $(VENV)/.dev  ## every figure, each beside its floor
	@$(PY) -m bench

rig: $(VENV)/.dev $(RIG)/.packages  ## real kernel devices, plugged and unplugged, in a guest machine
	@$(PY) -m tests.devices.rig

fuzz: $(VENV)/.dev  ## ten thousand documents to frighten the reader with; CASES=n SEED=n
	@$(PY) -m tests.drivers.fuzz --cases $(or $(CASES),10000) --seed $(or $(SEED),0)

install: ## put it on this Debian machine; SESSION=1: with the screen of a kiosk
	@$(SUDO) systemd/install $(if $(SESSION),--session)

uninstall: ## take it off again; what was recorded stays
	@$(SUDO) systemd/install --remove

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

# Chromium: the browser that the counter is tested in, with windows and (quicker) without. cage, Xwayland: the kiosk's screen around it. systemd: it looks at our units.
# ippeveprinter: a printer that speaks IPP, as CUPS ships it; it says its name by Avahi, over D-Bus.
$(VENV)/.browser: | $(VENV)/.system
	@for one in chromium chromium-headless-shell cage Xwayland systemd-analyze ippeveprinter avahi-daemon dbus-daemon; do command -v $$one >/dev/null || missing=1; done; [ -z "$$missing" ] \
	  || { echo "installing Chromium, the kiosk's screen and a printer (once, about a minute)"; $(SUDO) apt-get -qq update && $(SUDO) apt-get -qq install -y --no-install-recommends chromium chromium-headless-shell cage xwayland systemd cups-ipp-utils avahi-daemon dbus-daemon >/dev/null; }
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/.system $(VENV)/.browser
	@echo "installing packages (once, about a minute)"; $(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.runtime

# A machine to plug devices into. Its kernel is only unpacked here, never installed; no KVM is needed.
$(RIG)/.packages: | $(VENV)/.system
	@command -v qemu-system-x86_64 >/dev/null || { echo "installing QEMU (once)"; $(SUDO) apt-get -qq update && $(SUDO) apt-get -qq install -y --no-install-recommends qemu-system-x86 >/dev/null; }
	@mkdir -p $(RIG)
	@ls $(RIG)/linux-image-*.deb $(RIG)/busybox-static_*.deb >/dev/null 2>&1 || { echo "fetching a kernel for the guest (once, 70 MB)"; $(SUDO) apt-get -qq update; cd $(RIG) && apt-get -qq download busybox-static "$$(apt-cache depends linux-image-amd64 | awk '/Depends: linux-image/ { print $$2; exit }')" 2>/dev/null; }
	@touch $@
