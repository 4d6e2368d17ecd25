#!/bin/sh
# Writes the slice of Fashion-MNIST in the folder `fashion` beside this script: of each of the ten classes the first 80
# images to train on and the first 20 to test on. Takes the folder with the whole set, four files in IDX packed by gzip;
# without an argument, where Debian's package `dataset-fashion-mnist` puts it. Needs python3.
set -eu

whole=${1:-/usr/share/datasets/fashion-mnist}
target=$(cd "$(dirname "$0")" && pwd)/fashion
mkdir -p "$target"

python3 - "$whole" "$target" <<'PYTHON'
import gzip
import pathlib
import struct
import sys

whole, target = map(pathlib.Path, sys.argv[1:])
IMAGE = 28 * 28


def pack(name, content):
    # Neither a time nor a name: the same bytes every time.
    (target / name).write_bytes(gzip.compress(content, 9, mtime=0))


for part, of_each in [("train", 80), ("t10k", 20)]:
    images = gzip.decompress((whole / f"{part}-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((whole / f"{part}-labels-idx1-ubyte.gz").read_bytes())
    count = len(labels) - 8
    if images[:16] != struct.pack(">4I", 0x803, count, 28, 28) or labels[:8] != struct.pack(">2I", 0x801, count):
        sys.exit(f"{part}: not the files of Fashion-MNIST")
    taken, seen = [], [0] * 10
    for index, label in enumerate(labels[8:]):
        if seen[label] < of_each:
            seen[label] += 1
            taken.append(index)
    size = len(taken)
    pixels = b"".join(images[16 + index * IMAGE :][:IMAGE] for index in taken)
    pack(f"{part}-images-idx3-ubyte.gz", struct.pack(">4I", 0x803, size, 28, 28) + pixels)
    pack(f"{part}-labels-idx1-ubyte.gz", struct.pack(">2I", 0x801, size) + bytes(labels[8 + index] for index in taken))
PYTHON

echo "wrote $target"
