"""Games for Gambit, whose Python names differ between its releases 16 and 17."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

MISSING = "pygambit is not installed: no comparison with Gambit"


def gambit() -> Any:
    """Return the library, or skip the test."""
    return pytest.importorskip("pygambit", reason=MISSING)


def game_of(tables: list[np.ndarray]) -> Any:
    """Return the game in strategic form with each player's table of whole pay-offs over strategies."""
    library = gambit()
    kind = getattr(library, "StrategicGame", library.Game)
    return kind.from_arrays(*[table.astype(int) for table in tables])


def mixed(game: Any, profile: Any) -> list[np.ndarray]:
    """Return each player's probabilities of its strategies, in the order of the tables."""
    players = list(game.players)
    if hasattr(game, "get_strategies"):
        return [np.array([float(profile[p][s]) for s in game.get_strategies(p)]) for p in players]
    return [np.array([float(profile[s]) for s in p.strategies]) for p in players]
