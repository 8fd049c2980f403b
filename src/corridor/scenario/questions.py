"""What a scenario does not say although its answer rests on it."""

from __future__ import annotations

from typing import get_args

from corridor.scenario.model import Scenario, Traffic
from corridor.tables.network import Porosity


def questions(scenario: Scenario) -> list[str]:
    """Return what is asked: the porosity of homes where rations or a siege are given and nothing says what people find.

    A siege is a link that does not let commerce pass, at the start or by an event.
    """
    regimes = [link.regime for link in scenario.links]
    regimes += [int(event.value) for event in scenario.events if event.kind == "regime"]
    closed = any(not regime & Traffic.COMMERCIAL for regime in regimes)
    silent = [home.id for home in scenario.homes if not home.porosity and home.extra is None]
    if not silent or not (closed or scenario.rations):
        return []
    words = ", ".join(get_args(Porosity))
    why = "rations are not all that people eat" if scenario.rations else "not all that comes in is counted"
    return [f"places.csv: porosity of {', '.join(silent)}: {why}; say {words} (2-30 % of need where nothing is said)"]
