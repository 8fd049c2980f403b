"""The choice process in the day: who reviews its options, what it chooses, and what that does to the world.

What each state is worth is computed once a week, with what people in the place suffer; reviews fall on single days.
All draws are functions of their address (seed, future, stream, day, hash of the actor), so policies share them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from corridor.engine.sides.effects import Imposed, Voice, World, act
from corridor.engine.sides.held import held_today, under
from corridor.kernels.jit import kernel
from corridor.rules.base import Array, Floats, Inputs, Ints, State, Today, made
from corridor.strategy.choice.ahead import look_ahead_seen
from corridor.strategy.choice.process import ChoiceDraws, Step, choose

if TYPE_CHECKING:
    from corridor.engine.plan import Schedule
    from corridor.engine.sides.compile import Play
    from corridor.engine.triggers import Key

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
            Array("pledged", (), np.int32, -1),
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


def holds_in(play: Play, state: State, name: str) -> npt.NDArray[np.bool_]:
    """Return (future,) where an option is taken or a feature holds, as the evening before has left it."""
    return np.asarray(play.asked[name][state["sides"]])


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


def decide_held(
    play: Play, rows: Mapping[Key, int], state: State, p: Inputs, today: Today, felt: Floats | None
) -> None:
    """Let the sides choose for one day under a policy that holds options for a time; arguments as in `decide`."""
    choices, groups = choices_of(play, p), held_today(play.timed, rows, state["started"], today.day + 1)
    when = Step(1.0 / WEEK, today.seed, today.day, today.futures, play.entities)
    for held, which in groups:
        if held not in play.under:
            play.under[held] = under(held, play.model, play.graph, play.offers)
        now = play.under[held]
        code = list(play.under).index(held)
        changed = np.zeros(today.futures.size, np.bool_)
        changed[which] = state["pledged"][which] != code
        state["pledged"][which] = code
        state["sides"][changed] = now.put[state["sides"][changed]]
        stale = changed.copy()
        if felt is not None:
            late = np.isnan(state["felt"])
            if play.feedback.any():
                late |= p["actors.feedback"] * np.abs(felt - state["felt"]) > NOTICE
            late[np.setdiff1d(np.arange(late.size), which)] = False
            state["felt"][late] = felt[late]
            stale |= late
        if stale.any():
            revalue(replace(play, graph=now.graph), state, p, choices, stale)
        own = {name: state[name][..., which] for name in ("worth", "sides", "touched")}
        choose(now.graph, now.offers, some_of(choices, which), when._replace(futures=today.futures[which]),
               own["worth"], own["sides"], play.watched, own["touched"])  # fmt: skip
        for name in ("sides", "touched"):
            state[name][..., which] = own[name]
    state["taken"][:] = play.face[state["sides"]].T


def some_of(choices: ChoiceDraws, which: npt.NDArray[np.intp]) -> ChoiceDraws:
    """Return how some of the futures choose."""
    lam, inertia, cost, patience, rounds, rate = choices
    own = np.ascontiguousarray(rate[:, which])
    return ChoiceDraws(lam[which], inertia[which], cost[which], patience[which], rounds[which], own)


def step(play: Play, i: int, state: State, p: Inputs, today: Today, rows: Mapping[Key, int] | None = None) -> None:
    """Play the choices of day i after as_of; rows : of what waits, where anything does."""
    felt = np.zeros(today.futures.size) if i % WEEK == 0 else None
    if felt is not None and "people" in state:
        hardship(state["people"], state["people_start"], state["intake"], p["intake.requirement"], felt)
    if play.timed and rows is not None:
        decide_held(play, rows, state, p, today, felt)
    else:
        decide(play, state, p, today, felt)


def act_today(play: Play, schedule: Schedule, i: int, state: State, p: Inputs, today: Today) -> None:
    """Write what the choices do to the world on day i of a schedule."""
    act(
        play.effects,
        Imposed(schedule.regime[i], schedule.forced[i], schedule.begins[i]),
        today.day,
        p["exits.delay"],
        state["sides"],
        Voice(state["said"], state["spoken"]),
        World(state["regime_set"], state["release"], state["exit_granted"]),
    )


WRITTEN = ("said", "spoken", "regime_set", "release", "exit_granted")
"""What the choices write into the world."""


def act_in(
    which: npt.NDArray[np.intp], play: Play, schedule: Schedule, i: int, state: State, p: Inputs, today: Today
) -> None:
    """Write what the choices do to the world in some futures of a batch alone, those that the schedule is of."""
    own: State = {name: state[name][..., which] for name in (*WRITTEN, "sides")}
    act_today(play, schedule, i, own, {"exits.delay": p["exits.delay"][which]}, today)
    for name in WRITTEN:
        state[name][..., which] = own[name]
