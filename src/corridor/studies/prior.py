"""The case from which what happened is forecast: its stocks from the prior."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from corridor.scenario import Scenario, find_folder, load, override
from corridor.scenario.observed import observed_tables
from corridor.studies.play import again, case_of

HALFWAY = "halfway"
"""the variant that knows half of what came, as an imported case has it"""


def prior_of(case: Scenario | str | Path, variant: str | None, settings: Any, *, halfway: bool = True) -> Scenario:
    """Return the scenario with stocks from the prior, and with what was changed.

    halfway : whether a folder with counts of its camps is taken at its variant of that name where none is asked
    """
    if isinstance(case, Scenario):
        return case_of(again(case, calibrated=False), variant, settings)
    folder = find_folder(case)
    case_of(case, variant)  # a store, or no such variant, is told here
    scenario = load(case, variant, calibrated=False)
    if (
        halfway
        and "camps" in observed_tables(folder)
        and variant is None
        and HALFWAY in {one.id for one in scenario.variants}
    ):
        scenario = load(case, HALFWAY, calibrated=False)
    return override(scenario, settings) if settings else scenario
