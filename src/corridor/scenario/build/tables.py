"""First pass: files to rows. Every problem of form is collected; references are left to the second pass."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from corridor.core.decode import decode, note
from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.scenario.build.actors import model_files, model_name, read_model
from corridor.scenario.build.country import has_homes
from corridor.scenario.build.draft import Draft, Entry
from corridor.scenario.build.policies import read_policies
from corridor.scenario.build.settings import read_settings
from corridor.scenario.model import Commodity, Quantity
from corridor.scenario.read.book import Sheet, book_of, grid, is_book
from corridor.scenario.read.cells import (
    LONGEST,
    read_choice,
    read_date,
    read_id,
    read_months,
    read_names,
    read_number,
    read_quantity,
    read_regime,
    shorten,
)
from corridor.scenario.read.csv_table import Table as Grid
from corridor.scenario.read.source import Cell, os_problem, read_bytes, unread
from corridor.scenario.read.tolerant import manners_of, settle, without_echo
from corridor.scenario.read.yaml_tree import Node, read_yaml
from corridor.scenario.row import sorted_in
from corridor.tables.facts import EVENT_VALUES
from corridor.tables.field import Field, Table
from corridor.tables.folder import OF_HOMES, TABLES, YAML_FILES
from corridor.tables.goods import UNIT_FROM, in_unit

CATALOGUE = Path(__file__).parents[2] / "data" / "commodities.csv"
_REQUIRED = {spec.file: spec.required for spec in TABLES.values()} | YAML_FILES
_KNOWN_FILES = tuple(_REQUIRED)
Texts = dict[str, str | Sheet | None]
"""file -> its text or its sheet; None where it cannot be read"""


def read_folder(folder: Path) -> Draft:
    """Read every file of a scenario folder, or every sheet of a workbook. Never raises for what they may contain."""
    draft = Draft()
    told: dict[str, list[str]] = {}
    texts = _of_book(folder, draft) if is_book(folder) else _of_folder(folder, told, draft)
    if not texts:
        return draft
    root = _yaml(texts, "scenario.yaml", draft.problems)
    draft.settings = read_settings(root, draft.problems) if root is not None else None
    densities: dict[str, float] = {}
    for spec in TABLES.values():
        told.setdefault(spec.file, []).extend(_read_table(spec, texts, densities, draft))
        if spec.name == "commodities":
            densities = _commodities(draft)
    if draft.tables["places"] is None or has_homes(draft):
        draft.problems.extend(_absent(folder, name) for name in OF_HOMES if name not in texts)
    root = _yaml(texts, "policies.yaml", draft.problems)
    if root is not None:
        read_policies(root, draft)
    for name, text in texts.items():
        if isinstance(text, str) and model_name(name) is not None:
            read_model(text, name, draft)
    draft.notes += [line for name, words in sorted(told.items()) for line in note(name, words)]
    return draft


def _of_folder(folder: Path, told: dict[str, list[str]], draft: Draft) -> Texts:
    """Return the texts of a folder's files, None for one that is there and cannot be read."""
    try:
        paths = {path.name: path for path in sorted(folder.iterdir())}
    except OSError as error:
        draft.problems.append(_folder_problem(folder, error))
        return {}
    _strangers(paths, draft)
    sums = hashlib.sha256()
    texts: Texts = {}
    for name in sorted((*_KNOWN_FILES, *model_files(paths))):
        if name not in paths:
            if _REQUIRED.get(name) and name not in OF_HOMES:
                draft.problems.append(_absent(folder, name))
                texts[name] = None
            continue
        data, problem = read_bytes(folder / name, name)
        if data is not None:
            sums.update(f"{name}\n{len(data)}\n".encode())
            sums.update(data)
            texts[name], problem = decode(data, name, told.setdefault(name, []))
        else:
            texts[name] = None
        if problem is not None:
            draft.problems.append(problem)
    draft.digest = sums.hexdigest()
    return texts


def _of_book(path: Path, draft: Draft) -> Texts:
    book = book_of(path)
    draft.problems += book.problems
    draft.notes += book.notes
    draft.digest = book.digest()
    if not book.files:
        return {}
    needed = [name for name, required in _REQUIRED.items() if required and name not in (*book.files, *OF_HOMES)]
    draft.problems += [_absent(path, name) for name in needed]
    texts: Texts = {name: content for name, content in book.files.items() if not name.startswith("observed/")}
    return texts | dict.fromkeys(needed)


def _absent(folder: Path, name: str) -> Problem:
    if is_book(folder):
        return Problem(
            name,
            0,
            0,
            "",
            "there is no such sheet",
            "add it; `corridor convert` of a new case writes a complete example",
        )
    return os_problem(FileNotFoundError(errno.ENOENT, ""), name)


