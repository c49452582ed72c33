# make run    a demo shop behind Sluice and Envoy; Ctrl-C ends it
# make test   every test
# Both install what is missing first (scripts/setup) and do so only once.

.PHONY: run test build setup bench bench-xds

run: setup
	swift build -c release
	scripts/demo

test: setup
	swift build --build-tests
	swift test --skip-build

build: setup
	swift build

setup:
	@scripts/setup

bench: setup
	scripts/bench

# The xDS server beside a grpc-swift-2 server; the first time builds both, which takes many minutes.
bench-xds: setup
	scripts/bench-xds
