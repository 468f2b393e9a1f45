# make run    the app, in a virtual environment of its own
# make class  the same for a class: prints the address, a room's code and the teacher's link;
#             make class ROOM="Class 7a" opens that room again. With a certificate (cameras need
#             one): make class NAME=lab.school.org CERT=certificate.pem KEY=key.pem
# make test   every check and test, those with a browser, a PostgreSQL server, nginx or an
#             installation without TensorFlow included
# make lint   ruff and mypy alone
# make bench  the measurements of the README
# make vendor the files of TensorFlow.js and of umap-js, fetched anew

SUITABLE := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
	$$name -c '$(SUITABLE)' 2>/dev/null && echo $$name && break; done)
VENV := .venv
BIN := $(VENV)/bin
LIGHT := .venv-light# without TensorFlow: it can only read
TFJS_VERSION := 4.22.0
TFJS := digitapp/live/vendor/tfjs-$(TFJS_VERSION)
UMAP_VERSION := 1.4.0
UMAP := digitapp/live/vendor/umap-js-$(UMAP_VERSION)
INSTALL := -m pip install --disable-pip-version-check -q -r

.PHONY: run class test lint bench vendor browser javascript postgresql nginx light clean

run: $(VENV)/.run
	$(BIN)/python -m streamlit run app.py

class: $(VENV)/.run
	$(BIN)/python -m streamlit run app.py --server.address=0.0.0.0 $(OPTIONS)

class: export DIGITAPP_ROOM = $(ROOM)
class: OPTIONS = $(if $(NAME),--browser.serverAddress=$(NAME)) \
	$(if $(CERT),--server.sslCertFile=$(CERT) --server.sslKeyFile=$(KEY))

test: lint browser javascript postgresql nginx light
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: browser postgresql
	$(BIN)/python -m benchmarks

vendor:
	@rm -rf $(TFJS)/packages && mkdir -p $(TFJS)/packages
	cd $(TFJS)/packages && npm pack --silent \
		@tensorflow/tfjs-core@$(TFJS_VERSION) @tensorflow/tfjs-backend-wasm@$(TFJS_VERSION)
	tar -xzf $(TFJS)/packages/tensorflow-tfjs-core-$(TFJS_VERSION).tgz -C $(TFJS) \
		--strip-components=2 package/dist/tf-core.min.js
	tar -xzf $(TFJS)/packages/tensorflow-tfjs-backend-wasm-$(TFJS_VERSION).tgz -C $(TFJS) \
		--strip-components=2 package/dist/tf-backend-wasm.min.js \
		package/wasm-out/tfjs-backend-wasm.wasm package/wasm-out/tfjs-backend-wasm-simd.wasm
	@rm -rf $(TFJS)/packages && chmod 644 $(TFJS)/*
	cd $(TFJS) && sha256sum --check SHA256SUMS
	@rm -rf $(UMAP)/packages && mkdir -p $(UMAP)/packages
	cd $(UMAP)/packages && npm pack --silent umap-js@$(UMAP_VERSION)
	tar -xzf $(UMAP)/packages/umap-js-$(UMAP_VERSION).tgz -C $(UMAP) \
		--strip-components=2 package/lib/umap-js.min.js
	@rm -rf $(UMAP)/packages && chmod 644 $(UMAP)/*
	cd $(UMAP) && sha256sum --check SHA256SUMS

browser: $(VENV)/.dev
	@$(BIN)/python -m tests.browser.install

javascript: $(VENV)/.dev
	@$(BIN)/python -m tests.javascript.install

postgresql: $(VENV)/.dev
	@$(BIN)/python -m tests.postgres.install

nginx: $(VENV)/.dev
	@$(BIN)/python -m tests.nginx.install

light: $(LIGHT)/.run

$(VENV)/.python:
	@test -n "$(PYTHON)" && $(PYTHON) -c '$(SUITABLE)' || { \
		echo "Python 3.11, 3.12 or 3.13 with its venv module is needed, and none was found."; \
		echo "On Debian and Ubuntu: sudo apt-get install python3 python3-venv"; \
		echo "If it is installed under another name: make run PYTHON=/path/to/python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements.txt requirements-light.txt $(VENV)/.python
	@echo "Installing what the app needs; this takes about a minute, the first time only."
	$(BIN)/python $(INSTALL) requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python $(INSTALL) requirements-dev.txt
	@touch $@

$(LIGHT)/.run: requirements-light.txt $(VENV)/.python
	@echo "Installing what reading alone needs, to test it; the first time only."
	@{ $(BIN)/python -m venv --clear $(LIGHT) && \
		$(LIGHT)/bin/python $(INSTALL) requirements-light.txt && touch $@; } || \
		echo "That failed: its tests will be skipped, or fail where none may be skipped."

clean:
	rm -rf $(VENV) $(LIGHT) tests/javascript/node_modules .mypy_cache .pytest_cache .ruff_cache
