"""Runs the workloads in our program and in every peer, in turn, and writes a table and a chart.

    python benches/peers/compare.py [--passes 3] [--threads 1] [--prefix COMMAND] [--candle] [--burn] [WORKLOAD ...]
"""

import argparse
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from importlib import metadata
from pathlib import Path

from chart import chart
from tables import OURS_ALONE, page
from workloads import WORKLOADS

HERE = Path(__file__).resolve().parent
CARGO = ["cargo", "run", "--quiet", "--release"]
OURS = [*CARGO, "--package", "benches", "--"]
SCRIPTS = [
    [sys.executable, str(HERE / script)]
    for script in ["run_pytorch.py", "run_jax.py", "run_onnxruntime.py"]
]
PEERS = ["PyTorch eager", "PyTorch compiled", "JAX call", "JAX loop", "ONNX Runtime"]
PACKAGES = ["torch", "jax", "onnxruntime"]
CRATES = {"candle": "candle-core", "burn": "burn"}  # each in a package of its own
LARGE = ["T4", "I4"]  # where several threads pay


def lines(command: list[str]) -> list[list[str]]:
    """The fields of each line that a program prints; where it fails, its last words on stderr."""
    one_thread = {**os.environ, "RAYON_NUM_THREADS": "1"}  # the scripts see to theirs
    done = subprocess.run(command, cwd=HERE.parent, env=one_thread, capture_output=True, text=True)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        print(f"{command[-3:]} failed: {last[0]}", file=sys.stderr)
    return [line.split("\t") for line in done.stdout.splitlines()]


def measure(arguments, programs: list[list[str]], folder: str):
    """`{workload: {engine: [(min, median, note), ...]}}`, and our level of vector instructions."""
    measured, level = defaultdict(lambda: defaultdict(list)), ""
    alone = arguments.threads == 1
    names = arguments.workloads or ([w.name for w in WORKLOADS] if alone else LARGE)
    ways = {"ours": arguments.threads} if alone else {"ours": arguments.threads, OURS_ALONE: 1}
    prefix = shlex.split(arguments.prefix)
    for number in range(arguments.passes):
        for name in names:
            print(f"pass {number + 1} of {arguments.passes}: {name}", file=sys.stderr)
            rows = []
            for way, threads in ways.items():
                ours = [*OURS, "--data", folder, "--threads", str(threads), name]
                (level, *_), _, *own = lines([*prefix, *ours]) or sys.exit(1)
                rows += [[way, *row] for row in own]
            for program in programs:
                rows += lines([*prefix, *program, folder, name])
            for engine, workload, least, median, note in rows:
                measured[workload][engine].append((float(least), float(median), note))
    return measured, level


def summary(measured):
    """Of all passes: the least minimum, the median of the medians, and the last note."""
    return {
        workload: {
            engine: (
                min(least for least, _, _ in runs),
                statistics.median(median for _, median, _ in runs),
                runs[-1][2],
            )
            for engine, runs in engines.items()
        }
        for workload, engines in measured.items()
    }


def version(package: str) -> str:
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:
        return f"no {package}"


def write(path: Path, content: str):
    """Whole or not at all."""
    temporary = path.with_suffix(path.suffix + ".new")
    temporary.write_text(content)
    temporary.replace(path)


def main():
    parser = argparse.ArgumentParser(description="Our program and its peers, side by side.")
    parser.add_argument("--passes", type=int, default=3, help="how often all take turns")
    parser.add_argument("--threads", type=int, default=1, help="how many an engine may use")
    parser.add_argument("--prefix", default="", help="what every timed command begins with")
    for peer in CRATES:
        parser.add_argument(f"--{peer}", action="store_true", help="this one, too; built first")
    parser.add_argument("--output", type=Path, default=HERE.parent, help="the results' folder")
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help="these alone")
    arguments = parser.parse_args()
    if arguments.threads > 1 and (arguments.candle or arguments.burn):
        parser.error("candle and burn are timed with one thread alone")
    os.environ["THREADS"] = str(arguments.threads)

    build = ["cargo", "build", "--release"]
    subprocess.run([*build, "--package", "benches"], cwd=HERE, check=True)
    rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True)
    versions = [" ".join(rustc.stdout.split()[:2]), *map(version, PACKAGES)]
    peers, programs = list(PEERS), list(SCRIPTS)
    used, file = "one thread", "results"
    if arguments.threads > 1:
        peers.insert(0, OURS_ALONE)
        used = f"{arguments.threads} threads, time by the clock"
        file = f"results_{arguments.threads}_threads"
    for peer, crate in CRATES.items():
        if getattr(arguments, peer):
            subprocess.run(build, cwd=HERE / peer, check=True)
            peers.append(peer)
            programs.append([*CARGO, "--manifest-path", str(HERE / peer / "Cargo.toml"), "--"])
            lock = tomllib.loads((HERE / peer / "Cargo.lock").read_text())
            found = next(p["version"] for p in lock["package"] if p["name"] == crate)
            versions.append(f"{peer} {found}")
    with tempfile.TemporaryDirectory() as folder:
        measured, level = measure(arguments, programs, folder)
    facts = [
        f"vector instructions: {level.removeprefix('# ')}; {os.cpu_count()} cores, {used}",
        f"versions: {', '.join(versions)}",
        f"passes: {arguments.passes}",
    ]
    results = summary(measured)
    text, picture = (arguments.output / f"{file}.{kind}" for kind in ["md", "svg"])
    write(text, page(results, peers, facts, picture.name))
    write(picture, chart(results, peers))


main()
