"""Swiftlet beside ONNX Runtime and LiteRT, on the models that models.py makes, paired in the same run.

usage: compare.py FOLDER --swiftlet BIN [--models a,b] [--batches 1,32] [--threads 1] [--rounds 5] [--no-load] [--json]

A cell's figure is microseconds a call of a prepared session: the median over rounds of each round's median. Within a
round everybody takes a turn, so that a machine that slows down slows all of them. The ratio is the best peer's time
over ours: above 1 we are faster. Every output is held against Keras's before it is timed. The load table gives the
milliseconds from a file in the page cache to the first output of one row, and the peak memory, of fresh processes.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time

DENSE_BATCHES = [1, 8, 32, 100, 1024]
OTHER_BATCHES = [1, 32]
TOLERANCE = 1e-4
LOADED = ["digits-mlp", "mnist-mlp", "wide-mlp", "mobilenet"]


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--swiftlet", required=True)
    parser.add_argument("--models", default="")
    parser.add_argument("--batches", default="")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.3, help="of a peer's turn")
    parser.add_argument("--no-load", action="store_true")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def swiftlet(options, *words):
    """What the lean command prints as JSON."""
    run = subprocess.run([options.swiftlet, *words, "--json"], capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(run.stderr.strip())
    return json.loads(run.stdout)


def median_call(call, seconds):
    """Microseconds a call: the median of samples that are each long enough for the clock."""
    call()
    start = time.perf_counter()
    call()
    calls = max(1, int(2e-4 / max(time.perf_counter() - start, 1e-7)))
    samples = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(samples) < 3:
        start = time.perf_counter()
        for _ in range(calls):
            call()
        samples.append((time.perf_counter() - start) / calls)
    return statistics.median(samples) * 1e6


def our_output(options, model, rows, batch):
    import numpy as np

    with tempfile.TemporaryDirectory() as folder:
        np.save(f"{folder}/rows.npy", rows)
        run = subprocess.run(
            [options.swiftlet, "predict", model, "--input", f"{folder}/rows.npy", "--output", folder,
             "--batch", str(batch)], capture_output=True, text=True)
        if run.returncode:
            raise RuntimeError(run.stderr.strip())
        return np.load(f"{folder}/output_0.npy")


def cell(options, name, batch):
    """One model at one batch: microseconds for each who runs it."""
    import numpy as np
    import peers

    folder = f"{options.folder}/{name}"
    rows, expected = np.load(f"{folder}/input.npy"), np.load(f"{folder}/expected.npy")
    batch_rows = np.ascontiguousarray(np.resize(rows, (batch, *rows.shape[1:])))
    count = min(batch, len(rows))

    def check(who, output):
        error = float(np.abs(output[:count] - expected[:count]).max())
        if not error <= TOLERANCE:
            raise RuntimeError(f"{who} on {name}, batch {batch}: off Keras's output by {error:.2g}")

    calls = {}
    for peer in peers.available(folder):
        calls[peer.name], output = peer.prepare(f"{folder}/{peer.file}", batch_rows, options.threads)
        calls[peer.name]()
        check(peer.name, output())
    model = f"{folder}/model.h5"
    check("swiftlet", our_output(options, model, batch_rows, batch))
    rounds = {who: [] for who in [*calls, "swiftlet"]}
    for _ in range(options.rounds):
        for who, call in calls.items():
            rounds[who].append(median_call(call, options.seconds))
        bench = swiftlet(options, "bench", model, "--batch", str(batch), "--threads", str(options.threads))
        rounds["swiftlet"].append(bench["median_us"])
    times = {who: statistics.median(values) for who, values in rounds.items()}
    best = min(times[who] for who in calls)
    return {"model": name, "batch": batch, "us": times, "ratio": best / times["swiftlet"]}


# A peer in a fresh process: what it imports is not counted, as our own process's start is not.
LOAD = """
import json, sys, time
import numpy as np
sys.path.insert(0, sys.argv[4])
who, path, rows = sys.argv[1], sys.argv[2], np.load(sys.argv[3])[:1]
if who == "onnxruntime":
    import onnxruntime
    start = time.perf_counter()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    session.run(None, {session.get_inputs()[0].name: rows})
else:
    from ai_edge_litert.interpreter import Interpreter
    start = time.perf_counter()
    interpreter = Interpreter(path, num_threads=1)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], rows)
    interpreter.invoke()
