"""The bundled case: the days that are played and the exact law of the choices give one number, policy by policy.

Feedback is off: nobody suffers where the choices are played alone. Each future of the process wants and chooses as one
draw of the law does, so that only the day's chance is between them: with p the law's chance in each draw, the number of
futures in which something has come about is a sum of independent trials.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from corridor.engine.compile import compile_scenario
from corridor.engine.day import play
from corridor.engine.sides.choice import choices_of
from corridor.engine.sides.compile import TOLD, as_played, compile_sides, draw_sides
from corridor.engine.sides.paths import alone
from corridor.scenario import load
from corridor.strategy import PreferenceDraws, feature_values, outcome_chances
from corridor.strategy.model.draws import SCALE

FAMILY = 0.01
"""chance that at least one of all comparisons fails by chance alone"""
SEED = 20230918


def compared(draws: int, repeats: int, weeks: int) -> dict[tuple[str, str], tuple[float, float, float]]:
    """Return (policy, outcome) -> share of futures, mean chance of the law, standard error; first passage by the end."""
    scenario = as_played(load("nagorno-karabakh-2023").model_copy(update={"horizon": 7 * weeks}))
    sides = compile_sides(scenario)
    c = replace(compile_scenario(scenario, sides), rules=())
    one = draw_sides(sides, SEED, np.arange(draws, dtype=np.uint32))
    p = {name: np.repeat(values, repeats, axis=-1) for name, values in one.items()}
    found = {}
    for policy in scenario.policies:
        schedule = alone(c, sides, policy)
        model = schedule.play.model
        told = np.empty((7 * weeks, len(sides.features), draws * repeats), np.uint8)
        play(c, p, {}, schedule, SEED, np.arange(draws * repeats, dtype=np.uint32), {"touched": told})
        came = told.any(axis=0).reshape(-1, draws, repeats)
        flags = dict(policy.flags)
        values = feature_values(sides.content, model.space, flags)
        weights = np.round(one["actors.weight"][schedule.play.columns].T * SCALE).astype(np.int32)
        wants = PreferenceDraws(weights, np.zeros(weights.shape, np.int16))
        masks = {name: values[name] for name in sides.features}
        law = outcome_chances(model, wants, choices_of(schedule.play, one), masks, weeks)[:, :, -1]
        for j, name in enumerate(sides.features):
            error = np.sqrt((law[:, j] * (1 - law[:, j])).sum() / repeats) / draws
            found[policy.id, name] = float(came[j].mean()), float(law[:, j].mean()), float(error)
    return found


def agree(found: dict[tuple[str, str], tuple[float, float, float]]) -> None:
    limit = norm.isf(FAMILY / 2 / len(found))
    apart = {
        key: (share, law, (share - law) / max(error, 1e-12))
        for key, (share, law, error) in found.items()
        if abs(share - law) > limit * error + 1e-9
    }
    assert not apart


def test_law_and_process_agree_for_every_policy_and_outcome() -> None:
    found = compared(12, 64, 13)
    assert len(found) == 11 * 4
    assert len({key[1] for key in found} & set(TOLD)) == 4
    agree(found)
    assert max(law for _, law, _ in found.values() if law < 0.999) > 0.3  # the comparison is about something


@pytest.mark.slow
def test_law_and_process_agree_over_the_whole_horizon() -> None:
    agree(compared(48, 256, 13))
