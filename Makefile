# One word per chore. Prerequisites: git, make, Python 3.11 to 3.13 with venv, and root or sudo once.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	2>/dev/null && echo "$$p" && break; done)
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin
FLASK := $(BIN)/flask --app wsgi

.PHONY: help install demo serve test check bench coverage mutants faults screenshots translations lock clean
.DEFAULT_GOAL := help

help: ## say what each word does
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

install: .venv/installed ## the environment .venv with the pinned packages

.venv/installed: requirements.txt survey/web/translations/en/LC_MESSAGES/messages.po
	@test -n "$(PYTHON)" || { echo "Cần Python 3.11 đến 3.13 có venv / needs Python 3.11 to 3.13 with venv" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pybabel --quiet compile --directory survey/web/translations
	@touch $@

.venv/tested: .venv/installed tests/requirements.txt deploy/system-packages
	deploy/system-packages
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements.txt
	@touch $@

demo: install ## a running system with simulated data: make demo [PORT=8000] [HOST=127.0.0.1] [TLS=1]
	$(FLASK) demo --host $(HOST) --port $(PORT) $(if $(TLS),--tls)

serve: install ## the same without demonstration data
	$(FLASK) serve --host $(HOST) --port $(PORT) $(if $(TLS),--tls)

check: .venv/tested ## formatter, linters, types, import floors
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

test: check ## everything that must hold
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

bench: .venv/tested ## measurements, as ratios against a floor of the same run
	$(BIN)/python -m bench.scoring
	$(BIN)/python -m bench.scoring_weights
	$(BIN)/python -m bench.intervals
	$(BIN)/python -m bench.against_r
	$(BIN)/python -m bench.peers
	$(BIN)/python -m bench.peers_counter
	$(BIN)/python -m bench.snapshot
	$(BIN)/python -m bench.submissions
	$(BIN)/python -m bench.batches
	$(BIN)/python -m bench.coverage
	$(BIN)/python -m bench.weight
	$(BIN)/python -m bench.first_question
	$(BIN)/python -m bench.nowcast
	$(BIN)/python -m bench.quality

coverage: .venv/tested ## every line and branch of the engine, run by its own tests
	COVERAGE_FILE=.coverage $(BIN)/coverage run --branch --source scoring -m pytest -p no:cacheprovider \
		tests/unit/scoring tests/property/scoring tests/golden scoring
	COVERAGE_FILE=.coverage $(BIN)/coverage report --include 'scoring/*' --show-missing --skip-covered --fail-under 100

mutants: .venv/tested ## small mistakes planted in the engine, and which of them its tests notice
	$(BIN)/python -m bench.mutants --sample 60

faults: .venv/tested ## the server killed while 200 people submit
	$(BIN)/python -m tests.fault.kill_server

screenshots: .venv/tested ## the pictures of the documentation
	$(BIN)/python -m tests.browser.screenshots

translations: .venv/tested ## collect the texts of pages into the English catalogue
	$(BIN)/pybabel --quiet extract --mapping-file survey/web/translations/babel.cfg --no-location \
		--keyword both --keyword translated:1 \
		--output-file survey/web/translations/messages.pot .
	$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --no-wrap --input-file survey/web/translations/messages.pot \
		--output-dir survey/web/translations
	$(BIN)/pybabel --quiet compile --directory survey/web/translations

lock: .venv/tested ## pin the packages of pyproject.toml again, with hashes (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --output-file requirements.txt
	uv pip compile pyproject.toml --extra tests --universal --python-version 3.11 --generate-hashes --no-annotate \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
		--constraint requirements.txt --output-file tests/requirements.txt

clean: ## remove what can be made again (never the data in var/)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
