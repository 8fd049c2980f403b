"""What is known about one figure of a case, and the parts of it that every kind of figure has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corridor.core.errors import Problem
from corridor.scenario.build.draft import Draft
from corridor.scenario.model import Policy, Scenario
from corridor.scenario.read.source import Cell
from corridor.scenario.text import plain_text
from corridor.tables.facts import EVENT_VALUES
from corridor.tables.field import Field
from corridor.tables.folder import split_target

FILE = "explain"
MORNING: Mapping[str, tuple[str, ...]] = {
    "links.tonnes_per_day": ("link_tonnes",), "links.vehicles_per_hour": ("link_vehicles",),
    "links.regime": ("regime_set",), "pipelines.tonnes": ("pipeline_tonnes", "pipeline_meant"),
    "pipelines.tonnes_per_day": ("pipeline_tonnes",), "series.value": ("pipeline_tonnes", "link_tonnes"),
    "outputs.share": ("output_share",),
    "rations.amount": ("promised", "allotted"), "rations.honoured": ("allotted",),
    "rations.share": ("group_share",),
    "rations.extra": ("group_extra",), "regime": ("regime_set",), "pipeline": ("pipeline_tonnes",),
    "hours": ("links.hours_per_day",), "output": ("output_factor",), "population": ("counted",),
}  # fmt: skip
"""field or kind of event -> arrays that are made of it each morning, where no rule reads it itself"""


@dataclass
class Explained:
    """What is known about one figure, as plain data.

    Attributes
    ----------
    path : as `--set` names it; asked : as it was asked for, where that is another
    meaning, unit, value : in the unit of results; a range as low..value..high; "" where there is none
    where : places in the files of the case: file, line, column, and what is written there
    default : what stands where the case gives nothing, and its source
    unseen : why the scenario does not have it, such as `not known on 2024-01-20`; "" where it has it
    grade : `no evidence`, `known only later`, `assumed`, `cited, doubtful`, `disputed` or `sourced`: the weakest of
        what it cites; `a default of the model`
    evidence : the claims that it cites, each with its line, who says it and who disputes it
    known, seen : first day on which it could be known; variants that see it
    drawn : how futures draw it, "" where it is taken as certain
    touched : policies, conditions, events and calibration that change it
    read : rules that read it, as process.rule, with what they do
    notes : what must be said besides
    """

    path: str
    asked: str = ""
    meaning: str = ""
    unit: str = ""
    value: str = ""
    unseen: str = ""
    where: list[dict[str, Any]] = field(default_factory=list)
    default: str = ""
    grade: str = ""
    evidence: list[dict[str, Any]] = field(default_factory=list)
    known: str = ""
    seen: list[str] = field(default_factory=list)
    drawn: str = ""
    touched: list[str] = field(default_factory=list)
    read: list[dict[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def no_such(message: str, remedy: str) -> Problem:
    """Return the problem of a path that leads nowhere."""
    return Problem(FILE, 0, 0, "", message, remedy)


def place(cell: Cell, text: str = "") -> dict[str, Any]:
    """Return where something is written, as plain data; `text` where more than the cell is meant."""
    where = f"{cell.file}:{cell.line}" if cell.line else cell.file
    return {"file": cell.file, "line": cell.line, "column": cell.column, "place": where, "written": text or cell.text}


def cite(found: Explained, scenario: Scenario, draft: Draft, ids: Sequence[str]) -> None:
    """Put the claims that a figure cites into it, and grade it by the weakest."""
    lines = {entry.cells["id"].text: entry.cell for entry in draft.rows("evidence") if "id" in entry.cells}
    claims = [scenario.evidence[name] for name in dict.fromkeys(ids) if name in scenario.evidence]
    for claim in claims:
        plain = {k: v for k, v in claim.model_dump(mode="json").items() if v not in ("", None)}
        found.evidence.append({**place(lines[claim.id], claim.id), **plain, "assumed": claim.assumed})
    unseen = [name for name in dict.fromkeys(ids) if name not in scenario.evidence]
    if unseen:
        found.notes.append(f"cites what variant {scenario.variant} cannot know yet: {', '.join(unseen)}")
    if not claims:
        found.grade = "known only later" if ids else "no evidence"
    elif any(claim.assumed for claim in claims):
        found.grade = "assumed"
    else:
        found.grade = "disputed" if any(claim.disputed_by for claim in claims) else "sourced"
        found.grade = "cited, doubtful" if any(claim.doubtful for claim in claims) else found.grade


def seen_by(found: Explained, scenario: Scenario, known: Any) -> None:
    """Say from which day a figure could be known, and which variants see it."""
    if known is not None:
        found.known = str(known)
        found.seen = [one.id for one in scenario.variants if one.as_of >= known]


def say_unseen(found: Explained, scenario: Scenario, known: Any, why: str = "") -> None:
    """Say that a scenario does not have a figure: it was not known on its day, or cannot stand then (`why`)."""
    found.value, found.unseen = "", why or f"not known on {scenario.as_of}"
    seen_by(found, scenario, known)
    if not why:
        found.notes.append(
            f"variant {scenario.variant} does not see it as of {scenario.as_of}: it is known from {known}"
        )


def reading(scenario: Scenario, *names: str) -> list[dict[str, str]]:
    """Return the rules of the case that read a drawn number, or the array that is made of it each morning."""
    from corridor.rules import chosen

    arrays = {array for name in names if name for array in (name, *MORNING.get(name, ()))}
    return [
        {"rule": f"{rule.process}.{rule.name}", "does": rule.summary}
        for rule in chosen(dict(scenario.rules))
        if arrays & {*rule.numbers, *rule.reads, *rule.yesterday}
    ]


def written(value: Any, *, regime: bool) -> str:
    """Return a value in words: of a regime what passes, "" where there is none."""
    if value is None or value == "":
        return ""
    return plain_text(int(value), regime=True) if regime and not isinstance(value, str) else plain_text(value)


def say_drawn(found: Explained, quantity: Any) -> None:
    """Say how futures draw a quantity, where they do."""
    if quantity is not None and quantity.low is not None and quantity.low < quantity.high:
        found.drawn = (
            f"each future draws it once ({quantity.dist}): 5 % lie below {plain_text(quantity.low)}, 5 % above "
            f"{plain_text(quantity.high)}"
        )


def touching(scenario: Scenario, table: str, name: str, column: Field) -> list[str]:
    """Return policies, conditions and events that change a field of a row."""
    said = []
    for kind, word in (("policies", "policy"), ("conditions", "condition"), ("actor_policies", "policy of the sides")):
        for policy in getattr(scenario, kind):
            said += [f"{word} {policy.id}: {act}" for act in _acts(policy, table, name, column)]
    target = f"{table}.{name}.{column.name}"
    for id_, effect in _effects(scenario):
        if target in effect.get("set", {}):
            said.append(f"effect {id_} of the sides: {target} {effect['set'][target]} when {effect.get('when', '')}")
    for event in scenario.events:
        value = EVENT_VALUES[event.kind]
        if table in value.refers and event.target == name and event.kind != "note":
            same = event.kind in (column.name, EVENT_OF.get(f"{table}.{column.name}"))
            if same:
                shown = written(event.value, regime=event.kind == "regime")
                said.append(f"event of {event.date}: {event.kind} {shown}".rstrip())
    return said


def _effects(scenario: Scenario) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what the model of the sides does to the world."""
    effects = scenario.actors.get("effects", {}) if isinstance(scenario.actors, Mapping) else {}
    yield from effects.items() if isinstance(effects, Mapping) else ()


EVENT_OF: Mapping[str, str] = {
    "links.tonnes_per_day": "damage", "links.vehicles_per_hour": "damage", "links.hours_per_day": "hours",
    "pipelines.tonnes_per_day": "pipeline", "places.population": "population", "outputs.share": "output",
    "links.regime": "regime",
}  # fmt: skip
"""field -> kind of the events that change it"""


def _acts(policy: Policy, table: str, name: str, column: Field) -> Iterator[str]:
    for action in policy.actions:
        head, id_, part = split_target(action.target)
        whole = f"{id_}.{part}" if part else id_
        own = column.part if column.keys else column.name
        if head == table and ((id_ in (name, "*") and part in ("", own)) or whole == name):
            shown = "" if action.value is None else f" {written(action.value, regime=part == 'regime')}"
            yield f"{action.do} {action.target}{shown} from {action.starts}"
