"""`--set path=value`: change single numbers of a scenario without touching its folder."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.core.units import UnitError, parse_number
from corridor.scenario.build.settings import LONGEST_HORIZON, parameter_column, registry
from corridor.scenario.change import Change, changes, resealed
from corridor.scenario.dates import DAYS, move
from corridor.scenario.model import Output, Quantity, Scenario, Stock
from corridor.scenario.read.cells import quantity, read_choice, read_date, read_number, read_regime, shorten
from corridor.scenario.read.source import Cell
from corridor.scenario.row import Measured, Row
from corridor.scenario.text import text_at
from corridor.tables.field import Field
from corridor.tables.folder import POPULATION, SHARE, TABLES, settable
from corridor.tables.goods import RATIONS, UNIT_FROM, in_unit

FILE = "--set"
_OTHERS = ("mixes", "parameters", "rules", "population", "horizon", "start", "as_of")
"""what may be set besides the fields of tables"""


@dataclass
class _Work:
    """The fields that change, and what is wrong with the asked changes."""

    scenario: Scenario
    update: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def get(self, name: str) -> Any:
        """Return a field as changed so far."""
        return self.update.get(name, getattr(self.scenario, name))


def override(scenario: Scenario, settings: Mapping[str, Any] | Sequence[str]) -> Scenario:
    """Return the scenario with the given values, and with a hash that tells it from the folder's own.

    Parameters
    ----------
    settings : `["links.gate.kmh=30"]`, or the same as a mapping, `{"links.gate.kmh": 30}`;
        `links.gate.vehicles_per_hour=300`,
        `pipelines.aid.tonnes_per_day=80 t/week`, `parameters.leaving.ordinary_hazard=1e-4` (or without
        `parameters.`), `stocks.town.flour=500`, `places.town.population=60000`, `links.gate.regime=open`,
        `rules.rations=none`, `horizon=30`, `start=2023-01-01`, `as_of=2023-06-30`.
        One number is taken as certain; `a..b..c`, in a mapping also `(a, b, c)`, sets low, value and high.

    Raises
    ------
    InputError : all problems of all settings
    """
    lines = as_lines(settings)
    if not lines:
        return scenario
    problems: list[Problem] = []
    cells: dict[str, Cell] = {}
    twice: list[Problem] = []
    for line in lines:
        path, equals, text = (part.strip() for part in line.partition("="))
        cell = Cell(text, FILE, 0, 0, shorten(path) or shorten(line))
        if equals and path and not text:
            problems.append(cell.problem("has no value", "write path=value, such as links.gate.kmh=30"))
        elif not equals or not path:
            problems.append(cell.problem("is not of the form path=value", "write links.<id>.regime=open"))
        elif path in cells:
            twice.append(cell.problem("is set twice", "keep one of them"))
        else:
            cells[path] = cell
    days: dict[str, Cell] = {name: cells.pop(name) for name in DAYS if name in cells}
    # days first: the other paths are looked up in what a moved day leaves
    moved = move(scenario, days, problems, reapply) if days else scenario
    work = _Work(moved, problems=problems)
    for path, cell in cells.items():
        _apply(path, cell, work)
    if problems or twice:
        raise InputError([*problems, *twice])
    by_hand = tuple(change for change in changes(scenario) if change.kind == "by hand")
    told = [Change(kind="set", path=path, value=cell.text, was=text_at(scenario, path))
            for path, cell in {**days, **cells}.items()]  # fmt: skip
    kept = [change for change in moved.changed if change.kind != "set" or change.path not in {c.path for c in told}]
    before = {change.path: change.was for change in scenario.changed if change.kind == "set"}
    told = [change.model_copy(update={"was": before.get(change.path, change.was)}) for change in told]
    every = sorted((*kept, *told, *by_hand), key=_order)
    return resealed(moved.model_copy(update=work.update | {"changed": tuple(every)}))


def _order(change: Change) -> tuple[bool, int]:
    """Put days first, as they are applied first, so that the order in which changes were made leaves no trace."""
    return change.kind != "set", DAYS.index(change.path) if change.path in DAYS else len(DAYS)


def as_lines(settings: Mapping[str, Any] | Sequence[str]) -> list[str]:
    """Return settings in the form of `--set`: `path=value`, `path=low..value..high`."""
    if isinstance(settings, str):
        return [settings]
    if not isinstance(settings, Mapping):
        return [str(one) for one in settings]
    return [f"{path}={_text(value)}" for path, value in settings.items()]


def _text(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return "..".join(_text(part) for part in value)
    return repr(float(value)).removesuffix(".0") if isinstance(value, float) else str(value)


def reapply(scenario: Scenario, changed: Sequence[Change]) -> Scenario:
    """Return a scenario read anew with what had been changed before."""
    from corridor.scenario.add_policy import add_text

    for change in changed:
        if change.kind == "set":
            scenario = override(scenario, [f"{change.path}={change.value}"])
        elif change.kind != "by hand":
            scenario = add_text(scenario, change.value, condition=change.kind == "condition")
    return scenario


def _apply(path: str, cell: Cell, work: _Work) -> None:
    head, _, rest = path.partition(".")
    heads = (*settable(), *_OTHERS)
    known = registry()[0] if head not in heads or head in ("parameters", RATIONS.name) else {}
    if path in known:
        head, rest = "parameters", path
    if head not in heads:
        remedy = did_you_mean(path, known) if rest else did_you_mean(head, heads)
        if not remedy.startswith("did"):
            remedy = did_you_mean(head, heads)
        work.problems.append(cell.problem("nothing is called so", remedy))
    elif head == "horizon" and not rest:
        _horizon(cell, work)
    elif head == "population" and not rest:
        _put("population", _quantity(cell, POPULATION, work), work)
    elif head == "parameters":
        _parameter(rest, cell, work, known)
    elif head == "rules":
        _rule(rest, cell, work)
    elif head == "mixes":
        _mix(rest, cell, work)
    elif TABLES[head].short:
        _store(head, rest, cell, work)
    else:
        _row(head, rest, cell, work)


def _put(name: str, value: Any, work: _Work) -> None:
    if value is not None:
        work.update[name] = value


def _horizon(cell: Cell, work: _Work) -> None:
    value = read_number(cell, "day", work.problems, low=1, high=LONGEST_HORIZON)
    if value is not None and value != int(value):
        work.problems.append(cell.problem(f"{cell.text} is not a whole number", "take off the decimals"))
    elif value is not None:
        work.update["horizon"] = int(value)


def _parameter(name: str, cell: Cell, work: _Work, known: Any) -> None:
    if known and name not in known:
        work.problems.append(cell.problem(f'no parameter "{shorten(name)}"', did_you_mean(name, known)))
        return
    value = _quantity(cell, parameter_column(known.get(name), name), work)
    if value is not None:
        work.update["parameters"] = {**work.get("parameters"), name: value}


def _rule(process: str, cell: Cell, work: _Work) -> None:
    known = registry()[1]
    if known and process not in known:
        work.problems.append(cell.problem(f'no process "{shorten(process)}"', did_you_mean(process, known)))
        return
    choices = known.get(process, {cell.text: None})
    if read_choice(cell, choices, work.problems, what=f"rule of {process}"):
        work.update["rules"] = {**work.get("rules"), process: cell.text}


def _row(head: str, rest: str, cell: Cell, work: _Work) -> None:
    """Change one column of one row of a table."""
    name, _, part = rest.rpartition(".")
    if not name:
        work.problems.append(cell.problem("the id or the part is missing", f"write {head}.<id>.<part>"))
        return
    fields = {field.name: field for field in settable()[head]}
    if part not in fields:
        message = f'no part of {head} called "{shorten(part)}" can be set'
        work.problems.append(cell.problem(message, did_you_mean(part, fields)))
        return
    rows = {".".join(TABLES[head].ids(row)): row for row in work.get(head)}
    if not _known(name, rows, head, cell, work):
        return
    row = rows[name]
    field = in_unit(fields[part], getattr(row, UNIT_FROM.get(head, ""), ""))
    if field.kinds and not field.uncertain and row.kind not in field.kinds:
        work.problems.append(cell.problem(f'"{shorten(name)}" is no camp', "name a camp"))
        return
    value = _value(field, cell, work, _density(head, name, work))
    if value is None:
        return
    change = {field.attribute or field.name: value}
    if field.kind == "date":
        starts, ends = change.get("starts", row.starts), change.get("ends", row.ends)
        if starts and ends and starts > ends:
            work.problems.append(cell.problem(f"would end {ends} before it starts {starts}", "set both"))
            return
        change["dormant"] = row.dormant and field.name != "starts"
    _replace(head, lambda other: other is row, change, work)


def _value(field: Field, cell: Cell, work: _Work, density: float | None) -> Any:
    """Return the value of a field as `--set` gives it; None where it is bad."""
    if field.default == math.inf and cell.text == "unlimited":
        return Quantity(value=math.inf)
    match field.kind:
        case "quantity":
            return _quantity(cell, field, work, density)
        case "regime":
            return read_regime(cell, work.problems)
        case "date":
            return read_date(cell, work.problems)
        case _:
            return read_number(cell, field.unit, work.problems, canonical=field.canonical, high=field.high)


def _store(head: str, rest: str, cell: Cell, work: _Work) -> None:
    """Change the stock or the output of a commodity in a home (or in all, `*`), or add it."""
    place, good, months, *_ = (*rest.split("."), "", "", "")
    homes = [home.id for home in work.scenario.homes]
    goods = {commodity.id: commodity for commodity in work.scenario.commodities}
    if not _known(place, [*homes, "*"], "homes", cell, work) or not _known(good, goods, "commodities", cell, work):
        return
    field = TABLES[head].quantities[0]
    value = _quantity(cell, field, work, goods[good].kg_per_litre)
    if value is None:
        return
    rows = [row for row in work.get(head) if row.commodity == good]
    asked = tuple(filter(None, (place, good, months)))
    if any(TABLES[head].ids(row) == asked for row in rows):
        _replace(head, lambda row: TABLES[head].ids(row) == asked, {field.name: value}, work)
        return
    if months:
        work.problems.append(cell.problem(f"{head}.{rest} is not given", "name a row of the table"))
        return
    if rows and ("*" in (place, *(row.place for row in rows))):
        where = " or ".join(sorted(f"{head}.{row.place}.{good}" for row in rows)[:6])
        work.problems.append(cell.problem(f"{good} is given elsewhere", f"set {where}"))
        return
    known = work.scenario.start
    row: Row
    if head == "stocks":
        row = Stock(place=place, commodity=good, tonnes=value, known=known)
    else:
        row = Output(place=place, commodity=good, share=value, known=known)
    work.update[head] = (*work.get(head), row)


def _mix(rest: str, cell: Cell, work: _Work) -> None:
    name, _, good = rest.rpartition(".")
    mixes = {mix.id: mix for mix in work.get("mixes")}
    goods = [commodity.id for commodity in work.scenario.commodities]
    if not _known(name, mixes, "mixes", cell, work) or not _known(good, goods, "commodities", cell, work):
        return
    value = _quantity(cell, SHARE, work)
    if value is None:
        return
    shares = {**mixes[name].shares, good: value}
    total = sum(share.value for share in shares.values())
    if total > 1 + 1e-9:
        work.problems.append(cell.problem(f"the shares of mix {name} would add up to {total:.4g}", "at most 1"))
        return
    _replace("mixes", lambda row: row.id == name, {"shares": shares}, work)


def _known(name: str, names: Any, what: str, cell: Cell, work: _Work) -> bool:
    if name in names:
        return True
    work.problems.append(cell.problem(f'"{shorten(name)}" is not among the {what}', did_you_mean(name, names)))
    return False


def _replace(head: str, chosen: Callable[[Any], bool], change: dict[str, Any], work: _Work) -> None:
    work.update[head] = tuple(_changed(row, change) if chosen(row) else row for row in work.get(head))


def _changed(row: Any, change: dict[str, Any]) -> Any:
    return row.changed(**change) if isinstance(row, Measured) else row.model_copy(update=change)


def _density(head: str, name: str, work: _Work) -> float | None:
    """Return the density of what a pipeline carries, so that litres may be written."""
    goods = {commodity.id: commodity.kg_per_litre for commodity in work.scenario.commodities}
    if head in ("pipelines", RATIONS.name):
        name = next((row.commodity for row in work.get(head) if ".".join(TABLES[head].ids(row)) == name), "")
    return goods.get(name)


def _quantity(cell: Cell, field: Field, work: _Work, density: float | None = None) -> Quantity | None:
    """Return a certain value, or low..value..high with the unit of the last piece."""
    parts = [part.strip() for part in cell.text.split("..")]
    if len(parts) == 1:
        return quantity(cell, None, None, None, field, work.problems, density)
    if len(parts) != 3:
        work.problems.append(cell.problem(f'"{shorten(cell.text)}" is not low..value..high', "write three numbers"))
        return None
    try:
        unit = parse_number(parts[2])[1]
        parts = [part if not unit or parse_number(part)[1] else f"{part} {unit}" for part in parts]
    except UnitError as error:
        work.problems.append(cell.problem(error.message, error.remedy))
        return None
    low, value, high = (Cell(part, cell.file, 0, 0, cell.field) for part in parts)
    return quantity(value, low, high, None, field, work.problems, density)
