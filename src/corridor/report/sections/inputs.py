"""The uncertain numbers of a run: what each is called, what it stands on, and how far it moves a result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from scipy.stats import rankdata

from corridor.report import words
from corridor.results import read
from corridor.rules import PARAMETERS
from corridor.scenario.model import Evidence, Place, Quantity, Scenario

FIELDS: Mapping[str, tuple[str, str]] = {
    "km": ("length", "km"),
    "tonnes_per_day": ("tonnes it can carry", "t/day"),
    "vehicles_per_hour": ("vehicles it lets through", "vehicles/hour"),
    "kmh": ("speed", "km/h"),
    "weather": ("days lost to weather", "1"),
    "registrations_per_hour": ("registrations", "persons/hour"),
    "beds": ("beds", "persons"),
    "onward_share": ("share who go there", "1"),
    "population": ("people", "persons"),
}
"""field of a row -> what it is, unit"""


@dataclass(frozen=True)
class Number:
    """One uncertain number as the reader sees it.

    standing : "assumed", "partly assumed", "sourced" or "no source given"
    drawn : median and the ends of the 90 % range of what was drawn, in `unit`
    """

    path: str
    says: str
    unit: str
    drawn: tuple[float, float, float]
    standing: str
    basis: str
    disputed_by: str


@dataclass(frozen=True)
class _Found:
    says: str
    unit: str
    evidence: tuple[str, ...]
    source: str = ""


def _cited(quantity: Quantity | None, row: Iterable[str]) -> tuple[str, ...]:
    return (quantity.evidence if quantity else ()) or tuple(row)


def _place(scenario: Scenario, id_: str) -> str:
    found: dict[str, Place] = {place.id: place for place in scenario.places}
    return "all places" if id_ == "*" else found[id_].label if id_ in found else id_


def _row(rows: Iterable[Any], **keys: str) -> Any:
    """Return the first row whose fields equal the keys, None where there is none."""
    return next((row for row in rows if all(getattr(row, key) == value for key, value in keys.items())), None)


def _find(path: str, scenario: Scenario) -> _Found:
    """Return what a path means; the path itself where the scenario does not know it."""
    if path in scenario.parameters or path in PARAMETERS:
        known, given = PARAMETERS.get(path), scenario.parameters.get(path)
        says, unit, source = (known.meaning, known.unit, known.source) if known else (path, "", "")
        return _Found(says, unit, _cited(given, ()), source)
    if path == "population":
        return _Found("people in all", "persons", _cited(scenario.population, ()))
    table, key, field = (*path.split("."), "", "")[:3]
    said, unit = FIELDS.get(field, (field, ""))
    good = read.titles(scenario).get(field, field)
    where = _place(scenario, key)
    if table == "places" and (place := _row(scenario.places, id=key)):
        return _Found(f"{said} in {place.label}", unit, _cited(getattr(place, field, None), place.evidence))
    if table == "links" and (link := _row(scenario.links, id=key)):
        ends = f"{_place(scenario, link.from_place)} – {_place(scenario, link.to_place)}"
        return _Found(f"{said}, {ends}", unit, _cited(getattr(link, field, None), link.evidence))
    if table == "reception" and (site := _row(scenario.reception, place=key)):
        return _Found(f"{said}, {where}", unit, _cited(getattr(site, field, None), site.evidence))
    if table == "pipelines" and (pipe := _row(scenario.pipelines, id=key)):
        says = f"deliveries from {_place(scenario, pipe.from_place)}: {key.replace('_', ' ')}"
        return _Found(says, "t/day", _cited(pipe.tonnes_per_day, pipe.evidence))
    if table == "stocks" and (stock := _row(scenario.stocks, place=key, commodity=field)):
        return _Found(f"{good} held at the start, {where}", "t", _cited(stock.tonnes, stock.evidence))
    if table == "outputs" and (output := _row(scenario.outputs, place=key, commodity=field)):
        says = f"{good} made locally, share of normal use, {where}"
        return _Found(says, "1", _cited(output.share, output.evidence))
    if table == "mixes" and (mix := _row(scenario.mixes, id=key)):
        says = f"{good}: share of a lorry's load, {key.replace('_', ' ')}"
        return _Found(says, "1", _cited(mix.shares.get(field), ()))
    if table == "commodities" and (use := _row(scenario.commodities, id=key)):
        return _Found(f"normal use of {use.name}", "t/person/day", use.need.evidence, use.source)
    return _Found(path, "", ())


def _basis(found: _Found, evidence: Mapping[str, Evidence]) -> tuple[str, str, str]:
    """Return standing, who says it (or why it is assumed), and who disputes it."""
    rows = [evidence[id_] for id_ in found.evidence if id_ in evidence]
    if not rows:
        if found.source.startswith("assumed"):
            return "assumed", words.sentence(found.source.removeprefix("assumed").lstrip(": ")), ""
        return ("sourced", found.source, "") if found.source else ("no source given", "", "")
    assumed = [row for row in rows if row.assumed]
    standing = "assumed" if len(assumed) == len(rows) else "partly assumed" if assumed else "sourced"
    said = dict.fromkeys(words.sentence(row.note or row.quantity) if row.assumed else row.said_by for row in rows)
    disputed = dict.fromkeys(row.disputed_by for row in rows if row.disputed_by)
    return standing, "; ".join(text.rstrip(".") for text in said), "; ".join(disputed)


def numbers(dataset: xr.Dataset, scenario: Scenario) -> list[Number]:
    """Return every uncertain input of the run, in its order."""
    out = []
    for path, drawn in read.inputs(dataset).items():
        found = _find(path, scenario)
        standing, basis, disputed = _basis(found, scenario.evidence)
        low, middle, high = (float(v) for v in np.quantile(drawn, (0.05, 0.5, 0.95)))
        out.append(Number(path, found.says, found.unit, (middle, low, high), standing, basis, disputed))
    return out


def influence(dataset: xr.Dataset, result: read.Floats) -> dict[str, float]:
    """Return Spearman's rank correlation of each input with a result, (future,), strongest first.

    Inputs that do not vary are left out; empty where the result does not vary or futures are fewer than ten. It sees
    each number alone: what only matters together with another stays hidden.
    """
    if result.size < 10 or np.ptp(result) == 0:
        return {}
    y = rankdata(result)
    found = {}
    for path, drawn in read.inputs(dataset).items():
        if np.ptp(drawn) > 0:
            found[path] = float(np.corrcoef(rankdata(drawn), y)[0, 1])
    return dict(sorted(found.items(), key=lambda item: -abs(item[1])))


def noticeable(futures: int) -> float:
    """Return the size of a rank correlation that chance alone rarely passes among a hundred inputs."""
    return 3.5 / float(np.sqrt(futures))
