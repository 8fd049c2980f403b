"""What is installed here and whether it works: a line each, each fault with what mends it. Nothing is sent anywhere."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from corridor import __version__

State = Literal["fine", "missing", "fault"]
NEEDED = (
    "numpy", "numba", "scipy", "pandas", "xarray", "zarr", "pydantic", "PyYAML", "typer", "rich", "jinja2",
    "matplotlib",
)  # fmt: skip
"""packages without which nothing runs"""
EXTRAS = {
    "excel": (("openpyxl",), "workbooks"), "word": (("python-docx",), "documents for Word"),
    "files": (("pyarrow", "h5netcdf"), "Parquet and NetCDF"), "web": (("fastapi", "uvicorn", "websockets"), "serve"),
    "analysis": (("SALib",), "explore"), "cluster": (("dask", "distributed"), "--on dask"),
}  # fmt: skip
"""extra -> packages, and what it is for"""
ROOM = 1_000_000_000
"""bytes that stored runs soon take"""
LETTERS = {"ar": "ا", "hy": "Ա", "ka": "ა", "ru": "Я"}
"""letters that labels of places may need"""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what, how it is, what was found, what mends it ("" for nothing)."""

    what: str
    state: State
    found: str
    remedy: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as plain data."""
        return asdict(self)


def doctor(*, play: bool = True) -> list[Finding]:
    """Return what was found, faults included; no fault ends it.

    play : whether one day of a small case is played, which compiles the rules where that was not done before
    """
    found = [*_python(), *_packages(), *_places(), *_languages(), _letters()]
    return [*found, _played()] if play else found


def _python() -> Iterator[Finding]:
    text = f"corridor {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    old = sys.version_info < (3, 11)
    yield Finding("python", "fault" if old else "fine", text, "install Python 3.11 or newer" if old else "")
    yield Finding("cores", "fine", f"{os.cpu_count() or 1}; --threads takes fewer")
    encoding = (sys.stdout.encoding or "").lower()
    plain = encoding.replace("-", "") not in ("utf8", "cp65001")
    remedy = "set PYTHONUTF8=1, so that names show as they are written" if plain else ""
    yield Finding("terminal", "missing" if plain else "fine", f"writes {encoding or 'no known encoding'}", remedy)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _packages() -> Iterator[Finding]:
    there = {name: _version(name) for name in NEEDED}
    lacks = [name for name, held in there.items() if not held]
    text = ", ".join(f"{name} {held}" for name, held in there.items() if held)
    remedy = f"install them: pip install {' '.join(lacks)}" if lacks else ""
    yield Finding("packages", "fault" if lacks else "fine", text, remedy)
    for extra, (names, use) in EXTRAS.items():
        lacks = [name for name in names if not _version(name)]
        text = f"lacks {', '.join(lacks)}" if lacks else ", ".join(f"{name} {_version(name)}" for name in names)
        remedy = f'pip install "corridor[{extra}]"' if lacks else ""
        yield Finding(f"{use} [{extra}]", "missing" if lacks else "fine", text, remedy)
    office = shutil.which("soffice") or shutil.which("libreoffice")
    yield Finding("LibreOffice", "fine", office or "none found; only needed to look at what is written")


def _places() -> Iterator[Finding]:
    from corridor.kernels.jit import cache

    folder = cache()
    ours = "set XDG_CACHE_HOME to a folder that can be written"
    wrong = _unwritable(folder)
    if wrong:
        yield Finding("machine code", "fault", f"{folder}: {wrong}; the rules are compiled at every start", ours)
    else:
        held = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        yield Finding("machine code", "fine", f"{folder}, {held / 1e6:.0f} MB; may be deleted, then it is made again")
    here = Path.cwd()
    wrong = _unwritable(here)
    if wrong:
        yield Finding("this folder", "fault", f"{here}: {wrong}", "go to one that can be written; runs/ is made there")
        return
    free = shutil.disk_usage(here).free
    tight = free < ROOM
    remedy = "make room: corridor runs prune" if tight else ""
    yield Finding("room", "fault" if tight else "fine", f"{free / 1e9:.1f} GB free for runs/", remedy)


def _unwritable(folder: Path) -> str:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as stream:
            stream.write(b"x")
    except OSError as error:
        return f"cannot be written ({(error.strerror or 'unknown error').lower()})"
    return ""


def _languages() -> Iterator[Finding]:
    from corridor.words.speak import LANGUAGES

    yield Finding("languages", "fine", f"{', '.join(LANGUAGES)}; translations are machine-made")


def _letters() -> Finding:
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    family = font_manager.findfont("DejaVu Sans")
    known = FT2Font(family).get_charmap()
    lacks = [language for language, letter in LETTERS.items() if ord(letter) not in known]
    if lacks:
        return Finding("letters", "missing", f"{family} lacks letters of {', '.join(lacks)}", "install DejaVu Sans")
    return Finding("letters", "fine", f"{Path(family).name} has Arabic, Armenian, Georgian and Cyrillic letters")


def _played() -> Finding:
    """Play one day of a small case, end to end, in a folder of its own."""
    from corridor.core.errors import CorridorError
    from corridor.engine import run
    from corridor.scenario import load, override, write_new

    began = time.perf_counter()
    try:
        with tempfile.TemporaryDirectory() as where:
            write_new(Path(where) / "case")
            case = override(load(Path(where) / "case"), {"horizon": 1})
            results = run(case, futures=4, seed=1, store=str(Path(where) / "run"), threads=1)
            days = int(results.sizes["day"])
    except (CorridorError, OSError, ImportError) as error:
        return Finding("play", "fault", f"one day could not be played: {error}", "mend what it says, or report it")
    took = time.perf_counter() - began
    return Finding(
        "play", "fine", f"{days} days of a small case in {took:.0f} s, compiling included where it was needed"
    )