def _folder_problem(folder: Path, error: OSError) -> Problem:
    problem = os_problem(error, str(folder))
    if isinstance(error, FileNotFoundError):
        return Problem(str(folder), 0, 0, "", "there is no such folder", "check the path")
    if isinstance(error, NotADirectoryError):
        return Problem(str(folder), 0, 0, "", "is not a folder", "name the folder that holds scenario.yaml")
    return problem


def _strangers(paths: dict[str, Path], draft: Draft) -> None:
    """Refuse tables that nothing reads, most often a name with a typing error; note other files that nothing reads."""
    for name, path in paths.items():
        if name.startswith(".") or name in _KNOWN_FILES or model_name(name) is not None:
            continue
        if name != "observed" and name.lower() == "observed":
            draft.notes.append(Problem(shorten(name), 0, 0, "", "is not read", 'call it "observed"'))
        elif path.suffix.lower() in (".csv", ".yaml", ".yml"):
            remedy = did_you_mean(name.lower(), _KNOWN_FILES)
            draft.problems.append(Problem(shorten(name), 0, 0, "", "no file of a scenario has this name", remedy))
        elif line := unread(path):
            draft.notes.append(line)


def _yaml(texts: Texts, name: str, problems: list[Problem]) -> Node | None:
    text = texts.get(name)
    if not isinstance(text, str):
        return None
    root, found = read_yaml(text, name)
    problems.extend(found)
    return root


def _read_table(spec: Table, texts: Texts, densities: dict[str, float], draft: Draft) -> tuple[str, ...]:
    """Put the rows of a table into the draft; return what was told of it."""
    if spec.file not in texts:
        draft.tables[spec.name] = []
        return ()
    text = texts[spec.file]
    draft.tables[spec.name] = None
    if text is None:
        return ()
    problems: list[Problem] = []
    told: list[str] = []
    table, found = grid(text, spec.file)
    problems.extend(found)
    if table is not None:
        told += table.told
        if found:
            draft.unsure.add(spec.name)
        if _check_header(spec, table, problems):
            settled, refused = settle(table, manners_of(spec))
            told += settled
            rows = [_entry(spec, cells, densities, problems) for cells in table.rows]
            draft.tables[spec.name] = rows
            if spec.name == "places" and not rows:
                problems.append(
                    Problem(spec.file, 0, 0, "", "has no rows", "write a row for each place: home, outside, waypoint")
                )
                draft.tables[spec.name] = None
            if any("id" in row.cells and not row.values.get("id") for row in rows):
                draft.unsure.add(spec.name)
            problems = without_echo(refused, problems)
    draft.problems.extend(problems)
    return tuple(told)


def _check_header(spec: Table, table: Grid, problems: list[Problem]) -> bool:
    """Return whether the key columns are there, so that rows are worth reading."""
    allowed = spec.header()
    names = {cell.text for cell in table.header}
    for cell in table.header:
        if cell.text and cell.text not in allowed:
            message = f'no column of {spec.file} is called "{shorten(cell.text)}"'
            problems.append(cell.problem(message, did_you_mean(cell.text, allowed)))
    whole = len(names) == len(table.header)  # with a column twice, nobody knows which cell is meant
    for column in spec.columns:
        stray = [cell for cell in table.header if column.ends and cell.text in column.ends]
        if stray and column.name not in names and not column.required:
            problems.append(stray[0].problem(f"a range without its {column.name}", f"add the column {column.name}"))
        if column.required and column.name not in names:
            problems.append(Problem(spec.file, 1, 0, column.name, "this column is missing", "add it to the header"))
            whole = whole and column.name not in (spec.key or ("date", "kind"))
    return whole


def _entry(spec: Table, cells: dict[str, Cell], densities: dict[str, float], problems: list[Problem]) -> Entry:
    before = len(problems)
    values: dict[str, Any] = {}
    long = [cell for cell in cells.values() if len(cell.text) > LONGEST]
    problems += [c.problem(f"holds {len(c.text):,} characters", f"keep it below {LONGEST:,}") for c in long]
    density = None
    word = cells[UNIT_FROM[spec.name]].text if UNIT_FROM.get(spec.name) in cells else ""
    if "commodity" in cells:
        density = densities.get(cells["commodity"].text)
    elif spec.name == "commodities":
        density = densities.get(cells["id"].text)
    for column in spec.columns:
        given = cells.get(column.name)
        if column.kind == "quantity":
            found = len(problems)
            quantity = read_quantity(in_unit(column, word), cells, problems, density)
            if quantity is not None or len(problems) == found:
                values[column.name] = quantity
            if given is not None and not given.text and column.required and len(problems) == found:
                problems.append(given.problem("a number is missing", f"write it in {column.unit}"))
        elif given is None:
            values[column.name] = None
        elif not given.text:
            values[column.name] = None
            if column.required:
                words = f": {', '.join(column.choices)}" if column.choices else ""
                problems.append(given.problem("this cell is empty", f"write {column.meaning}{words}"))
        else:
            value = _value(spec, column, given, cells, problems)
            if value is not None:
                values[column.name] = value
    lacks = any(column.required and column.name not in cells for column in spec.columns)  # the header was told
    return Entry(cells, values, len(problems) == before and not lacks)


