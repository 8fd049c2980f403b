"""One figure of a case: where it is written, what it rests on, who disputes it, what touches it, which rules read it.

Paths are those of `--set` (`stocks.town.flour`, `links.gate.km`, `parameters.leaving.ordinary_hazard`), an event by
`events.<date>.<kind>.<target>`, a claim by `evidence.<id>`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.scenario.build.draft import Draft, Entry
from corridor.scenario.build.known import find_known
from corridor.scenario.build.late import waiting
from corridor.scenario.build.settings import registry
from corridor.scenario.build.tables import read_folder
from corridor.scenario.explained import (
    EVENT_OF,
    Explained,
    cite,
    no_such,
    place,
    reading,
    say_drawn,
    say_unseen,
    seen_by,
    touching,
    written,
)
from corridor.scenario.groups import of_group
from corridor.scenario.load import find_folder
from corridor.scenario.model import Event, Scenario
from corridor.scenario.numbers import event_path, numbers
from corridor.scenario.read.book import in_book, is_book
from corridor.scenario.read.fields import CitedQuantity
from corridor.scenario.text import plain_text, text_at
from corridor.tables.facts import EVENT_VALUES, EVENTS, EVIDENCE
from corridor.tables.field import Table
from corridor.tables.folder import POPULATION, TABLES
from corridor.tables.goods import UNIT_FROM, in_unit

MOST_NAMED = 4
"""paths that are named where a path names more than one figure"""
_SETTINGS = ("horizon", "start", "as_of", "population")


def explain(scenario: Scenario, path: str, draft: Draft | None = None) -> Explained:
    """Return what is known about a figure of a case that was read from a folder or a workbook.

    draft : what was read of the folder, where it was read already

    Raises
    ------
    InputError : nothing is called so; the case was not read from a folder
    """
    if not scenario.origin.folder:
        raise InputError([no_such("the scenario was not read from a folder", "load it with corridor.load")])
    folder = find_folder(scenario.origin.folder)
    draft = draft or read_folder(folder)
    asked = path.strip()
    head, _, rest = asked.partition(".")
    if asked in registry()[0]:
        head, rest = "parameters", asked
    if head == EVIDENCE.name and rest:
        found = _claim(scenario, draft, rest)
    elif head == EVENTS.name and rest:
        found = _event(scenario, draft, asked)
    elif head == "parameters" and rest:
        found = _parameter(scenario, draft, rest)
    elif head == "rules" and rest:
        found = _rule(scenario, draft, rest)
    elif asked in _SETTINGS:
        found = _setting(scenario, draft, asked)
    elif head == "mixes" and rest:
        found = _mix(scenario, draft, asked)
    elif head in TABLES and rest:
        found = _row(scenario, draft, TABLES[head], rest)
    else:
        heads = (*(name for name in TABLES if name != "calibrated"), "parameters", "rules", "mixes", *_SETTINGS)
        nearest = did_you_mean(asked, registry()[0]) if rest else did_you_mean(head, heads)
        raise InputError([no_such(f'nothing is called "{asked[:80]}"', nearest)])
    found.asked = asked if asked != found.path else ""
    for change in scenario.changed:
        if change.kind == "set" and change.path in (asked, found.path):
            found.touched.append(f"changed here: {change.sentence()}")
    if is_book(folder):
        for one in found.where + found.evidence:
            shown = in_book(Problem(one["file"], one["line"], one["column"], "", "")).sentence()
            one["place"] = shown.removesuffix(": ").removesuffix(":")
    return found


def _match(draft: Draft, spec: Table, rest: str, part: str) -> tuple[Entry | None, str]:
    """Return the entry that a path names, and its own name: that of all homes (`*`) where a place has none."""
    rows, places = draft.rows(spec.name), draft.ids("places") or set()
    names = _named(rows, spec)
    if rest in names:
        return names[rest], rest
    first, _, tail = rest.partition(".")
    if spec.key[0] == "place" and f"*.{tail}" in names and first in places:
        return names[f"*.{tail}"], f"*.{tail}"
    known = [spec.path(spec.field(part), *name.split(".")) if part else f"{spec.name}.{name}" for name in names]
    raise InputError(
        [no_such(f'no row of {spec.file} is called "{rest[:80]}"', did_you_mean(f"{spec.name}.{rest}", known))]
    )


def _named(rows: Sequence[Entry], spec: Table) -> dict[str, Entry]:
    return {".".join(e.cells[k].text for k in spec.key if k in e.cells and e.cells[k].text): e for e in rows}


def _row(scenario: Scenario, draft: Draft, spec: Table, rest: str) -> Explained:
    """Explain one field of one row of a table."""
    rows = draft.rows(spec.name)
    fields = {one.name: one for one in spec.fields}
    if spec.short:
        column, name = spec.quantities[0], rest
    else:
        name, _, part = rest.rpartition(".")
        if part not in fields or not name:
            whole = f"{spec.name}.{name or rest}"
            known = [f"{whole}.{one}" for one in fields if fields[one].settable]
            # a parameter of the rules may begin as the table is called
            rules = [own for own in registry()[0] if own.startswith(f"{spec.name}.")]
            near = did_you_mean(f"{spec.name}.{rest}", known if name else rules)
            nearest = near if name or near.startswith("did") else f"write {spec.name}.<id>.<part>"
            if begun := [own for own in _named(rows, spec) if f"{own}.".startswith(f"{rest}.")]:
                parts = [one for one in fields if fields[one].settable]
                ways = [spec.path(fields[one], *own.split(".")) for own in begun for one in parts]
                nearest = f"write {', '.join(ways[:MOST_NAMED])}{' or another' if len(ways) > MOST_NAMED else ''}"
            raise InputError([no_such(f'"{part or rest}" is no part of {spec.name}', nearest)])
        column = fields[part]
    entry, own = _match(draft, spec, name, "" if spec.short else column.name)
    assert entry is not None
    if word := entry.values.get(UNIT_FROM.get(spec.name, "")):
        column = in_unit(column, str(word))
    found = Explained(spec.path(column, *own.split(".")), meaning=column.meaning, unit=column.canonical)
    names = [column.name, *(column.ends or ())]
    cells = {one: entry.cells[one].text for one in names if one in entry.cells and entry.cells[one].text}
    if cells:
        text = ", ".join(f"{one} {cell}" for one, cell in cells.items())
        found.where.append(place(entry.at(column.name), text))
    else:
        found.where.append(place(entry.cell, "nothing is written there"))
        if column.default is not None:
            found.default = f"{plain_text(float(column.default))} {column.canonical}".strip()
    if own != name:
        found.notes.append(
            f"{spec.file} gives it for all homes together ({own}), not for {name.partition('.')[0]} alone"
        )
    first = entry.values.get("known")
    row = _typed(scenario, spec, own)
    seen_by(found, scenario, getattr(row, "known", None) or first)
    if row is None:
        day = find_known(draft)
        waits = waiting(draft, day, scenario.as_of).get(id(entry)) if day is not None else None
        say_unseen(
            found, scenario, day.of(entry) if day else first,
            "" if waits is None else f"left out on {scenario.as_of}: {waits.why} before {waits.known}",
        )  # fmt: skip
    quantity = next((one for one in numbers(scenario) if one.path == found.path), None)
    if quantity is not None:
        found.value = plain_text(quantity.quantity) if quantity.given or not found.default else found.default
        say_drawn(found, quantity.quantity)
    elif row is not None:
        value = getattr(row, column.attribute or column.name, None)
        found.value = "" if value is None else plain_text(value, regime=column.kind == "regime")
    ids = quantity.evidence if quantity is not None else getattr(row, "evidence", entry.values.get("evidence") or ())
    cite(found, scenario, draft, ids or ())
    _calibrated(found, scenario, draft, spec, own)
    found.touched += touching(scenario, spec.name, own, column)
    found.read = reading(scenario, column.array, f"{spec.name}.{column.name}")
    return found


def _typed(scenario: Scenario, spec: Table, name: str) -> Any:
    rows = getattr(scenario, spec.name, ())
    return next((row for row in rows if ".".join(spec.ids(row)) == name), None)


def _calibrated(found: Explained, scenario: Scenario, draft: Draft, spec: Table, own: str) -> None:
    if spec.name != "stocks" or own.rpartition(".")[2] not in scenario.calibrated:
        return
    for entry in draft.rows("calibrated"):
        cells = entry.cells
        if f"{cells['place'].text}.{cells['commodity'].text}" == own and cells["variant"].text == scenario.variant:
            ends = " to ".join(cells[end].text for end in ("low", "high") if end in cells)
            row = place(entry.cell, f"{cells['tonnes'].text} ({ends})")
            found.where.append(row)
            found.touched.append(
                f"calibration: {row['place']} stands in place of stocks.csv, weighed by what was seen by as_of"
            )


def _cited(found: Explained, scenario: Scenario, draft: Draft, item: CitedQuantity) -> None:
    found.where.append(place(item.cell, plain_text(item.quantity) if item.quantity else item.cell.text))
    ids = [cell.text for cell in item.evidence]
    found.known = str(item.known) if item.known else ""
    days = find_known(draft)
    first = days.cited(ids, item.known) if days is not None else item.known
    if first is not None and first > scenario.as_of:
        say_unseen(found, scenario, first)
    cite(found, scenario, draft, ids)


def _parameter(scenario: Scenario, draft: Draft, name: str) -> Explained:
    known = registry()[0]
    if name not in known:
        raise InputError([no_such(f'no parameter is called "{name[:80]}"', did_you_mean(name, known))])
    parameter = known[name]
    found = Explained(f"parameters.{name}", meaning=parameter.meaning, unit=parameter.unit)
    given = draft.settings.parameters.get(name) if draft.settings else None
    ends = f"{plain_text(parameter.low)}..{plain_text(parameter.default)}..{plain_text(parameter.high)}"
    found.default = f"{ends} {parameter.unit} ({parameter.source})"
    quantity = scenario.parameters.get(name)
    if given is not None:
        _cited(found, scenario, draft, given)
    elif name in of_group(scenario):
        quantity, source = of_group(scenario)[name]
        found.notes.append(f"from the group {scenario.bodies}: {source}")
    if quantity is None:
        found.value, found.grade = ends, "assumed" if parameter.assumed else "a default of the model"
        none = "what the case gives was not known then" if found.unseen else "the case gives none"
        found.notes.append(f"{none}: the built-in number stands, with its own source")
        if parameter.low < parameter.high:
            say_drawn(found, parameter)
    else:
        found.value = plain_text(quantity)
        say_drawn(found, quantity)
    found.grade = found.grade or "sourced"
    for kind, word in (("policies", "policy"), ("conditions", "condition")):
        for policy in getattr(scenario, kind):
            acts = [act for act in policy.actions if act.target == f"parameters.{name}"]
            found.touched += [f"{word} {policy.id}: {act.do} {act.value} from {act.starts}" for act in acts]
    found.read = reading(scenario, name)
    return found


def _rule(scenario: Scenario, draft: Draft, process: str) -> Explained:
    from corridor.rules import RULES

    if process not in RULES:
        raise InputError([no_such(f'no process is called "{process[:80]}"', did_you_mean(process, RULES))])
    default = next(iter(RULES[process]))
    found = Explained(f"rules.{process}", value=scenario.rules.get(process, default), default=default)
    found.meaning = f"which rule serves {process}: {', '.join(RULES[process])}"
    if draft.settings and process in draft.settings.rules:
        found.where.append(place(draft.settings.rules[process]))
    found.read = [{"rule": f"{process}.{found.value}", "does": RULES[process][found.value].summary}]
    return found


def _setting(scenario: Scenario, draft: Draft, name: str) -> Explained:
    found = Explained(name, value=text_at(scenario, name))
    if name == "population":
        found.meaning, found.unit = POPULATION.meaning, POPULATION.canonical
        if draft.settings and draft.settings.population:
            _cited(found, scenario, draft, draft.settings.population)
        say_drawn(found, scenario.population)
        found.read = reading(scenario, "people")
        return found
    found.where.append({"file": "scenario.yaml", "line": 0, "column": 0, "place": "scenario.yaml", "written": name})
    found.meaning = {"horizon": "days after as_of that are played", "start": "first day of history",
                     "as_of": f"last day of which variant {scenario.variant} knows anything"}[name]  # fmt: skip
    return found


def _mix(scenario: Scenario, draft: Draft, path: str) -> Explained:
    _, name, good = (*path.split("."), "", "")[:3]
    shares = draft.settings.mixes if draft.settings else {}
    if name not in shares or good not in shares[name]:
        known = [f"mixes.{one}.{two}" for one, goods in shares.items() for two in goods]
        raise InputError([no_such(f'nothing is called "{path[:80]}"', did_you_mean(path, known))])
    found = Explained(path, meaning=f"share of {good} in what goes as {name}", unit="1", value=text_at(scenario, path))
    _cited(found, scenario, draft, shares[name][good])
    if not found.unseen:
        say_drawn(found, shares[name][good].quantity)
    found.read = reading(scenario, "pipelines.tonnes_per_day")
    return found


def _event(scenario: Scenario, draft: Draft, path: str) -> Explained:
    events = {event_path(event): event for event in scenario.events}
    event = events.get(path)
    if event is None:
        _refuse_later(scenario, draft, path)
        raise InputError([no_such(f'no event is called "{path[:80]}"', did_you_mean(path, events))])
    value = EVENT_VALUES[event.kind]
    found = Explained(path, meaning=value.meaning, unit=value.canonical)
    found.value = written(event.value, regime=event.kind == "regime")
    for entry in draft.rows("events"):
        texts = {name: cell.text for name, cell in entry.cells.items()}
        if texts.get("kind") == event.kind and texts.get("target", "") == event.target \
                and entry.values.get("date") == event.date:  # fmt: skip
            found.where.append(place(entry.cell, ", ".join(t for n, t in texts.items() if t and n != "evidence")))
    seen_by(found, scenario, event.known)
    cite(found, scenario, draft, event.evidence)
    if event.low is not None:
        found.drawn = f"each future draws it once: 5 % lie below {event.low:g}, 5 % above {event.high:g}"
    found.touched.append(
        f"holds from {_day_of(event)} on, until a later event of its kind, a policy or the sides change it"
    )
    by = next((name for name, kind in EVENT_OF.items() if kind == event.kind), "")
    found.read = reading(scenario, by, event.kind)
    return found


def _refuse_later(scenario: Scenario, draft: Draft, path: str) -> None:
    """Refuse an event that the case has, but that was not known on the day of the scenario."""
    days = find_known(draft)
    for entry in draft.rows("events") if days is not None else ():
        texts = {name: entry.cells[name].text for name in ("kind", "target") if name in entry.cells}
        own = ".".join(filter(None, ("events", str(entry.values.get("date")), *texts.values())))
        if own == path and days is not None and days.of(entry) > scenario.as_of:
            message = f"{path} is not known on {scenario.as_of}"
            raise InputError([no_such(message, f"it is from {days.of(entry)} on: take a later day")])


def _day_of(event: Event) -> str:
    return str(event.date) if event.latest is None else f"a day drawn between {event.date} and {event.latest}"


def _claim(scenario: Scenario, draft: Draft, id_: str) -> Explained:
    """Explain a claim: what cites it."""
    known = [entry.cells["id"].text for entry in draft.rows("evidence")]
    if id_ not in known:
        raise InputError([no_such(f'no evidence is called "{id_[:80]}"', did_you_mean(id_, known))])
    found = Explained(f"evidence.{id_}")
    cite(found, scenario, draft, [id_])
    entry = next(one for one in draft.rows("evidence") if one.cells["id"].text == id_)
    found.meaning = entry.cells["quantity"].text
    texts = {name: cell.text for name, cell in entry.cells.items() if cell.text}
    found.value = " ".join(filter(None, (texts.get("value"), texts.get("unit"))))
    found.where.append(place(entry.cell, texts["quantity"]))
    if id_ in scenario.evidence:
        seen_by(found, scenario, scenario.evidence[id_].known)
    else:
        say_unseen(found, scenario, entry.values.get("known"))
    for table, rows in draft.tables.items():
        for row in rows or ():
            if id_ in (row.values.get("evidence") or ()):
                spec = TABLES[table]
                names = ".".join(row.cells[k].text for k in spec.key if k in row.cells and row.cells[k].text)
                what = names or ".".join(row.cells[k].text for k in ("date", "kind", "target") if k in row.cells)
                found.touched.append(f"cited by {table}.{what} ({place(row.cell)['place']})")
    settings = draft.settings
    for name, item in (settings.parameters if settings else {}).items():
        if id_ in [cell.text for cell in item.evidence]:
            found.touched.append(f"cited by parameters.{name} ({place(item.cell)['place']})")
    for policy in draft.every_policy:
        cells = [*policy.evidence, *(cell for act in policy.actions for cell in act.evidence)]
        if id_ in [cell.text for cell in cells]:
            found.touched.append(f"cited by policy {policy.id} ({place(policy.cell)['place']})")
    return found