elapsed = time.perf_counter() - start
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print(json.dumps({"ms": elapsed * 1e3, "peak_mb": peak / 1024}))
"""


def load_row(options, name):
    """Milliseconds to the first output and peak memory, for each who runs the model."""
    import peers

    folder = f"{options.folder}/{name}"
    runs = {}
    for _ in range(max(options.rounds, 5)):
        for peer in peers.available(folder):
            run = subprocess.run(
                [sys.executable, "-c", LOAD, peer.name, f"{folder}/{peer.file}", f"{folder}/input.npy",
                 os.path.dirname(__file__)], capture_output=True, text=True, check=True)
            runs.setdefault(peer.name, []).append(json.loads(run.stdout.splitlines()[-1]))
        ours = swiftlet(options, "bench", f"{folder}/model.h5", "--load")
        runs.setdefault("swiftlet", []).append(
            {"ms": ours["first_output_ms"], "peak_mb": ours["peak_rss_bytes"] / 2**20})
        packed = ours.get("packed_weight_bytes", 0) / 2**20
    row = {who: {key: statistics.median(run[key] for run in values) for key in values[0]}
           for who, values in runs.items()}
    best = min(row[who]["ms"] for who in row if who != "swiftlet")
    return {"model": name, "load": row, "packed_mb": packed, "ratio": best / row["swiftlet"]["ms"]}


def print_peak(peak):
    places = [("first cache", "l1"), ("second", "l2"), ("third", "l3"), ("memory", "memory")]
    reading = ", ".join(f"{label} {peak[key + '_gbytes_per_second']:.0f}" for label, key in places)
    print(f"{peak['isa']}: {peak['gflops']:.1f} GFLOP/s of multiply-adds; reads GB/s: {reading}\n")


def print_cells(cells):
    print(f"{'model':12}{'batch':>6}{'swiftlet':>12}{'onnxruntime':>13}{'litert':>12}   best peer / ours")
    for row in cells:
        figures = [f"{row['us'][who]:.2f}" if who in row["us"] else "-"
                   for who in ("swiftlet", "onnxruntime", "litert")]
        print(f"{row['model']:12}{row['batch']:>6}{figures[0]:>12}{figures[1]:>13}{figures[2]:>12}"
              f"{row['ratio']:>10.2f}", flush=True)


def main():
    options = arguments()
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    os.environ.update(OMP_NUM_THREADS=str(options.threads), TF_CPP_MIN_LOG_LEVEL="3")
    names = options.models.split(",") if options.models else sorted(
        name for name in os.listdir(options.folder) if os.path.exists(f"{options.folder}/{name}/model.h5"))
    peak = swiftlet(options, "bench", "--peak")
    cells, failures = [], []
    for name in names:
        usual = DENSE_BATCHES if name.endswith("-mlp") else OTHER_BATCHES
        for batch in [int(b) for b in options.batches.split(",")] if options.batches else usual:
            try:
                cells.append(cell(options, name, batch))
            except RuntimeError as error:
                failures.append(str(error))
                break
    loads = []
    for name in [] if options.no_load else [name for name in LOADED if name in names]:
        try:
            loads.append(load_row(options, name))
        except RuntimeError as error:
            failures.append(str(error))
    worst = min(cells, key=lambda row: row["ratio"], default=None)
    mean = math.exp(statistics.mean(math.log(row["ratio"]) for row in cells)) if cells else None
    if options.json:
        print(json.dumps({"peak": peak, "cells": cells, "geometric_mean": mean, "worst": worst, "loads": loads,
                          "failures": failures}, indent=1))
    else:
        print_peak(peak)
        print(f"microseconds a call, {options.threads} thread(s)")
        print_cells(cells)
        if cells:
            print(f"\ngeometric mean of {len(cells)} cells {mean:.2f}; worst {worst['model']} at batch "
                  f"{worst['batch']}: {worst['ratio']:.2f}")
        for row in loads:
            figures = ", ".join(f"{who} {of['ms']:.2f} ms and {of['peak_mb']:.1f} MB" for who, of in row["load"].items())
            print(f"file to first output, {row['model']}: {figures}; ours packs {row['packed_mb']:.1f} MB; "
                  f"best peer / ours {row['ratio']:.2f}")
        for failure in failures:
            print(f"not run: {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
