"""The one way to compile: `@kernel`, with machine code kept beside a digest of the source that it came from.

Numba knows that a kernel is stale when its own file changes, not when a file that it calls into does. So each
kernel's machine code lies in a folder named by the digest of its file and of everything of ours that this file
imports, at any depth: a changed helper or constant is another folder, and nothing stale is ever played.

Where no cache can be written the machine code goes to a temporary folder, which is said once and removed at the end.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeVar

from numba import config, njit

P = ParamSpec("P")
R = TypeVar("R")

SOURCE = Path(__file__).parents[1]
_IMPORTS = re.compile(r"^[ \t]*from[ \t]+(corridor[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)", re.MULTILINE)


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of arrays and numbers when it is first called; divisions by zero are infinite, not errors."""
    return _compiled(function, "never")


def bare(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a kernel that makes no array and is given none by those it calls: nobody counts who holds its arrays.

    Where little is done to many arrays, counting takes as long as the work.
    """
    return _compiled(function, "never", counts=False)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a small function whose code is put where it is called."""
    return _compiled(function, "always")


def _compiled(function: Callable[P, R], inline: Literal["never", "always"], *, counts: bool = True) -> Callable[P, R]:
    # read by numba when a function is prepared, so that each has a folder of its own
    config.CACHE_DIR = str(_folder(function.__code__.co_filename))  # type: ignore[attr-defined]
    # no C program calls it: an entry for one would cost a fifteenth of the time
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
    # said in either case: what is compiled on behalf of another function takes over that one's answer where it has none
    options["_nrt"] = counts
    made: Callable[P, R] = njit(cache=True, inline=inline, **options)(function)
    return made


def sources(file: str | Path, root: Path = SOURCE) -> tuple[Path, ...]:
    """Return a file and every file of the package `root` that it imports, at any depth, sorted."""
    found: set[Path] = set()
    todo = [Path(file).resolve()]
    while todo:
        one = todo.pop()
        if one not in found and one.is_file():
            found.add(one)
            todo += _imported(one, root)
    return tuple(sorted(found))


@lru_cache(maxsize=1024)
def _imported(file: Path, root: Path) -> tuple[Path, ...]:
    out = []
    for module, names in _IMPORTS.findall(file.read_text(encoding="utf-8")):
        folder = root.joinpath(*module.split(".")[1:])
        out.append(folder.with_suffix(".py"))
        if folder.is_dir():
            # a name of a package is one of its modules, or stands in its first file
            modules = [folder / f"{name.split()[0]}.py" for name in names.strip("() \n").split(",") if name.strip()]
            out += [one for one in modules if one.is_file()] or [folder / "__init__.py"]
    return tuple(one for one in out if one.is_file())


@lru_cache(maxsize=1024)
def digest(file: str, root: Path = SOURCE) -> str:
    """Return what names the machine code of a file's kernels: a digest of `sources`."""
    sums = hashlib.sha256()
    for one in sources(file, root):
        sums.update(one.name.encode() + b"\n" + one.read_bytes())
    return sums.hexdigest()[:16]


@lru_cache(maxsize=1)
def cache() -> Path:
    """Return the folder that holds machine code: NUMBA_CACHE_DIR, else the user's cache, else a temporary one."""
    given = os.environ.get("NUMBA_CACHE_DIR")
    home = os.environ.get("XDG_CACHE_HOME") or (Path.home() / ".cache" if _has_home() else None)
    for base in (given, home and Path(home) / "corridor"):
        if base and _writable(Path(base)):
            return Path(base)
    temporary = tempfile.mkdtemp(prefix="corridor-code-")
    atexit.register(shutil.rmtree, temporary, ignore_errors=True)
    sys.stderr.write("no folder for machine code can be written: it is compiled anew, for this call only\n")
    return Path(temporary)


def _has_home() -> bool:
    try:
        return Path.home().is_dir()
    except RuntimeError:
        return False


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _folder(file: str) -> Path:
    folder = cache() / digest(file)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
