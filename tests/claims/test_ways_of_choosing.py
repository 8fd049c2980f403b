"""The other ways in which the sides may choose, played side by side, are the runs that they would be alone."""

from __future__ import annotations

import numpy as np
import pytest

from actors_case import conflict
from corridor.analysis.sides.outcomes import first_passage
from corridor.engine import run, structural_variants, ways_of_choosing
from corridor.engine.sides import ways
from corridor.results.dataset import ahead


@pytest.mark.parametrize("batch", [128, pytest.param(4, marks=pytest.mark.slow)])
def test_ways_side_by_side_are_the_runs_of_each_alone(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bit for bit, however many of them and of their futures share a batch; some of them differ from each other."""
    monkeypatch.setattr(ways, "BATCH", batch)
    case = conflict()
    some = ("precision_half", "foresight_2", "rates_half")
    variants = {name: one.scenario for name, one in structural_variants(case).items() if name in some}
    policies = [policy.id for policy in case.actor_policies]
    found = ways_of_choosing(variants, policies=policies, futures=6, seed=3, threads=2)
    seen = set()
    for name, scenario in variants.items():
        alone = ahead(run(scenario, actors=True, futures=6, seed=3))
        for what in ("taken", "touched", "regime"):
            np.testing.assert_array_equal(
                found[name][what].values, alone[what].transpose(*found[name][what].dims).values, err_msg=what
            )
        own = first_passage(alone)
        for event, days in first_passage(found[name]).items():
            np.testing.assert_array_equal(days.values, own[event].values)
        seen.add(found[name]["taken"].values.tobytes())
    assert len(seen) > 1
