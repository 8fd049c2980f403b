"""Invented sides, and what every question about them makes of them: as weighted sums, like `invented`."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import xarray as xr
import yaml

from actors_case import sides
from corridor import strategy
from corridor.analysis.sides import history as of_past
from corridor.analysis.sides import law, outcomes, rivals
from corridor.analysis.sides.summary import summary
from corridor.analysis.sides.words import told_of
from corridor.core.errors import InputError
from corridor.results import read
from corridor.strategy import ask, change, claims, lints
from corridor.strategy.choice.process import Step
from corridor.strategy.history import Coded, coded_past, free_model, likelihood
from corridor.strategy.model import literal
from corridor.strategy.model.model import packed
from corridor.strategy.stability.concepts import stability_of
from corridor.strategy.stability.propagate import CONCEPTS

DRAWS = 20
POLICIES: Mapping[str, dict[str, bool]] = {
    "held": {},
    "pressed": {"press": True},
    "calm": {"press": False, "paid": True},
}
OUTCOMES = ("road_open", "offensive", "settlement")


def data() -> dict[str, Any]:
    """Return a conflict with all that a file may have: stakes, a flag, a belief, priors, packages, a pattern."""
    changed = sides(
        flags={"paid": 0}, policies={name: dict(held) for name, held in POLICIES.items() if held},
        stakes={
            "KEEPER": [{"id": "K9", "while": "paid & !block", "worth": 1.4, "low": 0.2, "high": 2.5, "evidence": "x"}],
            "TOWN": [{"id": "T9", "while": "attack", "worth": -0.8, "low": -1.5, "high": -0.2, "evidence": "y"}],
        },
        priors={
            "rank_noise": {"floor": 0.3, "slope": 2.0}, "lambda": {"median": 9.0, "sd_log": 0.4}, "inertia": {"sd": 0.05},
            "irreversible_cost": {"sd": 0.2}, "foresight_h": {"values": [0, 1, 2], "probs": [0.4, 0.4, 0.2]},
            "rate_sd_log": 0.5,
        },
    )  # fmt: skip
    changed["packages"].append(
        {"id": "truce", "members": ["KEEPER", "OUTSIDER"], "set": {"attack": 0, "press": 0}, "rate_per_week": 0.2}
    )
    wrongly = [{"id": "b1", "wants": "!attack", "evidence": "z"}, {"id": "b2", "wants": "block", "evidence": "z"}]
    changed["beliefs"] = {"TOWN": {"preferences": {"KEEPER": wrongly}}}
    return changed


@cache
def content() -> strategy.ActorsFile:
    """Return it as read."""
    return replace(strategy.read_actors_data(data()), horizon_weeks=5)


def ordered(seed: int, options: int = 4) -> strategy.Model:
    """Return a model in option form in which pay-offs are whole numbers, with ties."""
    rng, names = np.random.default_rng(seed), "ABC"
    every = [strategy.Option(f"o{n}", names[n % 3], "up" if n == 1 else "both") for n in range(options)]
    space = strategy.option_space(names, every, [{"o0": 1, "o1": 1}], [{"o2": 1, "o3": 1}])
    return strategy.Model("m", "", space, rng.integers(0, 6, (3, len(space.states))).astype(float), status_quo=0)


def graph(seed: int) -> strategy.Model:
    """Return a model in graph form, with a way of no return."""
    rng, states = np.random.default_rng(seed), "abcdefg"
    moves = {who: {s: [t for t in states if t != s and rng.random() < 0.25] for s in states} for who in "XYZ"}
    space = strategy.graph_space("XYZ", states, moves, {"X": {"a": moves["X"]["a"][:1]}})
    return strategy.Model("g", "", space, rng.permuted(np.tile(np.arange(7.0), (3, 1)), axis=1), status_quo=2)


def _stable() -> Any:
    built = strategy.build(content())
    found: dict[str, Any] = {}
    for name, model in {"written": built, "ordered": ordered(2), "six": ordered(5, 5), "graph": graph(3)}.items():
        result, states = stability_of(model, strategy.others(model.space.graph)), len(model.states)
        group = model.actors[:2]
        found[name] = {
            "result": asdict(result), "graph": [asdict_or(model.space.graph), asdict_or(strategy.others(model.space.graph))],
            "leaving": [strategy.leaving(model, s) for s in range(states)],
            "ways": [asdict(strategy.evolution(model, 1, way, [0, states - 1, 3], 2)) for way in strategy.WAYS],
            "group": [strategy.group_moves(model.space.graph, [0, 2], s) for s in range(states)],
            "joint": [strategy.joint_improvements(model, group, s) for s in range(states)],
            "coalition": strategy.coalition_stability(model, group), "gains": strategy.package_gains(model),
            "rows": strategy.equilibrium_rows(model, result), "best": strategy.equilibrium_rows(model, result, 2),
            "drawn": len(strategy.graphviz(model, result)), "few": len(strategy.graphviz(model, result, "seq", 4)),
            "unsettled": [asdict(strategy.unsettle(model, s, concept, limit=400))
                          for concept in CONCEPTS for s in np.flatnonzero(result.equilibrium[CONCEPTS.index(concept)])[:1]],
        }  # fmt: skip
    masks = law.masks(content(), built, {}, OUTCOMES)
    draws = strategy.draw_preferences(built, content().priors, 12, 3)
    rng = np.random.default_rng(1)
    found["literal"] = [
        literal.stable(concept, moves_of(model), model.payoff.tolist(), i, s)
        for model in (ordered(2), ordered(4), graph(3)) for concept in ("nash", "gmr", "smr", "seq", "sseq")
        for i in range(3) for s in range(len(model.states))
    ]  # fmt: skip
    found["packed"] = [packed(rng.random((rows, 60)) < 0.9) for rows in (1, 31, 32, 33, 70)]
    central = [strategy.analyse(strategy.build(content(), held), law.masks(content(), strategy.build(content(), held), held, OUTCOMES),
                                ("offensive",)) for held in POLICIES.values()]  # fmt: skip
    found["central"] = [central, [checked(strategy.in_words(one)) for one in central]]
    found["frequencies"] = asdict(strategy.stability_frequencies(built, draws, masks, 1))
    found["moves"] = [asdict(one) for one in strategy.one_place_moves(built, masks)]
    place, hit = rng.integers(0, 5, (120, 4)).astype(np.int16), rng.random(120)
    hit[place[:, 1] < 2] += 0.8
    place[:100, 3] = 1
    found["terciles"] = [asdict(one) for one in strategy.terciles(place, hit, "abcd")]
    wide = rng.integers(0, 200, (400, 3)).astype(np.int16)
    often = rng.random(400) < np.where((wide[:, 0] < 60) & (wide[:, 2] > 90), 0.9, 0.15)
    found["box"] = [asdict(strategy.find_box(place, hit > 0.9, "abcd")), asdict(strategy.find_box(wide, often, "abc"))]
    return found


def moves_of(model: strategy.Model) -> list[list[list[int]]]:
    """Return actor -> state -> states that it can move to."""
    return [[model.space.moves(i, s).tolist() for s in range(len(model.states))] for i in range(len(model.actors))]


def checked(lines: Iterable[str]) -> list[float]:
    """Return a number for each sentence, so that it is held word by word."""
    return [zlib.crc32(line.encode()) / 2**32 for line in lines]


def asdict_or(value: Any) -> Any:
    """Return the fields of a tuple or a dataclass."""
    return value._asdict() if hasattr(value, "_asdict") else {name: getattr(value, name) for name in vars(value)}


def _chosen() -> Any:
    found: dict[str, Any] = {}
    for name, held in POLICIES.items():
        model = strategy.build(content(), held)
        wants = strategy.draw_preferences(model, content().priors, DRAWS, 5)
        ways = strategy.draw_choices(content(), model, DRAWS, 5)
        where = law.masks(content(), model, held, OUTCOMES)
        value = np.zeros((*model.payoff.shape, DRAWS))
        weight = np.ascontiguousarray(wants.weights.T / 1e6)
        strategy.look_ahead(model.space.graph, strategy.wants_of(model), ways, weight, np.arange(DRAWS), value)
        state, watched = (
            np.zeros(DRAWS, np.int32) + model.status_quo,
            np.stack(list(where.values()), axis=1).astype(np.uint8),
        )
        touched = np.zeros((watched.shape[1], DRAWS), np.uint8)
        walked = []
        for day in range(6):
            step = Step(2.0 / 7.0, 1, day, np.arange(DRAWS).astype(np.uint64), np.arange(9).astype(np.uint64))
            strategy.choose(model.space.graph, strategy.offers_of(model), ways, step, value, state, watched, touched)
            walked += [state.copy(), touched.copy()]
        found[name] = {
            "wants": wants._asdict() if hasattr(wants, "_asdict") else asdict(wants), "ways": ways._asdict(),
            "utility": strategy.utilities(model, wants), "value": value, "walked": walked,
            "ever": strategy.outcome_chances(model, wants, ways, where, 4),
            "from": strategy.outcome_chances(model, wants, ways, where, 3, False, len(model.states) - 1),
            "both": strategy.ever_and_now(model, wants, ways, where, 3, model.status_quo, 1),
            "offers": strategy.offers_of(model)._asdict(),
        }  # fmt: skip
    return found


def _asked() -> Any:
    one = content()
    found = law.choice_law(
        one, POLICIES, OUTCOMES, draws=90, seed=2, structures=tuple(law.STRUCTURES), structure_draws=12, stability=True,
        weeks=4,
    )  # fmt: skip
    pairs = [(policy, outcome) for policy in POLICIES for outcome in OUTCOMES]
    model, draws = strategy.build(one), 16
    names, table = ask.pool(one, model, 80, 1)
    good = table[:, 0] > np.quantile(table[:, 0], 0.6)
    good[::7] = ~good[::7]
    good2 = good & (table[:, 8] > np.median(table[:, 8]))
    states = [{}, {"attack": True}, {"block": True, "press": True}, {"sign": True}]
    compared = claims.read_claims_text(
        "claims:\n"
        "  - {id: P1, says: x, held_by: {a: [K3]}, test: {outcome: offensive, sign: raise, when: {press: 1}, against: {press: 0}}}\n"
        "  - {id: P2, says: x, test: {outcome: road_open, sign: lower, when: {paid: 1}, against: {}, weeks: 2}}\n"
        "  - {id: P3, says: x, test: {outcome: nothing, sign: raise, when: {paid: 1}}}\n"
    )
    rival = change.put(one, "actors.KEEPER.K4.place=1")
    changes = ("actors.KEEPER.rate=3", "actors.TOWN.T1.strength=0.1", "actors.KEEPER.K9.worth=-2", "actors.inertia=0.3",
               "actors.TOWN.T3.place=2", "actors.lambda=4")  # fmt: skip
    return {
        "law": {name: value for name, value in vars(found).items() if name not in ("statements",)},
        "above": [law.above_chance(found, *pair) for pair in pairs],
        "choosing": [[asdict(c) for c in law.choosing(found, *pair, 3)] for pair in pairs],
        "hinges": [[asdict(c) for c in law.hinges(found, *pair)] for pair in pairs],
        "summary": summary(found, told_of(one, data(), {p: {"title": p, "summary": "", "main": True} for p in POLICIES},
                                          title="t"), weeks=(1, 4)),
        "price": asdict(ask.price(one, "K9", "offensive", -0.05, POLICIES["calm"], {}, draws)),
        "box": [asdict(ask.box(names, table, which)) for which in (good, good2)],
        "pool": table, "best": ask.best_of({"a": table[:, 0], "b": table[:, 1]}, "a", -1),
        "why": [[asdict(leaving) for leaving in ask.why(one, held, state)]
                for held in ({}, {"press": True}) for state in states],
        "counts": [ask.counts(one, s, POLICIES["calm"]) for s in (*one.stakes, *one.statements)],
        "needed": [ask.draws_for(error) for error in (0.001, 0.01, 0.015, 0.1)],
        "lints": [_lints(lints.lint(other, draws=24)) for other in (one, rival, *without_each(one))],
        "put": [ask.chance(change.put(one, text), {}, "offensive", draws) for text in changes],
        "more": ask.chance(change.add_option(one, "talk: TOWN, talks"), {}, "offensive", draws),
        "claims": rivals.claim_rows(compared, {"a": one, "b": rival}, draws=draws, left_out=True),
        "rivals": rivals.rivals({"a": (one, POLICIES), "b": (rival, POLICIES)}, "held", list(POLICIES), OUTCOMES,
                                draws=draws),
    }  # fmt: skip


def without_each(one: strategy.ActorsFile) -> list[strategy.ActorsFile]:
    """Return the file without each statement or stake, package, or forbidden state."""
    ids = [s.id for s in (*one.statements, *one.stakes)]
    return [
        *(claims.without(one, (name,)) for name in ids), replace(one, infeasible=()), replace(one, packages=()),
        replace(one, infeasible=({"attack": True, "press": False}, {"attack": True, "accept": True}), status_quo={}),
    ]  # fmt: skip


def _lints(found: list[strategy.Lint]) -> Any:
    return [
        [one.number, one.level, checked([one.subject, one.message, one.remedy]), one.line, one.column] for one in found
    ]


WRONG: tuple[Any, ...] = ("zzz", -5, 1e9, [], {"x": 1}, 1.0, "KEEPER", "block & (", None, True, 0)
"""what a person may have written instead"""


def _read() -> Any:
    """Return what is said of the file with each of its entries changed in turn, or left out, and of what is then read."""
    rows: list[Any] = []
    for n, path in enumerate(list(leaves(data()))):
        for wrong in (WRONG[n % len(WRONG)], WRONG[(n + 5) % len(WRONG)]) if n % 4 else (...,):
            changed = data()
            place = changed
            for key in path[:-1]:
                place = place[key]
            if wrong is ...:
                del place[path[-1]]
            else:
                place[path[-1]] = wrong
            try:
                rows.append(checked([repr(strategy.read_actors(yaml.safe_dump(changed)))]))
            except InputError as error:
                rows.append([[p.line, p.column, *checked([p.field, p.message, p.remedy])] for p in error.problems])
    return {"told": rows}


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each entry that holds no others."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in pairs:
        yield from leaves(part, (*path, key)) if isinstance(part, dict | list) and part else [(*path, key)]


def _past() -> Any:
    one, start = content(), date(2024, 1, 1)
    model = free_model(one)
    coded = [(0, "block", True), (3, "press", True), (12, "block", False), (12, "sign", True), (12, "accept", True),
             (20, "press", False), (21, "press", True)]  # fmt: skip
    facts = tuple(Coded(start + timedelta(days=day), option, taken) for day, option, taken in coded)
    past = coded_past(model, facts, start + timedelta(days=30))
    like = likelihood(one, model, past, 40, 3)
    wants, ways = of_past.sample(like, 15, 4)
    return {
        "past": vars(past), "weeks": like.by_week, "share": like.share, "rates": like.rates,
        "scores": asdict(of_past.scores(like, past)), "posterior": of_past.posterior(like, model.actors),
        "early": of_past.posterior(like, model.actors, 1), "weights": of_past.weights(like),
        "sample": [wants.weights, wants.place, *ways],
    }  # fmt: skip


def _told(run: xr.Dataset) -> Any:
    """Return what is told of a run in which the sides choose; roads by what their regime lets pass."""
    rng, one, days, futures = np.random.default_rng(4), content(), run.sizes["day"], run.sizes["future"]
    features = list(one.features)
    taken = rng.random((3, 1, futures, days, len(one.options))) < 0.02
    touched = rng.random((3, 1, futures, days, len(features))) < 0.01
    dims = ("policy", "condition", "future", "day")
    own = run.isel(condition=[0]).assign_attrs(scenario=_with_sides(run))
    own = own.assign(
        taken=((*dims, "option"), taken.astype(float)), touched=((*dims, "feature"), touched.astype(float))
    )
    own = own.assign_coords(option=[o.id for o in one.options], feature=features)
    own["regime"] = own["regime"].where(rng.random(own["regime"].shape) < 0.1, 0.0)
    without = own.drop_vars(["touched", "feature"])
    tables = {
        name: outcomes.actor_table(ds, reference="open", days=[3, 20]) for name, ds in (("a", own), ("b", without))
    }
    return {
        "table": tables, "usual": outcomes.actor_table(own),
        "passage": [{str(n): x.values for n, x in outcomes.first_passage(ds).items()} for ds in (own, without)],
        "between": outcomes.between_variants(tables),
        "by": outcomes.by_variant(tables, "offensive", 3),
    }  # fmt: skip


def _with_sides(run: xr.Dataset) -> str:
    return read.scenario_of(run).model_copy(update={"actors": data()}).model_dump_json()


READ: Mapping[str, Callable[[xr.Dataset], Any]] = {
    "sides stable": lambda _: _stable(), "sides chosen": lambda _: _chosen(), "sides asked": lambda _: _asked(),
    "sides past": lambda _: _past(), "sides read": lambda _: _read(), "sides told": _told,
}  # fmt: skip
