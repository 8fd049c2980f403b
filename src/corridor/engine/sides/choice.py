"""The choice process in the day: who reviews its options, what it chooses, and what that does to the world.

What each state is worth is computed once a week, with what people in the place suffer; reviews fall on single days.
All draws are functions of their address (seed, future, stream, day, hash of the actor), so policies share them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from corridor.engine.sides.effects import act
from corridor.kernels.draw import address, fill_uniform
from corridor.kernels.jit import kernel
from corridor.rules.base import Bytes, Floats, Inputs, Ints, State, Today
from corridor.strategy.choice.process import choose, look_ahead_all
from corridor.strategy.model.graph import Graph

if TYPE_CHECKING:
    from corridor.engine.plan import Schedule
    from corridor.engine.sides.compile import Play

TURN, REVIEW, PICK = address("choice.turn"), address("choice.review"), address("choice.pick")
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


def worth(
    graph: Graph, truth: Floats, owner: npt.NDArray[np.int32], columns: Ints, fixed: Floats, feedback: Bytes,
    weight: Floats, beta: Floats, felt: Floats, lam: Floats, inertia: Floats, cost: Floats, patience: Floats,
    rounds: Floats, stale: npt.NDArray[np.bool_], value: Floats,
) -> None:  # fmt: skip
    """Write what each state is worth to each player, only in futures in which something changed.

    utility = sum of weight (1 + beta hardship [where the statement feels it]) over the statements that hold; worth is
    what it is expected to become after `rounds` rounds of everybody's replies (`strategy.choice.look_ahead`).

    Parameters
    ----------
    truth, owner, columns, fixed, feedback : as in `sides.Play`
    weight : (future, statement of all players)
    beta, felt, lam, inertia, cost, patience, rounds, stale : (future,)
    value : (future, player, state) written
    """
    which = np.flatnonzero(stale)
    if which.size == 0:
        return
    grows = 1.0 + (beta[which] * felt[which])[:, None] * feedback
    utility = np.empty((which.size, *fixed.shape))
    add_up(truth, owner, fixed, weight[which][:, columns] * grows, utility)
    looked = value if which.size == stale.size else np.empty_like(utility)
    look_ahead_all(
        graph, utility, lam[which], inertia[which], cost[which], patience[which], rounds[which].astype(np.int32), looked
    )
    if looked is not value:
        value[which] = looked


@kernel
def add_up(
    truth: Floats, owner: npt.NDArray[np.int32], fixed: Floats, weight: Floats, utility: Floats
) -> None:  # fmt: skip
    """Write (future, player, state) the sum of the weights (future, statement) of the statements that hold there."""
    for f in range(weight.shape[0]):
        utility[f] = fixed
        for j in range(owner.size):
            w = weight[f, j]
            row = utility[f, owner[j]]
            for s in range(row.size):
                row[s] += w * truth[j, s]


def start(play: Play, state: State) -> None:
    """Put the sides where the horizon begins; nothing has been valued, no choice has been made."""
    futures = state["regime_set"].shape[-1]
    begin(play, state, futures)
    state["said"] = np.repeat(play.effects.usual[None], futures, axis=0)
    state["spoken"] = np.zeros(state["said"].shape, np.uint8)


def begin(play: Play, state: State, futures: int) -> None:
    """Make the state of the sides alone, without a world around them."""
    revisers = play.entities.size
    state["sides"] = np.full(futures, play.start, np.int32)
    state["worth"] = np.zeros((futures, *play.fixed.shape))
    state["felt"] = np.full(futures, np.nan)
    state["moved"] = np.full((futures, revisers), -1, np.int32)
    for name in ("turn", "review", "pick"):
        state[name] = np.empty((futures, revisers))


def decide(play: Play, state: State, p: Inputs, today: Today, since: int, felt: Floats) -> None:
    """Let the sides choose for one day, in place; `since` counts the days of the horizon from 0, `felt` is hardship."""
    if since % WEEK == 0:
        stale = np.isnan(state["felt"])
        if play.feedback.any():
            stale |= p["actors.feedback"] * np.abs(felt - state["felt"]) > NOTICE
        state["felt"][stale] = felt[stale]
        worth(
            play.graph, play.truth, play.owner, play.columns, play.fixed, play.feedback, p["actors.weight"],
            p["actors.feedback"], state["felt"], p["actors.lambda"], p["actors.inertia"], p["actors.irreversible_cost"],
            p["actors.patience"], p["actors.foresight"], stale, state["worth"],
        )  # fmt: skip
    for name, stream in (("turn", TURN), ("review", REVIEW), ("pick", PICK)):
        fill_uniform(state[name], today.seed, today.futures, today.day, stream, play.entities)
    choose(
        play.graph, play.offers, state["worth"], p["actors.lambda"], p["actors.inertia"], p["actors.irreversible_cost"],
        np.ascontiguousarray(p["actors.rate"][:, play.players]), 1.0 / WEEK, state["turn"], state["review"],
        state["pick"], state["sides"], state["moved"],
    )  # fmt: skip


def step(play: Play, schedule: Schedule, i: int, state: State, p: Inputs, today: Today) -> None:
    """Play the choices of day i of a schedule and write what they do to the world."""
    if i == 0:
        start(play, state)
    felt = np.empty(state["sides"].size)
    if i % WEEK == 0:
        hardship(state["people"], state["people_start"], state["intake"], p["intake.requirement"], felt)
    decide(play, state, p, today, i, felt)
    state["taken"][:] = play.face[state["sides"]].T
    act(
        play.effects, state["sides"], today.day, p["access.exit_delay"], schedule.regime[i], schedule.forced[i],
        schedule.begins[i], state["said"], state["spoken"],
        state["regime_set"], state["release"], state["exit_granted"],
    )  # fmt: skip
