"""What homes have and find that nobody hands out, where the folder leaves it open: numbers of places from priors.

Letters: F futures, H homes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import numpy.typing as npt

from corridor.engine.output import growing_days
from corridor.scenario.model import Scenario

Floats = npt.NDArray[np.float64]


def found_numbers(scenario: Scenario, p: Mapping[str, Floats], x: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return `places.extra`, `places.extra_when_short` and `places.pantry`, (H, F) each.

    What a case says stands; else a place has the draw of its porosity, and homes hold what is usual. Where villages
    grow less than is usual by `outputs.csv`, the fields that nobody counts have failed as well.

    Parameters
    ----------
    p : what the folder says: `places.extra`, `places.pantry`, (H, F) each
    x : draws by path, (F,) each
    """
    extra, pantry = p["places.extra"].copy(), p["places.pantry"].copy()
    when_short = np.zeros_like(extra)  # where a case says what was found, that is all
    for home, place in enumerate(scenario.homes):
        if place.extra is None:
            kind = place.porosity or "unstated"
            short = f"_{kind}" if kind in ("rural", "unstated") else ""
            extra[home] = x[f"rations.extra_{kind}"]
            harvest = grown(scenario, p, place.id)
            if kind == "rural" and harvest is not None:
                extra[home] *= 1.0 - np.maximum(0.0, x["rations.usually_grown"] - harvest)
            when_short[home] = x[f"rations.extra_when_short{short}"]
        if place.pantry is None:
            pantry[home] = x["pantry.usual"]
    return {"places.extra": extra, "places.extra_when_short": when_short, "places.pantry": pantry}


def grown(scenario: Scenario, p: Mapping[str, Floats], home: str) -> Floats | None:
    """Return (F,) the share of the food energy of a home that its fields give in a year, None where no row says it.

    Parameters
    ----------
    p : `outputs.share`, (row of outputs.csv, F) share of normal use; `need`, (C, F) t/person/day
    """
    energy = {
        good.id: p["need"][i] * good.kcal_per_tonne
        for i, good in enumerate(scenario.commodities)
        if good.kind == "food"
    }
    rows = [i for i, row in enumerate(scenario.outputs) if row.place in (home, "*") and row.commodity in energy]
    if not rows:
        return None
    of_the_year = growing_days(scenario.outputs, date(2001, 1, 1), 365).mean(axis=0)
    made = [p["outputs.share"][i] * of_the_year[i] * energy[scenario.outputs[i].commodity] for i in rows]
    share: Floats = np.sum(made, axis=0) / np.maximum(1.0, np.sum([*energy.values()], axis=0))
    return share
