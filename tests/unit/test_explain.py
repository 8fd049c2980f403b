"""`corridor explain`: a figure's place, its sources, what touches it and which rules read it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import corridor
from corridor.analysis.compare import last
from corridor.cli.explain import lines
from corridor.core.errors import InputError
from corridor.exchange.book import convert
from corridor.report.sections.answer import GAP, answer
from corridor.rules import PARAMETERS, RULES
from corridor.rules.base import MORNING as ARRAYS
from corridor.scenario import bundled, find_folder, load
from corridor.scenario.build.tables import read_folder
from corridor.scenario.explain import explain
from corridor.scenario.explained import MORNING
from corridor.scenario.numbers import numbers
from corridor.scenario.write.new import write_new
from corridor.studies import explain as study
from corridor.tables.folder import drawn_fields

CASE = "nagorno-karabakh-2023"


def test_a_stock_of_one_home_is_that_of_all_and_what_calibration_found() -> None:
    found = explain(load(CASE), "stocks.stepanakert.flour")
    assert (found.path, found.asked, found.unit) == ("stocks.*.flour", "stocks.stepanakert.flour", "t")
    assert [one["place"] for one in found.where] == ["stocks.csv:2", "calibrated.csv:5"]
    assert found.value == "4350..7080..10100"
    assert found.grade == "assumed"
    assert found.evidence[0]["id"] == "calibrated_stocks"
    assert found.seen == ["june", "july", "september"]
    assert any("not for stepanakert alone" in note for note in found.notes)
    assert any("calibrated.csv:5" in one for one in found.touched)
    assert "ledger.double_entry" in [one["rule"] for one in found.read]


def test_a_regime_says_who_may_change_it() -> None:
    found = explain(load(CASE), "links.shusha_road.regime")
    assert found.value == "open"
    said = "\n".join(found.touched)
    assert "policy both_roads: force links.shusha_road.regime open" in said
    assert "event of 2022-12-12: regime humanitarian+medical" in said
    assert "effect lachin_relief of the sides: links.shusha_road.regime open when az_lachin_relief" in said


def test_an_event_a_claim_a_parameter_a_rule_and_a_setting_are_explained() -> None:
    scenario = load(CASE)
    event = explain(scenario, "events.2022-12-12.regime.shusha_road")
    assert (event.value, event.grade) == ("humanitarian+medical", "disputed")
    assert event.evidence[0]["disputed_by"] == "Azerbaijan"
    assert event.where[0]["place"] == "events.csv:2"
    claim = explain(scenario, "evidence.flour_enough")
    assert claim.touched[0] == "cited by events.2022-12-20.note.stepanakert (events.csv:5)"
    given = explain(scenario, "leaving.ordinary_hazard")
    assert given.path == "parameters.leaving.ordinary_hazard"
    assert given.where[0]["file"] == "scenario.yaml"
    assert [one["rule"] for one in given.read] == ["leaving.ordinary_and_release"]
    rule = explain(scenario, "rules.rations")
    assert rule.value in RULES["rations"]
    assert explain(scenario, "horizon").value == "91"


def test_what_the_folder_leaves_alone_shows_the_built_in_number_and_its_source(tmp_path: Path) -> None:
    write_new(tmp_path / "case")
    scenario = load(tmp_path / "case")
    parameter = next(
        p for p in PARAMETERS.values() if p.name not in scenario.parameters and p.low < p.high and p.assumed
    )
    found = explain(scenario, parameter.name)
    assert not found.where
    assert found.value == f"{parameter.low:.12g}..{parameter.default:.12g}..{parameter.high:.12g}"
    assert found.grade == "assumed"
    assert parameter.source in found.default


@pytest.mark.parametrize("name", bundled())
def test_every_number_of_every_case_is_explained_with_the_line_it_stands_in(name: str) -> None:
    scenario = load(name)
    draft, goods = read_folder(find_folder(name)), _own_goods(name)
    seen = 0
    for number in numbers(scenario):
        if not number.given or number.path == "series.reporter":
            continue
        if number.field.table == "commodities" and number.path.split(".")[1] not in goods:
            continue  # from the built-in catalogue
        found = explain(scenario, number.path, draft)
        assert found.path == number.path
        assert found.where[0]["line"] > 1, number.path
        assert found.read, number.path
        assert {one["id"] for one in found.evidence} == set(number.evidence)
        seen += 1
    assert seen > 10


def _own_goods(name: str) -> set[str]:
    lines_ = (find_folder(name) / "commodities.csv").read_text(encoding="utf-8").splitlines()
    return {line.split(",")[0] for line in lines_}


def test_every_drawn_field_is_read_by_some_rule_or_made_into_an_array_each_morning() -> None:
    known = {array.name for array in ARRAYS}
    read = {name for rules in RULES.values() for rule in rules.values() for name in rule.numbers}
    for arrays in MORNING.values():
        assert set(arrays) <= known | read, arrays
    for field in drawn_fields():
        assert field.array in read or field.array in MORNING or f"{field.table}.{field.name}" in MORNING, field.array


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("links.shusha_road.kmmh", 'did you mean "links.shusha_road.kmh"?'),
        ("links.shusha_rod.km", 'no row of links.csv is called "shusha_rod"; did you mean "links.shusha_road.km"?'),
        ("leaving.ordinary_hazar", 'did you mean "leaving.ordinary_hazard"?'),
        ("evidence.flour_enogh", 'did you mean "flour_enough"?'),
        ("links.shusha_road", "is no part of links; write links.shusha_road.km, "),
        ("stocks.nix.flour", 'no row of stocks.csv is called "nix.flour"'),
        ("nowhere", "known: "),
        ("", "nothing is called"),
        ("rules.food", "no process"),
        ("mixes.a", "nothing is called"),
        ("events.2022", "no event"),
        ("stocks.", "nothing is called"),
        ("rations.extra_seald", 'did you mean "rations.extra_sealed"?'),
        ("links..km", "write links.<id>.<part>"),
    ],
)
def test_a_path_that_leads_nowhere_is_told_with_the_nearest(path: str, told: str) -> None:
    with pytest.raises(InputError) as error:
        explain(load(CASE), path)
    assert told in str(error.value)


def test_a_workbook_names_its_cells(tmp_path: Path) -> None:
    write_new(tmp_path / "case")
    convert(str(tmp_path / "case"), tmp_path / "case.xlsx", [])
    found = explain(load(tmp_path / "case.xlsx"), "links.gate.km")
    assert found.where[0]["place"].startswith("links!")
    assert found.evidence[0]["place"].startswith("evidence!A")


def test_a_change_is_told() -> None:
    found = explain(corridor.override(load(CASE), ["links.shusha_road.kmh=30"]), "links.shusha_road.kmh")
    assert found.value == "30"
    assert "changed here: links.shusha_road.kmh = 30 (was 30..40..60)" in found.touched


def test_without_a_stored_run_it_says_so_and_with_one_it_ranks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_new(tmp_path / "case")
    none = study.explain("case", "stocks.*.flour")
    assert none["rests"]["rank"] is None
    assert "corridor compare case plays one" in none["rests"]["says"]
    ranked = {
        "moves": {"links.gate.km": -0.5, "stocks.*.flour": 0.1},
        "moved": "food missing: “A” minus “B”",
        "floor": 0.2,
    }
    monkeypatch.setattr(study, "moves", lambda *_: ranked)
    monkeypatch.setattr("corridor.results.read.inputs", lambda _: dict.fromkeys(("links.gate.km", "stocks.*.flour")))
    monkeypatch.setattr("corridor.analysis.signs.weights.conditioned", lambda ds: ds)
    ds = xr.Dataset(coords={"future": np.arange(64), "as_of": np.datetime64("2024-02-15", "ns")}, attrs={"seed": 1})
    strong = study._ranked(ds, load("case"), "links.gate.km", Path("runs/x"))
    assert (strong["rank"], strong["of"]) == (1, 2)
    weak = study._ranked(ds, load("case"), "stocks.*.flour", Path("runs/x"))
    assert "chance would move food missing: “A” minus “B” as much" in weak["says"]
    assert study._ranked(ds, load("case"), "horizon", Path("runs/x"))["rank"] is None
    text = "\n".join(lines({**study.explain("case", "links.gate.km"), "rests": strong}))
    assert "number 1 of 2 inputs by how strongly it moves food missing: “A” minus “B”" in text
    assert "rank correlation −0.50; below 0.20 it may be chance" in text


def test_the_rank_is_that_of_the_page_and_names_the_policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_new(tmp_path / "case")
    page = corridor.compare("case", futures=64)
    frame = page.to_frame()
    shown = answer(page.results, frame, last(page.results, GAP))
    assert shown.moves
    for place, path in enumerate(list(shown.moves)[:8], 1):
        told = study.explain("case", path)["rests"]
        assert (told["rank"], told["moved"]) == (place, shown.moved)
        assert told["row"]["correlation"] == pytest.approx(shown.moves[path])
        assert any(one.title in told["says"] for one in page.policies), "the policies compared are named"
    assert any(path in PARAMETERS for path in list(shown.moves)[:8]), "of the model's own numbers too"
