"""Make the country outlines in `src/corridor/data/natural_earth` from Natural Earth.

    python tools/outlines.py            # fetches the npm package `world-atlas` with `npm pack`
    python tools/outlines.py --atlas DIR   # reads countries-10m.json and countries-50m.json from DIR

The package holds Natural Earth's countries (public domain) as TopoJSON. The files are kept as they are, compressed so
that the same input makes the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "world-atlas@2.0.2"
OUT = Path(__file__).parents[1] / "src" / "corridor" / "data" / "natural_earth"


def fetch(folder: Path) -> Path:
    """Download and unpack the npm package into `folder`; return where its files lie."""
    subprocess.run(["npm", "pack", PACKAGE, "--silent"], cwd=folder, check=True)
    archive = next(folder.glob("world-atlas-*.tgz"))
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / "package"


def main() -> None:
    """Write one file per scale."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--atlas", type=Path, help="folder with countries-10m.json and countries-50m.json")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        atlas = given.atlas or fetch(Path(scratch))
        for scale in ("10m", "50m"):
            text = (atlas / f"countries-{scale}.json").read_bytes()
            target = OUT / f"countries_{scale}.json.gz"
            target.write_bytes(gzip.compress(text, 9, mtime=0))
            sys.stdout.write(f"{target.name}: {target.stat().st_size / 1000:.0f} kB, of a file with SHA-256 ")
            sys.stdout.write(f"{hashlib.sha256(text).hexdigest()}\n")


if __name__ == "__main__":
    main()
