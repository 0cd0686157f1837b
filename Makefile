# The same few words here and in continuous integration:
#   make demo         sounds to pictures and back, and what was lost   (starts from nothing)
#   make test         every check                                      (starts from nothing)
#   make web          the types of the studio's pages, where Node is
#   make test-extras  what needs PyTorch, ComfyUI or Ray               (two gigabytes)
#   make fuzz         damaged files of every kind, an hour of them; or INPUTS=5000
#   make bench        the full measurement, beside other programs      (about an hour)
#   make chaos        kills every command that writes, and runs it again
#   make docs         the site, in site/
#   make docs-files   the pictures, sounds and examples of the pages, made again
#   make docs-commands  every command of the pages, in fresh clones    (about twenty minutes)
#   make clean        forget everything that was made here
# PYTHON=python3.12 chooses another Python.

PYTHON ?= python3
BIN := .venv/bin
EXTRAS := $(patsubst %,tests/test_%.py,comfy bridge_networks bridge_dataset_loaders bridge_cli learning_flow learning_flow_worth notes_traditions)
READY := .venv/.ready

.PHONY: demo test web test-extras fuzz bench chaos docs docs-files docs-commands clean

demo: $(READY)
	$(BIN)/python examples/demo.py

test: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

TSC ?= npx --yes --package typescript tsc
web:
	@if npm_config_fetch_retries=0 $(TSC) --version >/dev/null 2>&1; \
	  then $(TSC) --project src/eidophone/faces/studio/web/jsconfig.json; \
	  else echo "Skipped: without Node (npx) and TypeScript, nobody checks the types of the pages"; fi

test-extras: $(READY)-test-extras
	$(BIN)/pytest -m "slow or not slow" -n 2 $(EXTRAS)

INPUTS ?= 100000
fuzz: $(READY)
	$(BIN)/python -m fuzz --inputs $(INPUTS)

bench: $(READY)-bench
	$(BIN)/python -m bench
	$(BIN)/python -m bench.morph

chaos: $(READY)
	$(BIN)/python -m chaos --kills 200

docs: $(READY)-docs
	$(BIN)/zensical build --clean --strict

docs-files: $(READY)-docs-files
	$(BIN)/python docs/make_pictures.py
	$(BIN)/python docs/make_sounds.py
	$(BIN)/python docs/make_examples.py
	$(BIN)/python docs/make_films.py
	$(BIN)/python docs/make_foreign.py
	$(BIN)/python docs/make_morphs.py
	$(BIN)/python docs/make_learn.py
	$(BIN)/python docs/make_notes_pictures.py
	$(BIN)/python docs/make_notes_playing.py
	$(BIN)/python docs/make_notes_traditions.py
	$(BIN)/python docs/make_studio.py

docs-commands: $(READY)
	$(BIN)/python docs/commands.py

clean:
	rm -rf .venv demo site .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The last step compiles the inner loops, so that no first use has to wait for them.
$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Eidophone needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Setting up .venv: once, a minute or more"
	@$(PYTHON) -m venv .venv || { \
	  echo "No virtual environment: on Debian and Ubuntu, apt install python3-venv"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps basic-pitch==0.4.0
	@$(BIN)/python -c 'import eidophone as e; \
	  names = "sounds/misc_crow.flac", "sounds/ambi_choir.flac"; \
	  [e.decode(e.encode(s), reference=r) for s in map(e.Sound.load, names) for r in (None, s)]; \
  from eidophone.morphing.warming import warm_up; list(warm_up())'
	@touch $@

$(READY)-%: $(READY)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[$*]'
	@touch $@
