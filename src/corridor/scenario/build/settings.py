"""scenario.yaml to Settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from corridor.core.errors import Problem, did_you_mean
from corridor.core.units import UnitError, parse_unit
from corridor.scenario.build.draft import Settings
from corridor.scenario.groups import groups
from corridor.scenario.model import Variant, Window
from corridor.scenario.read.cells import read_choice, read_date, read_id, read_number, shorten
from corridor.scenario.read.fields import (
    CitedQuantity,
    cited_quantity,
    entries,
    scalar,
    text,
    texts,
    whole_number,
    words,
)
from corridor.scenario.read.source import Cell
from corridor.scenario.read.yaml_tree import Node
from corridor.tables.field import Field
from corridor.tables.folder import POPULATION, SETTINGS, SHARE
from corridor.tables.goods import PRIORITY, GoodsClass

if TYPE_CHECKING:
    from corridor.tables.parameter import Parameter

FORMAT = 1
LONGEST_PAST = 4000
"""days from the start to an as_of"""
KEYS = {field.name: field for field in SETTINGS}
REPLACED = "exit_route"
"""a key of older folders; `exits.implied_exits` reads it"""
REQUIRED = tuple(field.name for field in SETTINGS if field.required)
LONGEST_HORIZON = int(KEYS["horizon"].high)
_HOURS = {str(hour) for hour in range(15)} | {f"{hour:02}" for hour in range(15)}
_BOUNDS = {"west": 180.0, "east": 180.0, "south": 90.0, "north": 90.0}


def registry() -> tuple[Mapping[str, Parameter], Mapping[str, Mapping[str, Any]]]:
    """Return every parameter by name and the rules of each process; imported only when a name is asked."""
    from corridor.rules import PARAMETERS, RULES

    return PARAMETERS, RULES


def read_settings(root: Node, problems: list[Problem]) -> Settings | None:
    """Return what scenario.yaml says; parts that are bad are left at their defaults."""
    given = entries(root, problems, (*KEYS, REPLACED), REQUIRED)
    if given is None:
        return None
    settings = Settings(root=root.cell)
    version = scalar(given.get("format"), problems)
    if version and version.text != str(FORMAT):
        remedy = f"write format: {FORMAT}, or install the version of corridor that reads it"
        problems.append(version.problem(f'format "{shorten(version.text)}" is not read here', remedy))
    name = scalar(given.get("id"), problems)
    settings.id = (read_id(name, problems) or "") if name else ""
    settings.title = text(given.get("title"), problems)
    settings.question = text(given.get("question"), problems)
    zone = scalar(given.get("time_zone"), problems)
    settings.time_zone = _time_zone(zone, problems) if zone else ""
    start = scalar(given.get("start"), problems)
    settings.start = read_date(start, problems) if start else None
    settings.horizon = whole_number(given.get("horizon"), 1, LONGEST_HORIZON, problems) or LONGEST_HORIZON
    if "variants" in given:
        settings.variants = _variants(given["variants"], settings, problems)
    default = scalar(given.get("default_variant"), problems)
    settings.default_variant = default.text if default else ""
    names = list(given["variants"].entries) if "variants" in given else []
    if default and names and default.text not in names:
        message = f'no variant is called "{shorten(default.text)}"'
        problems.append(default.problem(message, did_you_mean(default.text, names)))
    settings.exit_route = scalar(given.get(REPLACED), problems)
    settings.reference_policy = scalar(given.get("reference_policy"), problems)
    if "population" in given:
        settings.population = cited_quantity(given["population"], POPULATION, problems)
    if "bodies" in given:
        settings.bodies = _group(scalar(given["bodies"], problems), problems)
    if "rules" in given:
        settings.rules = _rules(given["rules"], problems)
    if "parameters" in given:
        settings.parameters = _parameters(given["parameters"], problems)
    if "mixes" in given:
        _mixes(given["mixes"], settings, problems)
    if "priority" in given:
        settings.priority = _priority(given["priority"], problems)
    if "window" in given:
        settings.window = _window(given["window"], problems)
    settings.no_voice = texts(given.get("no_voice"), problems)
    settings.cannot_tell = texts(given.get("cannot_tell"), problems)
    return settings


def _group(cell: Cell | None, problems: list[Problem]) -> str:
    if cell is None or not cell.text:
        return ""
    if cell.text not in groups():
        message = f'no group of countries is called "{shorten(cell.text)}"'
        problems.append(cell.problem(message, did_you_mean(cell.text, groups())))
        return ""
    return cell.text


def _time_zone(cell: Cell, problems: list[Problem]) -> str:
    name = cell.text
    if name.startswith("UTC"):
        hours, _, minutes = name[4:].partition(":")
        if name == "UTC" or (name[3:4] in ("+", "-") and hours in _HOURS and minutes in ("", "00", "15", "30", "45")):
            return name
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = did_you_mean(name, available_timezones())
        remedy = near if near.startswith("did") else "write an IANA name such as Asia/Yerevan, or UTC+4"
        problems.append(cell.problem(f'no time zone is called "{shorten(name)}"', remedy))
    return name


def _variants(node: Node, settings: Settings, problems: list[Problem]) -> tuple[Variant, ...]:
    variants: list[Variant] = []
    for key, value in (entries(node, problems) or {}).items():
        given = entries(value, problems, ("as_of", "note"), ("as_of",))
        if read_id(node.keys[key], problems) is None or given is None:
            continue
        cell = scalar(given.get("as_of"), problems)
        as_of = read_date(cell, problems) if cell else None
        if cell is None or as_of is None:
            continue
        if settings.start and as_of < settings.start:
            message = f"as_of {as_of} is before the start {settings.start}"
            problems.append(cell.problem(message, "a variant sees the days from start to as_of"))
            continue
        if settings.start and (as_of - settings.start).days > LONGEST_PAST:
            message = f"as_of {as_of} is more than {LONGEST_PAST} days after the start {settings.start}"
            problems.append(cell.problem(message, "start later, or look back from an earlier day"))
        variants.append(Variant(id=key, as_of=as_of, note=text(given.get("note"), problems)))
    if not variants and node.kind == "map" and not node.entries:
        problems.append(node.problem("no variant is given", "write at least one, such as `base: {as_of: 2023-06-15}`"))
    return tuple(variants)


def _rules(node: Node, problems: list[Problem]) -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    given = entries(node, problems) or {}
    known = registry()[1] if given else {}
    for process, value in given.items():
        cell = scalar(value, problems)
        if cell is None:
            continue
        if known and process not in known:
            key = node.keys[process]
            problems.append(key.problem(f'no process is called "{shorten(process)}"', did_you_mean(process, known)))
        elif known and cell.text not in known[process]:
            message = f'no rule of {process} is called "{shorten(cell.text)}"'
            problems.append(cell.problem(message, did_you_mean(cell.text, known[process])))
        else:
            found[process] = cell
    return found


def parameter_column(parameter: Parameter | None, name: str) -> Field:
    """Return how a parameter's value is read: its unit and its bounds."""
    unit, low, high = "1", -1e12, 1e12
    if parameter is not None:
        low, high = parameter.minimum, parameter.maximum
        try:
            parse_unit(parameter.unit)
        except UnitError:
            pass
        else:
            unit = parameter.unit
    return Field(name, "quantity", "", unit=unit, canonical=unit, low=low, high=high)


