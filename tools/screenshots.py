"""Pictures of every view of the screen: python tools/screenshots.py FOLDER. Needs Node and Chromium."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "web"))
DRIVE = ROOT / "src" / "corridor" / "web" / "front" / "drive" / "shots.mjs"
CASE = "nagorno-karabakh-2023"
LOOKS = (
    ["light", "1400", "en"],
    ["dark", "1400", "en", "first"],
    ["light", "390", "en", "first"],
    ["light", "1400", "ar", "first"],
)
"""theme, width, language, and `first` where the first screen alone is pictured"""


def main(folder: Path) -> None:
    """Serve the flagship and take every picture."""
    from served import served

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as where, served(CASE, Path(where) / "desk") as one:
        for look in LOOKS:
            subprocess.run(["node", str(DRIVE), one.address, str(folder.resolve()), *look], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
