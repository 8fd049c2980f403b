# Everything runs inside .venv; `make demo` and `make test` set it up themselves.
PYTHON ?= python3
BIN := .venv/bin
CASE ?= nagorno-karabakh-2023
NEEDED := .venv/.needed
BASE := .venv/.base
STAMP := .venv/.installed
# Not compiled before they are imported: that halves the time of an install.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -c constraints.txt
# Every rule played by Python alone, without machine code: what a debugger sees.
PLAIN := $(addprefix tests/claims/test_,rules_declared.py strategy_laws.py)
PLAIN_SLOW := $(addprefix tests/claims/test_,roads.py displacement_laws.py)

# Byte code is kept: without it each of the hundreds of processes of the tests reads every library anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test machine-code extras app test-app screenshots docs check style cases bench reliability validate golden clean

help:
	@echo "make demo      the flagship: six policies, two conditions; table on screen, report in out/"
	@echo "make test      all tests"
	@echo "make app       build the page of the screen (needs Node 20); its built form lies in the repository"
	@echo "make test-app  the screen driven in a browser, all of it (needs Node 20 and Chromium)"
	@echo "make screenshots  pictures of every view into docs/images"
	@echo "make check     style, types, layers"
	@echo "make bench     speed and memory, peers beside it"
	@echo "make reliability  200 kills, full disks, damaged stores, two at once: what is lost"
	@echo "make validate  slow science: backtests against what happened, longer properties, 100,000 damaged files"
	@echo "make docs      the manual, without a network, into out/docs; a warning is an error"
	@echo "make golden    rewrite the golden tables (look at the difference before you commit it)"

$(NEEDED): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("corridor needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"], sep="\n")' > .venv/needed.txt
	$(PIP) -r .venv/needed.txt
	@touch $(NEEDED)

# What the engine needs comes first: its machine code is made on one core while the rest is fetched on another.
$(BASE): $(NEEDED)
	@$(MAKE) --no-print-directory -j2 machine-code extras EXTRAS=analysis,excel,web,word
	@touch $(BASE)

$(STAMP): $(NEEDED)
	@$(MAKE) --no-print-directory -j2 machine-code extras EXTRAS=dev,analysis,cluster,excel,web,word,files,docs
	@touch $(BASE) $(STAMP)

extras:
	$(PIP) -e ".[$(EXTRAS)]"

# Once, in parallel, instead of once in each process of the tests.
machine-code: $(NEEDED)
	PYTHONPATH=src $(BIN)/python -m corridor.engine.warm

demo: $(BASE)
	$(BIN)/corridor compare $(CASE) --csv out/policies.csv --report out/report.html --structures 64 --sides 128

test: $(STAMP) machine-code
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

FRONT := src/corridor/web/front

$(FRONT)/node_modules: $(FRONT)/package-lock.json
	cd $(FRONT) && npm ci --no-audit --no-fund
	@touch $@

app: $(FRONT)/node_modules
	cd $(FRONT) && npm run check && npm test && npm run build
	$(PYTHON) tools/front.py --write

test-app: $(STAMP) $(FRONT)/node_modules
	$(BIN)/python -m pytest tests/web --whole-screen

screenshots: $(STAMP) $(FRONT)/node_modules
	$(BIN)/python tools/screenshots.py docs/images

check: style cases

style: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

cases: $(STAMP)
	$(BIN)/corridor check nagorno-karabakh-2023
	$(BIN)/corridor check berlin-1948
	$(BIN)/corridor check sarajevo-1992
	$(BIN)/corridor check leningrad-1941
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -n auto --dist loadfile -p no:cacheprovider $(PLAIN)

bench: $(STAMP)
	$(BIN)/python benchmarks/house.py
	$(BIN)/python benchmarks/supply.py
	$(BIN)/python benchmarks/engine.py
	$(BIN)/python benchmarks/bodies.py
	$(BIN)/python benchmarks/strategy.py
	$(BIN)/python benchmarks/extremes.py
ifdef CORRIDOR_DATA
	$(BIN)/python benchmarks/flee.py $(CORRIDOR_DATA)/flee-cases/mali2012 $(CORRIDOR_DATA)/flee-cases/simsetting.yml --scales 0.1 1 --all $(CORRIDOR_DATA)/flee-cases
endif

reliability: $(STAMP)
	$(BIN)/python tools/reliability.py --kills 200

validate: $(STAMP) reliability
	$(BIN)/corridor backtest nagorno-karabakh-2023
	$(BIN)/corridor backtest nagorno-karabakh-2023 --variant june
	$(BIN)/corridor backtest berlin-1948
	$(BIN)/corridor backtest sarajevo-1992 --variant recalled
	$(BIN)/corridor backtest leningrad-1941
	$(BIN)/corridor validate -o docs/validation.md
	$(BIN)/python benchmarks/blockades.py --write docs/blockades.md
	$(BIN)/python tools/gates.py --left-out
	$(BIN)/python -m pytest -m slow
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -n auto --dist loadfile -p no:cacheprovider $(PLAIN_SLOW)
ifdef CORRIDOR_DATA
	$(BIN)/corridor validate-movement $(CORRIDOR_DATA)/flee-cases
endif
	HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest tests/claims tests/unit/test_text.py tests/unit/test_machines.py tests/unit/test_workspace_machine.py
	$(BIN)/python tools/fuzz.py --mutations 100000
	$(BIN)/python tools/fuzz.py --importers 10000
	$(BIN)/python tools/shown.py

docs: $(STAMP)
	$(BIN)/python tools/manual.py out/docs

golden: $(STAMP)
	$(BIN)/python tests/golden/rewrite.py
	git --no-pager diff --stat -- tests/golden

clean:
	rm -rf .venv out runs
