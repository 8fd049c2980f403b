"""The analysis as data, table, drawing and sentences; and bad case files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from corridor.core.errors import InputError
from corridor.strategy import (
    analyse,
    build,
    case_model,
    equilibrium_rows,
    feature_values,
    graphviz,
    in_words,
    leaving,
    read_case_json,
)
from corridor.strategy.model.model import Model
from corridor.strategy.model.read_actors import read_actors
from corridor.strategy.stability.concepts import stability

GATE = """\
meta: {id: gate, title: A gate, status_quo: {shut: 1}}
actors: {KEEPER: {options: [shut]}, TOWN: {options: [pay]}}
options: {shut: {text: keep the gate shut}, pay: {text: pay the toll}}
features: {open: "!shut"}
preferences:
  KEEPER: [{id: K1, wants: pay, evidence: x}, {id: K2, wants: shut, evidence: x}]
  TOWN: [{id: T1, wants: open, evidence: x}, {id: T2, wants: "!pay", evidence: x}]
packages: [{id: G, text: toll for passage, members: [KEEPER, TOWN], set: {shut: 0, pay: 1}, rate_per_week: 1}]
"""


def gate() -> tuple[Model, dict[str, np.ndarray]]:
    content = read_actors(GATE)
    model = build(content)
    values = feature_values(content, model.space)
    return model, {"open": values["open"], "shut": values["shut"]}


def test_the_gate_stays_shut_alone_and_opens_by_agreement() -> None:
    model, outcomes = gate()
    data = analyse(model, outcomes, harm=["shut"], concept="nash")
    assert [e["label"] for e in data["equilibria"]["nash"]] == ["shut"]
    assert data["packages"][0]["all_gain_at_status_quo"]
    assert [s["label"] for s in data["packages"][0]["equilibria_left_together"]] == ["shut"]
    assert data["leaving"] == []
    seq = analyse(model, outcomes, concept="seq")
    labels = {e["label"]: e for e in seq["evolution"]["improvements and packages"]}
    assert labels["pay"]["path"] == [{"who": "G", "to": "NY", "label": "pay"}]
    assert {e["label"]: e["steps"] for e in seq["evolution"]["improvements"]}["pay"] == -1
    assert json.loads(json.dumps(data)) == data


def test_what_removes_the_harm_is_named() -> None:
    model, outcomes = gate()
    data = analyse(model, outcomes, harm=["shut"], concept="nash")
    removal = data["what_removes"]["shut"]
    assert removal["label"] == "shut"
    assert removal["exact"]
    assert removal["changes"] == []  # whichever of its two statements comes first, the keeper shuts
    said = " ".join(in_words(data))
    assert "Today: keep the gate shut." in said
    assert "The agreement “toll for passage” would leave every member better off today." in said
    assert "No small change of what the sides want was found that makes the nearest state with shut give way." in said
    ashamed = read_actors(
        GATE.replace("wants: pay,", "wants: shut,").replace(
            "wants: shut, evidence: x}]", 'wants: "!shut", evidence: x}]'
        )
    )
    again = build(ashamed)
    shut = feature_values(ashamed, again.space)["shut"]
    said = " ".join(in_words(analyse(again, {"shut": shut}, harm=["shut"], concept="nash")))
    assert "would give way if K1 of KEEPER moves from place 1 to 2 in importance." in said


def test_who_leaves_a_settlement() -> None:
    model, _ = gate()
    open_and_paid = model.states.index("NY")
    assert [(x["actor"], x["best"]["label"]) for x in leaving(model, open_and_paid)] == [
        ("KEEPER", "shut + pay"),
        ("TOWN", "nothing"),
    ]


def test_the_drawing_shows_states_moves_and_packages() -> None:
    model, _ = gate()
    text = graphviz(model, stability(model.space.graph, model.payoff), "seq")
    assert text.startswith('digraph "gate" {')
    assert text.count("{") == text.count("}")
    assert '[label="G", style=dashed]' in text
    assert "doublecircle" in text


def test_the_table_lists_equilibria_most_stable_first() -> None:
    model, _ = gate()
    rows = equilibrium_rows(model, stability(model.space.graph, model.payoff))
    counts = [sum(int(x) for x in row[2:7]) for row in rows[1:]]
    assert counts == sorted(counts, reverse=True)
    assert rows[1][1] == "shut"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"decision_makers": None}, "decision_makers: is missing"),
        ({"preference_best_to_worst": {"A": ["x"]}}, "1 states are not ranked: y"),
        ({"preference_best_to_worst": {"A": ["x", "y", "x"]}}, 'state "x" is ranked 2 times'),
        ({"preference_best_to_worst": {"A": ["x", "y", "z"]}}, 'no state "z"'),
        ({"unilateral_moves": {"A": {"x": ["w"]}}}, 'no state "w"'),
        ({"status_quo": "q"}, 'no state "q"'),
    ],
)
def test_a_bad_case_is_refused_in_words(change: dict[str, object], message: str) -> None:
    good: dict[str, object] = {
        "decision_makers": ["A"], "states": [{"id": "x"}, {"id": "y"}], "unilateral_moves": {"A": {"x": ["y"]}},
        "preference_best_to_worst": {"A": ["x", "y"]},
    }  # fmt: skip
    data = {key: value for key, value in {**good, **change}.items() if value is not None}
    with pytest.raises(InputError) as error:
        case_model(data, "case.json")
    assert f"case.json: {message}" in str(error.value).replace("preference_best_to_worst.A: ", "").replace(
        "moves.A: ", ""
    ).replace("status_quo: ", "")


def test_a_file_that_is_not_json_names_the_place(tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text('{"a": 1,\n "b" 2}', encoding="utf-8")
    with pytest.raises(InputError, match=r"broken.json:2:6: not JSON"):
        read_case_json(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_case_json(tmp_path / "absent.json")
