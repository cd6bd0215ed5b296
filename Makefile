# Sisetu 四色图. What each target does in detail is in scripts/.
SHELL := /bin/bash
# rustup puts cargo here; a shell opened before that does not know it yet.
export PATH := $(PATH):$(HOME)/.cargo/bin

.DEFAULT_GOAL := help
.PHONY: help build run test dist

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

build: ## build the viewer and target/release/sisetu, installing missing system packages first
	@scripts/setup.sh run
	@scripts/viewer.sh build
	@cargo build --release --locked

run: build ## build, then serve the sample district on http://127.0.0.1:8080 (options: ARGS='--listen 127.0.0.1:9000')
	@cargo run --release --locked --quiet -- demo $(ARGS)

test: ## run every check and test, installing missing system packages first
	@scripts/test.sh

dist: build ## pack dist/sisetu-<version>-<arch>-linux.tar.gz, which runs without a network
	@scripts/dist.sh
