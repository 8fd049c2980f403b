"""Models of the sides and actor policies in a scenario folder."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from actors_case import SIDES
from corridor.core.errors import InputError
from corridor.engine.compile import compile_scenario
from corridor.engine.sides.compile import compile_play, compile_sides
from corridor.engine.sides.paths import choice_paths
from corridor.scenario.load import load, problems
from corridor.scenario.model import Scenario
from corridor.scenario.write.new import write_new

POLICIES = """
actor_policies:
  - {id: alone, title: Nobody presses, fixes: {press: 0}}
  - id: pressed
    title: Pressed
    fixes: {press: 1}
    flags: {tied: true}
    evidence: a_deliveries
    actions:
      - {do: set, target: links.gate.regime, value: open, from: +1}
"""


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    write_new(folder)
    with (folder / "policies.yaml").open("a") as file:
        file.write(POLICIES)
    write_sides(folder)
    return folder


def write_sides(folder: Path, name: str = "actors", **changes) -> None:
    data = {**SIDES, "flags": {"tied": 0}, **changes}
    text = yaml.safe_dump({key: value for key, value in data.items() if value is not None}, sort_keys=False)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_the_main_model_and_what_its_policies_hold_are_read(case):
    assert problems(case) == []
    scenario = load(case)
    assert scenario.actors is not None
    assert list(scenario.actors["options"]) == ["block", "attack", "sign", "accept", "press"]
    alone, pressed = scenario.actor_policies
    assert (dict(alone.fixes), dict(alone.flags)) == ({"press": False}, {})
    assert (dict(pressed.fixes), dict(pressed.flags)) == ({"press": True}, {"tied": True})
    assert pressed.actions[0].target == "links.gate.regime"
    assert pressed.evidence == ("a_deliveries",)


def test_none_is_carried_where_none_is_wanted_or_the_variant_is_too_early(case):
    assert load(case, actors=None).actors is None
    assert load(case, actors=None).actor_policies == ()
    write_sides(case, meta={**SIDES["meta"], "as_of": "2024-03-01"})
    assert load(case).actors is None
    write_sides(case, meta={**SIDES["meta"], "as_of": "2024-01-01"})
    assert load(case).actors is not None


def test_a_further_model_is_read_by_its_name_and_changes_the_hash(case):
    main = load(case)
    write_sides(case, "actors-draft", policies={"P0": {"press": 0}, "P1": {"press": 1, "tied": 1}})
    assert problems(case) == []
    draft = load(case, actors="draft")
    assert [p.id for p in draft.actor_policies] == ["alone", "pressed"]  # the draft knows what they hold
    assert main.hash != load(case).hash != draft.hash
    with pytest.raises(InputError, match='no model of the sides called "dratf"; did you mean "draft"'):
        load(case, actors="dratf")


def test_a_model_that_does_not_know_what_the_policies_hold_plays_its_own(case):
    options = {name: value for name, value in SIDES["options"].items() if name != "press"}
    write_sides(
        case, "actors-small", options=options, flags={}, packages=None, features=None, effects=None, preferences=None,
        actors={**SIDES["actors"], "OUTSIDER": {"name": "Outsider"}},
        policies={"P0_free": {}, "P1_quiet": {"attack": 0}},
    )  # fmt: skip
    scenario = load(case, actors="small")
    assert [(p.id, dict(p.fixes)) for p in scenario.actor_policies] == [
        ("P0_free", {}),
        ("P1_quiet", {"attack": False}),
    ]
    ds = choice_paths(scenario, futures=3)
    assert (ds["taken"].sel(policy="P1_quiet", option="attack") == 0).all()


def test_what_only_the_engine_finds_is_told_in_its_file_at_its_place(case):
    effects = [{"id": "shut", "when": "block", "set": {"links.gaet.regime": "closed"}}]
    write_sides(case, "actors-draft", effects=effects)
    scenario = load(case, actors="draft")
    sides, net = compile_sides(scenario), compile_scenario(scenario).net
    with pytest.raises(InputError) as error:
        compile_play(scenario, sides, scenario.actor_policies[0], net)
    (problem,) = error.value.problems
    lines = (case / "actors-draft.yaml").read_text().splitlines()
    (line,) = [n for n, text in enumerate(lines) if "links.gaet" in text]
    place = (line + 1, lines[line].index("closed") + 1)
    assert (problem.file, problem.line, problem.column) == ("actors-draft.yaml", *place)
    assert problem.field == "effects.shut.links.gaet.regime"
    # data that has no file is told without a place, and what is written of a run holds no places
    bare = Scenario.model_validate_json(scenario.model_dump_json())
    assert bare.actors == scenario.actors
    assert "actors_places" not in scenario.model_dump()
    with pytest.raises(InputError) as error:
        compile_play(bare, compile_sides(bare), bare.actor_policies[0], net)
    assert [(one.line, one.column) for one in error.value.problems] == [(0, 0)]


def told(case: Path) -> str:
    return "\n".join(problem.sentence() for problem in problems(case))


def test_what_no_model_declares_is_told_at_its_place(case):
    text = (case / "policies.yaml").read_text()
    (case / "policies.yaml").write_text(text.replace("fixes: {press: 1}", "fixes: {pres: 1, block: 2}"))
    found = told(case)
    assert 'no option "pres" in the model of the sides; did you mean "press"?' in found
    assert '"2" is not 0 or 1' in found
    (case / "policies.yaml").write_text(text.replace("id: pressed", "id: alone").replace("links.gate", "links.gaet"))
    found = told(case)
    assert '"alone" occurs twice' in found
    assert 'no link "gaet"; did you mean "gate"?' in found


def test_policies_of_the_sides_without_sides_are_told(case):
    (case / "actors.yaml").unlink()
    assert "there is no actors.yaml for it to act on" in told(case)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n- b\n", "must be keys with values"),
        ("meta: {as_of: soon}\n", '"soon" is not a day'),
        ("meta: &a {id: x}\nactors: *a\n", "anchors"),
        ("meta: {id: 2024-99-99}\n", ""),
        ("meta: {id: [\n", "is not YAML here"),
    ],
)
def test_a_model_with_a_bad_form_is_told_and_never_crashes(case, text, message):
    (case / "actors.yaml").write_text(text, encoding="utf-8")
    found = told(case)
    assert message in found
    assert found or text.startswith("meta: {id: 2024")


def test_a_file_with_a_name_that_nothing_reads_is_still_refused(case):
    write_sides(case, "actor-draft")
    assert "actor-draft.yaml: no file of a scenario has this name" in told(case)


def test_a_model_tells_what_held_on_an_earlier_day(case):
    """What is asked then is asked though its evidence came later; offers that nobody had made are left out."""
    earlier = {"early": {"as_of": "2024-01-20", "status_quo": {"accept": 1}, "without": ["deal"], "note": "Earlier."}}
    write_sides(case, meta={**SIDES["meta"], "as_of": "2024-03-01", "note": "Written in March."}, variants=earlier)
    assert problems(case) == []
    seen = load(case)
    assert seen.as_of.isoformat() < "2024-03-01"
    assert seen.actors["meta"]["status_quo"] == {"accept": 1}
    assert seen.actors["meta"]["note"] == "Written in March. Earlier."
    assert seen.actors["packages"] == []
    assert [policy.id for policy in seen.actor_policies] == ["alone", "pressed"]
    read_again = compile_sides(seen)
    assert read_again.content.status_quo == {"accept": True}
    write_sides(
        case,
        meta={**SIDES["meta"], "as_of": "2024-03-01"},
        variants={"early": {"as_of": "2025-01-01", "status_quo": {}}},
    )
    assert load(case).actors is None  # no day that is early enough


def test_what_is_wrong_with_an_earlier_day_is_told_with_its_place(case):
    from corridor.strategy import read_actors_file

    wrong = {"early": {"as_of": "soon", "status_quo": {"blok": 1}, "without": ["dael"]}}
    write_sides(case, variants=wrong)
    with pytest.raises(InputError) as error:
        read_actors_file(case / "actors.yaml")
    said = [problem.message for problem in error.value.problems]
    assert said == ["needs a day", 'no option "blok"', 'no package "dael"']
    assert all(problem.line for problem in error.value.problems)


def test_the_bundled_case_is_asked_on_the_day_of_its_analysts_too():
    for name in ("actors", "baku"):
        july = load("nagorno-karabakh-2023", "july", actors=name)
        sides = compile_sides(july)
        taken = {option for option, value in sides.content.status_quo.items() if value}
        assert taken == {"ar_west"}
        assert {package.id for package in sides.content.packages} == {"K1", "K5", "K6"}
        assert len(july.actor_policies) == 11
        for policy in july.actor_policies:
            compile_play(july, sides, policy, compile_scenario(july).net)
