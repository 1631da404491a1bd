# Every verb of the house. `make demo` and `make test` set up all they need in .venv.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: demo test bits check images interop laws golden kill fix clean
.DEFAULT_GOAL := help

help:  ## Show the verbs.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,data]'
	@touch $@

demo: $(STAMP)  ## Train sixty isolated color autoencoders, delete red from all of them, write the report.
	$(BIN)/tropism demo

# Compiling is most of what tests cost, and hardly any program runs for long: they are compiled plainly. What says that
# bits stay as they are is compiled as users have it.
PLAIN := --xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false --xla_cpu_parallel_codegen_split_count=1
HERE := -m 'not browser and not interop and not images'
BITS := tests/golden tests/laws tests/networks/test_networks_two_layer_forms.py

test: $(STAMP)  ## Lint, types, architecture and every test.
	$(MAKE) --no-print-directory --jobs=2 check bits
	XLA_FLAGS='$(PLAIN)' $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(HERE) $(BITS:%=--ignore %) tests

bits: $(STAMP)  # Beside `check`, most of which is one process.
	$(BIN)/python -m pytest -n 2 --dist loadfile $(HERE) $(BITS)

browser: $(STAMP)  ## Open a report in headless Chromium, phone and desktop, light and dark; fails where there is none.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[browser]'
	$(BIN)/python -m pytest -m browser tests/browser

INTEROP := .venv-interop
$(INTEROP)/.installed: pyproject.toml constraints.txt benchmarks/constraints-peers.txt
	$(PYTHON) -m venv $(INTEROP)
	$(INTEROP)/bin/python -m pip install --quiet --disable-pip-version-check \
	  -c constraints.txt -c benchmarks/constraints-peers.txt -e '.[dev,data,interop]'
	@touch $@

interop: $(INTEROP)/.installed  ## Dictionaries to SAELens and back, in an environment of its own with PyTorch for the CPU.
	$(INTEROP)/bin/python -m pytest -m interop tests/interop

images: $(STAMP)  ## Read real images and train on them: FOLDER=… with MNIST's IDX files; fails where there are none.
	TROPISM_REAL_IMAGES='$(abspath $(FOLDER))' $(BIN)/python -m pytest -m images tests/subjects/generalization

check: $(STAMP)  ## Lint, format and types.
	$(BIN)/ruff check src tests scripts benchmarks examples
	$(BIN)/ruff format --check src tests scripts benchmarks examples
	$(BIN)/basedpyright --level error

laws: $(STAMP)  ## Only the laws.
	$(BIN)/python -m pytest tests/laws

golden: $(STAMP)  ## Only the golden values.
	$(BIN)/python -m pytest tests/golden

kill: $(STAMP)  ## Kill a run at twenty moments; it must end with the same bytes each time.
	$(BIN)/python scripts/kill_test.py

bench: $(STAMP)  ## Time training beside Lightning, eager PyTorch and SAELens, which get an environment of their own.
	$(BIN)/python benchmarks/run.py

.PHONY: studies
studies: $(STAMP)  ## Carry out the studies that are not stored yet, and write their pages below studies/; SUBJECT=color for some.
	$(BIN)/python scripts/studies.py $(SUBJECT)

.PHONY: docs
docs: $(STAMP)  ## Build the pages into build/docs; nothing is fetched while they are built.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[docs]'
	$(BIN)/sphinx-build -q -W --keep-going -b html docs build/docs
	@echo build/docs/index.html

fix: $(STAMP)  ## Format, and mend what lint can mend.
	$(BIN)/ruff format src tests scripts benchmarks examples
	$(BIN)/ruff check --fix src tests scripts benchmarks examples

clean:  ## Remove the environment and caches, never a store.
	rm -rf .venv .venv-interop .pytest_cache .ruff_cache
