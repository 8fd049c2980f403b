"""The smallest change of one input that would bring a sign in conflict back: along a straight line through the futures.

Of the inputs that move what a sign is about beyond chance, each is followed along the least-squares line of the sign's
quantity on the input until the middle future shows what was seen. The smallest change is the one that is smallest in
widths of the input's own drawn range (5 to 95 %). It points, it does not fit: the line is carried beyond what was
drawn.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from corridor.analysis.signs.past import Past
from corridor.analysis.signs.weights import SIMULATED
from corridor.results import read
from corridor.scenario.model import Sign
from corridor.tables.signs import STOCK_SIGNS

Floats = NDArray[np.float64]

CHANCE = 3.5
"""standard errors beyond which a correlation is not chance, among a few hundred inputs"""
FARTHEST = 5.0
"""widths of its own range beyond which no change is proposed"""


class Change(NamedTuple):
    """One input, the middle of its draws, and the value at which the sign would be met."""

    path: str
    middle: float
    to: float
    widths: float


def smallest_change(ds: xr.Dataset, sign: Sign) -> Change | None:
    """Return the smallest change of one input that would reconcile a sign; None where no input moves it enough.

    Parameters
    ----------
    ds : histories that nobody chose, with the inputs that each drew
    """
    past = Past(ds)
    x = np.asarray(SIMULATED[sign.kind](sign, past), dtype=np.float64)
    seen = 0.0 if sign.kind in STOCK_SIGNS or sign.kind == "deaths_unreported" else sign.value
    # a level that no day has passed is taken to be passed on the day after the last
    x = np.where(np.isfinite(x), x, past.days.size)
    best: Change | None = None
    for path, drawn in read.inputs(ds).items():
        low, middle, high = np.quantile(drawn, (0.05, 0.5, 0.95))
        if not high > low or x.std() == 0 or drawn.std() == 0:
            continue
        r = float(np.corrcoef(drawn, x)[0, 1])
        if abs(r) * np.sqrt(x.size) < CHANCE:
            continue
        to = float(middle + (seen - np.median(x)) / (r * x.std() / drawn.std()))
        found = Change(path, float(middle), to, abs(to - float(middle)) / float(high - low))
        possible = (to > 0 or low < 0) and found.widths <= FARTHEST
        if possible and (best is None or found.widths < best.widths):
            best = found
    return best
