"""Sense checks: what a folder may say, and what is more often a slip than meant.

Each check is a pure function of a sound draft that yields remarks. None changes a number or stops a run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from corridor.scenario.build.draft import Draft
from corridor.scenario.sense.ages import ages
from corridor.scenario.sense.amounts import basket, crowd, needs, nobody, pipelines_per_person, stocks, totals
from corridor.scenario.sense.events import beyond
from corridor.scenario.sense.evidence import against_evidence, signs
from corridor.scenario.sense.exits import exits
from corridor.scenario.sense.links import capacities, far_places, lengths, speeds
from corridor.scenario.sense.mixes import empty_mixes
from corridor.scenario.sense.people import by_air, shut_to_people, summaries
from corridor.scenario.sense.policies import alone, amounts, overlaps, unseen
from corridor.scenario.sense.remark import Remark
from corridor.scenario.sense.sides import idle
from corridor.scenario.sense.ways import cut_off, pipelines_without_way, twins, unused

CHECKS: tuple[Callable[[Draft], Iterator[Remark]], ...] = (
    totals, crowd, ages, nobody, stocks, needs, basket, pipelines_per_person, capacities, speeds, lengths, far_places,
    cut_off, unused, pipelines_without_way, twins, exits, against_evidence, signs, shut_to_people, by_air, summaries,
    overlaps, amounts, unseen, alone, beyond, idle, empty_mixes,
)  # fmt: skip


def sense(draft: Draft) -> list[Remark]:
    """Return every remark on a draft without problems, in the order of files and lines."""
    return sorted({remark for check in CHECKS for remark in check(draft)})
