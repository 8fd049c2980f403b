"""Write a small synthetic case that validates and runs: the quickest way to a scenario of one's own."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from corridor.core.errors import InputError, Problem
from corridor.core.files import write_whole
from corridor.scenario.read.source import os_problem
from corridor.scenario.write.blank import BLANK
from corridor.scenario.write.template import FILES

_DOCUMENTS = (".docx", ".doc", ".xls", ".xlsm", ".ods", ".csv", ".pdf", ".html", ".yaml", ".yml", ".json", ".zip")
"""endings of what is no case"""
EXAMPLE = {
    "title": "Two valleys behind a gate",
    "question": "How long do two valleys hold out behind a closed gate, and what helps?",
}
UNNAMED = {"title": '"what the case is called"', "question": '"what is asked of it"'}
ASKED = "How long can people hold out, and what helps?"
"""the question of a case that has a title of its own"""
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""what YAML reads as something else than a text"""


def write_new(folder: str | os.PathLike[str], title: str = "", *, blank: bool = False) -> tuple[Path, ...]:
    """Write the files of a synthetic case and return their paths.

    Two homes, one place outside, two links, four goods, two pipelines and a dormant one, a closure, three
    policies, two conditions. The folder is made where it does not exist.

    title : what the case is called on every page; that of the example, with its question, where empty
    blank : headers and settings only, to be filled

    Raises
    ------
    InputError : the folder holds something already, or cannot be written; nothing is written then
    """
    path = Path(folder)
    if not str(folder).strip():
        raise InputError([Problem('""', 0, 0, "", "is no name", "name a new folder, or a workbook such as case.xlsx")])
    if path.suffix.lower() in _DOCUMENTS and not path.is_dir():
        message = f"a case is a folder or a workbook, not a file {path.suffix}"
        raise InputError([Problem(path.name, 0, 0, "", message, f"write {path.stem}, or {path.stem}.xlsx")])
    written: list[Path] = []
    try:
        name = re.sub(r"[^A-Za-z0-9_]+", "-", path.resolve().name if str(folder) else "").strip("-") or "case"
        own = {"title": _plain(title.strip()), "question": ASKED} if title.strip() else UNNAMED if blank else EXAMPLE
        values = {"id": name[:100], **own}
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()):
            message = "the folder is not empty"
            raise InputError([Problem(str(folder), 0, 0, "", message, "name a new one; nothing was written")])
        for file, text in (BLANK if blank else FILES).items():
            target = path / file
            content = text.format(**values) if file == "scenario.yaml" else text
            written.append(target)
            target.write_text(content, encoding="utf-8", newline="\n")
    except FileExistsError:
        raise InputError([Problem(str(folder), 0, 0, "", "is a file", "name a folder")]) from None
    except OSError as error:
        with suppress(OSError):
            for target in written:
                target.unlink(missing_ok=True)
        raise InputError([os_problem(error, str(folder))]) from None
    except (ValueError, RuntimeError):  # half a character or none; a link that leads back to itself
        raise InputError([Problem(str(folder), 0, 0, "", "is no path", "choose another one")]) from None
    return tuple(written)


def entitle(folder: Path, title: str) -> None:
    """Give a case another title; nothing else of its settings is touched."""
    path = folder / "scenario.yaml"
    text = path.read_text(encoding="utf-8-sig")
    named = f"title: {_plain(title.strip())}\n"
    # the lines of a title that goes on are indented
    found = re.sub(r"^title:.*\n(?:[ \t]+\S.*\n)*", lambda _: named, text, count=1, flags=re.MULTILINE)
    write_whole(path, found)


def _plain(title: str) -> str:
    """Return a title as YAML reads it as a plain text, in any script."""
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9 ,.()-]*", title) and title.lower() not in _WORDS:
        return title
    letters = (c if c.isprintable() and c not in '\\"' else f"\\U{ord(c):08x}" for c in title)
    return '"' + "".join(letters) + '"'
