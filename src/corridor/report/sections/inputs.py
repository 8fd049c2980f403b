"""The uncertain numbers of a run: what each is called, what it stands on, and how far it moves a result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr

from corridor.report import words
from corridor.report.sections.labels import plain, said_of
from corridor.results import read, series
from corridor.rules import PARAMETERS
from corridor.scenario import numbers as given
from corridor.scenario.model import Evidence, Scenario

DEFAULT = "a default of the model, no fact of this case"
"""standing of a number that the case leaves to the model, which cites a source for it: nobody vouches for it here"""

DOUBTFUL = "cited, doubtful"
"""standing of a number of which the case itself says that what it cites is doubtful"""


@dataclass(frozen=True)
class Number:
    """One uncertain number as the reader sees it.

    standing : "assumed", "partly assumed", `DOUBTFUL`, "sourced", `DEFAULT` or "no source given"
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
    own: bool = True
    """whether the case gives it"""


def _found(scenario: Scenario) -> dict[str, _Found]:
    """Return path -> what it means, of every number of the folder."""
    return {
        number.path: _Found(
            said_of(number, scenario), number.field.canonical, number.evidence, getattr(number.row, "source", "")
        )
        for number in given.numbers(scenario)
    }


def labels(scenario: Scenario, paths: Iterable[str]) -> dict[str, str]:
    """Return path -> what the number is called in a table for people."""
    found = _found(scenario)
    return {path: plain((found.get(path) or _parameter(path, scenario)).says) for path in paths}


def named(path: str, scenario: Scenario) -> tuple[str, str]:
    """Return what a number is called and its unit; of one that the folder does not give, what its rule says."""
    found = _found(scenario).get(path) or _parameter(path, scenario)
    return found.says, found.unit


def _parameter(name: str, scenario: Scenario) -> _Found:
    """Return what a parameter means; the path itself where nothing is known of it."""
    known, written = PARAMETERS.get(name), scenario.parameters.get(name)
    says, unit, source = (known.meaning, known.unit, known.source) if known else (name, "", "")
    return _Found(says, unit, written.evidence if written else (), source, written is not None)


def _basis(found: _Found, evidence: Mapping[str, Evidence]) -> tuple[str, str, str]:
    """Return standing, who says it (or why it is assumed), and who disputes it."""
    rows = [evidence[id_] for id_ in found.evidence if id_ in evidence]
    if not rows:
        if found.source.startswith("assumed"):
            return "assumed", words.sentence(found.source.removeprefix("assumed").lstrip(": ")), ""
        standing = "sourced" if found.own else DEFAULT
        return (standing, found.source, "") if found.source else ("no source given", "", "")
    assumed = [row for row in rows if row.assumed]
    standing = "assumed" if len(assumed) == len(rows) else "partly assumed" if assumed else "sourced"
    if not assumed and any(row.doubtful for row in rows):
        standing = DOUBTFUL
    said = dict.fromkeys(words.sentence(row.note or row.quantity) if row.assumed else row.said_by for row in rows)
    disputed = dict.fromkeys(row.disputed_by for row in rows if row.disputed_by)
    return standing, "; ".join(text.rstrip(".") for text in said), "; ".join(disputed)


def numbers(dataset: xr.Dataset, scenario: Scenario) -> list[Number]:
    """Return every uncertain input of the run, in its order."""
    out = []
    meanings, weights = _found(scenario), read.weights(dataset)
    for path, drawn in read.inputs(dataset).items():
        found = meanings.get(path) or _parameter(path, scenario)
        standing, basis, disputed = _basis(found, scenario.evidence)
        low, middle, high = (float(v) for v in series.quantiles(drawn, (0.05, 0.5, 0.95), weights))
        out.append(Number(path, found.says, found.unit, (middle, low, high), standing, basis, disputed))
    return out


def influence(dataset: xr.Dataset, result: read.Floats) -> dict[str, float]:
    """Return Spearman's rank correlation of each input with a result, (future,), strongest first.

    Inputs that do not vary are left out; empty where the result does not vary or futures are fewer than ten. It sees
    each number alone: what only matters together with another stays hidden.
    """
    if result.size < 10 or np.ptp(result) == 0:
        return {}
    picked = _equal(read.weights(dataset), result.size)
    if np.ptp(result[picked]) == 0:
        return {}
    varying = {path: drawn[picked] for path, drawn in read.inputs(dataset).items() if np.ptp(drawn[picked]) > 0}
    if not varying:
        return {}
    from scipy.stats import rankdata  # a second of imports, which the screen does without

    ranks = rankdata(np.stack([result[picked], *varying.values()]), axis=1)
    ranks -= ranks.mean(axis=1, keepdims=True)
    ranks /= np.sqrt((ranks**2).sum(axis=1, keepdims=True))
    found = dict(zip(varying, (float(r) for r in ranks[1:] @ ranks[0]), strict=True))
    return dict(sorted(found.items(), key=lambda item: -abs(item[1])))


def _equal(weights: read.Floats | None, futures: int) -> npt.NDArray[np.int64]:
    """Return futures that weigh the same, for measures that know no weights: every 1/n of the cumulated weight."""
    if weights is None:
        return np.arange(futures)
    return np.minimum(np.searchsorted(np.cumsum(weights), (np.arange(futures) + 0.5) / futures), futures - 1)


def noticeable(dataset: xr.Dataset) -> float:
    """Return the rank correlation that the strongest of a hundred inputs passes by chance in one run of a hundred.

    By the futures that count, Kish's effective number.
    """
    weights = read.weights(dataset)
    counted = float(dataset.sizes["future"]) if weights is None else float(weights.sum() ** 2 / (weights**2).sum())
    return 4.0 / float(np.sqrt(max(1.0, counted)))
