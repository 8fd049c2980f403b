"""A rule is what it declares: it is handed nothing else, writes nothing else, and reads after the writer has run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from corridor.engine.compile import compile_scenario, draw_inputs
from corridor.engine.day import days, morning, prepared, start_state
from corridor.engine.plan import future, history
from corridor.rules import ORDER, RULES, chosen
from corridor.rules.base import MORNING, Array, Rule
from corridor.tables.variable import BY_NAME
from small import small

EVERY = [rule for rules in RULES.values() for rule in rules.values() if rule.process != "movement"]
SETS = [chosen({}), *(chosen({rule.process: rule.name}) for rule in EVERY)]


def faults(rules: Sequence[Rule], morning: Iterable[Array] = MORNING) -> list[str]:
    """Return what is wrong with what the rules of a day declare."""
    writer: dict[str, int] = {array.name: -1 for array in morning}
    out = []
    for i, rule in enumerate(rules):
        for name in rule.written:
            if name in writer:
                out.append(f"{rule.process}: {name} has another writer")
            writer[name] = i
    for i, rule in enumerate(rules):
        for name in rule.reads:
            if name not in writer:
                out.append(f"{rule.process}: nobody writes {name}")
            elif writer[name] >= i:
                out.append(f"{rule.process}: reads {name} of today before it is written")
        for name in rule.yesterday:
            if name not in writer:
                out.append(f"{rule.process}: nobody writes {name}")
            elif writer[name] <= i:
                out.append(f"{rule.process}: {name} of yesterday is gone")
    return out


@pytest.mark.parametrize("rules", SETS, ids=lambda rules: " ".join(rule.name for rule in rules)[:40])
def test_one_writer_and_readers_after_it(rules: tuple[Rule, ...]) -> None:
    assert not faults([rule for rule in rules if rule.process != "movement"])


def test_the_check_of_declarations_can_fail() -> None:
    rules = [rule for rule in chosen({}) if rule.process != "movement"]
    at = {rule.process: i for i, rule in enumerate(rules)}

    def changed(process: str, **values: object) -> list[Rule]:
        return [*rules[: at[process]], replace(rules[at[process]], **values), *rules[at[process] + 1 :]]

    early = changed("access", reads=(*rules[at["access"]].reads, "intake"))
    assert faults(early) == ["access: reads intake of today before it is written"]
    twice = changed("ledger", states=(*rules[at["ledger"]].states, Array("intake", ("place",))))
    assert faults(twice)[0] == "ledger: intake has another writer"
    gone = changed("ledger", yesterday=("intake",))
    assert faults(gone) == ["ledger: intake of yesterday is gone"]
    assert faults(changed("ledger", reads=(*rules[at["ledger"]].reads, "gold"))) == ["ledger: nobody writes gold"]


def test_what_is_recorded_is_declared_with_its_dimensions() -> None:
    for rule in EVERY:
        for array in rule.states:
            if array.name in BY_NAME:
                assert array.dims == BY_NAME[array.name].dims, array.name


def spied(changed_rules: Mapping[str, str], days_played: int = 40) -> dict[str, tuple[set[str], set[str]]]:
    """Return, by process, the arrays that its rule changed although it does not own them, and those that it never did."""
    c = compile_scenario(small(rules=dict(changed_rules)))
    futures = np.arange(3, dtype=np.uint32)
    p = dict(draw_inputs(c, 1, futures).numbers)
    state = start_state(c, p)
    found: dict[str, tuple[set[str], set[str]]] = {}
    for schedule in (history(c), future(c, c.scenario.policies[-1], c.scenario.conditions[-1])):
        drawn_first, handed = prepared(c, state, p, schedule)
        for i, today in zip(range(days_played), days(schedule, p, 1, futures), strict=False):
            morning(state, p, drawn_first, schedule, i, today)
            before = {name: array.copy() for name, array in state.items()}
            drawn = {name: array.copy() for name, array in p.items()}
            for rule, arrays, numbers in handed:
                stolen, idle = found.setdefault(rule.process, (set(), set(rule.written)))
                rule.step(c.net, arrays, numbers, today)
                assert set(arrays) == set(rule.handed), "a rule makes no arrays while days are played"
                assert all(arrays[name] is state[name] for name in arrays), "arrays change in place"
                changed = {n for n, array in state.items() if not np.array_equal(array, before[n], equal_nan=True)}
                for name in changed:
                    before[name][...] = state[name]
                stolen |= changed - set(rule.written)
                stolen |= {name for name, array in p.items() if not np.array_equal(array, drawn[name], equal_nan=True)}
                idle -= changed
    return found


@cache
def spied_once(changed_rules: tuple[tuple[str, str], ...]) -> dict[str, tuple[set[str], set[str]]]:
    """Return the same, played once for every rule of a set."""
    return spied(dict(changed_rules))


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: f"{rule.process}.{rule.name}")
def test_a_rule_writes_only_what_it_owns(rule: Rule) -> None:
    usual = rule in chosen({})
    stolen, _ = spied_once(() if usual else ((rule.process, rule.name),))[rule.process]
    assert not stolen


def test_the_spy_sees_a_thief() -> None:
    honest = RULES["ledger"][next(iter(RULES["ledger"]))]

    def step(net: object, s: dict, p: object, today: object) -> None:
        honest.step(net, s, p, today)
        s["delivered"][...] += 1.0

    with pytest.MonkeyPatch.context() as patch:
        thief = replace(honest, step=step)
        patch.setitem(RULES["ledger"], honest.name, thief)
        assert spied({})["ledger"][0] == {"delivered"}


def test_the_order_of_the_day_names_every_process() -> None:
    assert set(ORDER) == set(RULES)
