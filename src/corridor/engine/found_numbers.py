"""What homes have and find that nobody hands out, where the folder leaves it open: numbers of places from priors.

Letters: F futures, H homes.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from corridor.scenario.model import Scenario

Floats = npt.NDArray[np.float64]


def found_numbers(scenario: Scenario, p: Mapping[str, Floats], x: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return `places.extra`, `places.extra_when_short` and `places.pantry`, (H, F) each.

    What a case says stands; else a place has the draw of its porosity, and homes hold what is usual.

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
            when_short[home] = x[f"rations.extra_when_short{short}"]
        if place.pantry is None:
            pantry[home] = x["pantry.usual"]
    return {"places.extra": extra, "places.extra_when_short": when_short, "places.pantry": pantry}