def _value(spec: Table, column: Field, cell: Cell, cells: dict[str, Cell], problems: list[Problem]) -> Any:
    """Return the typed value of a cell that is not empty; None where it is bad."""
    if cell.text in column.words and column.kind != "refs":
        return cell.text
    match column.kind:
        case "id":
            return read_id(cell, problems, evidence=spec.name == "evidence")
        case "date":
            return read_date(cell, problems)
        case "choice":
            return read_choice(cell, column.choices, problems)
        case "switch":
            word = read_choice(cell, column.choices, problems, what=f"value of {column.name}")
            return None if word is None else float(column.choices.index(word))
        case "regime":
            return read_regime(cell, problems)
        case "months":
            return read_months(cell, problems)
        case "names":
            return read_names(cell, problems)
        case "number":
            return read_number(cell, column.unit, problems, canonical=column.canonical, low=column.low,
                               high=column.high, above=column.above)  # fmt: skip
        case "refs":
            return tuple(cell.text.split())
        case "value":
            return _event_value(spec, cell, cells, problems)
        case _:
            return cell.text


def _event_value(spec: Table, cell: Cell, cells: dict[str, Cell], problems: list[Problem]) -> float | str | None:
    """Return the value of an event, read as its kind asks."""
    field = EVENT_VALUES.get(cells["kind"].text) if "kind" in cells else None
    if field is None:
        return cell.text
    value: float | str | None = _value(spec, field, cell, cells, problems)
    return float(value) if field.kind == "regime" and value is not None else value


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Commodity]:
    """Return the built-in commodities by id."""
    draft = Draft()
    data, problem = read_bytes(CATALOGUE, CATALOGUE.name)
    text, problem = decode(data, CATALOGUE.name, []) if data is not None else (None, problem)
    if text is not None:
        _read_table(TABLES["commodities"], {CATALOGUE.name: text}, {}, draft)
        _commodities(draft, {})
    problems = ([problem] if problem else []) + draft.problems
    if problems:
        raise InputError(problems)
    return draft.commodities


def _commodities(draft: Draft, known: dict[str, Commodity] | None = None) -> dict[str, float]:
    """Fill the draft's commodities from the catalogue and the folder; return densities by id."""
    found = dict(catalogue() if known is None else known)
    for entry in draft.rows("commodities"):
        name = entry.cells["id"].text
        base = found.get(name)
        given = {key: value for key, value in entry.values.items() if value is not None}
        if base is None and entry.whole:
            for column in ("kind", "need"):
                if column not in given:
                    place = entry.at(column)
                    message = f'"{name}" is not in the built-in catalogue, so its {column} must be given'
                    draft.problems.append(place.problem(message, did_you_mean(name, found)))
                    entry.whole = False
        if not entry.whole:
            if base is None:
                found.setdefault(name, _placeholder(name))
            continue
        renamed = {field.name: field.attribute for field in TABLES["commodities"].columns if field.attribute}
        fields = {renamed.get(key, key): value for key, value in given.items()}
        fields.setdefault("name", base.name if base else name)
        found[name] = Commodity(**sorted_in(Commodity, fields)) if base is None else base.changed(**fields)
    draft.commodities = found
    return {name: good.kg_per_litre for name, good in found.items() if good.kg_per_litre}


def _placeholder(name: str) -> Commodity:
    """Stand for a commodity whose own row is bad, so that rows that name it are not blamed."""
    return Commodity(id=name, name=name, kind="other", need=Quantity(value=0.0))


def row_problems(spec: Table, row: Mapping[str, str], file: str) -> list[Problem]:
    """Return what is wrong with the form of one row, column -> text, that stands in no file yet."""
    problems: list[Problem] = []
    _entry(spec, {name: Cell(text, file, 0, 0, name) for name, text in row.items()}, {}, problems)
    return problems
