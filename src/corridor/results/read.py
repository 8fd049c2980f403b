"""What a run says about itself: the scenario inside it, names, units, drawn inputs. Nothing else reads attributes."""

from __future__ import annotations

import json
import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.rules import PARAMETERS
from corridor.scenario.model import Scenario

Floats = npt.NDArray[np.float64]

ADDRESS, LOG_SHARE = "address", "log_share"
"""coordinates of a run whose futures were chosen: which they are, and how likely each was to be kept"""
MOST_READ = 8
"""scenarios of runs that are kept in memory"""
_SCENARIOS: OrderedDict[str, Scenario] = OrderedDict()
_READ = Lock()


def scenario_of(ds: xr.Dataset) -> Scenario:
    """Return the scenario that a run carries, read once however often it is asked for. InputError without one."""
    text = ds.attrs.get("scenario")
    if not text:
        problem = Problem(
            "run", 0, 0, "scenario", "the run does not carry its scenario", "make it again with corridor run"
        )
        raise InputError([problem])
    return _scenario(str(text))


def carried(text: str, scenario: Scenario) -> None:
    """Remember which scenario a run carries as this text, so that it is not read again from the text."""
    with _READ:
        _SCENARIOS[text] = scenario
        _SCENARIOS.move_to_end(text)
        while len(_SCENARIOS) > MOST_READ:
            _SCENARIOS.popitem(last=False)


def _scenario(text: str) -> Scenario:
    with _READ:
        found = _SCENARIOS.get(text)
    if found is None:
        found = Scenario.model_validate(_unlimited(json.loads(text)))
        carried(text, found)
    return found


def _unlimited(node: Any) -> Any:
    """Return the data with infinity where a quantity has no value: JSON cannot say "unlimited" and says null."""
    if isinstance(node, list):
        return [_unlimited(item) for item in node]
    if isinstance(node, dict):
        if "dist" in node and node.get("value") is None:
            node = node | {"value": math.inf}
        return {key: _unlimited(value) for key, value in node.items()}
    return node


def weights(ds: xr.Dataset | xr.DataArray) -> Floats | None:
    """Return (future,) weights of sum 1 that a conditioned run carries; None where all futures weigh the same."""
    return np.asarray(ds["weight"].values, dtype=np.float64) if "weight" in ds.coords else None


def log_shares(ds: xr.Dataset) -> Floats | None:
    """Return (future,) logarithms of the chance with which each future was kept; None where none were chosen."""
    return np.asarray(ds[LOG_SHARE].values, dtype=np.float64) if LOG_SHARE in ds.coords else None


def population_name(ds: xr.Dataset) -> str:
    """Return the name of the rule by which the futures of a run were chosen; empty where none were."""
    return str(ds[LOG_SHARE].attrs.get("population", "")) if LOG_SHARE in ds.coords else ""


def unit_of(array: xr.DataArray) -> str:
    """Return the unit of a variable or coordinate, "" where it has none."""
    return str(array.attrs.get("units", array.attrs.get("unit", "")))


def chosen_days(ds: xr.Dataset) -> tuple[int, ...]:
    """Return the days after as_of on which an analyst wants outcomes reported; none where nobody chose any."""
    return tuple(int(day) for day in ds.attrs.get("report_days", ()))


def with_chosen_days(ds: xr.Dataset, days: Sequence[int]) -> xr.Dataset:
    """Return a run that reports on these days after as_of."""
    return ds.assign_attrs(report_days=tuple(days)) if days else ds


def as_of(ds: xr.Dataset) -> date:
    """Return the last day of history."""
    return date.fromisoformat(str(ds["as_of"].values)[:10])


def origin(ds: xr.Dataset) -> dict[str, Any]:
    """Return what identifies a run, as plain data: scenario_id, scenario_hash, variant, as_of, seed, futures."""
    kept = {name: ds.attrs.get(name) for name in ("scenario_id", "scenario_hash", "variant")}
    return {**kept, "as_of": as_of(ds).isoformat(), "seed": seed_of(ds), "futures": ds.attrs.get("futures")}


def seed_of(ds: xr.Dataset) -> int:
    """Return the seed of every draw; 1 where the run does not say."""
    return int(ds.attrs.get("seed", 1))


