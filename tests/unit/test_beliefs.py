"""What a side believes of another: who is deterred by what is not so, and who is not by what is."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import typer
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from corridor.cli.sides import actors
from corridor.core.errors import InputError
from corridor.strategy import (
    CONCEPTS,
    Model,
    analyse,
    build,
    draw_choices,
    draw_preferences,
    in_words,
    one_place_moves,
    read_actors,
    stability_frequencies,
    unsettle,
)
from corridor.strategy.choice.ahead import look_ahead_seen
from corridor.strategy.choice.wants import views_of
from corridor.strategy.claims import without
from corridor.strategy.model import literal
from corridor.strategy.model.draws import SCALE
from corridor.strategy.stability.concepts import stability, stability_of

# Deterrence between two: a prisoners' dilemma, in which who is cooperated with and defects is paid back in kind; and the
# same where one side takes the other for one that would rather yield than fight, as in chicken (Stein 1982, When
# misperception matters, World Politics 34(4); Fang, Hipel and Kilgour 1993 for what lasts in the two games).
DILEMMA = [("!(me & !you)", "nobody exploits"), ("!me", "the other is kind"), ("you", "a gain")]
CHICKEN = [("!(me & you)", "no fight"), ("!me", "the other is kind"), ("you", "a gain")]
shown = typer.Typer()
shown.command()(actors)


def wants(actor: str, game: list[tuple[str, str]], prefix: str = "") -> list[dict]:
    own, other = ("a", "b") if actor == "A" else ("b", "a")
    return [
        {"id": f"{prefix}{actor}{n}", "wants": text.replace("me", other).replace("you", own), "evidence": "the game", "note": note}
        for n, (text, note) in enumerate(game, 1)
    ]  # fmt: skip


def game(beliefs: dict | None = None, quo: str = "", **more: object) -> dict:
    """Return two prisoners: a and b are to defect."""
    return {
        "meta": {"id": "two"}, "actors": {"A": {"name": "Ann", "options": ["a"]}, "B": {"name": "Bo", "options": ["b"]}},
        "options": {"a": {"text": "Ann defects"}, "b": {"text": "Bo defects"}},
        "status_quo": {"a": int("a" in quo), "b": int("b" in quo)},
        "preferences": {"A": wants("A", DILEMMA), "B": wants("B", DILEMMA)},
        **({"beliefs": beliefs} if beliefs else {}), **more,
    }  # fmt: skip


YIELDS = {"A": {"preferences": {"B": wants("B", CHICKEN, "x")}}}
"""Ann takes Bo for one who would rather yield."""


def lasting(model: Model, concept: str) -> set[str]:
    found = stability_of(model)
    return {model.states[s] for s in found.states(concept)}


def test_who_takes_the_other_for_one_that_yields_is_not_deterred() -> None:
    """Known: peace lasts under SEQ, for each would be paid back. Believing that nobody pays back, Ann defects; Bo, who
    would, is right about Ann: in the end both fight, the one state that lasts."""
    right = build(read_actors(json.dumps(game())))
    assert lasting(right, "seq") == {"NN", "YY"}
    wrong = build(read_actors(json.dumps(game(YIELDS))))
    assert lasting(wrong, "seq") == {"YY"}
    staying = stability_of(wrong).stable[CONCEPTS.index("seq")]
    assert not staying[wrong.actors.index("A"), wrong.states.index("NN")]
    assert staying[wrong.actors.index("B"), wrong.states.index("NN")]


@pytest.mark.parametrize("concept", ["nash", "gmr", "smr"])
def test_where_the_others_wants_do_not_count_beliefs_do_not_either(concept: str) -> None:
    assert lasting(build(read_actors(json.dumps(game()))), concept) == lasting(
        build(read_actors(json.dumps(game(YIELDS)))), concept
    )


def test_it_is_told_in_words_whose_belief_changes_what() -> None:
    model = build(read_actors(json.dumps(game(YIELDS))))
    said = " ".join(in_words(analyse(model, concept="seq")))
    assert "A believes that B wants, most important first: xB1; xB2; xB3." in said
    assert "If A knew what the others want, it would stay in 1 state of affairs that it now leaves;" in said
    assert "it leaves today's for that reason. 1 of them would then last." in said


WANTS = st.lists(st.sampled_from(["a", "!a", "b & c", "c | !a", "a iff b", "!c", "b"]), max_size=3)


def written(real: list[list[str]], believed: list[list[str]]) -> str:
    """Return three sides with an option each, and what A believes of B, and C of A."""
    prefs = {
        who: [{"id": f"{who}{n}", "wants": w} for n, w in enumerate(ws)] for who, ws in zip("ABC", real, strict=True)
    }
    beliefs = {
        who: {"preferences": {of: [{"id": f"{who}{of}{n}", "wants": w} for n, w in enumerate(ws)]}}
        for who, of, ws in zip("AC", "BA", believed, strict=True)
        if ws
    }
    data = {"meta": {"id": "m"}, "actors": {w: {"options": [w.lower()]} for w in "ABC"},
            "options": {"a": {}, "b": {"direction": "up"}, "c": {}}, "preferences": prefs, "beliefs": beliefs,
            "status_quo": {}}  # fmt: skip
    return json.dumps(data)


@given(st.lists(WANTS, min_size=3, max_size=3), st.lists(WANTS, min_size=2, max_size=2))
@settings(max_examples=40, deadline=None)
def test_each_side_stays_by_the_letter_in_the_conflict_that_it_sees(
    real: list[list[str]], believed: list[list[str]]
) -> None:
    """The definitions as sets, on a conflict written anew in which the others want what the side believes."""
    model = build(read_actors(written(real, believed)))
    found = stability_of(model)
    for i, who in enumerate("ABC"):
        seen = [list(one) for one in real]
        if who == "A" and believed[0]:
            seen[1] = believed[0]
        if who == "C" and believed[1]:
            seen[0] = believed[1]
        own = build(read_actors(written(seen, [[], []])))
        moves = [[own.space.moves(j, s).tolist() for s in range(len(own.states))] for j in range(3)]
        for c, concept in enumerate(CONCEPTS):
            for s in range(len(own.states)):
                told = literal.stable(concept, moves, own.payoff.tolist(), i, s)
                assert found.stable[c, i, s] == told


@given(st.lists(WANTS, min_size=3, max_size=3))
@settings(max_examples=20, deadline=None)
def test_who_believes_what_is_so_changes_nothing(real: list[list[str]]) -> None:
    assume(real[1] and real[0])
    plain = build(read_actors(written(real, [[], []])))
    seen = build(read_actors(written(real, [real[1], real[0]])))
    assert (stability(plain.space.graph, plain.payoff).stable == stability_of(seen).stable).all()


def test_an_exchange_of_wants_does_not_change_what_others_believe_of_them() -> None:
    """Bo's first two wants change places. Who sees Bo as he is may answer otherwise, Ann's view of him stays."""
    model = build(read_actors(json.dumps(game(YIELDS))))
    bo = model.actors.index("B")
    row = np.array([3.0, 2.0, 1.0, 0.0])  # anything else than he wants
    changed = stability_of(model, changed={bo: row})
    before = stability_of(model)
    ann = model.actors.index("A")
    assert (changed.stable[:, ann] == before.stable[:, ann]).all()
    assert (changed.stable[:, bo] != before.stable[:, bo]).any()
    assert {flip.actor for flip in one_place_moves(model, {}, "seq")} == {"A", "B"}


def test_draws_of_beliefs_are_counted_each_in_its_own_view() -> None:
    """Without noise on the places the share over draws is the answer of the order as written."""
    content = read_actors(json.dumps(game(YIELDS)))
    model = build(content)
    priors = type(content.priors)(rank_floor=0.0, rank_slope=0.0)
    draws = draw_preferences(model, priors, 16, 1)
    found = stability_frequencies(model, draws)
    seq = CONCEPTS.index("seq")
    assert dict(zip(model.states, found.equilibrium[seq].tolist(), strict=True)) == {
        "NN": 0.0,
        "YN": 0.0,
        "NY": 0.0,
        "YY": 1.0,
    }


def worth(data: dict) -> np.ndarray:
    """Return (actor, state, draw) what each state is worth to who looks two rounds ahead."""
    content = read_actors(json.dumps(data))
    model = build(content)
    draws, ways = draw_preferences(model, content.priors, 24, 1), draw_choices(content, model, 24, 1)
    ways = ways._replace(rounds=np.full_like(ways.rounds, 2))
    value = np.empty((*model.payoff.shape, 24))
    weight = np.ascontiguousarray(draws.weights.T) / SCALE
    look_ahead_seen(model.space.graph, views_of(model), ways, weight, np.arange(24), value)
    return value


def test_a_side_that_looks_ahead_expects_the_answers_that_it_believes_in() -> None:
    """Ann values states as in a conflict in which Bo is what she takes him for, Bo as in the one that is so."""
    believing = worth(game(YIELDS))
    imagined = worth(game(preferences={"A": wants("A", DILEMMA), "B": wants("B", CHICKEN, "x")}))
    np.testing.assert_allclose(believing[0], imagined[0], rtol=0, atol=1e-14)
    np.testing.assert_allclose(believing[1], worth(game())[1], rtol=0, atol=1e-14)
    assert np.abs(believing[0] - worth(game())[0]).max() > 0.01


def test_a_belief_left_out_is_no_belief() -> None:
    content = read_actors(json.dumps(game(YIELDS)))
    gone = without(content, ("xB1", "xB2", "xB3"))
    assert lasting(build(gone), "seq") == {"NN", "YY"}


def test_the_smallest_change_that_unsettles_is_sought_in_each_view() -> None:
    """War lasts for both: for Bo by what he wants, for Ann by what she wants; no change of Bo's wants moves Ann's view."""
    model = build(read_actors(json.dumps(game(YIELDS))))
    found = unsettle(model, model.states.index("YY"), "seq")
    assert found.stable
    assert {shift.actor for change in found.changes for shift in change.shifts} <= {"A", "B"}
    assert not unsettle(model, model.states.index("NN"), "seq").stable


@pytest.mark.parametrize(
    ("beliefs", "said"),
    [
        ({"A": {"preferences": {"A": wants("A", CHICKEN, "x")}}}, "knows its own wants"),
        ({"A": {"preferences": {"B": {"ranking": []}}}}, "a list of statements"),
        ({"A": {"preferences": {"B": wants("B", CHICKEN)}}}, "is used twice"),
        ({"C": {"preferences": {"B": wants("B", CHICKEN, "x")}}}, "no actor"),
        ({"A": {}}, "believes nothing"),
        ({"A": {"preferences": {"B": [{"id": "x", "wants": "sea"}]}}}, "sea"),
    ],
)
def test_what_cannot_be_believed_is_told(beliefs: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_actors(json.dumps(game(beliefs)))


def test_on_the_command_line_a_belief_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "two.yaml"
    path.write_text(json.dumps(game(YIELDS)), encoding="utf-8")
    out = CliRunner().invoke(shown, [str(path), "--draws", "8"], catch_exceptions=False).output
    text = " ".join(out.split())
    assert "Ann believes that Bo wants, most important first: “no fight”" in text
    table = list(csv.DictReader(CliRunner().invoke(shown, [str(path), "--csv"]).output.splitlines()))
    assert {row["state"]: row["EQ:seq"] for row in table} == {"NN": "0", "YN": "0", "NY": "0", "YY": "1"}
