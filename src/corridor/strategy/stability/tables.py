"""The analysis of one conflict as plain data, as tables, and as a drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corridor.strategy.model.model import Model
from corridor.strategy.stability.coalition import coalition_stability, package_gains
from corridor.strategy.stability.concepts import Stability, dense_ranks, stability, stability_of
from corridor.strategy.stability.propagate import CONCEPTS
from corridor.strategy.stability.reach import WAYS, Step, evolution, nearest_of
from corridor.strategy.stability.unsettle import unsettle

LISTED = 2_000
"""Lasting states that are told one by one; all are counted."""


def label(model: Model, state: int) -> str:
    """Return the options taken in a state, or its name where the conflict has no options."""
    options = model.space.options
    if not options:
        return model.states[state]
    row = model.space.table[state]
    words = [option.id if row[j] == 1 else f"({option.id})" for j, option in enumerate(options) if row[j] != 0]
    return " + ".join(words) or "nothing"


def analyse(
    model: Model,
    outcomes: Mapping[str, NDArray[np.bool_]] | None = None,
    harm: Sequence[str] = (),
    concept: str = "sseq",
    result: Stability | None = None,
) -> dict[str, Any]:
    """Return everything that one set of preferences says, as data that JSON can hold.

    Parameters
    ----------
    model : with preferences
    outcomes : name -> (state,) where it holds; equilibria are counted in each
    harm : outcomes for which the smallest changes are listed that remove the stability of their
        nearest equilibrium; there is no such list in the other direction
    concept : for `harm`, and for the equilibria whose paths are given
    result : of `stability`, where it is at hand
    """
    graph = model.space.graph
    found = result or stability_of(model)
    named = outcomes or {}
    states, listed = found.states(concept), found.states(concept)[:LISTED]
    data: dict[str, Any] = {
        "id": model.id,
        "title": model.title,
        "actors": list(model.actors),
        "options": [
            {"id": o.id, "owner": o.owner, "direction": o.direction, "text": o.text} for o in model.space.options
        ],
        "states": len(model.states),
        "status_quo": _state(model, model.status_quo) if model.status_quo >= 0 else None,
        "concept": concept,
        "equilibria": {
            name: [
                {**_state(model, s), "margin": _margin(found, c, s), "outcomes": [o for o in named if named[o][s]]}
                for s in found.states(name)[:LISTED]
            ]
            for c, name in enumerate(CONCEPTS)
        },
        "lasting": {name: int(found.equilibrium[c].sum()) for c, name in enumerate(CONCEPTS)},
        "share_of_states": {name: float(found.equilibrium[c].mean()) for c, name in enumerate(CONCEPTS)},
        "outcomes": {
            outcome: {name: int((found.equilibrium[c] & mask).sum()) for c, name in enumerate(CONCEPTS)}
            for outcome, mask in named.items()
        },
        "evolution": {},
        "reached": {},
        "leaving": [],
        "beliefs": _beliefs(model, found, stability(graph, model.payoff), concept) if model.believers else [],
        "packages": [],
        "what_removes": {},
    }
    gains = package_gains(model)
    for p, package in enumerate(model.packages):
        members = [name for name in package.members if name in model.actors]
        together = coalition_stability(model, members, listed)[CONCEPTS.index(concept)]
        data["packages"].append(
            {
                "id": package.id,
                "text": package.text,
                "members": list(package.members),
                "possible_in": int((model.package_target[p] >= 0).sum()),
                "all_members_gain_in": int(gains[p].sum()),
                "all_gain_at_status_quo": bool(model.status_quo >= 0 and gains[p, model.status_quo]),
                "equilibria_left_together": [_state(model, s) for s in listed if not together[s]],
            }
        )
    if model.status_quo >= 0:
        for way in WAYS:
            reach = evolution(model, model.status_quo, way, states, LISTED)
            listed = states
            if len(states) > LISTED:  # the nearest are told
                listed = nearest_of(reach.steps, states)[:LISTED]
            data["reached"][way] = int((reach.steps[states] >= 0).sum())
            data["evolution"][way] = [
                {
                    **_state(model, s),
                    "steps": int(reach.steps[s]),
                    "path": [_step(model, step) for step in reach.paths[s]] if s in reach.paths else None,
                }
                for s in listed
            ]
        data["leaving"] = leaving(model, model.status_quo)
        nearest = evolution(model, model.status_quo, WAYS[2]).steps if harm else np.empty(0, np.int32)
        for outcome in harm:
            inside = [s for s in states if named[outcome][s]]
            if inside:
                first = min(inside, key=lambda s: (nearest[s] < 0, nearest[s], s))
                data["what_removes"][outcome] = _removal(model, first, concept)
    return data


def leaving(model: Model, state: int) -> list[dict[str, Any]]:
    """Return who would gain by leaving a state, and by which move: the check of a settlement, or of the status quo."""
    ranks = dense_ranks(model.payoff)
    found = []
    for i, actor in enumerate(model.actors):
        better = [int(t) for t in model.space.moves(i, state) if ranks[i, t] > ranks[i, state]]
        if better:
            best = max(better, key=lambda t: ranks[i, t])
            found.append({"actor": actor, "moves": len(better), "best": _state(model, best)})
    return found


def _beliefs(model: Model, found: Stability, knowing: Stability, concept: str) -> list[dict[str, Any]]:
    """Return what each actor takes others to want that they do not, and what it does because of that.

    knowing : the stabilities if everybody knew what the others want
    """
    c, rows = CONCEPTS.index(concept), []
    for i in model.believers:
        name = model.actors[i]
        mine = [s for s in model.statements if s.believer == name]
        stays, leaves = found.stable[c, i] & ~knowing.stable[c, i], ~found.stable[c, i] & knowing.stable[c, i]
        now = model.status_quo
        rows.append(
            {
                "actor": name,
                "of": {a: [s.id for s in mine if s.actor == a] for a in dict.fromkeys(s.actor for s in mine)},
                "stays_in": int(stays.sum()),
                "leaves": int(leaves.sum()),
                "today": "stays" if now >= 0 and stays[now] else "leaves" if now >= 0 and leaves[now] else "",
                "lasting_lost": int((leaves & knowing.equilibrium[c]).sum()),
            }
        )
    return rows


def _state(model: Model, state: int) -> dict[str, Any]:
    taken = [o.text or o.id for j, o in enumerate(model.space.options) if model.space.table[state, j] == 1]
    text = "; ".join(taken) if model.space.options else model.states[state]
    return {"state": model.states[state], "number": int(state), "label": label(model, state), "text": text or "nothing"}


def _step(model: Model, step: Step) -> dict[str, Any]:
    return {"who": step.mover, "to": model.states[step.target], "label": label(model, step.target)}


def _margin(found: Stability, concept: int, state: int) -> float | None:
    """Return the smallest margin over actors, None where nobody can move."""
    least = float(found.margin[concept, :, state].min())
    return least if np.isfinite(least) else None


def _removal(model: Model, state: int, concept: str) -> dict[str, Any]:
    removal = unsettle(model, state, concept)
    return {
        **_state(model, state),
        "exact": removal.exact,
        "changes": [
            {
                "swaps": change.swaps,
                "leaves": list(change.leaves),
                "shifts": [vars(shift) for shift in change.shifts],
            }
            for change in removal.changes
        ],
    }


def equilibrium_rows(model: Model, result: Stability, most: int | None = None) -> list[list[str | int | float]]:
    """Return a table of the states that are an equilibrium under any concept, the most stable first; `most` of them."""
    rows: list[list[str | int | float]] = [["state", "options taken", *CONCEPTS, "least margin (sseq)"]]
    some = np.flatnonzero(result.equilibrium.any(axis=0))
    order = some[np.argsort(-result.equilibrium[:, some].sum(axis=0), kind="stable")]
    for s in order[:most]:
        marks = [int(result.equilibrium[c, s]) for c in range(len(CONCEPTS))]
        rows.append([model.states[s], label(model, int(s)), *marks, float(result.margin[4, :, s].min())])
    return rows


def graphviz(model: Model, result: Stability, concept: str = "sseq", most: int = 60) -> str:
    """Return the states that improvements and packages lead to from the status quo, as Graphviz text.

    Double circles are equilibria; dashed arrows are packages; at most `most` states, the nearest first.
    """
    if model.status_quo < 0:
        message = "the model has no status quo to start from"
        raise ValueError(message)
    steps = evolution(model, model.status_quo, WAYS[2]).steps
    near = [int(s) for s in np.lexsort((np.arange(steps.size), steps)) if steps[s] >= 0][:most]
    chosen, ranks, gains = set(near), dense_ranks(model.payoff), package_gains(model)
    stable = result.equilibrium[CONCEPTS.index(concept)]
    lines = [f"digraph {_quoted(model.id or 'conflict')} {{", "  rankdir=LR;", "  node [shape=circle];"]
    for s in near:
        shape = ", shape=doublecircle" if stable[s] else ""
        style = ", style=bold" if s == model.status_quo else ""
        lines.append(f"  s{s} [label={_quoted(label(model, s))}{shape}{style}];")
    for s in near:
        for i, actor in enumerate(model.actors):
            better = [int(t) for t in model.space.moves(i, s) if int(t) in chosen and ranks[i, t] > ranks[i, s]]
            lines += [f"  s{s} -> s{t} [label={_quoted(actor)}];" for t in better]
        for p, package in enumerate(model.packages):
            t = int(model.package_target[p, s])
            if gains[p, s] and t in chosen:
                lines.append(f"  s{s} -> s{t} [label={_quoted(package.id)}, style=dashed];")
    return "\n".join([*lines, "}", ""])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
