#!/bin/sh
# Checks what Embedded/Makefile has built, the C program and the lean command, against the ordinary build of `swiftlet`:
# what they need, what they compute and what they print.
set -eu
cd "$(dirname "$0")/.."
build=build/embedded
echo "predict: $(wc -c < "$build/predict") bytes; swiftlet-run: $(wc -c < .build/release/swiftlet-run) bytes"

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
  rm -rf "$build/ordinary" "$build/lean"
  .build/release/swiftlet predict "$model" --input "$input" --output "$build/ordinary"
  "$build/swiftlet-run" predict "$model" --input "$input" --output "$build/lean"
  numbers "$build/ordinary/output_0.npy" > "$build/ordinary.raw"
  cmp "$build/output.raw" "$build/ordinary.raw"
  cmp "$build/lean/output_0.npy" "$build/ordinary/output_0.npy"
  compared=$((compared + 1))
}
compare "$build/digits.h5" "$build/digits/images.npy"
for model in dense_softmax dense_stack activation_relu normalization_adapted rescaling functional_chain; do
  compare "Fixtures/keras/$model.h5" "Fixtures/keras/$model.input_0.npy"
done
echo "$compared models give the same bits as the ordinary build, the digits of the demo among them"

# What both commands can print, they print alike, complaints about damaged files among it but for the command's name.
compared=0
for model in Fixtures/keras/*.h5 Fixtures/reader/*.h5 "$build/digits.h5"; do
  for words in inspect 'inspect --json' verify 'verify --json'; do
    # shellcheck disable=SC2086
    for command in .build/release/swiftlet "$build/swiftlet-run"; do
      status=0
      "$command" $words "$model" > "$build/printed.txt" 2> "$build/complaint.txt" || status=$?
      { cat "$build/printed.txt"; sed 's/^swiftlet-run: /swiftlet: /' "$build/complaint.txt"; echo "$status"; } \
        > "$build/$(basename "$command").txt"
    done
    cmp "$build/swiftlet.txt" "$build/swiftlet-run.txt" || { echo "$words $model differ" >&2; exit 1; }
    compared=$((compared + 1))
  done
done
echo "$compared reports are the same as those of the ordinary build"
