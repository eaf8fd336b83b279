#!/bin/sh
# Runs each fuzz target for so many seconds, from the fixtures and every input that was kept.
# Usage: fuzz.sh SECONDS; SWIFT chooses the toolchain.
set -eu
seconds=${1:-600}
export SWIFTLET_FUZZ=1
# With its own backtraces Swift may hang a crash that libFuzzer is about to report.
export SWIFT_BACKTRACE=enable=no
# More memory than there is must come back as NULL, as it does without the sanitizer.
export ASAN_OPTIONS=allocator_may_return_null=1
# What C does not define is as bad as a bad address.
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
# libFuzzer's and the sanitizers' runtimes for Swift are linked by lld; gold crashes on them.
flags="-c release --scratch-path .build-fuzz -Xswiftc -sanitize=fuzzer,address -Xswiftc -use-ld=lld
  -Xcc -fsanitize=fuzzer-no-link,address,undefined"

run() {
  product=$1
  kept=$2
  shift 2
  # shellcheck disable=SC2086
  ${SWIFT:-swift} build $flags --product "$product"
  work=$(mktemp -d)
  mkdir -p "build/fuzz/$product"
  for seed in "$@"; do
    if [ -f "$seed" ]; then cp "$seed" "$work/"; fi
  done
  if [ -d "$kept" ]; then cp "$kept"/* "$work/" 2>/dev/null || true; fi
  ".build-fuzz/release/$product" -runs=0 -rss_limit_mb=2048 "$work"
  log="build/fuzz/$product/log.txt"
  if ! ".build-fuzz/release/$product" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 \
    -print_final_stats=1 -max_len=65536 -artifact_prefix="build/fuzz/$product/" "$work" >"$log" 2>&1; then
    tail -n 60 "$log"
    echo "$product found an input that breaks it: it is in build/fuzz/$product; keep it in $kept" >&2
    exit 1
  fi
  tail -n 6 "$log"
  rm -rf "$work"
}

run FuzzHDF5Reader Fixtures/fuzz/hdf5-reader Fixtures/reader/*.h5 Fixtures/reader/attacks/*.h5 Fixtures/keras/dense.h5
# The model_config of each of these files, which stands in it as one piece of text.
configurations=$(mktemp -d)
for model in Fixtures/layers/*.h5; do
  grep -aoE '\{"(module|class_name)": .*\}' "$model" >"$configurations/$(basename "$model" .h5).json"
done
run FuzzModelConfig Fixtures/fuzz/model-config Fixtures/keras/*.json Fixtures/graph/*.json "$configurations"/*.json
run FuzzModel Fixtures/fuzz/model "$configurations"/*.json Fixtures/layers/*.h5 Fixtures/keras/dense.h5
rm -rf "$configurations"
