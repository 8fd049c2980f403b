"""Bytes of a scenario folder: read once, refused with a remedy where they are not plain UTF-8 text."""

from __future__ import annotations

import errno
import stat
from dataclasses import dataclass
from pathlib import Path

from corridor.core.errors import Problem

LARGEST = 50_000_000
"""bytes of one file"""
LARGEST_YAML = 2_000_000
"""bytes of one YAML file: what a person writes"""


@dataclass(frozen=True, slots=True)
class Cell:
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


def os_problem(error: OSError, name: str) -> Problem:
    """Return what the operating system said as a problem with a remedy."""
    if error.errno == errno.ENOENT:
        return Problem(name, 0, 0, "", "there is no such file", "add it; `corridor new` writes a complete example")
    if error.errno == errno.ELOOP:
        return Problem(name, 0, 0, "", "is a symbolic link that leads back to itself", "replace it by the file itself")
    if error.errno in (errno.EACCES, errno.EPERM):
        return Problem(name, 0, 0, "", "cannot be read: permission denied", "make the file readable for you")
    return Problem(name, 0, 0, "", f"cannot be read: {(error.strerror or 'unknown error').lower()}", "check the path")


def decode(data: bytes, name: str) -> tuple[str | None, Problem | None]:
    """Return the text of UTF-8 bytes with LF line ends, or the one problem with them."""
    save = "save it as UTF-8 without a byte order mark"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or _looks_utf16(data):
        return None, Problem(name, 0, 0, "", "is encoded in UTF-16", save)
    if data.startswith(b"\xef\xbb\xbf"):
        return None, Problem(name, 1, 1, "", "begins with a byte order mark (BOM)", save)
    if not data.strip():
        return None, Problem(name, 0, 0, "", "is empty", "fill it in, or take it from what `corridor new` writes")
    zero = data.find(b"\x00")
    if zero >= 0:
        line, column = _position(data, zero)
        return None, Problem(
            name, line, column, "", "contains a NUL byte", "the file is damaged or not text: restore it"
        )
    carriage = data.find(b"\r")
    if carriage >= 0:
        line, _ = _position(data, carriage)
        remedy = "save it with Unix line ends (LF), for instance with `dos2unix`"
        return None, Problem(name, line, 0, "", "has Windows line ends (CRLF)", remedy)
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        line, column = _position(data, error.start)
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        return None, Problem(name, line, column, "", message, save)


def _looks_utf16(data: bytes) -> bool:
    """Tell UTF-16 without a mark from a stray NUL: about every second byte is zero."""
    head = data[:400]
    return len(head) >= 4 and max(head[::2].count(0), head[1::2].count(0)) > len(head) * 0.35


def _position(data: bytes, offset: int) -> tuple[int, int]:
    """Return 1-based line and column (in characters) of a byte."""
    begin = data.rfind(b"\n", 0, offset) + 1
    return data.count(b"\n", 0, offset) + 1, len(data[begin:offset].decode("utf-8", "replace")) + 1
