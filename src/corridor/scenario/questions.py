"""What a scenario does not say although its answer rests on it."""

from __future__ import annotations

from typing import get_args

from corridor.scenario.groups import given
from corridor.scenario.model import Scenario
from corridor.scenario.traffic import Traffic
from corridor.tables.network import Porosity

EXPOSED = "care.exposed"
UNSAID = "care.unsaid"
TIGHT = ("sealed", "guarded")
"""porosity of places that are besieged"""


def questions(scenario: Scenario) -> list[str]:
    """Return what is asked: food where no stock holds any, the porosity of homes where rations or a siege are given
    and nothing says what people find, who is exposed to disease and whom care reaches in a siege, and how much of
    promised rations was handed out where no row says it.

    A siege is a link that does not let commerce pass, at the start or by an event, or a home that is sealed or guarded;
    a way by air never was a market's.
    """
    flown = {link.id for link in scenario.links if link.kind == "air"}
    regimes = [link.regime for link in scenario.links if link.id not in flown]
    regimes += [int(one.value) for one in scenario.events if one.kind == "regime" and one.target not in flown]
    closed = any(not regime & Traffic.COMMERCIAL for regime in regimes)
    asked = []
    foods = {good.id for good in scenario.commodities if good.kind == "food"}
    held = [row.tonnes for row in scenario.stocks if row.commodity in foods]
    if scenario.homes and not held:
        said = "no food is held anywhere" if scenario.stocks else "no row"
        asked.append(f"stocks.csv: {said}: people begin with empty stores; give what they hold, with a range")
    silent = [home.id for home in scenario.homes if not home.porosity and home.extra is None]
    if silent and (closed or scenario.rations):
        asked.append(_of_porosity(silent, rationed=bool(scenario.rations)))
    tight = any(home.porosity in TIGHT for home in scenario.homes)
    if scenario.homes and (closed or tight or scenario.rations) and not {EXPOSED, UNSAID} & {*scenario.parameters}:
        asked.append(_of_care(scenario))
    promised = [row for row in scenario.rations if row.amount is not None or row.share is not None]
    if promised and all(row.honoured.value == 1.0 and row.honoured.low is None for row in promised):
        whose = f"honoured of {len(promised)} promises"
        asked.append(f"rations.csv: {whose}: all is handed out where nothing is said; give honoured with a range")
    return asked


def _of_porosity(silent: list[str], *, rationed: bool) -> str:
    words = ", ".join(get_args(Porosity))
    why = "rations are not all that people eat" if rationed else "not all that comes in is counted"
    return (
        f"places.csv: porosity of {', '.join(silent)}: {why}; say {words} in a column porosity "
        "(2-30 % of need where nothing is said)"
    )


def _of_care(scenario: Scenario) -> str:
    drawn = given(scenario, UNSAID)
    low, high = (0.2, 1.0) if drawn is None or drawn.low is None or drawn.high is None else (drawn.low, drawn.high)
    return (
        f"scenario.yaml: parameters: {EXPOSED}: intervals of wasting and deaths hold what the model is known to miss "
        "of disease; give the share of people who live displaced or crowded, or whom neither safe water nor care "
        "reaches, clinics and treatment of aid included "
        f"({low * 100:.0f}-{high * 100:.0f} %, once food no longer comes, where nothing is said)"
    )
