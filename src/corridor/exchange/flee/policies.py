"""scenario.yaml and policies.yaml of an imported case."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import yaml

from corridor.exchange.flee.sources import slugs
from corridor.rules.displacement.calendar import open_links
from corridor.rules.displacement.case import DisplacementCase

HORIZON = 60
FACTOR = "parameters.movement.new_factor"
_GOODS = "commercial+humanitarian+medical"


def scenario_yaml(case: DisplacementCase, *, capacity: bool) -> str:
    """Return the text of scenario.yaml."""
    middle, last = half(case), end(case)
    cannot_tell = [
        "How many people flee; the total is counted up to the last day known and assumed after it",
        "Who is displaced and not counted in any camp",
        "Why people flee, whom they fear, and whether any law was broken",
        "What was known on the day: violence and closures were written down by people who knew the end, counts between "
        "two dates are interpolated, and a new registration rescales the counts before it",
    ]
    if capacity and (case.capacity[case.camps] > 0).any():
        cannot_tell.append(
            "How many people a camp could have taken; the capacity column of the case holds the highest later count of "
            "most camps, so that whoever reads it reads the answer (import again with --no-capacity)"
        )
    document: dict[str, Any] = {
        "format": 1,
        "id": slugs([case.name], "case")[0],
        "title": f"Displacement in {words(case.countries[0] or case.name)}, {case.start.year}"
        + (f"-{last.year}" if last.year > case.start.year else ""),
        "question": "Where do the displaced go, and which camps fill?",
        "time_zone": "UTC",
        "start": case.start,
        "variants": {
            "halfway": {"as_of": middle, "note": "Half of the period; what was counted afterwards is in observed/"},
            "end": {
                "as_of": last,
                "note": "The last day of the period, or the latest that a folder may look back from",
            },
        },
        "default_variant": "end",
        "horizon": HORIZON,
        "reference_policy": "as_it_is",
        "rules": {"movement": "followers"},
        "window": _window(case),
        "no_voice": [
            "The displaced, whose choice of a camp is a number here",
            "People who stayed, or fled without being counted",
            "The people who live around the camps",
        ],
        "cannot_tell": cannot_tell,
    }
    return _dump(document)


def policies_yaml(case: DisplacementCase, roads: tuple[str, ...]) -> str:
    """Return the text of policies.yaml: things as they are, every road open, each neighbour's border shut."""
    is_open = open_links(case)[:, ::2]
    shut = ~(is_open[case.days // 2] & is_open[-1])
    policies: list[dict[str, Any]] = [
        {
            "id": "as_it_is",
            "title": "As it is",
            "summary": "Roads, borders and camps stay as they are on the last day known.",
            "actions": [],
        },
        {
            "id": "all_open",
            "title": "Every road open",
            "summary": "Every road and border is open to people."
            + ("" if shut.any() else " None was shut on the last day known."),
            "actions": [_force(f"links.{road}.regime", "open") for road in roads],
        },
    ]
    country = case.country[case.link_from[::2]], case.country[case.link_to[::2]]
    names = slugs(case.countries, "country")
    for other in range(1, len(case.countries)):
        border = np.flatnonzero((country[0] == other) != (country[1] == other))
        if border.size and (case.country[case.camps] == other).any():
            name = words(case.countries[other])
            policies.append(
                {
                    "id": f"shut_{names[other]}",
                    "title": f"Border with {name} closed",
                    "summary": f"Nobody flees into {name}; goods, and people who come back, pass.",
                    "actions": [
                        # people may still come back; `people_out` is from the road's first end to its second
                        _force(
                            f"links.{roads[road]}.regime",
                            f"{_GOODS}+{'people_out' if country[0][road] == other else 'people_in'}",
                        )
                        for road in border.tolist()
                    ],
                }
            )
    return _dump({"policies": policies, "conditions": _conditions()})


def _conditions() -> list[dict[str, Any]]:
    """Return how many flee after as_of."""
    return [
        {
            "id": "as_before",
            "title": "As many flee as in the 30 days before",
            "summary": "The mean rise of the counts goes on; each future draws from nobody to three times as many.",
            "actions": [],
        },
        {
            "id": "nobody_new",
            "title": "Nobody new flees",
            "summary": "Only people who are already on the way move.",
            "actions": [_force(FACTOR, 0.0)],
        },
        {
            "id": "three_times",
            "title": "Three times as many flee",
            "summary": "Three times as many a day as in the 30 days before.",
            "actions": [_force(FACTOR, 3.0)],
        },
    ]


def half(case: DisplacementCase) -> date:
    """Return the as_of of variant `halfway`."""
    return case.start + timedelta(days=case.days // 2)


def end(case: DisplacementCase) -> date:
    """Return the as_of of variant `end`."""
    return case.start + timedelta(days=case.days - 1)


def _force(target: str, value: object) -> dict[str, object]:
    return {"do": "force", "target": target, "value": value}


def _window(case: DisplacementCase) -> dict[str, float]:
    margin = 0.5
    return {
        "west": round(max(float(case.longitude.min()) - margin, -180.0), 2),
        "south": round(max(float(case.latitude.min()) - margin, -90.0), 2),
        "east": round(min(float(case.longitude.max()) + margin, 180.0), 2),
        "north": round(min(float(case.latitude.max()) + margin, 90.0), 2),
    }


def words(name: str) -> str:
    """Return a name as people write it: without underscores."""
    return name.replace("_", " ")


class _Plain(yaml.SafeDumper):
    """Writes what occurs twice twice: a scenario folder has no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _dump(document: dict[str, Any]) -> str:
    text: str = yaml.dump(document, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110)
    return text
