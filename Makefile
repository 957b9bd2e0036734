# What a person or a machine does with this tree. `make` lists it.

.DEFAULT_GOAL := help
.PHONY: help setup build man demo test check nightly bench clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: ## Install what the build needs (Debian 12; quick when done before)
	@scripts/setup.sh

build: setup ## Build build/release/pawl
	@scripts/build.sh release

man: build ## Man pages and completion for bash, into build/man
	@scripts/generate_man.sh

demo: build ## A simulated city's trips become a gated, registered, served model
	@examples/rides/demo.sh

test: setup ## Everything: both compilers, sanitizers, all tests, all checks
	@scripts/test.sh

check: setup ## Only the quick checks: layers, format, tidy
	@scripts/check.sh

nightly: setup ## The long suites and the fuzzers
	@scripts/nightly.sh

bench: build ## Measure against DuckDB; see bench/RESULTS.md
	@bench/run.sh

clean: ## Remove what was built (what was fetched stays)
	rm -rf build/release build/optimised build/asan build/tsan build/fuzz build/tidy
