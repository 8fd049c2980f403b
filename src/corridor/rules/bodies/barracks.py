"""Who lives packed: garrisons and camps of men, known by the share of men; camps of families, by who is exposed."""

from __future__ import annotations

from math import exp, log

import numpy as np

from corridor.rules.base import Floats
from corridor.rules.bodies.normal import each

CIVIL, BARRACKS = 0.6, 0.95
"""Share of men among adults up to which families live in a place, and from which on it is a garrison or a camp of men."""
TOWN, CAMP = 0.8, 1.0
"""Share of people exposed, as the case states it, up to which they live in a town, and at which all live in a camp."""


def in_barracks(share_men: Floats) -> Floats:
    """Return the share of people, (future,), who live packed as a garrison or a camp of men does."""
    share: Floats = np.clip((share_men - CIVIL) / (BARRACKS - CIVIL), 0.0, 1.0)
    return share


def in_camp(exposed: Floats) -> Floats:
    """Return the share of people, (future,), who live packed as families in a camp; none where the case is silent."""
    share: Floats = np.clip((exposed - TOWN) / (CAMP - TOWN), 0.0, 1.0)
    return share


USUAL_OF = ("deaths.year", "deaths.camp_usual", "bodies.share_men", "care.exposed")
"""What `usual_factor` takes."""


def usual_factor(year: Floats | float, camp_usual: Floats, share_men: Floats, exposed: Floats) -> Floats:
    """Return the usual deaths of these people and years over those that the case states, (future,): a camp has its own."""
    packed = np.maximum(in_barracks(share_men), in_camp(exposed))
    usual: Floats = year * each(exp, packed * each(log, camp_usual))
    return usual
