# Each target installs what it needs, as far as it can, and says so where it cannot.
SWIFT ?= swift
# Scripts use the same.
export SWIFT
# The compiler beside it: of swift-6.3, swiftc-6.3.
SWIFTC ?= $(shell printf '%s' '$(SWIFT)' | sed 's|\(.*\)swift|\1swiftc|')
# A debug build of the C kernels is some thirty times slower; tests want theirs optimized.
DEBUG_FLAGS = -Xcc -O2
VENV = .venv-interop
BENCH_VENV = .venv-bench

.PHONY: all demo test build release embedded interop bench fuzz format lint aarch64 nightly clean

all: build

build: dependencies
	$(SWIFT) build $(DEBUG_FLAGS)

# On Linux the lean command is Embedded Swift and linked statically: without Swift's runtime it starts and loads sooner,
# takes less memory, and runs where no Swift is.
EMBEDDED = $(MAKE) -f Embedded/Makefile -j2 SWIFTC='$(SWIFTC)'
release: dependencies
	$(SWIFT) build -c release --product swiftlet
ifeq ($(shell uname -s),Linux)
	$(EMBEDDED) command
	cp build/embedded/swiftlet-run .build/release/swiftlet-run
else
	$(SWIFT) build -c release --product swiftlet-run
endif

demo: release
	sh Demo/demo.sh

test: dependencies
	$(SWIFT) build $(DEBUG_FLAGS) --build-tests
	$(SWIFT) test $(DEBUG_FLAGS) --skip-build

.PHONY: dependencies
dependencies:
	@sh Scripts/install-dependencies.sh

ifeq ($(shell uname -s),Linux)
embedded: release
	$(EMBEDDED) program
	sh Embedded/check.sh
else
embedded:
	@echo 'make embedded: this gate links as Linux does, and runs there alone' >&2; exit 1
endif

$(VENV)/ready: Tests/Interop/requirements.txt
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet -r Tests/Interop/requirements.txt
	touch $@

# The random models of INTEROP_SEED: the same ones before each change lands, so that a change is not stopped by what was
# there before it, and new ones each night.
INTEROP_SEED ?= 0
INTEROP_COUNT ?= 48
interop: release $(VENV)/ready
	KERAS_BACKEND=numpy $(VENV)/bin/python Tests/Interop/run.py --only fixtures reads whole \
	  --seed $(INTEROP_SEED) --count-layers $(INTEROP_COUNT) \
	  --swiftlet .build/release/swiftlet --swiftlet-run .build/release/swiftlet-run
	KERAS_BACKEND=jax $(VENV)/bin/python Tests/Interop/run.py --only writes \
	  --swiftlet .build/release/swiftlet --swiftlet-run .build/release/swiftlet-run

$(BENCH_VENV)/ready: Benchmarks/requirements.txt
	python3 -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/pip install --quiet -r Benchmarks/requirements.txt
	touch $@

# Swiftlet beside ONNX Runtime and LiteRT. Their environment takes some 2 GB, and the whole table some minutes.
BENCH_ARGUMENTS ?=
bench: release $(BENCH_VENV)/ready
	$(BENCH_VENV)/bin/python Benchmarks/models.py .build/bench-models
	$(BENCH_VENV)/bin/python Benchmarks/compare.py .build/bench-models \
	  --swiftlet .build/release/swiftlet-run $(BENCH_ARGUMENTS)

# How long each target runs, in seconds.
FUZZ_SECONDS ?= 600
fuzz: dependencies
	sh Scripts/fuzz.sh $(FUZZ_SECONDS)

format:
	$(SWIFT) format -i -r Sources Tests Fuzz

lint:
	$(SWIFT) format lint --strict -r Sources Tests Fuzz

aarch64:
	sh Scripts/install-dependencies.sh aarch64
	sh Tests/aarch64.sh

nightly: test lint embedded aarch64
	$(MAKE) interop INTEROP_SEED=new INTEROP_COUNT=960
	$(MAKE) fuzz FUZZ_SECONDS=3600

clean:
	rm -rf .build .build-fuzz build demo digits.h5
