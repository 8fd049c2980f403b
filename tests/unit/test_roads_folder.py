"""What a folder may say of roads: priority of classes, goods one way only, hours a day."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corridor.core.errors import InputError
from corridor.engine.compile import compile_scenario
from corridor.engine.plan import future, history
from corridor.kernels.network import lets_pass
from corridor.scenario import load
from corridor.scenario.traffic import PASSES, REGIMES, Traffic, joined, words_of
from corridor.scenario.write.new import write_new

GOODS = (Traffic.COMMERCIAL, Traffic.HUMANITARIAN, Traffic.MEDICAL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_new(tmp_path / "case")
    return tmp_path / "case"


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("word", PASSES)
def test_words_let_pass_what_they_say(word):
    forth, back = PASSES[word]
    for traffic in GOODS:
        assert lets_pass(REGIMES[word], int(traffic), 0) == bool(forth & traffic)
        assert lets_pass(REGIMES[word], int(traffic), 1) == bool(back & traffic)
    assert words_of(REGIMES[word]) == word


@pytest.mark.parametrize("regime", range(256))
def test_every_regime_has_its_words(regime):
    assert joined(words_of(regime).split("+")) == regime


def test_both_ways_joined_are_both_ways():
    assert joined(["commercial_forth", "commercial_back"]) == joined(["commercial"]) == Traffic.COMMERCIAL
    assert joined(["medical", "medical_back"]) == Traffic.MEDICAL


def test_classes_load_in_the_order_that_the_folder_gives(folder):
    def turns():
        c = compile_scenario(load(folder))
        return dict(zip(c.pipelines, c.net.pipeline_turn.tolist(), strict=True))

    assert turns()["aid"] < turns()["commerce"]
    edit(folder, "scenario.yaml", "reference_policy", "priority: [commercial, medical, humanitarian]\nreference_policy")
    assert turns()["commerce"] < turns()["aid"]


def test_pipelines_rank_by_name_wherever_their_rows_stand(folder):
    def ranks():
        c = compile_scenario(load(folder))
        return dict(zip(c.pipelines, c.net.pipeline_rank.tolist(), strict=True))

    before = ranks()
    assert sorted(before, key=before.__getitem__) == sorted(before)
    head, *rows = (folder / "pipelines.csv").read_text(encoding="utf-8").splitlines()
    (folder / "pipelines.csv").write_text("\n".join([head, *reversed(rows)]) + "\n", encoding="utf-8")
    assert list(ranks()) == list(before)[::-1]
    assert ranks() == before


@pytest.mark.parametrize(
    "given", ["[medical, commercial]", "[medical, medical, commercial]", "[medical, commercial, relief]"]
)
def test_a_priority_names_each_class_once(folder, given):
    edit(folder, "scenario.yaml", "reference_policy", f"priority: {given}\nreference_policy")
    with pytest.raises(InputError) as error:
        load(folder)
    (problem,) = error.value.problems
    assert problem.file == "scenario.yaml"
    assert problem.remedy


def test_hours_open_are_facts_and_policies(folder):
    edit(
        folder,
        "events.csv",
        "2024-01-18,2024-01-18,regime",
        "2024-01-05,,hours,gate,6,a_closure,\n2024-01-18,2024-01-18,regime",
    )
    edit(folder, "policies.yaml", "{do: force, target: links.gate.regime", "{do: force, target: links.gate.hours_per_day, value: 12, from: +3}\n      - {do: force, target: links.gate.regime")  # fmt: skip
    c = compile_scenario(load(folder))
    gate = c.links.index("gate")
    before = history(c).numbers["links.hours_per_day"][:, gate]
    assert np.isnan(before[:4]).all()
    assert (before[4:] == 6).all()
    policy = next(p for p in c.scenario.policies if any("hours_per_day" in a.target for a in p.actions))
    after = future(c, policy, c.scenario.conditions[0]).numbers["links.hours_per_day"][:, gate]
    assert (after[:2] == 6).all()
    assert (after[2:] == 12).all()
