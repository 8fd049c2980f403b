"""Build wheel and sdist, install them offline into new environments, play a small case there, and say what passes.

    python tools/installs.py                                from the wheel, into a bare environment of this Python
    python tools/installs.py --python python3.12 --python python3.13 --write
    python tools/installs.py --of sdist --oldest            from the sdist, with the oldest versions that are declared
    python tools/installs.py --wheels FOLDER                from packages that lie there: nothing is fetched at all
    python tools/installs.py --fetch FOLDER --for 3.14      only fetch them, for another Python

Fetched first, from the index that pip is set up for; then pip has no index. Where the system lets us, the commands are
played in an environment that nobody can write, without a network and without a home. `--write` puts the rows into
docs/installs.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import oldest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/installs.md"
BUILDS_WITH = "hatchling"
EXTRAS = ("excel", "word")
"""installed too: what writes documents"""
LOCKED = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
HEAD = "| Python | versions | installed from | environment | played | on |\n|---|---|---|---|---|---|"


def needed(*, old: bool, extras: Iterable[str]) -> list[str]:
    """Return what is installed beside corridor itself."""
    if old:
        return oldest.pinned(oldest.floors(extras))
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [*told["dependencies"], *(one for extra in extras for one in told["optional-dependencies"][extra])]


def offline(wheels: Path) -> dict[str, str]:
    """Return variables of a process whose pip sees one folder and nothing else."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON", "VIRTUAL_"))}
    own = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "PIP_CONFIG_FILE": os.devnull}
    return {**clean, **own, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_QUIET": "1"}


def built(python: str, top: Path, wheels: Path) -> dict[str, Path]:
    """Return wheel and sdist, built without a network; the sdist holds what its reader needs."""
    made, out = top / "build", top / "dist"
    _do([python, "-m", "venv", made], {})
    _do([made / "bin/python", "-m", "pip", "install", BUILDS_WITH], offline(wheels))
    _do([made / "bin/python", "-m", BUILDS_WITH, "build", "-d", out], offline(wheels))
    (wheel,), (sdist,) = out.glob("*.whl"), out.glob("*.tar.gz")
    with tarfile.open(sdist) as held:
        parts = {name.split("/")[1] for name in held.getnames() if "/" in name}
    missing = {"src", "tests", "docs", "tools", "scenarios", "LICENSE", "Makefile"} - parts
    if missing:
        message = f"the sdist lacks {', '.join(sorted(missing))}"
        raise RuntimeError(message)
    return {"wheel": wheel, "sdist": sdist}


def _do(words: Sequence[str | Path], told: Mapping[str, str]) -> None:
    """Run a command in the root of the project. Raises RuntimeError with the end of what it said."""
    ended = subprocess.run([str(word) for word in words], cwd=ROOT, env=dict(told) or None, capture_output=True,
                           text=True, check=False)  # fmt: skip
    if ended.returncode:
        message = f"{' '.join(str(word) for word in words)}:\n{(ended.stdout + ended.stderr)[-2000:]}"
        raise RuntimeError(message)


def fetch(python: str, wheels: Path, wanted: list[str], version: str = "") -> None:
    """Fetch packages, all of them ready made; version : of another Python than the one that asks."""
    words = [python, "-m", "pip", "download", "--quiet", "--only-binary=:all:", "-d", wheels]
    _do([*words, *(["--python-version", version] if version else []), *wanted, BUILDS_WITH], {})


def play(top: Path, extras: Iterable[str]) -> tuple[int, int, str]:
    """Play the small case in an environment; return how many commands passed, of how many, and how it was kept."""
    here = top / "work"
    here.mkdir()
    keep = ["unshare", "-m", "-n", "sh", "-c", LOCKED, str(top / "venv")]
    shut = os.geteuid() == 0 and subprocess.run([*keep, "true"], capture_output=True, check=False).returncode == 0
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL", "TMPDIR")}
    told = {**clean, "HOME": "/nonexistent", "XDG_CACHE_HOME": str(top / "cache")}
    passed, lines = 0, (*oldest.SMOKE, *(line for extra in extras for line in oldest.OF_EXTRA[extra]))
    for words in lines:
        asked = [*(keep if shut else []), str(top / "venv/bin/corridor"), *words]
        ended = subprocess.run(asked, cwd=here, env=told, capture_output=True, text=True, check=False)
        good = ended.returncode == 0 and "Traceback" not in ended.stderr
        passed += good
        print(f"    {'passes' if good else 'FAILS '} corridor {' '.join(words)}", flush=True)
        if not good:
            print("        " + "\n        ".join((ended.stdout + ended.stderr).strip().splitlines()[-12:]), flush=True)
    return passed, len(lines), "read-only, no network, no home" if shut else "no home"


def row(python: str, form: str, wheels: Path | None, *, old: bool) -> tuple[str, bool]:
    """Install one form for one Python, play there; return the row of the page, and whether all passed."""
    top = Path(tempfile.mkdtemp(prefix="corridor-installs-"))
    try:
        found = wheels or top / "wheels"
        wanted = needed(old=old, extras=EXTRAS)
        if wheels is None:
            fetch(python, found, wanted)
        asked = [python, "-c", "import platform; print(platform.python_version())"]
        version = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
        made = built(python, top, found)
        _do([python, "-m", "venv", top / "venv"], {})
        _do([top / "venv/bin/python", "-m", "pip", "install", made[form], *wanted], offline(found))
        versions = "the oldest declared" if old else "the newest"
        print(f"Python {version}, {versions}, from the {form}:", flush=True)
        passed, of, kept = play(top, EXTRAS)
        return (f"| {version} | {versions} | {form} | {kept} | {passed} of {of} commands "
                f"| {platform.system()}, {date.today():%d %B %Y} |"), passed == of  # fmt: skip
    finally:
        shutil.rmtree(top, ignore_errors=True)


def write(rows: Iterable[str]) -> None:
    """Put rows into the page, each in the place of the one of the same Python, versions and form."""
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(f"{HEAD}\n")
    table = re.match(r"(?:\|.*\n)*", rest)
    assert table is not None
    held = {tuple(line.split(" | ")[:3]): line for line in [*table[0].splitlines(), *rows]}
    lines = "".join(f"{line}\n" for _, line in sorted(held.items()))
    PAGE.write_text(f"{before}{HEAD}\n{lines}{rest[table.end() :]}", encoding="utf-8")


def main() -> int:
    """Build, install, play, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", action="append", default=[], help="an interpreter; this one where none is named")
    parser.add_argument("--of", action="append", default=[], choices=("wheel", "sdist"), help="the wheel where none is")
    parser.add_argument("--oldest", action="store_true")
    parser.add_argument("--wheels", type=Path, help="a folder of fetched packages")
    parser.add_argument("--fetch", type=Path, help="only fetch packages into this folder")
    parser.add_argument("--for", dest="version", default="", help="the Python that they are for")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    if asked.fetch is not None:
        fetch(sys.executable, asked.fetch, needed(old=asked.oldest, extras=EXTRAS), asked.version)
        return 0
    rows, sound = [], True
    for python in asked.python or [sys.executable]:
        for form in asked.of or ["wheel"]:
            line, good = row(python, form, asked.wheels and asked.wheels.resolve(), old=asked.oldest)
            rows.append(line)
            sound &= good
    print("\n".join([HEAD, *rows]))
    if asked.write:
        write(rows)
    return int(not sound)


if __name__ == "__main__":
    sys.exit(main())
