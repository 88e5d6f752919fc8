# Everything that is done with this checkout, the same on a laptop and in CI. Each target sets up
# all that it needs, starting from Python 3.11 or newer, git and make.

.DEFAULT_GOAL := help
.PHONY: help install develop demo test soak transports canary check quick bench clean format generate editors vsix check-lua check-vscode \
        peers peer-litellm-proxy peer-llama mutate image-rehearsal \
        check-format check-lint check-types check-imports check-generated check-dependencies check-unused

# The first of these that is new enough; `make install PYTHON=…` chooses another. Only looked for
# when something has to be installed.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo "$$python"; exit; }; done; echo python3)

UV := .uv/bin/uv
BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)

# Behind a proxy the certificates that count are the system's.
UV_SYSTEM_CERTS ?= 1
export UV_SYSTEM_CERTS
# pyright comes complete from the lock file: it need not ask for a newer version of itself.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
# Another environment that happens to be active is left alone.
unexport VIRTUAL_ENV

help: ## Show this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'

# What `make install` brings beside the server: the vendors' own packages and litellm, exact token
# counts, the keyring, the network service, a team's history and limits, figures and traces.
# `make install EXTRAS=` brings none, and `make install EXTRAS="tokens keyring"` two.
EXTRAS ?= groq gemini litellm tokens keyring network postgres redis metrics telemetry
empty :=
# Of each set of extras a stamp of its own: `make install EXTRAS=groq` adds to what is there.
INSTALLED := .venv/installed-$(subst $(empty) $(empty),+,$(sort $(EXTRAS)))

# Our own code is compiled each time: Python may be told to write no bytecode, or may not write here,
# and every start would then compile it anew.
COMPILE := $(BIN)/python -m compileall -q

install: $(INSTALLED) ## Set up what is needed to use it; leaves .venv/bin/antiphon
	@$(COMPILE) server clients

develop: .venv/developed ## Set up what the checks and tests need too
	@$(COMPILE) server clients tests/support

.uv/installed: scripts/uv-requirements.txt scripts/bootstrap_uv.py
	"$(PYTHON)" scripts/bootstrap_uv.py
	@touch $@

# Without `dev`, the tools of those who work on it; what is installed already is left alone.
$(INSTALLED): .uv/installed pyproject.toml uv.lock
	$(UV) sync --frozen --inexact --no-default-groups --group build $(addprefix --extra ,$(EXTRAS)) \
		--compile-bytecode --python "$(PYTHON)"
	@touch $@

.venv/developed: .uv/installed pyproject.toml uv.lock
	$(UV) sync --frozen --all-extras --compile-bytecode --python "$(PYTHON)"
	@touch $(INSTALLED) $@

demo: install ## Ask three offline models one question, side by side; needs no key
	@$(BIN)/python scripts/demo.py

# What waits for processes most of the time can run in workers, a file at a time; the rest runs in one
# process, VS Code among it, whose tests share one editor.
SIDE_BY_SIDE := tests/e2e tests/terminal
WORKERS ?= 0

test: check check-lua check-vscode peers ## Every check and every test, in the real editors too
	@failed=0; \
	$(BIN)/pytest -n $(WORKERS) --dist loadfile $(SIDE_BY_SIDE) || failed=1; \
	$(BIN)/pytest $(addprefix --ignore=,$(SIDE_BY_SIDE)) || failed=1; \
	exit $$failed

transports: develop ## The end-to-end tests over every transport, the long ones too
	ANTIPHON_TEST_TRANSPORTS=all $(BIN)/pytest tests/e2e

# Half as long again, and hard on a small machine: for changes to what handles keys, and releases.
canary: check-vscode peers ## Every test, watched for keys that escape
	ANTIPHON_TEST_CANARY=1 $(BIN)/pytest

# The real editors, in an ignored folder of the checkout. VS Code where a Chromium is, or in CI; what
# cannot be installed here is skipped here, and fails in CI.
editors: develop ## Install the real Neovim and VS Code for their tests
	scripts/install_neovim.sh
	@if [ -n "$$CI" ] || command -v chromium >/dev/null; then scripts/install_vscode.sh; fi

