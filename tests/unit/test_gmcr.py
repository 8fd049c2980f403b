"""Conflicts of GMCR+: what a file says is what is read, and a model goes out and comes back the same."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import typer
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from corridor.cli.imports import imports
from corridor.cli.sides import actors
from corridor.core.errors import InputError
from corridor.exchange.gmcr import alternatives, gmcr_of
from corridor.exchange.importers.gmcr import read_gmcr
from corridor.strategy import CONCEPTS, build, evaluate, parse, read_actors
from corridor.strategy.model.actors_file import ActorsFile
from corridor.strategy.model.model import Model
from corridor.strategy.stability.concepts import stability
from import_seeds import FORMS, GMCR

# Elmira, Ontario, 1991, in the form of GMCR+: moves and rankings as in tests/published/test_strategy_cases.py (Xu, Hipel
# and Kilgour 2009; Kilgour and Hipel 2005), states counted by hand; the four states without the plant are equally good.
GONE = [5, 6, 11, 12]
ELMIRA = {
    "useManualPreferenceVectors": True,
    "options": [
        {"name": "Modify", "permittedDirection": "fwd"}, {"name": "Delay", "permittedDirection": "back"},
        {"name": "Accept", "permittedDirection": "both"}, {"name": "Abandon", "permittedDirection": "fwd"},
        {"name": "Insist", "permittedDirection": "both"},
    ],
    "infeasibles": [
        [[1, "Y"], [2, "Y"]], [[1, "Y"], [3, "Y"]], [[2, "Y"], [3, "Y"]], [[1, "N"], [2, "N"], [3, "N"]],
    ],
    "decisionMakers": [
        {"name": "MoE", "options": [0], "preferences": [], "preferenceVector": [9, 3, 4, 10, 7, 1, 2, 8, GONE]},
        {"name": "Uniroyal", "options": [1, 2, 3], "preferences": [], "preferenceVector": [1, 4, 10, 7, GONE, 3, 9, 2, 8]},
        {"name": "Town", "options": [4], "preferences": [], "preferenceVector": [9, 3, 7, 1, 10, 8, 4, 2, GONE]},
    ],
}  # fmt: skip
shown = typer.Typer()
shown.command()(actors)
LETTERS = "abcd"


def came_back(tmp_path: Path, data: dict, name: str = "x.gmcr", **picks: str) -> tuple[ActorsFile, list[str]]:
    path = tmp_path / name
    path.write_text(json.dumps(data), encoding="utf-8")
    found = read_gmcr(path, picks)
    return read_actors(next(iter(found.pages.values()))), found.told


def order_of(model: Model) -> np.ndarray:
    return np.array([np.unique(row, return_inverse=True)[1] for row in model.payoff])


def test_what_the_file_says_is_what_is_read(tmp_path: Path) -> None:
    """Alternatives, both directions, equal names and owners out of order, checked by hand; nothing is dropped unsaid."""
    content, told = came_back(tmp_path, GMCR, status_quo="YNY")
    assert [(o.id, o.owner, o.direction) for o in content.options] == [
        ("shut", "the_keeper", "up"), ("the_town_pay", "the_town", "both"), ("the_town_pay_2", "the_town", "down"),
    ]  # fmt: skip
    assert content.status_quo == {"shut": True, "the_town_pay": False, "the_town_pay_2": True}
    model = build(content)
    assert model.states == ("NNN", "YNN", "NYN", "YYN", "NNY", "YNY")
    # the keeper: first shut and not the first pay; then shut or not the second
    assert order_of(model).tolist()[0] == [1, 2, 1, 1, 0, 2]
    assert order_of(model).tolist()[1] == [3, 1, 2, 0, 3, 1]
    said = " ".join(told)
    assert "misperceptions" in said
    assert "colour" in said
    assert "order of their owners" in said


def test_states_ranked_by_hand_are_counted_as_there(tmp_path: Path) -> None:
    """State 2 takes the first option, state 3 the second: options are bits, in the order of their owners."""
    content, _ = came_back(tmp_path, json.loads(FORMS["gmcr-ranked"][2]))
    model = build(content)
    assert model.states == ("NN", "YN", "NY")
    assert order_of(model).tolist() == [[0, 1, 0], [2, 1, 0]]


def test_elmira_as_gmcr_keeps_it_has_the_published_equilibria(tmp_path: Path) -> None:
    """The five concepts, on twelve states of which four are the published state without the plant."""
    content, _ = came_back(tmp_path, ELMIRA, status_quo="NYNNN")
    model = build(content)
    names = {"NYNNN": "s1", "YNYNN": "s4", "NYNNY": "s5", "YNYNY": "s8"}
    names |= dict.fromkeys(("NNNYN", "YNNYN", "NNNYY", "YNNYY"), "s9")
    result = stability(model.space.graph, model.payoff)
    found = {c: [names.get(model.states[s], model.states[s]) for s in result.states(c)] for c in CONCEPTS}
    for concept in ("nash", "seq", "sseq"):
        assert sorted(found[concept]) == ["s5", "s8", *["s9"] * 4]
    for concept in ("gmr", "smr"):
        assert sorted(found[concept]) == ["s1", "s4", "s5", "s8", *["s9"] * 4]


FORMULAS = st.recursive(
    st.sampled_from([*LETTERS, "true", "false", "flag"]),
    lambda inner: st.one_of(
        inner.map(lambda a: f"!({a})"),
        st.tuples(inner, st.sampled_from(["&", "|", "if", "iff", "->"]), inner).map(
            lambda t: f"({t[0]}) {t[1]} ({t[2]})"
        ),
    ),
    max_leaves=8,
)


@given(FORMULAS)
@settings(max_examples=100, deadline=None)
def test_alternatives_say_what_the_formula_says(text: str) -> None:
    formula, number = parse(text), {name: at for at, name in enumerate(LETTERS)}
    members = alternatives(formula, {"flag": True}, number)
    assert members is not None
    for taken in product([False, True], repeat=len(LETTERS)):
        values = {name: np.array([taken[at]]) for name, at in number.items()}
        told = any(all(taken[at] == value for at, value in member) for member in members)
        assert told == bool(evaluate(formula, {**values, "flag": np.array([True])}, 1)[0])


WAYS = st.sampled_from(["both", "up", "down"])
CASES = st.fixed_dictionaries({
    "owners": st.lists(st.sampled_from("AB"), min_size=4, max_size=4),
    "ways": st.lists(WAYS, min_size=4, max_size=4),
    "bad": st.lists(st.dictionaries(st.sampled_from(LETTERS), st.booleans(), min_size=2, max_size=3), max_size=2),
    "wants": st.lists(st.tuples(st.sampled_from("AB"), FORMULAS), max_size=6),
    "stake": st.one_of(st.none(), st.tuples(FORMULAS, st.sampled_from([-3, -0.5, 1]))),
})  # fmt: skip


def written(case: dict) -> str:
    """Return a model of the sides in the form of actors.yaml."""
    wants: dict[str, list[dict]] = {"A": [], "B": []}
    for n, (actor, text) in enumerate(case["wants"]):
        wants[actor].append({"id": f"s{n}", "wants": text})
    data = {
        "meta": {"id": "m"}, "actors": {"A": {}, "B": {}}, "flags": {"flag": 1},
        "options": {
            name: {"owner": owner, "direction": way}
            for name, owner, way in zip(LETTERS, case["owners"], case["ways"], strict=True)
        },
        "infeasible": case["bad"], "preferences": wants,
    }  # fmt: skip
    if case["stake"]:
        data["stakes"] = {"A": [{"id": "k", "while": case["stake"][0], "worth": case["stake"][1]}]}
    return json.dumps(data)


@given(CASES)
@settings(max_examples=60, deadline=None)
def test_out_and_back_leaves_every_answer_as_it_was(tmp_path_factory: pytest.TempPathFactory, case: dict) -> None:
    """Options, states, moves, the order of all states for each side, and so every cell of the table of stability."""
    try:
        content = read_actors(written(case))
        before = build(content)
    except InputError:  # no state can be
        assume(False)
    data, _ = gmcr_of(content)
    back, _ = came_back(tmp_path_factory.mktemp("gmcr"), data)
    after = build(back)
    # options stand in the order of their owners there: states are compared by what is taken in them
    place = {o.text: at for at, o in enumerate(back.options)}
    shuffled = ["".join(state[place[o.id]] for o in content.options) for state in after.states]
    at = [shuffled.index(state) for state in before.states]
    assert len(shuffled) == len(before.states)
    assert {o.text: o.direction for o in back.options} == {o.id: o.direction for o in content.options}
    players = [after.actors.index(name.lower()) for name in before.actors if name.lower() in after.actors]
    own = [before.actors.index(after.actors[i].upper()) for i in players]
    assert (order_of(before)[own] == order_of(after)[players][:, at]).all()
    if len(players) == len(before.actors) == len(after.actors):
        old = stability(before.space.graph, before.payoff).stable
        assert (old == stability(after.space.graph, after.payoff).stable[:, :, at][:, players]).all()
    again, _ = gmcr_of(back)
    assert again["useManualPreferenceRanking"] == data["useManualPreferenceRanking"]
    assert [d.get("preferenceRanking") for d in again["decisionMakers"]] == [
        d.get("preferenceRanking") for d in data["decisionMakers"]
    ]


def test_from_the_command_line_there_and_back(tmp_path: Path) -> None:
    """The model of a file is written for GMCR+, imported into a folder, and its table is the same."""
    town = tmp_path / "town.yaml"
    town.write_text(written({"owners": list("ABBA"), "ways": ["both"] * 4, "bad": [{"a": True, "b": True}],
                             "wants": [("A", "a | b & !c"), ("B", "d iff b"), ("A", "!d")], "stake": None}))  # fmt: skip
    out = CliRunner().invoke(shown, [str(town), "--gmcr", str(tmp_path / "town.gmcr")], catch_exceptions=False)
    assert "evidence, strength" in out.output
    more = CliRunner().invoke(
        imports, ["gmcr", str(tmp_path / "town.gmcr"), "-o", str(tmp_path / "f")], catch_exceptions=False
    )
    assert "wrote" in more.output
    tables = [
        CliRunner().invoke(shown, [str(path), "--csv"], catch_exceptions=False).output.splitlines()
        for path in (town, tmp_path / "f" / "actors.yaml")
    ]
    assert sorted(line.split(",", 1)[1] for line in tables[0][1:]) == sorted(
        line.split(",", 1)[1] for line in tables[1][1:]
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"decisionMakers": 3}, "no conflict of GMCR+"),
        ({"options": []}, "0 options"),
        ({"infeasibles": [[]]}, "excludes every state"),
        ({"infeasibles": [[[9, "Y"]]]}, "no option and its value"),
        ({"decisionMakers": [{"name": "A", "options": [0, 1]}, {"name": "B", "options": [1, 2]}]}, "belongs to two"),
        ({"decisionMakers": [{"name": "A", "options": [0, 1]}]}, "belongs to nobody"),
        ({"useManualPreferenceRanking": True}, "does not name each of the 6 feasible states once"),
        ({"options": [{"name": "a", "permittedDirection": "up"}, *GMCR["options"][1:]]}, "not both, fwd or back"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, change: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        came_back(tmp_path, {**GMCR, **change})
