"""What a store holds: every array with its dimensions, unit and meaning, and every coordinate with its values.

The days after `as_of` lie in the root group, the days up to it in the group `history` under the same names.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from corridor.core.version import __version__
from corridor.engine.compile import Compiled
from corridor.engine.population import Population
from corridor.results.read import ADDRESS, LOG_SHARE
from corridor.rules import PARAMETERS
from corridor.scenario.change import changes
from corridor.scenario.model import Place, Scenario
from corridor.scenario.numbers import numbers
from corridor.tables.variable import Variable

BLOCK = 128
"""futures in a chunk, so that a store can grow without touching a finished one"""
HISTORY = "history"
"""group of the days from the start to as_of, under the plain names; the root holds the days after"""


@dataclass(frozen=True)
class Column:
    """One array of a store.

    Attributes
    ----------
    dims, shape : names and sizes of its dimensions
    about : unit, long name and what else it says about itself
    dtype : `float32`, `float64`, `int64` or `string`
    values : what a coordinate holds, in the form in which it is stored; None for what is played
    """

    dims: tuple[str, ...]
    shape: tuple[int, ...]
    about: Mapping[str, Any]
    dtype: str
    values: npt.NDArray[Any] | None = None


@dataclass(frozen=True)
class Layout:
    """A store without its results: what the root says, columns by name, those of history as `history/NAME`."""

    about: Mapping[str, Any]
    columns: Mapping[str, Column]

    @property
    def played(self) -> dict[str, Column]:
        """The columns that blocks fill."""
        return {name: column for name, column in self.columns.items() if column.values is None}

    @property
    def bytes(self) -> int:
        """What all results take in memory."""
        width = {"float32": 4, "float64": 8}
        return sum(width[column.dtype] * int(np.prod(column.shape)) for column in self.played.values())


def layout_of(
    c: Compiled, variables: tuple[Variable, ...], policies: tuple[str, ...], conditions: tuple[str, ...],
    futures: int, first_future: int, seed: int, population: Population | None = None,
) -> Layout:  # fmt: skip
    """Return what the store of a run holds; population : the futures where they were chosen by address."""
    scenario = c.scenario
    history = (scenario.as_of - scenario.start).days + 1
    index: dict[str, tuple[str, npt.NDArray[Any], str]] = {
        "policy": ("policy", _text(policies), "policy"),
        "condition": ("condition", _text(conditions), "condition"),
        "future": ("future", np.arange(futures), "future"),
        "place": ("place", _text(c.homes), "place where people live"),
        "destination": ("destination", _text(c.destinations), "place that registers"),
        "commodity": ("commodity", _text(c.commodities), "commodity"),
        "link": ("link", _text(c.links), "link between two places"),
        "camp": ("camp", _text(c.camps), "camp"),
        "input": ("input", _text(c.recorded), "uncertain input"),
    }
    if any("hour" in v.dims for v in variables):
        index["hour"] = ("hour", np.arange(24), "hour of the day")
    if c.sides:
        index["option"] = ("option", _text(c.sides.options), "option of a side")
        if c.sides.features:
            index["feature"] = ("feature", _text(c.sides.features), "what may come about")
    size = {name: values.size for name, (_, values, _) in index.items()} | {"day": scenario.horizon}
    columns = {name: _coordinate(dim, values, {"long_name": told}) for name, (dim, values, told) in index.items()}
    columns |= _names(c, policies, conditions)
    if population is not None:
        columns |= _chosen(population)
    columns = {name: column for name, column in columns.items() if all(column.shape)}
    beside: dict[str, list[str]] = {}
    for name, column in columns.items():
        if name not in index:
            beside.setdefault(column.dims[0], []).append(name)
    past = {f"{HISTORY}/{name}": column for name, column in columns.items() if column.dims[0] in _IN_HISTORY}
    columns["day"] = _days(scenario.as_of + timedelta(days=1), scenario.horizon)
    past[f"{HISTORY}/day"] = _days(scenario.start, history)
    for v in variables:
        attrs = {"units": v.unit, "long_name": v.long_name, "kind": v.kind}
        dims = ("policy", "condition", "future", "day", *v.dims)
        columns[v.name] = _array(dims, size, attrs, beside, c.width(v.unit))
        if v.past:
            past[f"{HISTORY}/{v.name}"] = _array(dims[2:], size | {"day": history}, attrs, beside, c.width(v.unit))
    for name, dims in _once(c).items():
        width = "float64" if name == "inputs" else c.width(_ONCE[name]["units"])
        columns[name] = _array(dims, size, _ONCE[name], beside, width)
    return Layout(attributes(scenario, futures, first_future, seed), columns | past)


def with_lever(layout: Layout, scenario: Scenario, policy: str, condition: str) -> Layout:
    """Return the layout of a run of the same futures under another policy and condition; scenario : as played."""
    title = {one.id: one.title for one in (*scenario.policies, *scenario.conditions)}
    columns = dict(layout.columns)
    for dim, id_ in (("policy", policy), ("condition", condition)):
        columns[dim] = replace(columns[dim], values=_text([id_]))
        columns[f"{dim}_title"] = replace(columns[f"{dim}_title"], values=_text([title[id_]]))
    return Layout({**layout.about, "scenario": scenario.model_dump_json()}, columns)


_IN_HISTORY = ("future", "place", "destination", "commodity", "link", "camp", "option", "feature", "hour")


def _chosen(population: Population) -> dict[str, Column]:
    """Return which futures were chosen, and with which chance each was kept."""
    told = {"long_name": "logarithm of the chance with which it was kept", "population": population.name}
    return {
        ADDRESS: _coordinate("future", population.address.astype(np.int64), {"long_name": "address of the future"}),
        LOG_SHARE: _coordinate("future", population.log_share, told),
    }


def _once(c: Compiled) -> dict[str, tuple[str, ...]]:
    """Return what is kept once per future, or once per future, policy and condition."""
    found: dict[str, tuple[str, ...]] = {"inputs": ("future", "input")}
    if c.homes:
        found |= {"need": ("future", "commodity"), "requirement": ("future",), "people_start": ("future", "place")}
        found |= {"exit_opened": ("policy", "condition", "future")}
    if c.camps:
        found |= {"crossed": ("policy", "condition", "future", "link"), "crossed_before": ("future", "link")}
    return found


_ONCE: dict[str, dict[str, str]] = {
    name: {"units": unit, "long_name": long_name, "kind": kind}
    for name, unit, kind, long_name in (
        ("need", "t/person/day", "level", "normal use"),
        ("requirement", "kcal/person/day", "level", "mean energy requirement"),
        ("people_start", "persons", "stock", "people present at the start"),
        ("inputs", "", "level", "drawn value of each uncertain input"),
        (
            "exit_opened",
            "hours",
            "level",
            "hour since the scenario's start at which the way out opens after a loss of control",
        ),
        ("crossed", "persons", "stock", "displaced people who set out on a link, either way, since the start"),
        ("crossed_before", "persons", "stock", "displaced people who set out on a link, either way, up to as_of"),
    )
}


def _names(c: Compiled, policies: Iterable[str], conditions: Iterable[str]) -> dict[str, Column]:
    """Return what a reader wants beside the ids: titles, names, where places lie, units of inputs."""
    scenario = c.scenario
    title = {p.id: p.title for p in (*scenario.policies, *scenario.conditions)}
    place = {p.id: p for p in scenario.places}
    units = {path: source.unit for path, source in c.inputs.items()}
    cited = _evidence(scenario)
    found = {
        "policy_title": _coordinate("policy", _text(title[i] for i in policies), {"long_name": "title of the policy"}),
        "condition_title": _coordinate(
            "condition", _text(title[i] for i in conditions), {"long_name": "title of the condition"}
        ),
        "commodity_name": _coordinate(
            "commodity", _text(k.name for k in scenario.commodities), {"long_name": "name of the commodity"}
        ),
        "input_unit": _coordinate(
            "input", _text(units.get(path, "1") for path in c.recorded), {"long_name": "unit of the input"}
        ),
        "input_evidence": _coordinate(
            "input",
            _text(cited.get(path, "") for path in c.recorded),
            {"long_name": "evidence of the input: ids in the scenario's table, or the source of a rule's number"},
        ),
    }
    for dim, ids in (("place", c.homes), ("destination", c.destinations), ("camp", c.camps)):
        found |= _places(dim, [place[i] for i in ids])
    return found


def _evidence(scenario: Scenario) -> dict[str, str]:
    """Return path -> what every input rests on: ids of evidence, else the source of the rule's number."""
    cited = {name: parameter.source for name, parameter in PARAMETERS.items()}
    cited |= {name: " ".join(given.evidence) for name, given in scenario.parameters.items() if given.evidence}
    return cited | {n.path: " ".join(n.evidence) or getattr(n.row, "source", "") for n in numbers(scenario)}