def variant_of(ds: xr.Dataset) -> str:
    """Return the variant that was played: what could be known when."""
    return str(ds.attrs.get("variant", ""))


def store_of(ds: xr.Dataset) -> str:
    """Return the folder that a run was opened from; empty where it was not."""
    return str(ds.attrs.get("store", ""))


def changed(ds: xr.Dataset) -> tuple[str, str]:
    """Return what was changed in the case before it was played, in words, and the folder it came from."""
    return str(ds.attrs.get("changed", "")), str(ds.attrs.get("folder", ""))


def versions(ds: xr.Dataset) -> dict[str, str]:
    """Return the versions of corridor, Python and NumPy that played a run."""
    return {"corridor": str(ds.attrs.get("corridor_version", "")), **json.loads(ds.attrs.get("versions", "{}"))}


def reference_policy(ds: xr.Dataset, reference: str | None = None) -> str:
    """Return the reference: the one asked for, the scenario's own where it was played, else the first policy."""
    played = ids(ds, "policy")
    if reference is not None:
        if reference not in played:
            message = f'no policy "{reference}" in this run'
            raise InputError([Problem("--reference", 0, 0, "", message, did_you_mean(reference, played))])
        return reference
    own = scenario_of(ds).reference_policy
    return own if own in played else played[0]


@dataclass(frozen=True)
class Good:
    """What an outcome has to know about a commodity."""

    id: str
    name: str
    kind: str
    kcal_per_tonne: float


def goods(ds: xr.Dataset) -> tuple[Good, ...]:
    """Return the commodities of a run in its order; none where no homes are played."""
    if "commodity" not in ds.dims:
        return ()
    known = {row.id: row for row in scenario_of(ds).commodities}
    rows = [known[id_] for id_ in ids(ds, "commodity")]
    return tuple(Good(row.id, row.name, row.kind, row.kcal_per_tonne) for row in rows)


def commodities_needed(ds: xr.Dataset, scenario: Scenario) -> list[str]:
    """Return commodities that people need, food first, in the order of the run."""
    order = {"food": 0, "fuel": 1, "service": 2, "other": 3}
    kinds = {commodity.id: order[commodity.kind] for commodity in scenario.commodities}
    median = ds["need"].median("future")
    ids = [str(c) for c in ds["commodity"].to_numpy() if float(median.sel(commodity=c)) > 0]
    return sorted(ids, key=lambda c: kinds.get(c, 4))


def ids(ds: xr.Dataset, dim: str) -> list[str]:
    """Return a dimension's labels as text."""
    return [str(label) for label in ds[dim].to_numpy()]


def titles(scenario: Scenario) -> dict[str, str]:
    """Return what to call policies, conditions, places, links and commodities."""
    named: dict[str, str] = {}
    named |= {place.id: place.label for place in scenario.places}
    named |= {commodity.id: commodity.name for commodity in scenario.commodities}
    named |= {policy.id: policy.title for policy in (*scenario.policies, *scenario.conditions)}
    return named


def inputs(ds: xr.Dataset) -> Mapping[str, Floats]:
    """Return the drawn values of each uncertain input, in the order of the run: path -> (future,)."""
    if "inputs" not in ds or "input" not in ds["inputs"].dims:
        return {}
    table = ds["inputs"].transpose("input", "future").to_numpy().astype(np.float64)
    return dict(zip(ids(ds, "input"), table, strict=True))


def drawn(ds: xr.Dataset, parameter: str) -> Floats:
    """Return a parameter in each future: as drawn, as the scenario sets it, or the rule's default: (future,)."""
    found = inputs(ds)
    for path in (parameter, f"parameters.{parameter}"):
        if path in found:
            return found[path]
    given = scenario_of(ds).parameters.get(parameter)
    return np.full(ds.sizes["future"], PARAMETERS[parameter].default if given is None else given.value)


WEEK = 7


def window(scenario: Scenario) -> int:
    """Return of how many days up to a date what comes in is the mean; fewer where the horizon is younger.

    A week, or from one convoy to the next where that is longer: between two of them nothing comes.
    """
    return max(WEEK, *(math.ceil(pipe.every or 1) for pipe in scenario.pipelines), WEEK)
