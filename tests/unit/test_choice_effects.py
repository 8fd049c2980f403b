"""What choices do to the world, and what is stronger: policy force, then choice, then policy set and events."""

from __future__ import annotations

import numpy as np
import pytest

from actors_case import certain, conflict, sides
from corridor.core.errors import InputError
from corridor.engine import run
from corridor.engine.compile import compile_scenario
from corridor.engine.sides.choice import hardship
from corridor.engine.sides.compile import as_played, compile_sides
from corridor.engine.sides.effects import EXIT_LATER, EXIT_NOW, SILENT, Imposed, Voice, World, act, compile_effects
from corridor.results.dataset import ahead
from corridor.scenario.model import Action, ActorPolicy
from corridor.strategy import build
from small import CLOSED, OPEN, START

HUMANITARIAN = 6
HELD = {"press": False, "accept": False, "attack": False, "sign": False}


def tables(data=None, held=None):
    scenario = as_played(conflict(data))
    content = compile_sides(scenario).content
    model = build(content, held)
    return model, compile_effects(scenario, content, model.space, {}, compile_scenario(scenario).net)


def test_effects_of_every_state():
    model, effects = tables()
    find = model.space.find
    gate = 1
    assert effects.regime[find({"block": 1}), gate] == CLOSED
    assert effects.regime[find({}), gate] == OPEN
    assert effects.regime[find({"attack": 1}), gate] == CLOSED
    assert (effects.regime[:, [0, 2]] == SILENT).all()
    assert effects.usual.tolist() == [SILENT, CLOSED, SILENT]
    np.testing.assert_array_equal(effects.release[:, 0], model.space.face[:, 1])
    assert not effects.exit.any()


def test_the_last_effect_written_rules_and_exits_are_read():
    more = [
        *sides()["effects"],
        {"id": "aid", "when": "block", "set": {"links": {"gate": {"regime": "humanitarian+medical"}}}},
        {"id": "out", "when": "press", "set": {"exit": True, "places.near.release": True}},
        {"id": "later", "when": "accept & !press", "set": {"exit": "delayed", "guarantee": {"by": "somebody"}}},
    ]
    model, effects = tables(sides(effects=more))
    assert effects.regime[model.space.find({"block": 1}), 1] == HUMANITARIAN
    assert effects.exit[model.space.find({"press": 1})] == EXIT_NOW
    assert effects.exit[model.space.find({"accept": 1})] == EXIT_LATER
    assert effects.release[model.space.find({"press": 1})].tolist() == [1, 0]


def test_flags_that_a_policy_sets_are_seen_by_effects():
    data = sides(flags={"convoy": 0}, effects=[{"id": "c", "when": "convoy", "set": {"links.gate.regime": "medical"}}])
    scenario = as_played(conflict(data))
    content = compile_sides(scenario).content
    space = build(content).space
    net = compile_scenario(scenario).net
    assert (compile_effects(scenario, content, space, {}, net).regime == SILENT).all()
    assert (compile_effects(scenario, content, space, {"convoy": True}, net).regime[:, 1] == 4).all()


def test_everything_wrong_with_effects_is_told_at_once():
    wrong = [
        {"id": "a", "when": "block", "set": {"links.gaet.regime": "open", "links.gate.regime": "opne"}},
        {"id": "b", "when": "attack", "set": {"places.outside.release": True, "release": False, "exit": "maybe"}},
        {"id": "c", "when": "attack", "set": {"pipelines.trade": "closed"}},
    ]
    with pytest.raises(InputError) as error:
        tables(sides(effects=wrong))
    said = [(p.field, p.message) for p in error.value.problems]
    assert ("effects.a.links.gaet.regime", 'no link "gaet"') in said
    assert ("effects.a.links.gate.regime", '"opne" is no regime') in said
    assert ("effects.b.places.outside.release", 'no home "outside"') in said
    assert ("effects.b.release", '"False" is not a value of release') in said
    assert ("effects.b.exit", '"maybe" is not a way out') in said
    assert ("effects.c.pipelines.trade", "is nothing that a choice can do to the world") in said


def acted(state: int, effects, held=(31, 31, 31), forced=(0, 0, 0), regime=None, **more):
    out = np.array([regime or held], np.uint8).T.copy()
    release, hour = np.zeros((2, 1), np.uint8), np.array([np.inf])
    voice = Voice(*more.get("voice", (effects.usual[:, None].copy(), np.zeros((3, 1), np.uint8))))
    imposed = Imposed(*(np.array(one, np.uint8) for one in (held, forced, (0, 0, 0))))
    act(effects, imposed, 20, np.array([2.0]), np.array([state], np.int32), voice, World(out, release, hour))
    return out[:, 0].tolist(), release[:, 0].tolist(), hour[0]


def test_a_block_stops_goods_and_people_in_and_leaves_a_way_out_that_is_open():
    model, effects = tables()
    opened = {"voice": (np.array([[SILENT], [OPEN], [SILENT]]), np.ones((3, 1), np.uint8))}
    block = model.space.find({"block": 1})
    assert acted(block, effects, **opened)[0] == [31, 8, 31]
    assert acted(block, effects, held=(31, 6, 31), **opened)[0] == [31, 0, 31]


