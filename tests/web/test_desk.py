"""A position of the levers: the numbers of the command line digit for digit, words, first days, bundles."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

import corridor
from corridor.core.errors import InputError
from corridor.engine.sessions import Stopped
from corridor.studies import whatif_answer
from corridor.studies.bundle import answer_bytes, open_bundle, write_bundle
from corridor.studies.levers import Act, Levers
from corridor.studies.whatif import Desk
from corridor.studies.whatif_views import evidence_view, policies_view, view_of_past

FUTURES = 48
COLUMNS = ("mean", "error", "median", "low_50", "high_50", "low_80", "high_80", "low_95", "high_95", "defined")


@pytest.fixture(scope="module")
def desk(valley: Path) -> Desk:
    return Desk(str(valley), threads=2)


def settings(desk: Desk, seed: int) -> dict[str, str]:
    rng = random.Random(seed)
    known = {
        "stocks.*.flour": (100, 1500), "stocks.*.petrol": (10, 300), "pipelines.aid.tonnes_per_day": (1, 40),
        "pipelines.airdrop.tonnes_per_day": (1, 20), "links.gate.tonnes_per_day": (20, 400), "horizon": (20, 60),
        "parameters.rations.floor": (0.2, 0.6), "places.hilltown.population": (9000, 40000),
    }  # fmt: skip
    chosen = rng.sample(sorted(known), rng.randint(1, 3))
    values = {path: rng.uniform(*known[path]) for path in chosen}
    return {
        path: str(int(v)) if path == "horizon" or "population" in path else f"{v:.4g}" for path, v in values.items()
    }


@pytest.mark.parametrize("seed", range(10))
def test_numbers_are_those_of_the_command_line_digit_for_digit(
    desk: Desk, valley: Path, seed: int, tmp_path: Path
) -> None:
    asked = settings(desk, seed)
    policy = random.Random(seed).choice(["regime_held", "more_aid", "gate_open"])
    head, _ = desk.answer(Levers(policy=policy, set=asked), futures=FUTURES)
    study = corridor.compare(
        str(valley), futures=FUTURES, set=asked, store=tmp_path / "store", policies=[policy], conditions=["calm"],
        threads=1,
    )  # fmt: skip
    there = {(row["outcome"], row["day"]): row for row in study.table("comparison").rows}
    assert len(head["outcomes"]) > 20
    for row in head["outcomes"]:
        other = there[row["outcome"], row["day"]]
        for column in COLUMNS:
            assert row.get(column) == other.get(column), (row["outcome"], column)
    days = {(row["place"], row["event"]): row for row in study.table("first_days").rows}
    for row in head["first_days"]:
        for column in ("low_80", "median", "high_80", "never"):
            assert row[column] == days[row["place"], row["event"]][column], (row["event"], column)


def test_policies_side_by_side_are_those_of_the_command_line(desk: Desk, valley: Path, tmp_path: Path) -> None:
    levers = Levers(set={"stocks.*.flour": "350"})
    view = policies_view(desk.place(levers), desk.side_by_side(levers))
    study = corridor.compare(
        str(valley), futures=300, set=dict(levers.set), store=tmp_path / "store", conditions=["calm"], threads=2
    )
    assert view["futures"] == study.futures == 300
    there = {(row["policy"], row["outcome"], row["day"]): row for row in study.table("comparison").rows}
    for row in view["rows"]:
        assert row == {**there[row["policy"], row["outcome"], row["day"]], "regret": row["regret"]} or (
            row["regret"] is not None
        )
        for column in (*COLUMNS, "diff_mean", "diff_median", "p_better", "p_tied", "regret"):
            other = there[row["policy"], row["outcome"], row["day"]]
            assert row.get(column) == other.get(column), (row["policy"], row["outcome"], column)


def test_the_case_as_it_stands_says_that_nothing_was_changed(desk: Desk) -> None:
    head, arrays = desk.answer(Levers(), futures=FUTURES)
    assert head["changed"] == []
    assert "Nothing is changed" in head["flips"]["en"]
    found = dict(arrays)
    for fan in head["fans"]:
        here, base = found[fan["id"]], found[f"reference {fan['id']}"]
        assert here.shape == (7, len(head["days"]))
        assert np.array_equal(here, base, equal_nan=True)
    assert head["days"][head["known_days"] - 1] == head["as_of"]


def test_every_changed_lever_is_told(desk: Desk) -> None:
    levers = Levers(
        policy="more_aid", condition="loss_of_control", begins="2024-03-01", set={"stocks.*.flour": "350"},
        acts=(Act(do="force", target="links.gate.regime", value="closed", begins="2024-03-10"),),
    )  # fmt: skip
    head, _ = desk.answer(levers, futures=FUTURES)
    told = "\n".join(head["changed"])
    for word in ("More aid", "2024-03-01", "Loss of control", "stocks.*.flour = 350", "links.gate.regime: closed"):
        assert word in told
    assert len(head["changed"]) == 5
    assert "%" in head["sure"]["en"]


def test_a_policy_that_begins_later_keeps_its_distances(desk: Desk) -> None:
    own = desk.place(Levers(policy="more_aid")).policy
    later = desk.place(Levers(policy="more_aid", begins="2024-03-01")).policy
    assert min(action.starts for action in later.actions) == date(2024, 3, 1)
    moved = {b.starts - a.starts for a, b in zip(own.actions, later.actions, strict=True)}
    assert moved == {date(2024, 3, 1) - min(action.starts for action in own.actions)}


def test_help_that_comes_later_helps_less(desk: Desk) -> None:
    def missing(begins: str) -> float:
        head, _ = desk.answer(Levers(policy="gate_open", begins=begins), futures=FUTURES)
        return float([row for row in head["outcomes"] if row["outcome"] == "energy_gap"][-1]["mean"])

    as_of = desk.scenario().as_of
    gaps = [missing((as_of + timedelta(days=days)).isoformat()) for days in (1, 20, 45)]
    assert gaps[0] <= gaps[1] <= gaps[2]
    assert gaps[0] < gaps[2]


def test_an_act_closes_a_link_on_the_map_from_its_day_on(desk: Desk) -> None:
    act = Act(do="force", target="links.gate.regime", value="closed", begins="2024-03-10")
    head, arrays = desk.answer(Levers(acts=(act,)), futures=FUTURES)
    regimes = dict(arrays)["map regime"][:, head["map"]["links"].index("gate")]
    words = [head["map"]["regimes"][int(i)]["words"] for i in regimes]
    at = head["days"].index("2024-03-10")
    assert words[at:] == ["closed"] * len(words[at:])
    assert "closed" not in words[:at]


@pytest.mark.parametrize(
    ("levers", "says"),
    [
        (Levers(policy="nobody"), "no policy is called"),
        (Levers(condition="nothing"), "no condition is called"),
        (Levers(variant="never"), "no variant is called"),
        (Levers(begins="2024-03-01"), "does nothing that could begin later"),
        (Levers(policy="more_aid", begins="2031-01-01"), "is not within"),
        (Levers(policy="more_aid", begins="soon"), "is not a day"),
        (Levers(set={"stocks.*.flour": "much"}), "stocks.*.flour"),
        (Levers(set={"a=b": "1"}), "is no path"),
        (Levers(acts=(Act(do="force", target="links.nowhere.regime", value="open"),)), "no link"),
        (Levers(acts=(Act(do="force", target="links.gate.regime", value="ajar"),)), "ajar"),
    ],
)
def test_what_cannot_be_is_told_in_words(desk: Desk, levers: Levers, says: str) -> None:
    with pytest.raises(InputError) as caught:
        desk.answer(levers, futures=FUTURES)
    assert says in str(caught.value)


def test_a_play_that_nobody_wants_any_more_ends(desk: Desk) -> None:
    with pytest.raises(Stopped):
        desk.answer(Levers(policy="gate_open", begins="2024-03-03"), futures=FUTURES, stop=lambda: True)


def test_a_bundle_opens_to_the_same_bytes(desk: Desk, tmp_path: Path) -> None:
    levers = Levers(policy="more_aid", set={"stocks.*.flour": "350"})
    data = write_bundle(desk, levers, FUTURES)
    assert data == write_bundle(desk, levers, FUTURES)
    found = open_bundle(data, tmp_path / "opened")
    assert found["levers"] == levers
    again = Desk(str(tmp_path / "opened"), found["variant"], found["seed"])
    text, arrays = answer_bytes(again, found["levers"], found["futures"])
    assert arrays == found["arrays"]
    assert json.loads(text)["outcomes"] == json.loads(found["answer"])["outcomes"]
    assert text == found["answer"]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 nothing", b"levers.json"])
def test_what_is_no_bundle_is_refused(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        open_bundle(data, tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_views_hold_every_number_and_the_past(desk: Desk) -> None:
    placed = desk.place(Levers())
    played = desk.play(placed, FUTURES)
    evidence = evidence_view(placed, played)
    assert {row["path"] for row in evidence["numbers"]} >= {"stocks.*.flour", "links.gate.kmh"}
    assert all(row["standing"] for row in evidence["numbers"])
    past = view_of_past(placed, played)
    assert past["signs"]
    assert past["rows"]
    for band in past["bands"]:
        assert len(band["prior"][0]) == len(band["days"])


def test_how_long_people_can_hold_out_is_what_the_command_line_says(desk: Desk, valley: Path, tmp_path: Path) -> None:
    study = corridor.compare(
        str(valley), futures=FUTURES, store=tmp_path / "store", policies=["regime_held"], conditions=["calm"], threads=1
    )
    said = desk.answer(Levers(), futures=FUTURES)[0]["hold_out"]
    assert said["en"] == study.detail["how_long"]
    assert said["en"].startswith("Under “Regime held”, food in store runs out")
    assert len(set(said.values())) == 4


def test_what_weighs_the_futures_is_no_count_of_them(desk: Desk) -> None:
    head, _ = desk.answer(Levers(), futures=FUTURES)
    assert head["effective"] < FUTURES
    assert (
        f"({FUTURES} futures, weighted: they tell as much as {head['effective']} unweighted ones)" in head["sure"]["en"]
    )
    assert len(set(head["sure"].values())) == 4


def test_people_who_have_died_before_anything_is_played_are_told(valley: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Desk(str(valley)).answer(Levers(), futures=8)[0]["died"] == dict.fromkeys(("en", "fr", "es", "ar"), "")
    said = (
        "By 1 January 2024 about 690 people more than usual have died of hunger and disease in these futures, 6 in "
        "1,000 (80 %: 160 to 3,200 people)."
    )
    monkeypatch.setattr(whatif_answer, "dead_before", lambda _: said)
    died = Desk(str(valley)).answer(Levers(), futures=8)[0]["died"]
    assert died["en"] == said
    assert len(set(died.values())) == 4


def test_a_position_is_named_and_the_reference_is_told_where_it_differs(desk: Desk) -> None:
    more = desk.answer(Levers(policy="gate_open"), futures=FUTURES)[0]["hold_out"]["en"]
    assert more.startswith("Under “Gate open”, ")
    assert "Under “Regime held”, food in store runs out" in more
    levers = Levers(policy="gate_open", set={"stocks.*.flour": "350"})
    moved = desk.answer(levers, futures=FUTURES)[0]["hold_out"]["en"]
    assert moved.startswith("Under “Gate open, with the levers as they stand”, ")
    nothing = Levers(set={"stocks.*.medicine": "5.2"})
    assert "Under “Regime held”" not in desk.answer(nothing, futures=FUTURES)[0]["hold_out"]["en"]
