.DEFAULT_GOAL := help
export CGO_ENABLED ?= 0
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1	\2/p' $(MAKEFILE_LIST) | expand -t 16

build: ## bin/zixpolicy, one static binary
	go build -trimpath -ldflags "-X main.version=$(VERSION)" -o bin/zixpolicy ./cmd/zixpolicy

run: build ## the whole flow on loopback: open http://127.0.0.1:8025
	./bin/zixpolicy demo

test: ## every test that needs nothing but Go
	go test ./...

e2e: ## the tests with a real Postfix (installs Debian's package)
	./e2e/install.sh
	go test -tags e2e -count=1 -v -timeout 20m ./e2e/...

# What is measured (allocations, growth, memory) the race detector itself distorts.
race: ## the tests under the race detector
	CGO_ENABLED=1 go test -race -skip 'DoesNotAllocate|IsLinear|PeakMemory' ./...

FUZZTIME ?= 10s
fuzz: ## every fuzz target for FUZZTIME each
	./.ci/fuzz $(FUZZTIME)

bench: ## scan throughput over the development mail, hit counts asserted
	go test -run '^$$' -bench . -benchmem ./bench/...

RECORD ?=
bench-matcher: ## the phrase matcher beside other Go engines (RECORD=bench/record keeps the run)
	cd bench/matcher && go run ./run $(if $(RECORD),-record $(CURDIR)/$(RECORD))

bench-peers: ## the same with Hyperscan (installs libhyperscan-dev)
	dpkg -s libhyperscan-dev >/dev/null 2>&1 || apt-get install -y -q libhyperscan-dev
	cd bench/hyperscan && CGO_ENABLED=1 go run . $(if $(RECORD),-record $(CURDIR)/$(RECORD))

quality: ## what detectors and rules find and miss in the development corpora
	go run ./bench/quality $(if $(V),-v)

lint: ## gofmt, vet, staticcheck, govulncheck (where its database can be reached)
	./.ci/lint $(STATICCHECK) $(GOVULNCHECK)

check: lint test build ## lint, test, and the shipped policy's own tests
	./bin/zixpolicy check

clean: ## remove what make built
	rm -rf bin dist

.PHONY: help build run test e2e race fuzz bench bench-matcher bench-peers quality lint check clean
