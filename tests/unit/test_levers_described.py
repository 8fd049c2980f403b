"""What the screen says of levers: what a case gives beside what is drawn, links that are told apart, other languages."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from corridor.scenario import load, override, write_new
from corridor.scenario.text import text_at
from corridor.studies.levers import Levers
from corridor.studies.whatif import Desk
from corridor.studies.whatif_levers import describe


@pytest.fixture(scope="module")
def about(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("case") / "valley"
    write_new(folder)
    with (folder / "links.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    with (folder / "links.csv").open("a", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerow(["old_track", *rows[2][1:]])
    desk = Desk(str(folder))
    placed = desk.place(Levers())
    return describe(placed.scenario, desk.play(placed, 16))


def test_what_a_case_gives_stands_beside_what_is_drawn(about: dict[str, Any]) -> None:
    levers = {one["path"]: one for one in about["levers"]}
    assert levers["stocks.*.flour"]["given"] == 700.0
    assert levers["stocks.*.flour"]["low"] < levers["stocks.*.flour"]["value"] < levers["stocks.*.flour"]["high"]
    assert levers["leaving.ordinary_hazard"]["given"] == 0.00005
    assert [path for path, one in levers.items() if one["given"] is None] == []
    assert about["seen"]


def test_two_links_between_the_same_places_are_told_apart(about: dict[str, Any]) -> None:
    found = [one["label"] for one in about["links"]]
    assert found[0].endswith("Riverford/Valleytown")
    assert found[1].endswith("– Hilltown (mountain road)")
    assert found[2].endswith("– Hilltown (old track)")


def test_figures_outcomes_and_events_have_their_names_in_each_language(about: dict[str, Any]) -> None:
    called = {language: told.pop("mean intake") for language, told in about["said"].items()}
    fan = next(one["title"] for one in about["fans"] if one["id"] == "intake")
    assert (fan, called["en"]) == (
        "Mean energy eaten by those still there", "mean intake, with those who have died or left since",
    )  # fmt: skip
    assert len(set(called.values())) == 4
    assert about["said"].pop("en") == {}
    assert sorted(about["said"]) == ["ar", "es", "fr"]
    dead = "people more than usual who have died of hunger and disease"
    for told in about["said"].values():
        assert dead in told
        assert {one["title"] for one in about["fans"]} <= set(told)
        assert {"food missing so far", "food in store runs out", "Petrol runs out"} <= set(told)


def test_a_position_that_harms_is_told_by_the_futures_in_which_it_is_worse(tmp_path: Path) -> None:
    write_new(tmp_path / "valley")
    desk = Desk(str(tmp_path / "valley"))
    less, more = (
        desk.answer(Levers(set={"stocks.*.flour": tonnes}), (), 16)[0]["sure"]["en"] for tonnes in ("50", "3000")
    )
    assert less.startswith("Food missing so far: worse than the reference in ")
    assert more.startswith("Food missing so far: better than the reference in ")


def test_a_number_of_a_rule_is_told_as_it_was_where_a_table_has_the_name_of_the_rule(tmp_path: Path) -> None:
    write_new(tmp_path / "valley")
    scenario = load(str(tmp_path / "valley"))
    before = text_at(scenario, "rations.floor")
    assert before
    (change,) = override(scenario, ["rations.floor=0.5"]).changed
    assert change.was == before