# Servers that nobody here wrote, for tests/live_peers. The first is a part of every test run; what is
# not installed is skipped, but in CI.
peers: develop ## Install the mock of model vendors, and the servers that tests start
	@scripts/install_servers.sh
	@scripts/install_aimock.sh || { [ -z "$$CI" ] && echo "aimock could not be had: its tests are skipped." >&2; }

peer-litellm-proxy: develop ## Install the LiteLLM Proxy for tests/live_peers (576 MB)
	scripts/install_litellm_proxy.sh

peer-llama: develop ## Build llama.cpp's server for tests/live_peers (minutes to tens of minutes)
	scripts/install_llama_server.sh

check-lua: editors
	.cache/neovim/bin/stylua --check neovim-plugin
	@if command -v luacheck >/dev/null; then cd neovim-plugin && luacheck --quiet .; fi

check-vscode: editors
	@if [ -x .cache/vscode/bin/npm ]; then \
		cd vscode-extension && export PATH="$$PWD/../.cache/vscode/bin:$$PATH" \
		&& { [ -d node_modules ] || npm ci --no-audit --no-fund --loglevel=error; } && npm run --silent check; \
	fi

vsix: ## Package the VS Code extension; needs Node 20 or newer
	@cd vscode-extension && export PATH="$$PWD/../.cache/vscode/bin:$$PATH" \
	&& { [ -d node_modules ] || npm ci --no-audit --no-fund --loglevel=error; } && npm run --silent package

quick: develop ## The tests, without the slow ones
	$(BIN)/pytest -m "not slow"

check: check-format check-lint check-types check-imports check-generated check-dependencies check-unused ## Formatting, lint, types, imports, generated files, dependencies

check-format: develop
	$(BIN)/ruff format --check .

check-lint: develop
	$(BIN)/ruff check .

check-types: develop
	$(BIN)/pyright

check-imports: develop
	$(BIN)/lint-imports --no-cache --no-logo

check-generated: develop
	$(BIN)/python scripts/generate_protocol.py
	$(BIN)/python scripts/generate_vscode_settings.py
	$(BIN)/python scripts/generate_settings_docs.py
	$(BIN)/python scripts/generate_price_table.py

check-dependencies: develop
	$(BIN)/deptry .

check-unused: develop
	$(BIN)/vulture

format: develop ## Format, and mend what can be mended by machine
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

generate: develop ## Make the generated protocol files anew
	$(BIN)/python scripts/generate_protocol.py --write
	$(BIN)/python scripts/generate_vscode_settings.py --write
	$(BIN)/python scripts/generate_settings_docs.py --write
	$(BIN)/python scripts/generate_price_table.py --write

# The tool that makes the mutants is in an environment of its own: the project's is left alone.
mutate: develop .cache/mutate/installed ## Break the code below PATHS in small ways, and list what no test notices
	@.cache/mutate/venv/bin/python -m scripts.mutate $(if $(LIST),--list) $(if $(SAMPLE),--sample $(SAMPLE)) \
		$(if $(SEED),--seed $(SEED)) $(PATHS)

.cache/mutate/installed: .uv/installed uv.lock
	UV_PROJECT_ENVIRONMENT=.cache/mutate/venv $(UV) sync --frozen --only-group mutate --python "$(PYTHON)"
	@touch $@

bench: develop ## Measure against floors of the same run; ARGS=--write puts it into docs/benchmarks.md
	$(BIN)/python -m benchmarks $(ARGS)

soak: develop ## Stream for MINUTES and find what grows or is lost; HISTORY=URL or RESTARTS=2
	$(BIN)/python -m benchmarks.soak --minutes $(or $(MINUTES),10) $(if $(HISTORY),--history '$(HISTORY)') \
		--database-restarts $(or $(RESTARTS),$(DATABASE_RESTARTS),0) --json .cache/soak.json --picture .cache/soak.svg

# Needs root on a Debian with buildah and mmdebstrap, and the registries: no part of `make test`.
image-rehearsal: develop ## Build the images of deploy/ and run them confined; IMAGES="server proxy editor"
	$(BIN)/python -m scripts.images $(IMAGES)

clean: ## Remove everything that was installed or cached
	rm -rf .venv .uv .cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
