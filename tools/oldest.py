"""Install corridor with the oldest versions that pyproject.toml declares, play a small case, and say what passes.

    python tools/oldest.py                  in a new environment in a temporary folder
    python tools/oldest.py --extras web excel files cluster --keep FOLDER
    python tools/oldest.py --newest         the newest versions instead, and how large the installation is
    python tools/oldest.py --here           how large the packages of the base are in this environment; installs nothing
    python tools/oldest.py --offline        fetch everything first, then install from what was fetched, with no index

What is installed comes from the package index that pip is set up for. `--newest` also says how much the base needs on
disk, the largest packages first.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SMOKE = (
    ("--version",),
    ("new", "town"),
    ("check", "town"),
    ("compare", "town", "-n", "8", "--store", "store", "--csv", "table.csv", "--report", "page.html"),
    ("runs", "verify", "store"),
    ("actors", "nagorno-karabakh-2023"),
)
"""what is played of the base"""
OF_EXTRA = {
    "excel": (("convert", "town", "town.xlsx"), ("check", "town.xlsx")),
    "files": (("export", "store", "-o", "run.nc"), ("export", "store", "-o", "run.parquet")),
    "web": (("page", "town", "sent.html", "-n", "8"),),
    "word": (("compare", "town", "-n", "8", "--store", "store", "--annex", "annex.docx"),),
    "cluster": (("run", "town", "-n", "8", "--on", "dask", "--threads", "1", "--store", "spread"),),
    "analysis": (("explore", "town", "-n", "64"),),
}


def floors(extras: Iterable[str]) -> list[str]:
    """Return `name==floor` of the base and of extras; what has no floor is left open."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*told["dependencies"], *(one for extra in extras for one in told["optional-dependencies"][extra])]
    return [re.sub(r">=", "==", one.split(";")[0].strip()) for one in asked]


def pinned(wanted: list[str]) -> list[str]:
    """Return `1.9` as `1.9.*`, so that the first patch of a series may be any that exists."""
    return [f"{one}.*" if "==" in one and one.count(".") < 2 else one for one in wanted]


def main() -> int:
    """Install, play, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--extras", nargs="*", default=[], choices=sorted(OF_EXTRA))
    parser.add_argument("--newest", action="store_true")
    parser.add_argument("--offline", action="store_true")
    parser.add_argument("--here", action="store_true")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--keep", type=Path, help="leave the environment here")
    asked = parser.parse_args()
    if asked.here:
        _told(_sizes_here())
        return 0
    top = asked.keep or Path(tempfile.mkdtemp(prefix="corridor-oldest-"))
    top.mkdir(parents=True, exist_ok=True)
    python = top / "venv/bin/python"
    try:
        subprocess.run([asked.python, "-m", "venv", str(top / "venv")], check=True)
        wanted = [] if asked.newest else pinned(floors(asked.extras))
        own = f"{ROOT}[{','.join(asked.extras)}]" if asked.extras else str(ROOT)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        if asked.offline:
            fetched = str(top / "wheels")
            subprocess.run([*pip[:3], "download", *pip[4:], "-d", fetched, own, *wanted, "hatchling"], check=True)
            pip += ["--no-index", "--find-links", fetched]
        # `==1.9.*` takes the newest patch of the oldest series: the one that was mended
        made = subprocess.run([*pip, own, *wanted], capture_output=True, text=True, check=False)
        if made.returncode:
            print(f"cannot be installed:\n{made.stderr[-3000:]}")
            return 1
        listed = subprocess.run(
            [str(python), "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        print("installed:", ", ".join(listed.stdout.split()))
        if asked.newest:
            _size(top / "venv")
        return _smoke(top, asked.extras)
    finally:
        if asked.keep is None:
            shutil.rmtree(top, ignore_errors=True)


def _smoke(top: Path, extras: Iterable[str]) -> int:
    failed = 0
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    for words in (*SMOKE, *(line for extra in extras for line in OF_EXTRA[extra])):
        ended = subprocess.run(
            [str(top / "venv/bin/corridor"), *words], cwd=top, env=clean, capture_output=True, text=True, check=False
        )
        failed += ended.returncode != 0
        print(f"{'passes' if ended.returncode == 0 else 'FAILS '} corridor {' '.join(words)}", flush=True)
        if ended.returncode:
            print("    " + "\n    ".join((ended.stdout + ended.stderr).strip().splitlines()[-12:]), flush=True)
    print(f"{failed} failed")
    return int(failed > 0)


def _size(environment: Path) -> None:
    where = next(environment.glob("lib/python*/site-packages"))
    sizes = {
        entry.name: sum(file.stat().st_size for file in entry.rglob("*") if file.is_file() and not file.is_symlink())
        for entry in where.iterdir()
    }
    _told({name: size for name, size in sizes.items() if not name.startswith(("pip", "setuptools", "_distutils"))})


def _sizes_here() -> dict[str, int]:
    """Return distribution -> bytes, of the base and of all that it needs."""
    found: dict[str, int] = {}
    todo = [re.split(r"[<>=!~;\[ ]", one)[0] for one in floors(())]
    while todo:
        name = re.sub(r"[-_.]+", "-", todo.pop()).lower()
        if name in found:
            continue
        try:
            made = metadata.distribution(name)
        except metadata.PackageNotFoundError:  # for another system or an older Python
            continue
        files = [Path(str(made.locate_file(file))) for file in made.files or ()]
        found[name] = sum(file.stat().st_size for file in files if file.is_file() and file.suffix != ".pyc")
        todo += [re.split(r"[<>=!~;\[( ]", one)[0] for one in made.requires or () if "extra ==" not in one]
    return found


def _told(sizes: dict[str, int]) -> None:
    print(f"{sum(sizes.values()) / 1e6:.0f} MB in all; the largest:")
    for name, size in sorted(sizes.items(), key=lambda item: -item[1])[:14]:
        print(f"    {size / 1e6:6.1f} MB  {name}")


if __name__ == "__main__":
    sys.exit(main())
