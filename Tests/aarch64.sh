#!/bin/sh
# Compiles the kernels for 64-bit ARM and compares their bits with this machine's, under emulation.
# Needs Debian's gcc-aarch64-linux-gnu and qemu-user-static. usage: Tests/aarch64.sh
set -e
if [ "$(uname -s)" != Linux ] || [ "$(uname -m)" != x86_64 ]; then
  echo "the emulation is set up on x86-64 Linux alone; the kernels' own tests run what this machine has"
  exit 0
fi
cd "$(dirname "$0")/.."
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
sources="Tests/kernel-bits.c Sources/SwiftletKernels/*.c"
flags="-std=gnu17 -O2 -Wall -Wextra -Werror -I Sources/SwiftletKernels/include"
${CC:-cc} $flags $sources -lm -o "$build/here"
aarch64-linux-gnu-gcc $flags -static $sources -lm -o "$build/there"
"$build/here" > "$build/here.txt"
qemu-aarch64-static "$build/there" > "$build/there.txt"
cut -d' ' -f1 "$build/here.txt" "$build/there.txt" | sort | uniq -c
# Each line is an instruction set and a digest; all digests must be one.
test "$(cut -d' ' -f2 "$build/here.txt" "$build/there.txt" | sort -u | wc -l)" = 1
grep -q '^neon ' "$build/there.txt"
echo "the same bits everywhere"
