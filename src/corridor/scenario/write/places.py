"""A place of a folder is called otherwise, put in or taken out: one act for every table and file that names it."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.core.files import write_whole
from corridor.scenario.convert import csv_text
from corridor.tables.facts import EVENT_VALUES
from corridor.tables.field import Table
from corridor.tables.folder import TABLES, YAML_FILES

PLACES, LINKS = TABLES["places"], TABLES["links"]
LONGEST = 80
"""letters of a name"""
NEAR = 0.05
"""degrees beside its neighbour at which a place is drawn that nobody has put on the map"""
Rows = list[list[str]]


def rename_place(folder: Path, place: str, name: str) -> str:
    """Call a place by another name wherever a folder speaks of it; return its new id, made of the name.

    What others call it is taken out: those were names of the place as it was. Cells that hold the new name as people
    write it become its id too.

    Raises
    ------
    InputError : no such place, or one of that name is there already; nothing is written then
    """
    tables = _read(folder)
    rows = tables[PLACES.file]
    known = _column(rows, "id")
    _must_know(place, known)
    new = _new_id(name, [one for one in known if one != place])
    at = {name: i for i, name in enumerate(rows[0])}
    for row in rows[1:]:
        if row[at["id"]] == place:
            row[at["id"]], row[at["name"]] = new, _plain(name)
            if "names" in at:
                row[at["names"]] = ""
    _renamed(tables, {place: new, _plain(name): new})
    texts = {file: _in_paths((folder / file).read_text(encoding="utf-8"), place, new)
             for file in YAML_FILES if (folder / file).is_file()}  # fmt: skip
    _write(folder, tables, texts)
    return new


def add_place(folder: Path, name: str, people: str, beside: str, km: str) -> str:
    """Put in a home with what it needs, a road to a place that is there; return its id, made of the name.

    The road carries what the first one of its neighbour does, so many km long; nobody has said so yet. Where the home
    lies is not known: it stands on the map beside its neighbour.

    Raises
    ------
    InputError : no such neighbour, or one of that name is there already; nothing is written then
    """
    tables = _read(folder)
    rows, roads = tables[PLACES.file], tables[LINKS.file]
    known = _column(rows, "id")
    _must_know(beside, known)
    new = _new_id(name, known)
    neighbour = dict(zip(rows[0], rows[1 + known.index(beside)], strict=False))
    place = {"id": new, "name": _plain(name), "kind": "home", "population": people.strip()}
    place |= {name: _moved(neighbour.get(name, "")) for name in ("latitude", "longitude")}
    rows.append([place.get(column, "") for column in rows[0]])
    like = next(
        (row for row in roads[1:] if beside in _of(roads[0], row, ("from", "to"))), roads[1] if roads[1:] else []
    )
    road = dict(zip(roads[0], like, strict=False))
    road |= {"id": _free(f"road_to_{new}", _column(roads, "id")), "from": beside, "to": new, "km": km.strip()}
    road |= dict.fromkeys(("evidence", "controller", "note", "known"), "")  # what was said of the other road
    roads.append([road.get(column, "") for column in roads[0]])
    _renamed(tables, {_plain(name): new})
    _write(folder, tables, {})
    return new


def drop_place(folder: Path, place: str) -> None:
    """Take a place out with all that cannot be without it: its roads, and every row that speaks of it or of them.

    What a policy does to it stays where it is: the check of the folder says so.

    Raises
    ------
    InputError : no such place; nothing is written then
    """
    tables = _read(folder)
    _must_know(place, _column(tables[PLACES.file], "id"))
    gone = {PLACES.name: {place}}
    while True:
        before = sum(map(len, gone.values()))
        for file, rows in tables.items():
            spec = TABLES[file.removesuffix(".csv")]
            kept = [row for row in rows[1:] if _stands(spec, rows[0], row, gone)]
            if "id" in rows[0]:
                at = rows[0].index("id")
                gone.setdefault(spec.name, set()).update({row[at] for row in rows[1:]} - {row[at] for row in kept})
            tables[file] = [rows[0], *kept]
        if sum(map(len, gone.values())) == before:
            break
    _write(folder, tables, {})


def _stands(spec: Table, header: list[str], row: list[str], gone: Mapping[str, set[str]]) -> bool:
    """Return whether a row can stay where others went; of several that a cell names those that are left stay."""
    if "id" in header and row[header.index("id")] in gone.get(spec.name, ()):
        return False
    for column in spec.columns:
        if column.name not in header or not column.refers:
            continue
        at, lost = header.index(column.name), set[str]().union(*(gone.get(name, set()) for name in column.refers))
        if column.kind == "refs":
            left = [word for word in row[at].split() if word not in lost]
            if row[at] and not left:
                return False
            row[at] = " ".join(left)
        elif row[at] in lost:
            return False
    if spec.name == "events" and {"kind", "target"} <= set(header):
        known = EVENT_VALUES.get(row[header.index("kind")])
        lost = set[str]().union(*(gone.get(name, set()) for name in (known.refers if known else ()) or gone))
        return row[header.index("target")] not in lost
    return True


def strangers(folder: Path) -> list[str]:
    """Return what stands where a place must, and is the id of none: in the order in which it is met."""
    tables = _read(folder)
    known = {"", "*", *_column(tables.get(PLACES.file, [[]]), "id")}
    found: dict[str, None] = {}
    for spec, rows in ((TABLES[file.removesuffix(".csv")], rows) for file, rows in tables.items()):
        for column, several in _naming(spec):
            if not several:
                found |= dict.fromkeys(cell for cell in _column(rows, column) if cell not in known)
    return list(found)


def _read(folder: Path) -> dict[str, Rows]:
    tables = {}
    for spec in TABLES.values():
        path = folder / spec.file
        if path.is_file():
            rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(_text(path)))]
            width = len(rows[0]) if rows else 0
            tables[spec.file] = [row + [""] * (width - len(row)) for row in rows if any(row)]
    for needed in (PLACES, LINKS):
        tables.setdefault(needed.file, [list(needed.header())])
    return {file: rows for file, rows in tables.items() if rows}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig", errors="replace")


def _write(folder: Path, tables: dict[str, Rows], texts: dict[str, str]) -> None:
    """Write what differs from what is there, each file whole."""
    for file, text in {**{file: csv_text(rows) for file, rows in tables.items() if len(rows) > 1}, **texts}.items():
        path = folder / file
        if not path.is_file() or _text(path) != text:
            write_whole(path, text)


def _column(rows: Rows, name: str) -> list[str]:
    return [row[rows[0].index(name)] for row in rows[1:]] if name in rows[0] else []


def _of(header: list[str], row: list[str], names: Iterable[str]) -> list[str]:
    return [row[header.index(name)] for name in names if name in header]


def _naming(spec: Table) -> list[tuple[str, bool]]:
    """Return the columns of a table that name places, and whether a cell may name several."""
    return [(one.name, one.kind == "refs") for one in spec.columns if PLACES.name in one.refers]


def _renamed(tables: dict[str, Rows], new: dict[str, str]) -> None:
    """Write the new ids where rows of any table name places."""
    for file, rows in tables.items():
        spec = TABLES[file.removesuffix(".csv")]
        for column, several in _naming(spec):
            at = rows[0].index(column) if column in rows[0] else len(rows[0])
            for row in rows[1:]:
                row[at : at + 1] = [_called(cell, new, several=several) for cell in row[at : at + 1]]
        if spec.name == "events" and "kind" in rows[0] and "target" in rows[0]:
            kind, target = rows[0].index("kind"), rows[0].index("target")
            for row in rows[1:]:
                known = EVENT_VALUES.get(row[kind])
                if known and PLACES.name in known.refers:
                    row[target] = new.get(row[target], row[target])


def _called(cell: str, new: dict[str, str], *, several: bool) -> str:
    if cell in new or not several:
        return new.get(cell, cell)
    return " ".join(new.get(word, word) for word in cell.split())


def _in_paths(text: str, old: str, new: str) -> str:
    """Return a text with a place called otherwise in paths: places.OLD.population, stocks.OLD.flour."""
    by_place = "|".join(
        spec.name for spec in TABLES.values()
        if spec is PLACES or spec.key[:1] == ("place",)
    )  # fmt: skip
    return re.sub(rf"(?<![\w.-])((?:{by_place})\.){re.escape(old)}(?![\w-])", rf"\g<1>{new}", text)


def _plain(name: str) -> str:
    return " ".join(name.split())[:LONGEST]


def _new_id(name: str, taken: list[str]) -> str:
    """Return an id made of a name. InputError: a name without letters, or one that is there already."""
    bare = unicodedata.normalize("NFKD", _plain(name)).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "_", bare).strip("_")
    if not _plain(name):
        raise InputError([Problem(PLACES.file, 0, 0, "name", "is empty", "write what the place is called")])
    found = found or _free("place", taken)
    if found in taken:
        message = f'a place "{found}" is there already'
        raise InputError([Problem(PLACES.file, 0, 0, "name", message, "choose another name, or use that place")])
    return found


def _free(wanted: str, taken: list[str]) -> str:
    """Return a name that is not taken: the wanted one, or with the first number behind it that makes it free."""
    return next(one for one in (wanted, *(f"{wanted}_{n}" for n in range(2, len(taken) + 3))) if one not in taken)


def _must_know(place: str, known: list[str]) -> None:
    if place not in known:
        message = f'no place is called "{place[:LONGEST]}"'
        raise InputError([Problem(PLACES.file, 0, 0, "id", message, did_you_mean(place[:LONGEST], known))])


def _moved(degrees: str) -> str:
    try:
        return f"{float(degrees) + NEAR:.6g}"
    except ValueError:
        return degrees
