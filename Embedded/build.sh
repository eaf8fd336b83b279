#!/bin/sh
# Builds the lean storey as Embedded Swift into one static library, links a C program with it, and checks what
# the program needs and computes. usage: Embedded/build.sh   (CC chooses the C compiler of the program)
set -eu
cd "$(dirname "$0")/.."
build=build/embedded
rm -rf "$build"
mkdir -p "$build/modules"

toolchain=$(dirname "$(dirname "$(readlink -f "$(command -v swiftc)")")")
clang=$toolchain/bin/clang
[ -x "$clang" ] || clang=clang

# Module maps for the C targets, as SwiftPM makes them; CSwiftletHeader has its own.
for module in SwiftletKernels SwiftletSystem; do
  mkdir "$build/modules/$module"
  echo "module $module { header \"$PWD/Sources/$module/include/$module.h\" export * }" \
    > "$build/modules/$module/module.modulemap"
  for source in Sources/$module/*.c; do
    "$clang" -std=gnu17 -O2 -ffunction-sections -fdata-sections -D_GNU_SOURCE -Wall -Wextra -Werror \
      -I "Sources/$module/include" -c "$source" -o "$build/$module-$(basename "$source" .c).o"
  done
done

for module in SwiftletHDF5Reader SwiftletGraph Swiftlet CSwiftlet; do
  echo "$module"
  swiftc -O -wmo -enable-experimental-feature Embedded -parse-as-library -swift-version 6 \
    -strict-memory-safety -warnings-as-errors -Xcc -D_GNU_SOURCE -Xfrontend -function-sections \
    -module-name "$module" \
    -I "$build" -I "$build/modules/SwiftletKernels" -I "$build/modules/SwiftletSystem" \
    -I Sources/CSwiftlet/include \
    -emit-module -emit-module-path "$build/$module.swiftmodule" -emit-object -o "$build/$module.o" \
    $(find "Sources/$module" -name '*.swift' | sort)
done

rm -f "$build/libswiftlet.a"
ar rcs "$build/libswiftlet.a" "$build"/*.o

# Strings compare by Unicode's rules, whose tables the toolchain keeps apart.
tables=$toolchain/lib/swift/embedded/$(uname -m)-unknown-linux-gnu/libswiftUnicodeDataTables.a
${CC:-cc} -std=c11 -O2 -Wall -Wextra -Werror -I Sources/CSwiftlet/include Embedded/predict.c \
  "$build/libswiftlet.a" "$tables" -Wl,--gc-sections -lm -lz -lpthread -o "$build/predict"
strip "$build/predict"
echo "predict: $(wc -c < "$build/predict") bytes"

# Nothing but the C library and zlib may be needed where the program runs.
needed=$(ldd "$build/predict" | awk '{ print $1 }' | sed 's|.*/||')
for library in $needed; do
  case $library in
    linux-vdso.so.*|ld-linux*|libc.so.*|libm.so.*|libz.so.*|libpthread.so.*) ;;
    *) echo "predict needs $library" >&2; exit 1 ;;
  esac
done
echo "needs:" $needed

# A NumPy file of version 1 is ten bytes, a header of the length in the last two of them, and the numbers.
numbers() {
  low=$(od -An -tu1 -j8 -N1 "$1")
  high=$(od -An -tu1 -j9 -N1 "$1")
  tail -c "+$((low + high * 256 + 11))" "$1"
}

# A file that cannot be opened is refused in one line, not with a crash.
if "$build/predict" Fixtures/keras/damaged_half.h5 /dev/null "$build/never" 2> "$build/refusal.txt"; then
  echo "a damaged file was opened" >&2
  exit 1
fi
test "$(wc -l < "$build/refusal.txt")" = 1

# The demo's own model, on the digits that it was not trained on.
rm -rf "$build/digits"
.build/release/swiftlet train --data Fixtures/digits --scale 1/16 --layers 32:relu,16:relu,10 \
  --learning-rate 0.005 --batch-size 64 --epochs 100 --test-fraction 0.2 --seed 1 \
  --save-test "$build/digits" -o "$build/digits.h5" --quiet

compared=0
compare() {
  model=$1
  input=$2
  numbers "$input" > "$build/input.raw"
  "$build/predict" "$model" "$build/input.raw" "$build/output.raw"
  test -s "$build/output.raw" || { echo "$model gave nothing" >&2; exit 1; }
  rm -rf "$build/ordinary"
  .build/release/swiftlet-run predict "$model" --input "$input" --output "$build/ordinary"
  numbers "$build/ordinary/output_0.npy" > "$build/ordinary.raw"
  cmp "$build/output.raw" "$build/ordinary.raw"
  compared=$((compared + 1))
}
compare "$build/digits.h5" "$build/digits/images.npy"
for model in dense_softmax dense_stack activation_relu normalization_adapted rescaling functional_chain; do
  compare "Fixtures/keras/$model.h5" "Fixtures/keras/$model.input_0.npy"
done
echo "$compared models give the same bits as swiftlet-run, the digits of the demo among them"
