#!/bin/sh
# Writes digits.csv beside this script: the test set of handwritten digits that scikit-learn ships.
# Needs python3 with pip; downloads some 10 MB into a temporary folder, which it removes again.
set -eu

target=$(cd "$(dirname "$0")" && pwd)/digits.csv
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The data have not changed in years; the version is pinned so that the script gives the same file every time.
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
    --dest "$folder" scikit-learn==1.9.1

python3 - "$folder" "$target" <<'PYTHON'
import gzip
import pathlib
import sys
import zipfile

folder, target = map(pathlib.Path, sys.argv[1:])
(wheel,) = folder.glob("scikit_learn-*.whl")
with zipfile.ZipFile(wheel) as archive:
    text = gzip.decompress(archive.read("sklearn/datasets/data/digits.csv.gz")).decode("ascii")

rows = []
for line in text.split():
    row = [float(field) for field in line.split(",")]
    pixels, label = row[:-1], row[-1]
    # Whole numbers, however they are written there.
    if len(pixels) != 64 or not all(pixel in range(17) for pixel in pixels) or label not in range(10):
        sys.exit(f"not a row of 64 pixels and a label: {line}")
    rows.append(",".join(str(int(value)) for value in row))
if len(rows) != 1797:
    sys.exit(f"{len(rows)} rows instead of 1797")
target.write_text("\n".join(rows) + "\n", encoding="ascii")
PYTHON

echo "wrote $target"
