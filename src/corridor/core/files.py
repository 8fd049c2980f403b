"""Files that appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

from corridor.core.errors import InputError, Problem


def write_whole(path: Path, text: str) -> None:
    """Write a text in UTF-8 with LF line ends beside its place and move it there; the folder is made where missing.

    Raises
    ------
    InputError : it cannot be written there
    """
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    except OSError as error:
        message = f"cannot be written: {(error.strerror or 'unknown error').lower()}"
        raise InputError([Problem(str(path), 0, 0, "", message, "choose another path")]) from error
