#!/bin/sh
# Trains a network on real handwritten digits, runs it with the lean command, and shows what it makes of rows
# that it has never seen. Takes no options; runs from the project's root, where `make demo` builds first.
set -eu
cd "$(dirname "$0")/.."
swiftlet=.build/release/swiftlet
lean=.build/release/swiftlet-run
for command in "$swiftlet" "$lean"; do
  [ -x "$command" ] || { echo "demo: $command is not built; 'make demo' builds it" >&2; exit 1; }
done

# Says what is run, then runs it.
run() {
  echo "\$ $*"
  "$@"
}

echo "1. Train 64-32-16-10 on four fifths of 1,797 handwritten digits, and keep the rest for later"
run "$swiftlet" train --data Fixtures/digits --scale 1/16 --layers 32:relu,16:relu,10 --optimizer adam \
  --learning-rate 0.005 --batch-size 64 --epochs 100 --test-fraction 0.2 --seed 1 --save-test demo -o digits.h5

echo
echo "2. Predict the rest with the lean command, which knows nothing of training, Foundation or libhdf5"
run "$lean" predict digits.h5 --input demo/images.npy --batch 100 --output demo

echo
echo "3. See how well that went"
run "$swiftlet" evaluate --predictions demo/output_0.npy --data demo --draw 3
score=$("$swiftlet" evaluate --predictions demo/output_0.npy --data demo --json)
accuracy=$(printf '%s' "$score" | sed -n 's/.*"accuracy": *\([0-9.]*\).*/\1/p')
median=$("$lean" bench digits.h5 --batch 100 --threads 1 --json | sed -n 's/.*"median_us": *\([0-9.eE+-]*\).*/\1/p')
echo
awk -v median="$median" 'BEGIN {
  printf "%d rows a second on one thread (%.1f microseconds for a batch of 100)\n", 100 / median * 1e6, median
}'
awk -v accuracy="$accuracy" 'BEGIN { exit !(accuracy >= 0.96) }' || {
  echo "demo: the accuracy is $accuracy; 0.96 was expected" >&2
  exit 1
}

cat <<END

What to try next:
  $swiftlet inspect digits.h5                          what is in the file
  $swiftlet verify digits.h5                           is it undamaged, and does it compute right?
  $swiftlet predict digits.h5 --input demo/images.npy --top 3
  $swiftlet train --data Fixtures/iris/iris.csv --normalize --layers 16:relu,3 --epochs 100 -o iris.h5
  python3 -c 'import keras; keras.models.load_model("digits.h5").summary()'
END
