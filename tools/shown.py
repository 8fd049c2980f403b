"""Play the code blocks of pages, and compare what a page shows with what is printed.

    python tools/shown.py [--write] [PAGE ...]

Blocks of a page are played in their order, in one empty folder, on a terminal of 100 columns:

- `console`: each line that begins with `$ ` is a command; the lines below it are what it prints, cut by `| head -N`
  or `| tail -N`. It may end with 3, for bad input, only where its case is named `slip`.
- `python`: run; the names of earlier blocks stand.
- any other language: where its first line is "# FILE, one more row", "# FILE, instead of the row `START`" or
  "# FILE, one more entry under `KEY`", the rest goes there.

`--write` puts what is printed into the page; look at the difference before you commit it.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = ("docs/first-case.md", "docs/tutorials/policies.md", "docs/tutorials/python.md")
"""pages whose blocks are played in the gate"""
SLOW = (
    "docs/tutorials/signs.md",
    "docs/tutorials/leaving.md",
    "docs/tutorials/growing.md",
    "docs/how-to/contingency-planner.md",
    "docs/how-to/access-analyst.md",
    "docs/how-to/researcher.md",
    "docs/how-to/think-tank.md",
    "docs/gallery.md",
)
"""pages that `make validate` plays"""
BLOCK = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", flags=re.S | re.M)
COLUMNS = "100"
SLIP = "slip"
"""the case that is wrong on purpose: a page whose own case is refused is a fault of the page"""


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its text, and where it lies in the page."""

    language: str
    text: str
    start: int


def blocks(page: str) -> list[Block]:
    """Return the code blocks of a page in their order."""
    return [Block(m[1], m[2], m.start(2)) for m in BLOCK.finditer(page)]


def play(page: str) -> str:
    """Return the page with what its commands print now, played in the current folder.

    Raises whatever a block of Python raises; AssertionError where a command does not end with 0, or 3 for a slip.
    """
    os.environ["COLUMNS"] = COLUMNS
    names: dict[str, object] = {}
    out, end = [], 0
    for block in blocks(page):
        out.append(page[end : block.start])
        end = block.start + len(block.text)
        out.append(_played(block, names))
    return "".join([*out, page[end:]])


def _played(block: Block, names: dict[str, object]) -> str:
    if block.language == "console":
        return "".join(f"$ {command}\n{_printed(command)}" for command in commands(block.text))
    if block.language == "python":
        exec(block.text, names)
    first, _, rest = block.text.partition("\n")
    if found := re.fullmatch(r"# ([\w./-]+), one more row", first):
        path = Path(found[1])
        path.write_text((path.read_text(encoding="utf-8") if path.exists() else "") + rest, encoding="utf-8")
    elif found := re.fullmatch(r"# ([\w./-]+), instead of the row `(.+)`", first):
        path = Path(found[1])
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        (place,) = [i for i, line in enumerate(lines) if line.startswith(found[2])]
        path.write_text("".join([*lines[:place], rest, *lines[place + 1 :]]), encoding="utf-8")
    elif found := re.fullmatch(r"# ([\w./-]+), one more entry under `(\w+)`", first):
        path = Path(found[1])
        before, key, after = path.read_text(encoding="utf-8").partition(f"{found[2]}:\n")
        path.write_text(before + key + rest + after, encoding="utf-8")
    return block.text


def commands(text: str) -> list[str]:
    """Return the commands of a console block."""
    return [line[2:] for line in text.splitlines() if line.startswith("$ ")]


def _printed(command: str) -> str:
    """Return what a command prints, and what it says on standard error where it ends with 3."""
    cut = re.fullmatch(r"(corridor .*?)(?: \| (head|tail) -(\d+))?", command)
    if cut is None:
        done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
        return done.stdout
    lines = [line.rstrip() for line in _corridor(shlex.split(cut[1])[1:]).splitlines()]
    if cut[2]:
        lines = lines[: int(cut[3])] if cut[2] == "head" else lines[-int(cut[3]) :]
    return "".join(f"{line}\n" for line in lines)


def _corridor(words: list[str]) -> str:
    from corridor.cli.main import main

    printed, told, before = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = ["corridor", *words]
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(told):
            main()
    except SystemExit as stop:
        if stop.code != 0 and not (stop.code == 3 and SLIP in words):
            message = f"corridor {shlex.join(words)} ended with {stop.code}:\n{told.getvalue()}"
            raise AssertionError(message) from stop
        return printed.getvalue() + (told.getvalue() if stop.code == 3 else "")
    finally:
        sys.argv = before
    return printed.getvalue()


def main() -> int:
    """Play the pages that are named, or all; returns 1 where one shows what is not printed."""
    pages = [word for word in sys.argv[1:] if word != "--write"] or [*PAGES, *SLOW]
    status, home = 0, Path.cwd()
    for name in pages:
        text = (ROOT / name).read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                new = play(text)
            finally:
                os.chdir(home)
        if new != text and "--write" in sys.argv:
            (ROOT / name).write_text(new, encoding="utf-8")
        status |= new != text
        sys.stdout.write(f"{name}: {'as shown' if new == text else 'differs'}\n")
    return 0 if "--write" in sys.argv else status


if __name__ == "__main__":
    sys.exit(main())
