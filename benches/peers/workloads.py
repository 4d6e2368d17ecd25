"""What every peer runs, and how it is timed: as `cargo run --release -p benches` does it."""

import math
import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

STEPS = 100  # training steps before the loss that is printed
BLOCKS = 9
BLOCK_SECONDS = 0.2
THREADS = int(os.environ.get("THREADS", "1"))  # how many an engine may use


@dataclass(frozen=True)
class Workload:
    """Shapes and batch are those of the file of weights and samples."""

    name: str
    title: str
    activation: str
    output: str = "identity"
    loss: str = ""  # empty: inference
    optimizer: str = ""
    rate: float = 0.0


WORKLOADS = [
    Workload("T1", "4-32-16-4, 200 rows, Adam", "tanh", "identity", "mse", "adam", 1e-3),
    Workload("T1x10k", "the same, 10,000 rows", "tanh", "identity", "mse", "adam", 1e-3),
    Workload("T2", "2-8-1, 4 rows, SGD", "tanh", "sigmoid", "bce", "sgd", 0.5),
    Workload("T3", "784-128-10, 64 rows, SGD", "relu", "softmax", "cross_entropy", "sgd", 0.1),
    Workload(
        "T4", "784-512-512-10, 128 rows, Adam", "relu", "softmax", "cross_entropy", "adam", 1e-3
    ),
    Workload("T5", "64-32-10, 1 row, SGD", "relu", "softmax", "cross_entropy", "sgd", 0.01),
    Workload("I1", "4-16-16-2, 1 row", "tanh"),
    Workload("I2", "64-64-32-10, 1 row", "relu"),
    Workload("I3", "784-128-10, 1 row", "relu", "softmax"),
    Workload("I4", "784-128-10, 1,024 rows", "relu", "softmax"),
]


@dataclass(frozen=True)
class Data:
    """What our own program started from."""

    layers: list[tuple[np.ndarray, np.ndarray]]  # weight [units, in], bias [units]
    inputs: np.ndarray  # [rows, in]
    targets: np.ndarray | None  # [rows, outputs], or [rows] of classes
    outputs: np.ndarray | None  # [rows, outputs], as our program computed them


def load(workload: Workload, folder: Path) -> Data:
    tensors = load_file(folder / f"{workload.name}.safetensors")
    count = sum(name.endswith(".weight") for name in tensors)
    layers = [
        (tensors[f"dense{i}.weight"], tensors[f"dense{i}.bias"]) for i in range(1, count + 1)
    ]
    targets = tensors.get("targets")
    if workload.loss == "cross_entropy":
        targets = targets[:, 0].astype(np.int64)
    return Data(layers, tensors["inputs"], targets, tensors.get("outputs"))


def chosen(arguments: list[str]) -> tuple[Path, list[Workload]]:
    """The folder of the data and the workloads that a command line names; without names, all."""
    if not arguments:
        sys.exit(f"usage: {sys.argv[0]} FOLDER [WORKLOAD ...]")
    folder, names = Path(arguments[0]), arguments[1:]
    return folder, [w for w in WORKLOADS if not names or w.name in names]


def measure(run) -> tuple[float, float]:
    """Nanoseconds per call of the fastest and of the median block; `run(n)` makes n calls.

    Of one thread it is processor time, so that what others do meanwhile hardly counts; of several
    it is time by the clock.
    """

    clock = time.process_time if THREADS == 1 else time.perf_counter

    def elapsed(calls):
        start = clock()
        run(calls)
        return clock() - start

    run(3)  # whatever compiles at the first calls
    calls = 1
    while (seconds := elapsed(calls)) < BLOCK_SECONDS:
        factor = BLOCK_SECONDS / max(seconds, 1e-9)
        calls = math.ceil(calls * min(max(factor, 1.1), 10.0))
    blocks = [elapsed(calls) / calls * 1e9 for _ in range(BLOCKS)]
    return min(blocks), statistics.median(blocks)


def report(peer: str, workload: Workload, run, note: str):
    least, median = measure(run)
    print(f"{peer}\t{workload.name}\t{least:.1f}\t{median:.1f}\t{note}", flush=True)


def losses(step) -> str:
    """The loss at first and after `STEPS` steps; `step` returns the loss before it."""
    before = float(step())
    for _ in range(1, STEPS):
        step()
    return f"{before:.6f} → {float(step()):.6f}"


def difference(outputs, data: Data) -> str:
    """How far these outputs are from ours at most; the end of the program where they are others."""
    largest = float(np.max(np.abs(np.asarray(outputs) - data.outputs)))
    if not largest < 1e-4:
        sys.exit(f"outputs differ from ours by {largest}")
    return f"{largest:.1e}"
