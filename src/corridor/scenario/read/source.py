"""Bytes of a scenario folder, read once; a piece of their text and its place."""

from __future__ import annotations

import errno
import stat
from pathlib import Path
from typing import NamedTuple

from corridor.core.errors import Problem
from corridor.core.text import plain

LARGEST = 50_000_000
"""bytes of one file"""
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
_FOR_PEOPLE = (".md", ".txt", "")
_FOR_PROGRAMS = ("datapackage.json",)
LARGEST_YAML = 2_000_000
"""bytes of one YAML file: what a person writes"""


class Cell(NamedTuple):
    """A piece of text and where it begins: a cell of a table, a key or a value of a YAML file."""

    text: str
    file: str
    line: int
    column: int
    field: str = ""

    def problem(self, message: str, remedy: str = "") -> Problem:
        """Return a problem at this place."""
        return Problem(self.file, self.line, self.column, self.field, message, remedy)


def read_bytes(path: Path, name: str) -> tuple[bytes | None, Problem | None]:
    """Return the bytes of a regular file of at most 50 MB (YAML 2 MB), or the one problem with it.

    Looks before it opens, so that a pipe or a device never blocks.
    """
    most = LARGEST_YAML if path.suffix in (".yaml", ".yml") else LARGEST
    try:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            what = "a folder" if stat.S_ISDIR(info.st_mode) else "not a plain file"
            return None, Problem(name, 0, 0, "", f"is {what}", "put a text file of that name in its place")
        if info.st_size > most:
            return None, _too_large(name, info.st_size, most)
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except OSError as error:
        return None, os_problem(error, name)
    if len(data) > most:
        return None, _too_large(name, len(data), most)
    return data, None


def _too_large(name: str, size: int, most: int) -> Problem:
    message = f"has {size / 1e6:,.0f} MB, more than the {most / 1e6:,.0f} MB that are read"
    return Problem(name, 0, 0, "", message, "is this the right file? keep raw data outside the folder")


def unread(path: Path) -> Problem | None:
    """Return the line about a file that no reader takes; None where it is meant for people or for a program."""
    if (
        path.name.startswith((".", "~$"))
        or path.name in _FOR_PROGRAMS
        or path.suffix.lower() in _FOR_PEOPLE
        or path.is_dir()
    ):
        return None
    remedy = "save each of its sheets as CSV UTF-8" if path.suffix.lower() in _WORKBOOKS else ""
    return Problem(plain(path.name), 0, 0, "", "is not read", remedy)


def os_problem(error: OSError, name: str) -> Problem:
    """Return what the operating system said as a problem with a remedy."""
    if error.errno == errno.ENOENT:
        return Problem(name, 0, 0, "", "there is no such file", "add it; `corridor new` writes a complete example")
    if error.errno == errno.ELOOP:
        return Problem(name, 0, 0, "", "is a symbolic link that leads back to itself", "replace it by the file itself")
    if error.errno in (errno.EACCES, errno.EPERM):
        return Problem(name, 0, 0, "", "cannot be read: permission denied", "make the file readable for you")
    return Problem(name, 0, 0, "", f"cannot be read: {(error.strerror or 'unknown error').lower()}", "check the path")
