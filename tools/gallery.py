"""Draw the pictures of docs/gallery.md by playing its blocks, into docs/images/gallery.

python tools/gallery.py
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import matplotlib
import shown

matplotlib.use("Agg")
matplotlib.rcParams["svg.hashsalt"] = "corridor"  # the same lines give the same file
matplotlib.rcParams["svg.fonttype"] = "path"
os.environ["SOURCE_DATE_EPOCH"] = "0"  # matplotlib writes the hour otherwise

if __name__ == "__main__":
    page = (shown.ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    target = shown.ROOT / "docs" / "images" / "gallery"
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        shown.play(page)
        for picture in sorted(Path().glob("*.svg")):
            shutil.copy(picture, target / picture.name)
            sys.stdout.write(f"{picture.name}\n")
        os.chdir(shown.ROOT)
