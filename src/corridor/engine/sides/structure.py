"""The same conflict under other structural assumptions: how sharply, how far ahead and how often the sides choose.

Levels of probability depend on these choices much more than differences between policies do, so they are shown side by
side. Each variant is a scenario of its own with the same draws.
"""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

from corridor.scenario.model import Scenario
from corridor.strategy.model.read_actors import read_actors_data


class Variant(NamedTuple):
    """One structural assumption: its name for people, and the scenario in which it holds."""

    title: str
    scenario: Scenario


def structural_variants(scenario: Scenario) -> dict[str, Variant]:
    """Return id -> variant of a scenario with a model of the sides; the first, `base`, is as given."""
    data = dict(scenario.actors or {})
    content = read_actors_data(data, scenario.actors_file, scenario.actors_places)
    priors, given = content.priors, dict(data.get("priors") or {})

    def prior(key: str, **values: Any) -> dict[str, Any]:
        return {**data, "priors": {**given, key: {**(given.get(key) or {}), **values}}}

    def rates(factor: float) -> dict[str, Any]:
        actors = {a.id: {**(data["actors"][a.id] or {}), "rate": a.rate * factor} for a in content.actors}
        return {**data, "actors": actors}

    changed = {
        "precision_half": ("choices half as sharp", prior("lambda", median=priors.lambda_median / 2)),
        "precision_double": ("choices twice as sharp", prior("lambda", median=priors.lambda_median * 2)),
        "foresight_0": ("nobody looks ahead", prior("foresight_h", values=[0], probs=[1.0])),
        "foresight_2": ("everybody looks two rounds ahead", prior("foresight_h", values=[2], probs=[1.0])),
        "inertia_0": ("no inertia", prior("inertia", sd=0.0)),
        "inertia_triple": ("three times the inertia", prior("inertia", sd=priors.inertia_sd * 3)),
        "rates_half": ("decisions half as often", rates(0.5)),
    }
    found = {"base": Variant("as given", scenario)}
    for name, (title, actors) in changed.items():
        digest = hashlib.sha256(f"{scenario.hash}\n{name}".encode()).hexdigest()
        found[name] = Variant(title, scenario.model_copy(update={"actors": actors, "hash": digest}))
    return found
