"""Reading an `actors.yaml`, and the model that follows."""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np
import pytest

from corridor.core.errors import InputError
from corridor.strategy import build, feature_values, read_actors_file
from corridor.strategy.model.actors_file import ActorsFile
from corridor.strategy.model.read_actors import read_actors
from corridor.strategy.stability.concepts import stability

DRAFT = Path(os.environ.get("CORRIDOR_DATA", "")) / "nagorno-karabakh" / "actors-draft.yaml"
needs_draft = pytest.mark.skipif(
    "CORRIDOR_DATA" not in os.environ or not DRAFT.is_file(), reason="CORRIDOR_DATA/nagorno-karabakh is not here"
)

SMALL = """\
meta:
  id: gate
  title: A gate between two towns
  status_quo: {shut: 1, fine: 0, pay: 0}
actors:
  KEEPER: {name: the keeper, rate: 1.0, options: [shut]}
  TOWN: {name: the town, rate: 0.5, options: [pay, leave]}
  COURT: {name: the court, options: [fine]}
options:
  shut: {text: keep the gate shut}
  pay: {text: pay the toll}
  leave: {text: leave for good, reversible: false}
  fine: {text: fine the keeper}
infeasible:
  - {pay: 1, shut: 1}
  - {mutually_exclusive: [pay, leave]}
derived:
  open: "!shut"
  punished: "fine & shut"
preferences:
  KEEPER:
    - {id: K1, wants: "!punished", evidence: "minutes, p. 3", strength: 0.9}
    - {id: K2, wants: "pay", evidence: "letter", strength: 0.2}
    - {id: K3, wants: "shut", evidence: "letter", strength: 0.8}
  TOWN:
    - {id: T1, wants: "open & !leave", evidence: [diary, census], strength: 0.9}
    - {id: T2, wants: "!pay", evidence: "diary", strength: 0.5}
  COURT:
    - {id: C1, wants: "!fine", evidence: "rules", strength: 0.4}
packages:
  - {id: G1, text: toll for passage, members: [KEEPER, TOWN], set: {shut: 0, pay: 1},
     rate_per_week: 0.5, rate_multiplier: {fine: 2}}
policies:
  nothing: {fine: 0}
  court: {fine: 1}
priors:
  lambda: {kind: lognormal, median: 10, sd_log: 0.5}
  weights: {kind: ordered_simplex}
effects:
  - {id: gate, when: "open", set: {north-gate: open}, evidence: plan}
humanitarian_link:
  feedback: {statements: [T1], sd: 0.4}
"""


def problems(text: str) -> list[str]:
    with pytest.raises(InputError) as error:
        read_actors(text)
    return [problem.sentence() for problem in error.value.problems]


def small() -> ActorsFile:
    return read_actors(SMALL)


def test_the_file_is_read() -> None:
    content = small()
    assert [actor.id for actor in content.actors] == ["KEEPER", "TOWN", "COURT"]
    assert {o.id: o.direction for o in content.options} == {
        "shut": "both",
        "pay": "both",
        "leave": "up",
        "fine": "both",
    }
    assert content.infeasible == ({"pay": True, "shut": True}, {"pay": True, "leave": True})
    assert [s.id for s in content.statements if s.feedback] == ["T1"]
    assert content.priors.feedback_sd == 0.4
    assert content.priors.lambda_median == 10
    assert content.statements[3].evidence == "diary; census"
    assert content.effects[0].sets == {"north-gate": "open"}
    assert (content.statements[0].line, content.statements[0].column) == (22, 24)


def test_the_model_orders_states_by_the_first_statement_that_separates_them() -> None:
    content = small()
    model = build(content, "court")
    assert model.actors == ("KEEPER", "TOWN")  # the court is held by the policy, so it does not play
    values = feature_values(content, model.space)
    keeper = model.payoff[0]
    expected = 4 * ~values["punished"] + 2 * values["pay"] + values["shut"]
    order = np.unique(expected, return_inverse=True)[1]
    np.testing.assert_array_equal(keeper, order)


def test_a_fine_opens_the_gate_and_its_absence_does_not() -> None:
    content = small()
    for policy, is_open in (("nothing", False), ("court", True)):
        model = build(content, policy)
        found = stability(model.space.graph, model.payoff).states("nash")
        assert found
        stays = [s for s in found if not feature_values(content, model.space)["leave"][s]]
        assert all(feature_values(content, model.space)["open"][s] == is_open for s in stays)


def test_packages_respect_what_cannot_be_taken_back() -> None:
    content = read_actors(SMALL.replace("set: {shut: 0, pay: 1}", "set: {shut: 0, pay: 1, leave: 0}"))
    model = build(content)
    values = feature_values(content, model.space)
    made = model.package_target[0] >= 0
    assert not made[values["leave"]].any()
    assert made[~values["leave"] & ~values["pay"]].all()


