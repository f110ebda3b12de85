# The project's commands. `make demo` and `make test` need Python >= 3.11, make and a package index.
PYTHON ?= python3
BIN := .venv/bin

# Hundreds of processes are begun by tests: without bytecode each would compile the program anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup tools demo images fmt lint test bench fuzz lock clean

setup: .venv/.ready

# The environment is exactly the lock file; our own package is linked into it without further fetching.
.venv/.ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python >= 3.11 is needed: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

tools:
	sh scripts/install-tools.sh

demo: setup
	$(BIN)/python -m scripts.demo

# The README's pictures, of what `make demo` has made.
images: setup
	$(BIN)/python -m scripts.make_images

fmt: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/interrogate src

# One worker more than two cores: tests wait for processes, disks and databases. Whoever has done its
# share takes some of another's.
test: setup tools
	$(BIN)/python -m pytest -n 3 --dist worksteal --cov --cov-report=term

bench: setup
	$(BIN)/python -m bench

# Ten minutes a reader; what is found lies in fuzz/found. atheris is no dependency: Linux alone has it.
FUZZ ?= pdf hole embedded other licence cms seal seal-signature status-list statement history \
	register timestamp ocsp crl bundle manifest pack csv ndjson
fuzz: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps atheris
	for target in $(FUZZ); do $(BIN)/python -m fuzz $$target 600 fuzz/found || exit 1; done

# Versions and hashes of everything, for every platform; no addresses. Extras stay named: pip takes a
# newer `coverage[toml]` than the `coverage` that is pinned, and then refuses it for having no hash.
lock: setup
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-strip-extras --no-emit-index-url \
		--no-annotate --no-header --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache demo keys/demo
