"""The choice process in the day: who reviews its options, what it chooses, and what that does to the world.

What each state is worth is computed once a week, with what people in the place suffer; reviews fall on single days.
All draws are functions of their address (seed, future, stream, day, hash of the actor), so policies share them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from corridor.engine.sides.effects import Imposed, Voice, World, act
from corridor.kernels.jit import kernel
from corridor.rules.base import Array, Floats, Inputs, Ints, State, Today, made
from corridor.strategy.choice.ahead import look_ahead_seen
from corridor.strategy.choice.process import ChoiceDraws, Step, choose

if TYPE_CHECKING:
    from corridor.engine.plan import Schedule
    from corridor.engine.sides.compile import Play

WEEK = 7
"""days between two looks at what each state is worth"""
HARDSHIP_UNIT = 0.25
"""Hardship 1 is a quarter of the requirement missing, or a quarter of the people gone: assumed, it only scales beta."""

NOTICE = 0.005
"""A change of hardship that moves no felt weight by more than this share is not noticed; it saves half the work."""


@kernel
def hardship(people: Ints, people_start: Ints, intake: Floats, requirement: Floats, out: Floats) -> None:
    """Write what people suffer: (mean deficit share of those present + share of the people gone) / `HARDSHIP_UNIT`.

    Parameters
    ----------
    people, people_start : (home, future) persons now and at the start
    intake : (home, future) kcal/person/day; requirement : (future,)
    """
    for f in range(out.size):
        present, began, missing = 0.0, 0.0, 0.0
        for h in range(people.shape[0]):
            present += people[h, f]
            began += people_start[h, f]
            missing += people[h, f] * max(0.0, 1.0 - intake[h, f] / requirement[f])
        gone = max(0.0, 1.0 - present / began) if began > 0.0 else 0.0
        out[f] = ((missing / present if present > 0.0 else 0.0) + gone) / HARDSHIP_UNIT


def revalue(play: Play, state: State, p: Inputs, choices: ChoiceDraws, stale: npt.NDArray[np.bool_]) -> None:
    """Write what each state is worth to each player, only in futures in which something changed: stale (future,).

    utility = sum of weight (1 + beta hardship [where the statement feels it]) over the statements that hold; worth is
    what it is expected to become after some rounds of everybody's replies (`strategy.choice.ahead`).
    """
    which = np.flatnonzero(stale)
    if which.size:
        grows = 1.0 + (p["actors.feedback"] * state["felt"]) * play.feedback[:, None]
        weight = p["actors.weight"][play.columns] * grows
        look_ahead_seen(play.graph, play.views, choices, weight, which, state["worth"])


def choices_of(play: Play, p: Inputs) -> ChoiceDraws:
    """Return how the players choose in the futures of a batch."""
    return ChoiceDraws(
        p["actors.lambda"],
        p["actors.inertia"],
        p["actors.irreversible_cost"],
        p["actors.patience"],
        p["actors.foresight"].astype(np.int32),
        p["actors.rate"][play.players],
    )


def begin(play: Play, state: State, futures: int) -> None:
    """Put the sides where the horizon begins: nothing has been valued, no choice has been made."""
    made_now = made(
        (
            Array("sides", (), np.int32, play.start),
            Array("worth", play.views.wants.fixed.shape),
            Array("felt", (), np.float64, np.nan),
            Array("said", (play.effects.usual.size,), np.int64),
            Array("spoken", (play.effects.usual.size,), np.uint8),
            Array("taken", (play.face.shape[1],), np.uint8),
            Array("touched", (play.watched.shape[1],), np.uint8),
        ),
        {},
        futures,
    )
    made_now["said"][:] = play.effects.usual[:, None]
    state |= made_now


def decide(play: Play, state: State, p: Inputs, today: Today, felt: Floats | None) -> None:
    """Let the sides choose for one day, in place; felt : (future,) hardship, on days on which states are valued."""
    choices = choices_of(play, p)
    if felt is not None:
        stale = np.isnan(state["felt"])
        if play.feedback.any():
            stale |= p["actors.feedback"] * np.abs(felt - state["felt"]) > NOTICE
        state["felt"][stale] = felt[stale]
        revalue(play, state, p, choices, stale)
    when = Step(1.0 / WEEK, today.seed, today.day, today.futures, play.entities)
    choose(play.graph, play.offers, choices, when, state["worth"], state["sides"], play.watched, state["touched"])
    state["taken"][:] = play.face[state["sides"]].T


def step(play: Play, schedule: Schedule, i: int, state: State, p: Inputs, today: Today) -> None:
    """Play the choices of day i of a schedule and write what they do to the world, where there is one."""
    world = "people" in state
    felt = np.zeros(today.futures.size) if i % WEEK == 0 else None
    if felt is not None and world:
        hardship(state["people"], state["people_start"], state["intake"], p["intake.requirement"], felt)
    decide(play, state, p, today, felt)
    if world:
        act(
            play.effects,
            Imposed(schedule.regime[i], schedule.forced[i], schedule.begins[i]),
            today.day,
            p["exits.delay"],
            state["sides"],
            Voice(state["said"], state["spoken"]),
            World(state["regime_set"], state["release"], state["exit_granted"]),
        )