def test_weights_and_rankings_are_other_ways_to_say_it() -> None:
    text = SMALL.replace(
        '{id: C1, wants: "!fine", evidence: "rules", strength: 0.4}', '{id: C1, wants: "fine if shut", weight: 3}'
    )
    text = text.replace("  COURT:\n    - ", "  COURT:\n    - {id: C0, wants: pay, weight: 1}\n    - ")
    model = build(read_actors(text))
    fine, shut, pay = (model.space.face[:, j] for j in (3, 0, 1))
    np.testing.assert_allclose(model.payoff[2], 0.75 * (fine | ~shut) + 0.25 * pay)
    start = SMALL.index("  COURT:\n    - {id: C1")
    end = SMALL.index("packages:")
    ranked = SMALL[:start] + "  COURT:\n    ranking: [N---, [YY--, YN-Y], '----']\n" + SMALL[end:]
    model = build(read_actors(ranked))
    shut = model.space.face[:, 0]
    assert (model.payoff[2][~shut] == 3).all()
    assert set(model.payoff[2][shut]) == {1.0, 2.0}


def test_of_states_that_nobody_ranks_the_first_eight_are_named() -> None:
    start, end = SMALL.index("  COURT:\n    - {id: C1"), SMALL.index("packages:")
    for row, missing in (("N---", 4), ("YYYY", 10)):  # of 10 states; the second cannot be
        ranked = SMALL[:start] + f"  COURT:\n    ranking: [{row}]\n" + SMALL[end:]
        with pytest.raises(InputError) as raised:
            build(read_actors(ranked))
        (problem,) = raised.value.problems
        assert problem.field.endswith("preferences.COURT.ranking")
        assert len(re.findall(r"\b[YN]{4}\b", problem.message)) == min(8, missing)


def test_every_problem_is_shown_at_once_with_its_place() -> None:
    broken = SMALL
    for old, new in [
        ('wants: "!punished"', 'wants: "!punishd & fine"'),
        ("strength: 0.2", "strength: 2"),
        ('wants: "shut"', 'wants: "shut &"'),
        ("members: [KEEPER, TOWN]", "members: [KEEPER, TOWM]"),
        ("set: {shut: 0, pay: 1}", "set: {shut: 0, pay: maybe}"),
        ("  COURT: {name: the court, options: [fine]}", "  COURT: {name: the court, options: [fin]}"),
        ("id: T2", "id: T1"),
        ("  nothing: {fine: 0}", "  nothing: {fien: 0}"),
        ("reversible: false", "reversible: sometimes"),
        ("meta:\n", "mata: 1\nmeta:\n"),
    ]:
        assert old in broken
        broken = broken.replace(old, new)
    found = problems(broken)
    text = "\n".join(found)
    assert (
        'actors.yaml:23:25: preferences.KEEPER[0].wants: no option, feature or flag "punishd"; did you mean "punished"?'
        in text
    )
    assert "strength: 2 is outside 0 to 1" in text
    assert "actors.yaml:25:30: preferences.KEEPER[2].wants: the formula ends too early; a name is missing" in text
    assert 'no actor "TOWM"; did you mean "TOWN"?' in text
    assert "set.pay: must be 0 or 1" in text
    assert 'no option "fin"; did you mean "fine"?' in text
    assert '"T1" is used twice' in text
    assert 'no option or flag "fien"' in text
    assert "must be true, false or false_to_restore" in text
    assert 'mata: unknown key; did you mean "meta"?' in text
    assert '"fine" belongs to nobody' in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("actors: [1, 2", "not YAML"),
        ("derived: {open: !shut}", "put quotes around a formula"),
        ("actors: {A: {options: [x]}, A: {}}", "is given twice"),
        ("a: &x [*x]", "not YAML|levels deep|recursive|unknown key"),
        ("", "no actor is declared"),
        ("- 1", "must be a mapping"),
        ("actors: {A: {options: [x]}}\noptions: {x: }\nfeatures: {p: q, q: p}", "in a circle"),
        ("actors: {A: {options: [x]}}\noptions: {x: }\npriors: {rank_noise: {sd: '__import__(1)'}}", "cannot be read"),
    ],
)
def test_bad_files_are_refused_in_words(text: str, message: str) -> None:
    assert re.search(message, "\n".join(problems(text)))


def test_unknown_policy_and_impossible_policy() -> None:
    with pytest.raises(InputError, match='no policy "cuort"; did you mean "court"'):
        build(small(), "cuort")
    with pytest.raises(InputError, match="no state is feasible"):
        build(small(), {"pay": 1, "shut": 1})


@needs_draft
def test_the_draft_of_the_flagship_is_readable_as_it_stands() -> None:
    content = read_actors_file(DRAFT)
    assert (len(content.options), len(content.actors), len(content.statements)) == (14, 6, 47)
    assert len(content.infeasible) == 5
    assert [s.id for s in content.statements if s.feedback] == ["R2", "N7", "S2", "E2"]
    assert all(s.evidence for s in content.statements)
    assert len(build(content).states) == 4608
    for policy in content.policies:
        model = build(content, policy)
        assert len(model.states) == 768
        assert "USA" not in model.actors
        assert model.status_quo >= 0
    assert len(content.policies) == 6
