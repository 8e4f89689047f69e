# The two commands are `make html` and `make test`; `make` alone lists all of them.
SHELL = /bin/sh
PYTHON ?= python3
PY = .venv/bin/python
STAMP = .venv/requirements.stamp

# Sphinx reads with all jobs but writes with one less: three jobs keep two cores busy.
SPHINXOPTS ?= -n -W --keep-going -j $(or $(JOBS),3)

PORT ?= 8000

# make test CHAPTER=01-slug STEP=name KEEP=1 STORE=overlay2 CHANGED=1 JOBS=2 SHARD=1/3 PYTESTOPTS=examples
# Each job has a lab of its own; without JOBS there are as many as the machine allows.
jobs = $(if $(CHAPTER),,-n $(or $(JOBS),auto) --dist loadscope --no-loadscope-reorder) $(if $(CHANGED),--changed store=$(or $(STORE),overlay2) examples)
args = --expected examples/expected.toml $(if $(CHAPTER),--chapter '$(CHAPTER)' 'examples/$(CHAPTER)') $(if $(STEP),--step '$(STEP)') $(if $(SHARD),--shard '$(SHARD)') $(PYTESTOPTS)
export INSTALL KEEP STORE PYTHON DRAFT ROUNDS SCALE SAVE BESIDE
export PYTHONPATH = ext

.PHONY: help html live watch formats test browser screenshots linkcheck record record-check matrix mutate chaos caps two-engines soak fuzz planted growth rows bench bench-check new shell lint sphinx-versions snapshots workflows newcomer requirements clean clean-lab
.DEFAULT_GOAL = help

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{printf "  make %-16s %s\n", $$1, $$2}'

$(STAMP): requirements.txt
	@.ci/venv.sh

# What only some targets need, beside what every one needs.
TOOLS = .venv/tools.stamp
$(TOOLS): .ci/tools.txt $(STAMP)
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r .ci/tools.txt
	@touch $@

# What transcripts are compared with has an environment of its own.
RIVALS = .venv/bench/requirements.stamp
$(RIVALS): .ci/bench.txt $(STAMP)
	@$(PY) -m venv --clear .venv/bench
	@.venv/bench/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r .ci/bench.txt
	@touch $@

# Sphinx would find nothing to do after a failed build and call that a success (sphinx#725): forget what it read.
html: $(STAMP)  ## build the site in _build/html, every warning an error (DRAFT=1: also what was not played)
	@[ -z "$(DRAFT)" ] || [ "$$CI" != true ] || { echo "A draft is not for publication: leave DRAFT out." >&2; exit 2; }
	@$(PY) -m sphinx -M html docs _build -c . $(SPHINXOPTS) || { rm -rf _build/doctrees; exit 1; }
	@echo "The site is in $(CURDIR)/_build/html/index.html"

live: $(TOOLS)  ## build the site, serve it, and do it again whenever a page or an example changes (PORT=8000)
	@$(PY) -m sphinx_autobuild docs _build/live -c . -n -j $(or $(JOBS),3) --watch examples --watch ext --watch conf.py --port $(PORT)

watch: $(STAMP)  ## play a chapter whenever it is saved, from the changed step on where that is right (CHAPTER=NN-slug STORE=)
	@$(PY) -m tests.chapter '$(or $(CHAPTER),$(error which chapter? make watch CHAPTER=NN-slug))'
	@$(PY) -m tests.lab -- $(PY) -m tests.watch '$(CHAPTER)'

formats: $(STAMP)  ## build the PDF and the EPUB; the site built next links to them
	@$(PY) -m tests.formats

test: $(STAMP)  ## play every command on a real Docker Engine (CHAPTER= STEP= KEEP=1 STORE= JOBS= CHANGED=1 SHARD=k/n PYTESTOPTS=)
	@$(PY) -m tests.chapter '$(CHAPTER)' '$(STEP)' '$(SHARD)'
	@$(PY) -m tests.lab -- $(PY) -m pytest $(jobs) $(args)