def _places(dim: str, places: list[Place]) -> dict[str, Column]:
    prefix = "" if dim == "place" else f"{dim}_"
    found = {f"{dim}_name": _coordinate(dim, _text(p.label for p in places), {"long_name": f"name of the {dim}"})}
    for name, unit in (("latitude", "degrees_north"), ("longitude", "degrees_east")):
        attrs = {"units": unit, "standard_name": name, "long_name": f"{name} of the {dim}"}
        found[prefix + name] = _coordinate(dim, np.array([getattr(p, name) for p in places], float), attrs)
    return found


def _text(words: Iterable[str]) -> npt.NDArray[Any]:
    return np.array(list(words), dtype=object)


def _coordinate(dim: str, values: npt.NDArray[Any], attrs: Mapping[str, Any]) -> Column:
    dtype = {"O": "string", "i": "int64", "f": "float64"}[values.dtype.kind]
    return Column((dim,), values.shape, attrs, dtype, values)


def _days(first: date, n: int) -> Column:
    attrs = {"standard_name": "time", "axis": "T", "long_name": "local civil day"}
    attrs |= {"units": f"days since {first.isoformat()}", "calendar": "proleptic_gregorian"}
    return Column(("day",), (n,), attrs, "int64", np.arange(n))


def _array(
    dims: tuple[str, ...], size: Mapping[str, int], attrs: Mapping[str, Any], beside: Mapping[str, list[str]],
    dtype: str = "float32",
) -> Column:  # fmt: skip
    """Return an array that names, as CF asks, the coordinates beside its dimensions."""
    others = " ".join(name for dim in dims for name in beside.get(dim, ()))
    return Column(dims, tuple(size[d] for d in dims), {**attrs, **({"coordinates": others} if others else {})}, dtype)


def attributes(scenario: Scenario, futures: int, first_future: int, seed: int) -> dict[str, Any]:
    """Return what results say about themselves."""
    versions = {"corridor": __version__, "python": platform.python_version(), "numpy": np.__version__}
    return {
        "Conventions": "CF-1.11",
        "title": scenario.title,
        "source": f"corridor {__version__}",
        "scenario": scenario.model_dump_json(),
        "scenario_id": scenario.id,
        "scenario_hash": scenario.hash,
        "folder": scenario.origin.folder,
        "changed": "; ".join(change.sentence() for change in changes(scenario)),
        "variant": scenario.variant,
        "as_of": scenario.as_of.isoformat(),
        "seed": seed,
        "futures": futures,
        "first_future": first_future,
        "corridor_version": __version__,
        "versions": json.dumps(versions),
    }