def test_what_holds_on_as_of_goes_on_until_a_choice_changes_it():
    model, effects = tables()
    assert acted(model.space.find({"block": 1}), effects)[0] == [31, 31, 31]
    assert acted(model.space.find({}), effects, held=(31, 6, 31))[0] == [31, 31, 31]
    assert acted(model.space.find({}), effects, held=(31, 6, 31), forced=(0, 1, 0))[0] == [31, 6, 31]


def test_a_way_out_may_be_granted_without_an_offensive():
    more = [
        {"id": "now", "when": "press", "set": {"exit": True}},
        {"id": "later", "when": "accept", "set": {"exit": "delayed"}},
    ]
    model, effects = tables(sides(effects=more))
    regime, release, hour = acted(model.space.find({"press": 1}), effects, held=(0, 0, 0))
    assert (regime, release, hour) == ([8, 8, 8], [0, 0], np.inf)  # each lies on a way from a home to the exit
    assert acted(model.space.find({"press": 1}), effects, held=(0, 0, 0), forced=(1, 1, 1))[0] == [0, 0, 0]
    assert acted(model.space.find({"accept": 1}), effects)[2] == 24 * 20 + 12 + 24 * 2


def only(formula: str, *actions: Action, status: int, rate: float = 7.0, **world):
    """One side that wants one thing, sharply; everything but the block is held."""
    data = certain(packages=[], meta={"id": "m", "status_quo": {"block": status}})
    data["preferences"] = {"KEEPER": [{"id": "K", "wants": formula, "evidence": "speech", "weight": 1.0}]}
    data["actors"]["KEEPER"]["rate"] = rate
    data["priors"]["lambda"]["median"] = 300.0
    policy = ActorPolicy(id="held", title="Held", fixes=HELD, actions=actions)
    ds = ahead(run(conflict(data, (policy,), **world), futures=24, actors=True)).load().isel(policy=0, condition=0)
    return ds["taken"].sel(option="block").values > 0, ds["regime"].sel(link="gate").values.astype(int)


def regime(do: str, value: int, day: int = 1, last: int | None = None) -> Action:
    at = START.replace(day=20 + day)
    ends = None if last is None else START.replace(day=20 + last)
    return Action(do=do, target="links.gate.regime", value=value, starts=at, ends=ends)  # type: ignore[arg-type]


def test_a_choice_is_stronger_than_events():
    taken, gate = only("block", status=0)
    assert taken[:, -1].all()
    first = taken.argmax(axis=1)
    days = np.arange(gate.shape[1])
    np.testing.assert_array_equal(gate, np.where(days >= first[:, None], 8, OPEN))
    assert len(set(first)) > 2  # reviews fall on different days


def test_force_is_stronger_than_a_choice_and_only_while_it_lasts():
    taken, gate = only("block", regime("force", OPEN, 1, 8), status=0, rate=40.0)
    assert taken[:, 4:].all()
    assert (gate[:, :8] == OPEN).all()
    assert (gate[:, 8:] == 8).all()
    taken, gate = only("!block", regime("force", CLOSED), status=1, rate=40.0, regime=HUMANITARIAN)
    assert not taken[:, 4:].any()
    assert (gate == CLOSED).all()


def test_what_a_policy_sets_holds_until_a_choice_changes_it():
    taken, gate = only("!block", regime("set", HUMANITARIAN), status=1, regime=CLOSED)
    assert not taken[:, -1].any()
    np.testing.assert_array_equal(gate, np.where(taken, HUMANITARIAN, OPEN))
    taken, gate = only("block", regime("set", HUMANITARIAN), status=1, regime=CLOSED)
    assert taken.all()
    assert (gate == HUMANITARIAN).all()


def test_a_set_that_begins_later_overrules_what_was_chosen_before():
    taken, gate = only("block", regime("set", HUMANITARIAN, 6), status=0, rate=40.0)
    assert taken[:, 4:].all()
    assert (gate[:, 4] == 8).all()
    assert (gate[:, 5:] == HUMANITARIAN).all()


def test_a_policy_under_which_the_status_quo_cannot_be_is_refused():
    bad = ActorPolicy(id="bad", title="Bad", fixes={"attack": True, "sign": True})
    with pytest.raises(InputError, match="no state is feasible"):
        run(conflict(policies=(bad,)), futures=2, actors=True)
    unknown = ActorPolicy(id="odd", title="Odd", fixes={"pres": True})
    with pytest.raises(InputError) as error:
        run(conflict(policies=(unknown,)), futures=2, actors=True)
    assert error.value.problems[0].field == "actor_policies.odd"
    assert error.value.problems[0].remedy == 'did you mean "press"?'
    data = sides(meta={"id": "x", "status_quo": {"sign": 1}})
    attack = ActorPolicy(id="attack", title="Attack", fixes={"attack": True})
    with pytest.raises(InputError, match='cannot be while policy "attack" holds attack'):
        run(conflict(data, (attack,)), futures=2, actors=True)


def test_hardship_by_hand():
    people, start = np.array([[300, 0], [100, 0]]), np.array([[400, 400], [100, 100]])
    intake, out = np.array([[1000.0, 0.0], [2500.0, 0.0]]), np.empty(2)
    hardship(people, start, intake, np.array([2000.0, 2000.0]), out)
    # half missing for three quarters of those present, a fifth gone; then nobody is left
    np.testing.assert_allclose(out, [(0.375 + 0.2) / 0.25, 4.0])
