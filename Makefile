# Every target first installs what is missing (scripts/bootstrap).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help bootstrap build test demo bench bench-tokenizer bench-index bench-scheduling format lint clean

swift_sources := Package.swift Sources Tests Benchmarks

help: ## Shows this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

bootstrap:
	@scripts/bootstrap

build: bootstrap ## Builds warmpath, warmpath-engine-sim and warmpath-load for release.
	scripts/build-release

test: bootstrap ## Runs every test: Swift, Swift with the address sanitizer, end to end with Envoy.
	scripts/test

demo: bootstrap ## Routes the same load at random and by KV cache, through a real Envoy.
	bin=$$(scripts/build-release); WARMPATH_BIN_DIR=$$bin .build/venv/bin/python scripts/demo

bench: bootstrap ## Measures; prints lines of the form: bench SUITE/CASE VALUE UNIT.
	scripts/bench

bench-tokenizer: bootstrap ## Measures the tokenizer beside others, on three vocabularies.
	.build/venv/bin/python scripts/bench-tokenizer

bench-index: bootstrap ## Measures the KV index and its event feed beside another.
	.build/venv/bin/python scripts/bench-index

bench-scheduling: bootstrap ## Measures one decision beside another picker's.
	.build/venv/bin/python scripts/bench-scheduling

format: bootstrap ## Formats the Swift sources in place.
	swift format --in-place --parallel --recursive $(swift_sources)

lint: bootstrap ## Checks format, generated code and the house rules.
	swift format lint --strict --parallel --recursive $(swift_sources)
	scripts/generate-protos --check
	.build/venv/bin/python scripts/tidy

clean: ## Removes what was built, the Python environment included.
	rm -rf .build
