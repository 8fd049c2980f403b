"""The one door from the commands to the terminal: sentences and JSON in which no character acts."""

from __future__ import annotations

import logging
import sys
from typing import Any

from corridor.core.text import as_json, visible


def say(text: str, *, err: bool = False, end: str = "\n") -> None:
    """Print a text to standard output, or to standard error."""
    print(visible(text), file=sys.stderr if err else sys.stdout, end=end, flush=err)


def say_json(value: Any) -> None:
    """Print plain data as JSON.

    Raises
    ------
    ValueError : a number in it is not finite
    """
    print(as_json(value, indent=1, default=str, allow_nan=False))


class _Notes(logging.Handler):
    """Says each note of the log once, on standard error."""

    def __init__(self) -> None:
        super().__init__()
        self.said: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if text not in self.said:
            self.said.add(text)
            say(text, err=True)


def say_notes() -> None:
    """Say from now on what is told beside a result: files not read, tables read although a spreadsheet changed them."""
    logging.getLogger("corridor").handlers = [_Notes()]


def hush_notes() -> None:
    """Say none, where a command shows them itself."""
    logging.getLogger("corridor").handlers = [logging.NullHandler()]


def open_streams() -> None:
    """Let a terminal that cannot show a letter see its code instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
