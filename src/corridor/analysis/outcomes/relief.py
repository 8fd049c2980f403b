"""The relief gap: what full need would take, beside what comes in, by place and date.

It is the planner's first question and it is asked in one direction only: up to full need for everybody present. It is
told in the vehicles of each kind of link that the case has: lorries, flights, barges, wagons or mules, where
the whole gap were to come that way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from corridor.analysis.outcomes.block import Block, report_dates, report_days
from corridor.analysis.scores.baselines import Triangular
from corridor.analysis.scores.measures import LEVELS, normal_weights
from corridor.analysis.scores.summary import describe
from corridor.results import read
from corridor.results.dataset import in_parts
from corridor.scenario.model import Scenario
from corridor.tables.link_kind import KINDS, LinkKind
from corridor.tables.parameter import Parameter

Floats = NDArray[np.float64]

PAYLOAD = KINDS["road"].payload
CONVOY = Parameter(
    "relief.convoy", 19.0, "lorries/convoy", 19.0, 19.0, "the convoy of 26 July 2023: 361 t on 19 lorries",
    "lorries that travel together", "fixed", 1.0,
)  # fmt: skip

ALL = "*"
"""The place that stands for all of them: the sum of the places' gaps."""

_TONNES = (("need", "full need", "t/day"), ("comes_in", "comes in", "t/day"), ("gap", "gap", "t/day"))
_LORRIES = (("trucks", "lorries for the gap", "lorries/day"), ("convoys", "convoys for the gap", "convoys/day"))

_ENDS = tuple(f"{end}_{level}" for level in LEVELS for end in ("low", "high"))
COLUMNS = (
    "policy", "condition", "date", "day", "place", "goods", "measure", "name", "unit", "defined", "mean", "median",
    *_ENDS,
)  # fmt: skip


def payloads(futures: Sequence[int] | NDArray[Any], *, seed: int = 1, payload: Parameter = PAYLOAD) -> Floats:
    """Return one vehicle's load per future, t: triangular between the parameter's ends, its default most likely.

    A future's draw depends on its index and the seed alone, so that a future of well filled lorries has well filled
    flights too.
    """
    u = [np.random.Generator(np.random.Philox(key=[seed, int(f)])).random() for f in futures]
    return Triangular(payload.low, payload.default, payload.high).quantile(np.array(u))


def has_lorries(scenario: Scenario) -> bool:
    """Return whether a lorry goes on any link of the case, or it has no links at all."""
    return not scenario.links or any(KINDS[link.kind].payload is PAYLOAD for link in scenario.links)


def other_kinds(scenario: Scenario) -> list[LinkKind]:
    """Return the kinds of the case's links on which something else than a lorry goes, in the order of their table."""
    here = {link.kind for link in scenario.links}
    return [kind for name, kind in KINDS.items() if name in here and kind.payload is not PAYLOAD]


def relief_gap(
    ds: xr.Dataset, *, days: Sequence[int] | None = None, seed: int = 1, payload: Parameter = PAYLOAD,
    convoy: Parameter = CONVOY, weights: ArrayLike | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return the relief gap with intervals, one row per policy, condition, date, place, goods and measure.

    Goods are `food` and `all` (every commodity with a need). Need is normal use of the people present on the date.
    What comes in is what was delivered, and what was grown or made where the run recorded `produced`; without that
    record local output counts as missing. The gap is taken commodity by commodity and is never negative: too much
    flour does not make up for missing oil. Each measure in vehicles is the whole gap in that vehicle.
    """
    at = report_days(ds, days)
    w = read.weights(ds) if weights is None else normal_weights(weights, ds.sizes["future"])
    load = payloads(ds["future"].values, seed=seed, payload=payload)
    others = {
        kind.vehicles: payloads(ds["future"].values, seed=seed, payload=kind.payload)
        for kind in other_kinds(read.scenario_of(ds))
    }
    span = read.window(read.scenario_of(ds))
    lorries = _LORRIES if has_lorries(read.scenario_of(ds)) else ()
    measures = (*_TONNES, *lorries, *((name, f"{name} for the gap", f"{name}/day") for name in others))
    blocks = in_parts(ds, lambda part: _need_and_coming(Block(ds, part, at), "produced" in ds, span))
    need, coming = (np.concatenate(arrays, axis=-1) for arrays in zip(*blocks, strict=True))
    listed = read.goods(ds)
    groups = {
        "food": [i for i, good in enumerate(listed) if good.kind == "food"],
        "all": [i for i, good in enumerate(listed) if good.kind != "other"],
    }
    places, dates = read.ids(ds, "place"), report_dates(ds, at)
    rows = []
    for group, chosen in groups.items():
        wanted = need[..., chosen, :]
        used = np.minimum(coming[..., chosen, :], wanted)
        by_measure = {
            "need": wanted.sum(axis=4),
            "comes_in": coming[..., chosen, :].sum(axis=4),
            "gap": (wanted - used).sum(axis=4),
        }
        by_measure = {m: np.concatenate([x.sum(axis=3, keepdims=True), x], axis=3) for m, x in by_measure.items()}
        by_measure["trucks"] = by_measure["gap"] / load
        by_measure["convoys"] = by_measure["trucks"] / convoy.default
        by_measure |= {name: by_measure["gap"] / each for name, each in others.items()}
        for p, policy in enumerate(ds["policy"].values):
            for c, condition in enumerate(ds["condition"].values):
                for d, day in enumerate(at.tolist()):
                    head = {
                        "policy": str(policy),
                        "condition": str(condition),
                        "date": dates[d],
                        "day": day + 1,
                        "goods": group,
                    }
                    for i, place in enumerate((ALL, *places)):
                        for measure, name, unit in measures:
                            found = describe(by_measure[measure][p, c, d, i], w)
                            rows.append(
                                {**head, "place": place, "measure": measure, "name": name, "unit": unit, **found}
                            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _need_and_coming(block: Block, produced: bool, span: int) -> tuple[Floats, Floats]:
    """Return need and what comes in, both (policy, condition, date, place, commodity, future)."""
    coming = _recent(block.every("delivered"), block.days, span)
    if produced:
        coming = coming + _recent(block.every("produced"), block.days, span)
    return block.at("people")[:, :, :, :, None, :] * block.need, coming


def _recent(daily: Floats, at: NDArray[np.int64], span: int) -> Floats:
    """Return the mean of the last days up to each date: (policy, condition, date, place, commodity, future)."""
    return np.stack([daily[:, :, max(0, day - span + 1) : day + 1].mean(axis=2) for day in at.tolist()], axis=2)