browser: $(STAMP)  ## test the site in a browser; needs no lab, and is part of make test
	@$(PY) -m pytest tests/browser $(PYTESTOPTS)

screenshots: html  ## take pictures of some pages into _build/screenshots
	@$(PY) -m tests.browser.screenshots _build/html _build/screenshots

record: $(STAMP)  ## play, and write live output back into the transcripts that differ (CHAPTER= STEP= STORE=)
	@$(PY) -m tests.chapter '$(CHAPTER)' '$(STEP)' '$(SHARD)'
	@$(PY) -m tests.lab -- $(PY) -m pytest --record $(args) $(if $(CHAPTER),,examples)

record-check: $(STAMP)  ## play, and fail if a record would change anything; the patch is _build/record.patch
	@mkdir -p _build && rm -f _build/record.patch
	@$(PY) -m tests.lab -- $(PY) -m pytest --record-check _build/record.patch $(args) $(if $(CHAPTER),,examples)

# Both image stores, random order of the chapters; SEED=n ROUNDS=1 repeats the round that printed the seed n.
matrix: $(STAMP)  ## play all chapters on both image stores, in random order (ROUNDS=3 SEED=)
	@for round in $$(seq $(or $(ROUNDS),3)); do for store in overlay2 containerd; do \
	  seed=$$(($(or $(SEED),$(shell shuf -i 1-9999 -n 1)) + round - 1)); echo "round $$round on $$store, seed $$seed"; \
	  STORE=$$store $(PY) -m tests.lab -- $(PY) -m pytest -q $(jobs) $(args) --shuffle $$seed examples || exit 1; \
	done; done

# Outcomes are kept in _build/mutants until what they were made from changes; SEED draws the mutants.
SAMPLE ?= 150
mutate: $(STAMP)  ## make small mistakes, and see that plays and builds notice (SAMPLE=150 SEED=1 STORE=)
	@rm -rf _build/mutants/build-*; SAMPLE=$(SAMPLE) SEED=$(or $(SEED),1) \
	  $(PY) -m tests.lab -- $(PY) -m pytest -q -n $(or $(JOBS),auto) tests/mutation $(PYTESTOPTS); \
	  status=$$?; $(PY) -m tests.mutation.report; exit $$status

# Campaigns: what they found is kept in _build until the code changes, so an interrupted one goes on.
KILLS ?= 20
chaos: $(STAMP)  ## kill runs at random moments, and the engine under one, and see what is left (KILLS=20 SEED=)
	@$(PY) -m tests.lab -- $(PY) -m tests.chaos --kills $(KILLS) $(if $(SEED),--seed $(SEED))
	@$(PY) -m tests.lab -- $(PY) -m tests.chaos.engine

caps: $(STAMP)  ## leave out each capability of the lab once, and see what breaks
	@$(PY) -m tests.lab -- $(PY) -m tests.caps

two-engines: $(TOOLS)  ## play on two engines side by side, the second one over TLS (CHAPTERS="NN-slug NN-slug")
	@$(PY) -m tests.lab -- $(PY) -m tests.two_engines $(CHAPTERS)

RUNS ?= 20
soak: $(STAMP)  ## play everything again and again, in random order, beside busy processors (RUNS=20 SEED= JOBS=)
	@$(PY) -m tests.soak --runs $(RUNS) $(if $(JOBS),--jobs $(JOBS)) $(if $(SEED),--seed $(SEED))

rows: $(STAMP)  ## list what the workshop must show, and which step shows it
	@$(PY) -m tests.rows

# Corpora, counts and tables are kept in _build/fuzz: a campaign that was stopped goes on.
fuzz: $(TOOLS)  ## throw inputs at parser, comparison, screen and directives, led by coverage (INPUTS=20000 SEED=1)
	@$(PY) -m tests.fuzz --inputs $(or $(INPUTS),20000) --seed $(or $(SEED),1)

