"""What homes have and find that nobody hands out, where the folder leaves it open: numbers of places from priors.

Letters: F futures, H homes, C commodities.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from corridor.scenario.model import Scenario

Floats = npt.NDArray[np.float64]

VILLAGES = 0.5
"""Part of its food from which on a place grows as much as villages do, and share of a town's making up that is left to
it: assumed, `rations.extra_when_short_rural` is about half of what towns have."""


def found_numbers(
    scenario: Scenario, commodities: Sequence[str], energy: Floats, p: Mapping[str, Floats], x: Mapping[str, Floats]
) -> dict[str, Floats]:
    """Return `places.extra`, `places.extra_when_short` and `places.pantry`, (H, F) each.

    What a case says stands; else a place has the draw of its porosity, and homes hold what is usual. What a place grows
    is counted where the folder says it, so the more of that there is, the less is left to turn to when food is short.

    Parameters
    ----------
    energy : (C,) kcal/t, 0 for what is not food
    p : what the folder says: `places.extra`, `places.pantry` (H, F), `need` (C, F) t/person/day, `outputs.share` (R, F)
    x : draws by path, (F,) each
    """
    extra, pantry = p["places.extra"].copy(), p["places.pantry"].copy()
    when_short = np.zeros_like(extra)  # where a case says what was found, that is all
    grown = grown_at_home(scenario, commodities, energy, p)
    for home, place in enumerate(scenario.homes):
        if place.extra is None:
            kind = place.porosity or "unstated"
            short = f"_{kind}" if kind in ("rural", "unstated") else ""
            extra[home] = x[f"rations.extra_{kind}"]
            left = 1.0 if kind == "rural" else 1.0 - VILLAGES * np.minimum(1.0, grown[home] / VILLAGES)
            when_short[home] = left * x[f"rations.extra_when_short{short}"]
        if place.pantry is None:
            pantry[home] = x["pantry.usual"]
    return {"places.extra": extra, "places.extra_when_short": when_short, "places.pantry": pantry}


def grown_at_home(scenario: Scenario, commodities: Sequence[str], energy: Floats, p: Mapping[str, Floats]) -> Floats:
    """Return the part of its food energy that each home grows in a year of peace, (H, F); arguments as above."""
    normal = p["need"] * energy[:, None]
    per = 1.0 / np.maximum(1e-12, normal.sum(axis=0))
    grown = np.zeros_like(p["places.extra"])
    for row, share in zip(scenario.outputs, p["outputs.share"], strict=True):
        begin, _, end = row.months.partition("-")
        of_year = ((int(end or begin) - int(begin)) % 12 + 1) / 12.0 if row.months else 1.0
        for home, place in enumerate(scenario.homes):
            if row.place in ("*", place.id):
                grown[home] += share * of_year * normal[commodities.index(row.commodity)] * per
    return grown
