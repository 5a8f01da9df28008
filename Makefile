# SPDX-License-Identifier: Apache-2.0
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo run test test-ros test-page nightly check bench docs clean

# A sourced ROS 2 belongs to the system's python3; its wheels want 3.11 to 3.13.
PYTHON ?= $(shell if [ -n "$$ROS_DISTRO" ]; then command -v python3; else command -v python3.11 || command -v python3; fi)
ENV := . scripts/env.sh &&

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup:  ## what is missing: .venv, packages, messages, models; each step only when its inputs changed
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 is missing: run  sudo apt-get install python3 python3-venv"; exit 1; fi
	@$(PYTHON) scripts/setup.py $(ALSO)

demo: setup  ## a recording moves two robots, Tektra answers and shows its face; results in out/
	@$(ENV) python3 -m tektra.cli.demo

run: setup  ## everything, to live with; Ctrl-C ends it
	@exec .venv/bin/tektra up

# As root, or with passwordless sudo, set-up then installs Chromium too.
test test-page: ALSO = --tests

test: setup  ## unit tests, rules, every back end's contract, half of the nodes on real topics, the page in Chromium; the last line says how many passed
	@$(ENV) python3 scripts/run_tests.py

test-ros: setup  ## all nodes on real topics, then the whole stack with processes killed, frozen and deaf; some 30 minutes
	@$(ENV) python3 scripts/run_tests.py nodes system

test-page: setup  ## the page in a real browser (needs the command chromium); some 5 minutes
	@$(ENV) python3 scripts/run_tests.py browser

nightly: setup  ## a million random stories each of gate, driver and people near robots; some hours
	@bench/run nightly

check: setup  ## format, lint, types, spelling and the architecture's rules
	@$(ENV) ruff format --check . && ruff check . && mypy && codespell && python3 -m pytest -q tests/rules

bench: setup  ## all benchmarks beside their baselines; writes docs/benchmarks.md
	@$(ENV) bench/run --all

docs: setup  ## docs/interfaces.md and docs/parameters.md, from the messages and the options; the page's types, from the gateway's models
	@$(ENV) python3 scripts/generate_docs.py && python3 scripts/generate_page_types.py

clean:  ## what was built and recorded here; .venv and the models stay
	rm -rf build install log out .pytest_cache .mypy_cache .ruff_cache .hypothesis .venv/stamps/build
	find src scripts tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
