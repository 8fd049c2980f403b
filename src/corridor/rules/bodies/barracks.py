"""Garrisons and camps of men: known by the share of men among adults, and packed, which families in a town are not."""

from __future__ import annotations

import numpy as np

from corridor.rules.base import Floats

CIVIL, BARRACKS = 0.6, 0.95
"""Share of men among adults up to which families live in a place, and from which on it is a garrison or a camp of men."""


def in_barracks(share_men: Floats) -> Floats:
    """Return the share of people, (future,), who live packed as a garrison or a camp of men does."""
    share: Floats = np.clip((share_men - CIVIL) / (BARRACKS - CIVIL), 0.0, 1.0)
    return share
