"""From the bytes of a file to its text, however a person saved it; what was odd is told, never silent."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

from corridor.core.errors import InputError, Problem


def text_of(path: Path) -> str:
    """Return the text of a file and tell what was odd.

    Raises
    ------
    InputError : it cannot be read, or is no text
    """
    told: list[str] = []
    try:
        text, problem = decode(path.read_bytes(), path.name, told)
    except OSError as error:
        raise InputError([Problem(path.name, 0, 0, "", f"cannot be read: {error.strerror}")]) from error
    tell(note(path.name, told))
    if text is None:
        raise InputError([problem] if problem else [])
    return text


def note(file: str, told: Iterable[str]) -> list[Problem]:
    """Return the line about what was odd in a file, none where nothing was."""
    words = "; ".join(dict.fromkeys(told))
    return [Problem(file, 0, 0, "", f"read although it is not written as the format asks: {words}")] if words else []


def tell(notes: Iterable[Problem]) -> None:
    """Hand notes to the log `corridor`, which the commands show on standard error."""
    for one in notes:
        logging.getLogger("corridor").warning(one.sentence())


def decode(data: bytes, name: str, told: list[str]) -> tuple[str | None, Problem | None]:
    """Return the text of a file with LF line ends, or the one problem with it.

    UTF-8, or UTF-16 with its mark. What is not written as the format asks (the mark, the line ends) goes into `told`.
    """
    save = 'save it as UTF-8, which spreadsheets call "CSV UTF-8"'
    coding = "utf-8"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        coding = "utf-16"
        told.append("UTF-16")
    elif _looks_utf16(data):
        return None, Problem(name, 0, 0, "", "is encoded in UTF-16, without the mark that says so", save)
    elif data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
        told.append("a byte order mark")
    try:
        text = data.decode(coding)
    except UnicodeDecodeError as error:
        if coding == "utf-16":
            return None, Problem(name, 0, 0, "", f"byte {error.start + 1} is not UTF-16", save)
        line, column = _position(data[: error.start].decode("utf-8"))
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        return None, Problem(name, line, column, "", message, save)
    if not text.strip():
        return None, Problem(name, 0, 0, "", "is empty", "fill it in, or take it from what `corridor new` writes")
    zero = text.find("\x00")
    if zero >= 0:
        line, column = _position(text[:zero])
        return None, Problem(
            name, line, column, "", "contains a NUL byte", "the file is damaged or not text: restore it"
        )
    return _line_ends(text, name, told) if "\r" in text else (text, None)


def _line_ends(text: str, name: str, told: list[str]) -> tuple[str | None, Problem | None]:
    """Return a text with LF line ends; a carriage return inside a line may be a line end or not, and is a problem."""
    if "\r\n" in text:
        told.append("Windows line ends")
        text = text.replace("\r\n", "\n")
    stray = text.find("\r")
    if stray >= 0 and "\n" in text:
        line, column = _position(text[:stray])
        remedy = "put a line end, or nothing, in its place"
        return None, Problem(name, line, column, "", "a carriage return stands inside a line", remedy)
    if stray >= 0:
        told.append("old Macintosh line ends")
    return text.replace("\r", "\n"), None


def _looks_utf16(data: bytes) -> bool:
    """Tell UTF-16 without a mark from a stray NUL: about every second byte is zero."""
    head = data[:400]
    return len(head) >= 4 and max(head[::2].count(0), head[1::2].count(0)) > len(head) * 0.35


def _position(before: str) -> tuple[int, int]:
    """Return 1-based line and column of what follows a text."""
    return before.count("\n") + 1, len(before) - before.rfind("\n")
