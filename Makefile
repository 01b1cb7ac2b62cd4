# `make help` lists what can be asked of this file.

# FUZZ is a pattern of targets ("scan/read FuzzPDF", all when empty), FUZZFLAGS are flags of go test (-parallel=1).
# MORE is the folder of certificates that are made to be measured.
FUZZTIME ?= 10m
FUZZ ?=
FUZZFLAGS ?=
MORE ?= /tmp/accrue-certificates
TOOL := go tool -modfile=tools/go.mod

# Where goroutines meet: these packages are tested under the race detector.
RACED := ./storage/... ./tracker/... ./identity/... ./notify/...

# The same suite in each store: the tests below these must have run, passed and be the same.
SUITES := accrue/storage/sqlite:TestStore,accrue/storage/mongodb:TestContract/suite

.DEFAULT_GOAL := help
.PHONY: help setup generate verify lint test test-mongodb fuzz bench chaos bench-scan bench-scan-more bench-read pictures run

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 18

setup: ## install what the tests need and is missing
	@scripts/test-setup

generate: ## write the generated code anew
	go generate ./...

verify: generate ## fail unless generated code, go.mod files and formatting are up to date (wants a clean working tree)
	git ls-files '*go.mod' | xargs -n 1 dirname | xargs -I{} go mod tidy -C {}
	$(TOOL) golangci-lint fmt
	@git diff --exit-code
	@test -z "$$(git status --porcelain)" || { git status --short; exit 1; }

lint: ## look for mistakes and for imports that point the wrong way
	$(TOOL) golangci-lint run

test: setup ## run every test, on both stores; a skipped test fails
	go vet ./...
	go run ./scripts/stricttest -alike $(SUITES) -race -timeout 30m $(RACED)
	go run ./scripts/stricttest -timeout 30m $$(go list ./... | grep -vxF "$$(go list $(RACED))")

test-mongodb: ## run the storage suite and the tests of the API on the MongoDB that MONGO_TEST_URI names
	@test -n "$(MONGO_TEST_URI)" || { echo "MONGO_TEST_URI is not set"; exit 1; }
	go run ./scripts/stricttest -count=1 ./storage/mongodb/... .

fuzz: setup ## fuzz every parser of outside input for FUZZTIME (10m) each; FUZZ='scan/read FuzzPDF' chooses
	@scripts/fuzz '$(FUZZTIME)' '$(FUZZ)' $(FUZZFLAGS)

bench: setup ## measure speed: the server's against a bare handler's, planning for a million people (BENCHFLAGS=-short: fewer), pushing, changes reaching other servers, lists of members, and the web app on a slow phone
	go run ./bench
	go test -run '^$$' -bench '^BenchmarkPlanMany$$' -benchtime 1x $(BENCHFLAGS) ./tracker
	go test -run '^$$' -bench '^BenchmarkDeliver$$' -benchtime 20000x ./notify
	go test -run '^$$' -bench '^BenchmarkArrival$$' -benchtime 20x .
	go test -run '^$$' -bench '^BenchmarkMembers$$' -benchtime 200x .
	go test -run '^$$' -bench '^BenchmarkHomeOnPhone$$' -benchtime 9x .

chaos: ## kill servers at random for minutes, while push fails, and see that no reminder is lost or sent again
	go test ./chaos -count=1 -timeout 40m -v -long

bench-scan: ## measure how well certificates are understood
	go run ./scan/scantest/measure

bench-scan-more: ## the same on twice as many other certificates of the held layouts, made for it (see scan/scantest/render for what that wants)
	rm -rf $(MORE) && go run ./scan/scantest/render -more 2 -into $(MORE)
	go run ./scan/scantest/measure -folder $(MORE)

bench-read: setup ## measure how fast certificates are read, and the memory that it takes
	go test -run='^$$' -bench=. -benchtime=3x ./scan/read

pictures: setup ## take the pictures of the web app in the README anew
	node dashboard/test/pictures.mjs docs/pictures

run: ## start the server on the embedded store
	go run .
