# Every command there is. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run test check fmt openapi contract audit bench prove mutants dist fresh

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# A first look needs no PostgreSQL: OpenSSL and libpq take longer to build than all of Kontor.
run_with := $(if $(filter postgres%,$(KONTOR_DATABASE_URL)),,--no-default-features)

run: ## Start the server with demo data (what is shipped and fast: make dist)
	cargo run --package api --bin kontor --locked $(run_with) -- serve --demo

test: ## Run all tests, on SQLite and on a throw-away PostgreSQL (one test, one folder: make test ARGS=name)
	cargo build --bin kontor --locked
	scripts/postgres.sh run -- cargo test --workspace --locked $(ARGS)

check: ## Formatting, lints and documentation, without a single warning
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo clippy --package api --no-default-features --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --locked --quiet

fmt: ## Format the code
	cargo fmt --all

openapi: ## Write the API description, and who may call what, into openapi/
	cargo run --quiet --bin kontor -- openapi openapi
	KONTOR_TEST_WRITE=1 cargo test --quiet -p tests --test it people::access::the_access_table_is_the_committed_one::sqlite

contract: ## Lint the API description, run clients that are generated of it, and made-up requests (a part: ONLY=lint)
	scripts/contract.sh

audit: ## Check licences, bans and sources of all dependencies, and known weaknesses where their database is at hand
	scripts/audit.sh

bench: ## Measure speed
	scripts/bench.sh

prove: ## Live random lives of subscriptions, and kill the server amid orders (long; shorter: LIVES=500 KILLS=50)
	LIVES=$(or $(LIVES),10000) cargo test --package domain --locked --test 'lifecycle_*'
	cargo build --bin kontor --locked
	KILLS=$(or $(KILLS),200) scripts/postgres.sh run -- cargo test --workspace --locked --test it -- faults::crash::

mutants: ## Change the rules of money and time one by one; a test must notice (hours; a part: ARGS="--shard 0/8")
	scripts/mutants.sh $(ARGS)

dist: ## Build the binary that is shipped
	cargo build --profile dist --bin kontor --locked

fresh: ## Run both commands of the README on a bare Debian (root, debootstrap; half an hour)
	scripts/fresh.sh $(ARGS)
