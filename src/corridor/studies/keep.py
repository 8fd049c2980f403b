"""What was worked out once is kept beside the runs, under the digest of all inputs and of all code.

A key holds everything that a result depends on: the scenario as plain data, what was asked, the counts of the folder,
every file of this package, the versions of the libraries that compute and draw. Nothing is read under another key.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sys
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from corridor.core.files import may_be_written, passing, passing_folder, write_whole
from corridor.scenario.read.book import book_of, is_book

RUNS = Path("runs")
FOLDER = "studies"
"""in the folder that holds the runs"""
ELSEWHERE = "runs are kept where you work: work in another folder, or name one with --store"
"""what to do where nothing can be kept"""
NOT_KEPT = "this folder cannot be written: the answer is worked out, and no run is kept"
LIBRARIES = ("numpy", "numba", "scipy", "xarray", "zarr", "pandas", "matplotlib", "jinja2", "pydantic")


def to_write(where: Path) -> Path:
    """Return a folder of runs; where it cannot be written, one that goes with this process, and say so once."""
    if may_be_written(where):
        return where
    told = passing() is not None
    try:
        folder = passing_folder()
    except OSError:
        return where  # whoever writes there says what is wrong
    if not told:
        logging.getLogger("corridor").warning("%s; %s", NOT_KEPT, ELSEWHERE)
    return folder


def found_in(where: Path, name: str) -> Path | None:
    """Return the kept file of this name, beside the runs or in the folder that stands for theirs, None if neither."""
    instead = None if may_be_written(where) else passing()
    paths = (folder / FOLDER / name for folder in (where, instead) if folder is not None)
    return next((path for path in paths if path.is_file()), None)


def key_of(*parts: Any) -> str:
    """Return the digest of plain data, the code and the libraries."""
    text = json.dumps([*parts, code()], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


@lru_cache(maxsize=1)
def code() -> str:
    """Return the digest of every file of this package that computes or draws, and of the versions of libraries."""
    package = Path(__file__).parent.parent
    sums = hashlib.sha256(repr((sys.version_info[:3], [(name, version(name)) for name in LIBRARIES])).encode())
    kinds = {".py", ".html", ".j2", ".css", ".json", ".csv"}
    # cases have a digest of their own, and the screen draws what was worked out
    parts = [path for path in package.iterdir() if path.name not in ("scenarios", "web")]
    every = [path for part in parts for path in (part.rglob("*") if part.is_dir() else [part])]
    for file in sorted(path for path in every if path.suffix in kinds):
        sums.update(file.relative_to(package).as_posix().encode() + b"\n" + file.read_bytes())
    return sums.hexdigest()


def observed_digest(folder: Path) -> str:
    """Return the digest of what happened, as the folder has it: no part of the scenario's own."""
    if is_book(folder):
        return book_of(folder).digest(observed=True)
    sums = hashlib.sha256()
    for file in sorted((folder / "observed").glob("*")):
        if file.is_file():
            sums.update(file.name.encode() + b"\n" + file.read_bytes())
    return sums.hexdigest()


def kept_text(where: Path, name: str, make: Callable[[], str]) -> str:
    """Return the text of a kept file, made and kept where it is missing."""
    path = found_in(where, name)
    if path is None:
        text = make()
        path = to_write(where) / FOLDER / name
        write_whole(path, text, ELSEWHERE)
    return path.read_text(encoding="utf-8")


def kept(where: Path, name: str, make: Callable[[], Any]) -> Any:
    """Return kept plain data, made and kept where it is missing; always as JSON gives it back."""
    return json.loads(kept_text(where, f"{name}.json", lambda: json.dumps(make(), allow_nan=False)))


def is_kept(where: Path, name: str) -> bool:
    """Whether `kept` would find plain data of this name."""
    return found_in(where, f"{name}.json") is not None