def _parameters(node: Node, problems: list[Problem]) -> dict[str, CitedQuantity]:
    found: dict[str, CitedQuantity] = {}
    given = entries(node, problems) or {}
    known = registry()[0] if given else {}
    for name, value in given.items():
        if known and name not in known:
            key = node.keys[name]
            problems.append(key.problem(f'no parameter is called "{shorten(name)}"', did_you_mean(name, known)))
            continue
        found[name] = cited_quantity(value, parameter_column(known.get(name), name), problems)
    return found


def _mixes(node: Node, settings: Settings, problems: list[Problem]) -> None:
    for name, value in (entries(node, problems) or {}).items():
        if read_id(node.keys[name], problems) is None:
            continue
        shares = {
            commodity: cited_quantity(share, SHARE, problems)
            for commodity, share in (entries(value, problems) or {}).items()
        }
        settings.mixes[name] = shares
        settings.mix_cells[name] = node.keys[name]
        for commodity, share in shares.items():
            share.cell = value.keys[commodity]
        total = sum(share.quantity.value for share in shares.values() if share.quantity)
        if total > 1 + 1e-9:
            message = f"the shares of mix {name} add up to {total:.4g}"
            problems.append(node.keys[name].problem(message, "at most 1; what is missing to 1 is other goods"))


def _priority(node: Node, problems: list[Problem]) -> tuple[GoodsClass, ...]:
    """Return the classes of goods in the order in which they load; empty where they are not each named once."""
    found = [read_choice(cell, PRIORITY, problems, what="class of goods") for cell in words(node, problems)]
    order = tuple(traffic for name in found for traffic in PRIORITY if traffic == name)
    if None not in found and sorted(order) != sorted(PRIORITY):
        problems.append(
            node.problem("does not name each class of goods once", f"write [{', '.join(PRIORITY)}] in your order")
        )
    return order if len(set(order)) == len(PRIORITY) else ()


def _window(node: Node, problems: list[Problem]) -> Window | None:
    given = entries(node, problems, _BOUNDS, _BOUNDS)
    if given is None:
        return None
    sides: dict[str, float] = {}
    for side, bound in _BOUNDS.items():
        cell = scalar(given.get(side), problems)
        value = read_number(cell, "1", problems, low=-bound, high=bound) if cell else None
        if value is not None:
            sides[side] = value
    if len(sides) < len(_BOUNDS):
        return None
    if sides["west"] >= sides["east"] or sides["south"] >= sides["north"]:
        problems.append(node.problem("the window is empty", "need west < east and south < north"))
        return None
    return Window(**sides)
