"""Sense checks of models of the sides."""

from __future__ import annotations

from collections.abc import Iterator

from corridor.core.errors import Problem
from corridor.scenario.build.draft import Draft
from corridor.scenario.sense.remark import Remark


def idle(draft: Draft) -> Iterator[Remark]:
    """Tell a model of the sides that has no effects: what the sides do then changes nothing for anybody inside."""
    for model in draft.actors.values():
        if not model.data.get("effects"):
            message = "no option has an effect: in a run in which the sides choose nothing of the world changes by it"
            remedy = (
                "write under effects what an option sets, as `open: {when: gate_opens, set: {links.gate.regime: open}}`"
            )
            yield Remark(Problem(model.file, 1, 1, "effects", message, remedy))
