"""The digest of the source of the screen, kept beside its built form: python tools/front.py [--write].

A test compares the two, so that what is served is what stands in `src/corridor/web/front`; `make app` writes it.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

WEB = Path(__file__).parents[1] / "src" / "corridor" / "web"
FRONT, STATIC = WEB / "front", WEB / "static"
KEPT = STATIC / "built-from.txt"
ALONE = ("index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts")


def digest() -> str:
    """Return the SHA-256 of every file that the built page is made from, and of the built page itself."""
    sums = hashlib.sha256()
    source = [FRONT / name for name in ALONE] + sorted((FRONT / "src").rglob("*"))
    built = [STATIC / "index.html", *sorted((STATIC / "assets").glob("*"))]
    for path in (path for path in (*source, *built) if path.is_file() and not path.name.endswith(".test.ts")):
        text = path.read_bytes().replace(b"\r\n", b"\n")
        sums.update(path.relative_to(WEB).as_posix().encode() + b"\n" + text)
    return sums.hexdigest()


if __name__ == "__main__":
    if "--write" in sys.argv:
        KEPT.write_text(digest() + "\n", encoding="utf-8")
    elif KEPT.read_text(encoding="utf-8").strip() != digest():
        sys.exit("the built page is not of this source: run `make app`")
