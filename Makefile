# make run    a demo shop behind Sluice and Envoy; Ctrl-C ends it
# make test   every test
# Both install what is missing first (scripts/setup) and do so only once.

.PHONY: run test build setup bench

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
