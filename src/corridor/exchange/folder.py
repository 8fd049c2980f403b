"""A folder written as one: whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from corridor.core.errors import InputError, Problem

MARK = "scenario.yaml"
"""What tells a scenario folder from any other."""


def write_folder(files: Mapping[str, str], folder: Path, *, force: bool) -> None:
    """Write files (path inside the folder -> text) into a new folder, or into one that is empty.

    They are written beside the folder and moved there when all are whole. With `force` a scenario folder is replaced:
    files of these names are written anew, others are kept.

    Raises
    ------
    InputError
        Where the folder holds something and `force` is not given or it is no scenario folder, or cannot be written.
    """
    target = folder.resolve()
    _refuse(folder, target, force)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as beside:
            part, old = Path(beside) / "new", Path(beside) / "old"
            if target.is_dir():
                shutil.copytree(target, part, symlinks=True)
            for name, text in files.items():
                path = part / name
                path.parent.mkdir(parents=True, exist_ok=True)
                if path.is_symlink():
                    path.unlink()
                path.write_bytes(text.encode("utf-8"))
            if target.is_dir():
                target.rename(old)
            try:
                part.rename(target)
            except OSError:
                if old.is_dir():
                    old.rename(target)
                raise
    except OSError as error:
        message = f"cannot be written: {error.strerror or error}"
        raise InputError([Problem(str(folder), 0, 0, "", message)]) from error


def _refuse(folder: Path, target: Path, force: bool) -> None:
    if target.exists() and not target.is_dir():
        raise InputError([Problem(str(folder), 0, 0, "", "is a file", "name a folder")])
    if not target.is_dir() or not any(target.iterdir()):
        return
    if not force:
        remedy = "name a new one, or add --force; nothing was written"
        raise InputError([Problem(str(folder), 0, 0, "", "the folder is not empty", remedy)])
    if not (target / MARK).is_file():
        message = f"is not replaced: it holds no {MARK}"
        raise InputError([Problem(str(folder), 0, 0, "", message, "name a scenario folder, or a new one")])