# A bug is planted in a copy of ext/, so nothing here changes.
planted: $(TOOLS)  ## plant bugs one by one, and see after how many inputs make fuzz finds each
	@$(PY) -m tests.fuzz.planted

growth: $(STAMP)  ## measure how time grows with hostile input, up to 10 MB
	@$(PY) -m tests.fuzz.growth

# Figures of a run are in _build/bench; with SAVE=1 the documentation shows them from now on.
bench: $(RIVALS)  ## measure what needs no lab, or one benchmark (BENCH=name ROUNDS= SCALE= SAVE=1 BESIDE=)
	@$(if $(filter chapter workshop,$(BENCH)),$(PY) -m tests.lab -- )$(PY) -m benchmarks $(BENCH)

bench-check: $(RIVALS)  ## measure ratios again, and fail where one is far worse than the documentation says
	@$(PY) -m benchmarks.check

new: $(STAMP)  ## begin a chapter: a page and a transcript that already play (CHAPTER=NN-slug)
	@$(PY) -m tests.new_chapter '$(CHAPTER)'

shell: $(STAMP)  ## open a terminal in a fresh lab, to try things (STORE=)
	@$(PY) -m tests.lab -- $(PY) -m tests.lab.shell

lint: $(STAMP)  ## check style, types, spelling, reStructuredText, Dockerfiles, scripts, workflows
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check
	@$(PY) -m mypy
	@$(PY) -m codespell_lib docs ext tests benchmarks .github conf.py Makefile README.md
	@$(PY) -m sphinxlint docs
	@.venv/bin/zizmor --offline --quiet .github
	@$(PY) -m tests.lint

# The Pythons have to be on the PATH. One pair: NOXOPTS='-s "versions(3.13-sphinx-9.2)"'
sphinx-versions: $(TOOLS)  ## install, build and play the extensions with every Sphinx from 8 and the Pythons 3.11 to 3.13
	@.venv/bin/nox -f .ci/noxfile.py --envdir _build/nox $(NOXOPTS)

snapshots: $(STAMP)  ## record anew what every builder writes for the page in tests/test_builders.py
	@SNAPSHOTS=record $(PY) -m pytest -q tests/test_builders.py

linkcheck: $(STAMP)  ## follow every link of the site; this needs a network
	@$(PY) -m sphinx -M linkcheck docs _build -c . $(SPHINXOPTS)

workflows: $(STAMP)  ## run what the hosts would run, in fresh clones (JOB=pages/build)
	@$(PY) -m tests.workflow_steps $(JOB)

newcomer: $(STAMP)  ## do what someone new does, in a fresh clone: add a chapter, mend it, record it, build
	@tests/newcomer.sh

requirements: $(STAMP)  ## compile requirements.in, .ci/tools.in and .ci/bench.in, pinned and hashed
	@$(PY) -m pip install -q --disable-pip-version-check --target .venv/uv uv
	@UV_CUSTOM_COMPILE_COMMAND="make requirements" .venv/uv/bin/uv pip compile -q --universal --generate-hashes --python-version 3.11 --upgrade requirements.in -o requirements.txt
	@UV_CUSTOM_COMPILE_COMMAND="make requirements" .venv/uv/bin/uv pip compile -q --universal --generate-hashes --python-version 3.11 --upgrade --constraint requirements.txt .ci/tools.in -o .ci/tools.txt
	@UV_CUSTOM_COMPILE_COMMAND="make requirements" .venv/uv/bin/uv pip compile -q --universal --generate-hashes --python-version 3.11 --upgrade .ci/bench.in -o .ci/bench.txt

clean:  ## remove everything that the other targets made here, except the lab
	rm -rf .venv _build tests/browser/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -path ./.git -prune -o -name __pycache__ -prune -exec rm -rf {} +

clean-lab:  ## remove the lab, its engine and its caches
	@PYTHONPATH=ext $(if $(wildcard $(PY)),$(PY),$(PYTHON)) -m tests.lab --clean
