"""A fact, a claim or an event put into a case, where nothing is wrong with it.

A fact is a row of evidence.csv, an event one of events.csv, a claim an entry of claims.yaml. The folder is checked
before and after in a copy; only where the new row brings no new problem is the file replaced, whole.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from corridor.core.decode import text_of
from corridor.core.errors import InputError, Problem
from corridor.core.files import put_whole
from corridor.scenario import bundled, find_folder, load, problems, remarks
from corridor.scenario.build.tables import row_problems
from corridor.scenario.known_by import day_of_last, source_of_claims
from corridor.scenario.read.book import is_book
from corridor.scenario.read.source import read_bytes
from corridor.scenario.write.append import append_row, coding_of, line_end
from corridor.studies.sides_check import check_sides
from corridor.tables.asked import CLAIM, FILES, SPECS, asked, missing


def cell_problem(kind: str, name: str, row: Mapping[str, str]) -> str:
    """Return what is wrong with one answer, "" where nothing is: its form alone, what it names is looked up later."""
    text = row.get(name, "")
    if "\x00" in text:
        return "holds a character that no file may hold"
    if kind == "claim":
        choices = next((one.choices for one in CLAIM if one.name == name), ())
        return f"{text!r} is none of: {', '.join(choices)}" if text and choices and text not in choices else ""
    found = [one for one in row_problems(SPECS[kind], row, "") if one.field == name and text]
    return "; ".join(f"{one.message}; {one.remedy}" if one.remedy else one.message for one in found)


def open_case(case: str) -> Path:
    """Return the folder that a row is put into.

    Raises
    ------
    InputError : it is a bundled case, a workbook, or no scenario folder
    """
    if case in bundled():
        remedy = f"make a copy of it: corridor convert {case} {case}.xlsx; corridor convert {case}.xlsx mine"
        raise InputError([Problem(case, 0, 0, "", "is a bundled case, which is not changed", remedy)])
    folder = find_folder(case)
    if not is_book(folder) and not (folder / "scenario.yaml").is_file():
        raise InputError([Problem(case, 0, 0, "", "is no scenario folder", "name the folder that holds scenario.yaml")])
    return folder


def add(case: str, kind: str, row: Mapping[str, str], *, as_of: date | None = None) -> dict[str, object]:
    """Put a row into a case and return what was written where: file, line, what is odd about it, and old problems.

    Parameters
    ----------
    kind : fact, event or claim
    row : name -> text, as `asked` names them
    as_of : refuse a row that was not known by this day

    Raises
    ------
    InputError : what the row lacks; every problem that it would bring; one known later; nothing is written then
    """
    folder = open_case(case)
    row = {name: " ".join(text.split()) for name, text in row.items() if text.strip()}
    _refuse(kind, row)
    file = FILES[kind]
    if is_book(folder):
        raise InputError([_by_hand(folder, kind, row)])
    path = folder / file
    data, problem = read_bytes(path, file) if path.is_file() else (b"", None)
    if data is None:
        raise InputError([problem] if problem else [])
    new = claim_text(data, row) if kind == "claim" else append_row(data, SPECS[kind], row)
    before = _checked(folder, kind)
    with _copy_with(folder, file, new) as copy:
        after = _checked(copy, kind)
        if as_of is not None and not after:
            _refuse_late(copy, kind, file, as_of)
    there = {(one.file, one.field, one.message) for one in before}
    brought = [one for one in after if (one.file, one.field, one.message) not in there]
    if brought or (as_of is not None and after):
        raise InputError(brought or after)  # of a folder with problems nobody can say what is known when
    put_whole(path, lambda part: part.write_bytes(new))
    mark, coding = coding_of(new)
    lines = new.removeprefix(mark).decode(coding).rstrip("\r\n")
    line = len(re.split(r"\r\n|\r|\n", lines))
    told = [one.sentence() for one in remarks(folder) if (one.problem.file, one.problem.line) == (file, line)]
    return {"file": file, "line": line, "row": dict(row), "told": told, "before": [one.as_dict() for one in before]}


def _refuse(kind: str, row: Mapping[str, str]) -> None:
    known = {one.name: one for one in asked(kind)}
    lacks = missing(kind, row)
    found = [
        Problem(f"add {kind}", 0, 0, "", f"--{name.replace('_', '-')} is missing", f"write {known[name].meaning}")
        for name in lacks
    ]
    wrong = {name: cell_problem(kind, name, row) for name in row}
    found += [Problem(f"add {kind}", 0, 0, f"--{n.replace('_', '-')}", told) for n, told in wrong.items() if told]
    if found:
        raise InputError(found)


def _by_hand(book: Path, kind: str, row: Mapping[str, str]) -> Problem:
    if kind == "claim":
        remedy = "write it into the sheet claims.yaml, or make a folder of it with `corridor convert`"
    else:
        cells = "; ".join(f"{name}: {text}" for name, text in row.items())
        remedy = f"write a new last row into the sheet {SPECS[kind].name} ({cells}), or `corridor convert` it"
    return Problem(book.name, 0, 0, "", "is a workbook, which you edit yourself", remedy)


def _checked(folder: Path, kind: str) -> list[Problem]:
    found = problems(folder, [])
    return check_sides(str(folder), found)[0] if kind == "claim" else found


@contextmanager
def _copy_with(folder: Path, file: str, data: bytes) -> Iterator[Path]:
    """Give a copy of a folder in which one file is another."""
    with tempfile.TemporaryDirectory() as where:
        copy = Path(where) / "case"
        copy.mkdir()
        for path in folder.iterdir():
            if path.is_file() and path.name != file:
                shutil.copyfile(path, copy / path.name)
            elif path.name == "observed" and path.is_dir():
                shutil.copytree(path, copy / path.name)
        (copy / file).write_bytes(data)
        yield copy


def _refuse_late(folder: Path, kind: str, file: str, day: date) -> None:
    """Refuse the last row of a folder where it was not known by a day; a claim is known from its source."""
    if kind == "claim":
        source = source_of_claims(text_of(folder / file))
        known = load(folder, actors=None).evidence.get(source)
        if known is None:
            message = "names no source from whose day on its claims are known"
            remedy = "write source: ID, of evidence.csv, or leave out --as-of"
            raise InputError([Problem(file, 0, 0, "source", message, remedy)])
        first = known.known
    else:
        first = day_of_last(folder, SPECS[kind].name)
    if first > day:
        message = f"this {kind} is known from {first}, after {day}"
        raise InputError([Problem("--as-of", 0, 0, "", message, "nothing was written; what came later is not added")])


_ITEM = re.compile(r"(?P<indent> *)- ")


def claim_text(data: bytes, row: Mapping[str, str]) -> bytes:
    """Return the bytes of a claims.yaml with one more claim at its end.

    Raises
    ------
    InputError : something else than the list `claims` stands last in it
    """
    mark, coding = coding_of(data)
    text = data.removeprefix(mark).decode(coding, "replace") or "format: 1\nclaims:\n"
    end = line_end(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    tops = [line for line in lines if re.match(r"[A-Za-z_]", line)]
    if not tops or tops[-1].split("#")[0].rstrip() != "claims:":
        message, remedy = "does not end with the list claims, one claim a line", "write the claim into it by hand"
        raise InputError([Problem("claims.yaml", 0, 0, "claims", message, remedy)])
    begun = max(n for n, line in enumerate(lines) if line.startswith("claims:"))
    indent = next((found["indent"] for line in lines[begun + 1 :] if (found := _ITEM.match(line))), "  ")
    words = (name for name in ("id", "says", "said_by", "whose") if name in row)
    entries = {name: json.dumps(row[name], ensure_ascii=False) for name in words}
    entries |= {"strength": row["strength"]} if "strength" in row else {}
    if "outcome" in row:
        when, against = _switches(row.get("when", "")), _switches(row.get("against", ""))
        entries["test"] = (
            f"{{outcome: {row['outcome']}, sign: {row['sign']}, when: {{{when}}}, against: {{{against}}}}}"
        )
        entries |= {"held_by": f"{{actors: [{', '.join(row['held_by'].split())}]}}"} if "held_by" in row else {}
    else:
        entries["unrepresented"] = json.dumps(row["unrepresented"], ensure_ascii=False)
    written = [f"{indent}{'- ' if n == 0 else '  '}{name}: {value}" for n, (name, value) in enumerate(entries.items())]
    text += "" if text.endswith(("\n", "\r")) else end
    return mark + (text + end.join(written) + end).encode(coding)


def _switches(text: str) -> str:
    return ", ".join(": ".join(one.split("=", 1)) for one in text.replace(",", " ").split())
