"""A Flee case as a scenario folder: every event on its day, nothing known too early, and the same people in play."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import yaml

from corridor.core.errors import InputError
from corridor.engine import run
from corridor.engine.counts import recent_rise
from corridor.exchange.flee.cases import find_flee_cases, read_flee_cases
from corridor.exchange.flee.read import read_flee_case
from corridor.exchange.flee.scenario import cut, scenario_files, write_scenario
from corridor.exchange.flee.sources import slugs
from corridor.results.dataset import ahead, history
from corridor.rules.displacement.followers import Followers
from corridor.rules.displacement.simulate import simulate_displacement
from corridor.scenario import load, override, problems
from displacement_cases import flee_folder

GIVEN = ("burundi2015", "car2013", "mali2012", "nigeria2016", "ssudan2013", "syria2013")
LOCATIONS = (
    "#name,region,country,latitude,longitude,location_type,conflict_date,population,initial_idps\n"
    "Ville Élé,R,Home,0.0,0.0,conflict_zone,0,5000,3\nTown,R,Home,0.0,0.5,town,,,\n"
    "Alpha,R,Far_Land,0.0,1.0,camp,,100,\nBeta,R,Far_Land,0.0,2.0,camp,,,\nBeta!,R,Other,0.0,2.5,idpcamp,,50,\n"
)


def small(root: Path) -> Path:
    """A case with overlapping closures, a lifted redirection, changing violence, a camp opened by a closure row."""
    days = "\n".join(f"{day},{v}" for day, v in enumerate((1, 1, 0.25, 0, 0, 1, 1, 1)))
    return flee_folder(
        root / "flee",
        locations=LOCATIONS,
        routes="Ville Élé,Town,100,0\nTown,Alpha,100\nTown,Beta,200,2\nBeta!,Town,300,0,\n",
        closures=(
            "#t,1,2,s,e\ncountry,Home,Far_Land,0,3\nlink,Town,Alpha,2,5\ncamp,Beta!,,0,4\n"
            "remove_forced_redirection,Town,Beta,4,0\n"
        ),
        conflicts=f"#Day,Ville Élé\n{days}\n",
        sim_period="StartDate,2020-01-01\nLength,8\n",
        data_layout="total,total.csv\nAlpha,alpha.csv\nBeta,beta.csv,more.csv\nBeta!,third.csv\n",
        alpha="2020-01-01,0\n2020-01-03,0\n2020-01-08,50\n",
        more="2020-01-01,0\n",
        third="2020-01-01,7\n2020-01-08,7\n",
    )


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("import")
    source = small(root)
    write_scenario(read_flee_case(source), source, root / "out")
    return root / "out"


def test_a_case_becomes_a_folder_without_problems(written: Path) -> None:
    assert not problems(written)
    scenario = load(written, "end")
    assert [place.name for place in scenario.places] == ["Ville Élé", "Town", "Alpha", "Beta", "Beta!"]
    assert [place.id for place in scenario.places] == ["ville_ele", "town", "alpha", "beta", "beta_2"]
    assert [place.kind for place in scenario.places] == ["town", "town", "camp", "camp", "idp_camp"]
    assert [place.capacity for place in scenario.camps] == [100.0, None, 50.0]
    assert [link.forced for link in scenario.links] == ["", "", "from", ""]
    assert scenario.as_of == date(2020, 1, 8)
    assert load(written, "halfway").as_of == date(2020, 1, 5)


def test_every_event_stands_on_its_day(written: Path) -> None:
    found = [(e["date"][-2:], e["kind"], e["target"], e["value"], e["evidence"]) for e in rows(written, "events.csv")]
    assert all(e["known"] == e["date"] for e in rows(written, "events.csv"))
    assert found == [
        ("01", "regime", "town-alpha", "closed", "closures"),  # the border; the road stays shut when it opens
        ("01", "regime", "town-beta", "closed", "closures"),
        ("01", "camp", "alpha", "closed", "counts_alpha"),
        ("01", "camp", "beta_2", "closed", "closures"),
        ("01", "violence", "ville_ele", "1", "conflicts"),
        ("03", "violence", "ville_ele", "0.25", "conflicts"),
        ("04", "regime", "town-beta", "open", "closures"),
        ("04", "camp", "alpha", "open", "counts_alpha"),
        ("04", "violence", "ville_ele", "0", "conflicts"),
        ("05", "camp", "beta_2", "open", "closures"),
        ("05", "forced", "town-beta", "off", "closures"),
        ("06", "regime", "town-alpha", "open", "closures"),
        ("06", "violence", "ville_ele", "1", "conflicts"),
    ]


def test_totals_and_who_was_there_first(written: Path) -> None:
    found = rows(written, "displaced.csv")
    assert [(r["place"], r["persons"]) for r in found[:4]] == [
        ("beta", "10"), ("beta_2", "7"), ("*", "17"), ("*", "22"),
    ]  # fmt: skip
    assert [r["persons"] for r in found if r["place"] == "*"] == ["17", "22", "27", "37", "47", "57", "67", "77"]
    assert all(r["known"] == r["date"] for r in found)
    seen = rows(written, "observed/camps.csv")
    assert [r["persons"] for r in seen if r["place"] == "alpha"] == ["0", "0", "0", "10", "20", "30", "40", "50"]


def test_every_file_of_the_case_is_a_claim(written: Path) -> None:
    claims = {r["id"]: r for r in rows(written, "evidence.csv")}
    titles = [r["source_title"].removeprefix("Flee validation case flee, ") for r in claims.values()]
    for file in ("alpha.csv", "beta.csv", "more.csv", "third.csv", "data_layout.csv"):
        assert f"source_data/{file}" in titles
    assert claims["counts_alpha"]["said_by"] == "Flee validation case flee"
    assert claims["assumed_speed"]["said_by"] == "assumed"
    places = {r["id"]: r["evidence"] for r in rows(written, "places.csv")}
    assert places["beta"] == "locations counts_beta counts_beta.2"
    assert any("everybody leaving Town must go to Beta" in r["message"] for r in rows(written, "observed/problems.csv"))


def test_the_agency_is_named_where_the_case_names_it(tmp_path: Path) -> None:
    source = small(tmp_path)
    (source / "README.md").write_text("Counts: UNHCR.\n", encoding="utf-8")
    text = scenario_files(read_flee_case(source), source)["evidence.csv"]
    assert {r["said_by"] for r in csv.DictReader(text.splitlines())} == {"UNHCR", "assumed"}


def test_halfway_learns_nothing_of_the_end(written: Path) -> None:
    half, end = load(written, "halfway"), load(written, "end")
    assert max(row.date for row in half.displaced) == half.as_of
    assert max(event.date for event in half.events) <= half.as_of
    assert not half.parameters
    assert [c.id for c in half.conditions] == ["as_before", "nobody_new", "three_times"]
    assert recent_rise(half).value != recent_rise(end).value
    rate = recent_rise(end)
    assert (rate.low, rate.value, rate.high) == (0.0, pytest.approx(8.6), pytest.approx(25.8))


def test_policies_shut_each_border_for_people_going_out_only(written: Path) -> None:
    scenario = load(written, "end")
    targets = {policy.id: [a.target for a in policy.actions] for policy in scenario.policies}
    assert list(targets) == ["as_it_is", "all_open", "shut_far_land", "shut_other"]
    assert targets["as_it_is"] == []
    assert len(targets["all_open"]) == 4
    assert targets["shut_far_land"] == ["links.town-alpha.regime", "links.town-beta.regime"]
    assert targets["shut_other"] == ["links.beta_2-town.regime"]
    shut = next(p for p in scenario.policies if p.id == "shut_other").actions[0].value
    assert shut == 1 + 2 + 4 + 8  # the road is written camp first: from there people may come, nobody may go there (16)
    shut = next(p for p in scenario.policies if p.id == "shut_far_land").actions[0].value
    assert shut == 1 + 2 + 4 + 16  # the road is written town first
    assert [p.title for p in scenario.policies][2] == "Border with Far Land closed"


def test_nobody_reaches_a_camp_behind_a_shut_border(written: Path) -> None:
    out = run(load(written, "end"), policies=["as_it_is", "shut_far_land"], conditions=["three_times"], futures=3)
    out = ahead(out)
    last = out["sheltered"].isel(condition=0, day=-1, camp=0) + out["sheltered"].isel(condition=0, day=-1, camp=1)
    first = out["sheltered"].isel(condition=0, day=0, camp=[0, 1]).sum("camp")
    # people start where they were counted, so that nobody is on the way behind the border
    assert (last.sel(policy="shut_far_land") == first.sel(policy="shut_far_land")).all()
    assert (first.sel(policy="shut_far_land") == 70).all()
    assert (last.sel(policy="as_it_is") > 70).all()


def test_without_capacity_the_column_is_gone_and_the_warning_too(tmp_path: Path) -> None:
    source = small(tmp_path)
    case = read_flee_case(source)
    files = scenario_files(case, source, capacity=False)
    assert {r["capacity"] for r in csv.DictReader(files["places.csv"].splitlines())} == {""}
    assert "--no-capacity" not in files["scenario.yaml"]
    assert "--no-capacity" in scenario_files(case, source)["scenario.yaml"]


def test_the_folder_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    source = small(tmp_path)
    case = read_flee_case(source)
    out = tmp_path / "out"
    write_scenario(case, source, out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    with pytest.raises(InputError, match="not empty"):
        write_scenario(case, source, out)
    (out / "notes.md").write_text("mine\n", encoding="utf-8")
    write_scenario(case, source, out, force=True)
    assert (out / "notes.md").read_text(encoding="utf-8") == "mine\n"
    assert {path: path.read_bytes() for path in before} == before
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("years of work\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"holds no scenario\.yaml"):
        write_scenario(case, source, other, force=True)
    assert [path.name for path in other.iterdir()] == ["thesis.txt"]
    with pytest.raises(InputError, match="is a file"):
        write_scenario(case, source, other / "thesis.txt", force=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["flee", "other", "out"]  # nothing half-done is left
    assert b"\r" not in (out / "events.csv").read_bytes()


def test_ids_are_plain_and_unique() -> None:
    assert slugs(["N'Djaména", "n djamena", "Ñ", "حلب", "A" * 90]) == (
        "n_djamena", "n_djamena_2", "n", "place_4", "a" * 40,
    )  # fmt: skip


def test_ids_never_collide_with_a_numbered_name() -> None:
    assert len(set(slugs(["Camp", "Camp 2", "camp", "Camp_2"]))) == 4


def test_the_recent_rise_does_not_offset_falls(tmp_path: Path) -> None:
    source = flee_folder(tmp_path / "case", alpha="2020-01-01,0\n2020-01-03,20\n2020-01-05,0\n")
    case = read_flee_case(source)
    write_scenario(case, source, tmp_path / "folder")
    # up by 15 on each of two days (10 of Alpha, 5 of Beta), then down by 10 on each day
    rate = recent_rise(load(tmp_path / "folder", "end"))
    assert rate.value == pytest.approx(30 / 4)
    assert (rate.low, rate.high) == (0.0, pytest.approx(3 * rate.value))


def test_several_cases_are_found_and_all_their_problems_told(tmp_path: Path) -> None:
    flee_folder(tmp_path / "one")
    flee_folder(tmp_path / "two", routes="War,Twon,100\nTown,Alpha,100\nTown,Beta,10\n")
    flee_folder(tmp_path / "three", alpha="2020-01-01,-3\n2020-01-05,40\n")
    assert [p.name for p in find_flee_cases([tmp_path, tmp_path / "one"])] == ["one", "three", "two"]
    assert [case.name for case in read_flee_cases([tmp_path / "one"])] == ["one"]
    with pytest.raises(InputError) as caught:
        read_flee_cases([tmp_path])
    assert "three/source_data/alpha.csv:1: count: -3 people" in str(caught.value)
    assert 'two/input_csv/routes.csv:1:2: name2: no place "Twon"' in str(caught.value)
    with pytest.raises(InputError) as caught:
        find_flee_cases([tmp_path / "nowhere", tmp_path / "one" / "input_csv"])
    assert [problem.message for problem in caught.value.problems] == [
        "no such folder", "holds no case: no input_csv, here or one folder down",
    ]  # fmt: skip


def same_people(source: Path, folder: Path) -> None:
    """Play the folder as any scenario, and the case it was made from; compare every camp, day, road and future."""
    case = cut(read_flee_case(source), 1 + (load(folder, "end").as_of - load(folder, "end").start).days)
    case = replace(case, initial=np.zeros_like(case.initial))  # people whom no count of the camps holds are left out
    rule = Followers(distance_power=0.9, softening=120.0, company=0.5)
    fixed = [
        f"parameters.movement.followers_{name}={getattr(rule, name)}"
        for name in ("distance_power", "softening", "company")
    ]
    scenario = override(load(folder, "end"), fixed)
    gone = ["counted_no_more"]
    out = run(scenario, policies=["as_it_is"], conditions=["nobody_new"], futures=2, seed=5, record=gone)
    direct = simulate_displacement(case, rule, futures=2, seed=5)
    known = history(out)
    np.testing.assert_array_equal(known["sheltered"], direct.camps(case))
    np.testing.assert_array_equal(known["travelling"], direct.on_road)
    np.testing.assert_array_equal(known["counted_no_more"], direct.gone)
    np.testing.assert_array_equal(out["crossed_before"], direct.entered[:, ::2] + direct.entered[:, 1::2])


def test_the_small_folder_plays_the_case_person_for_person(written: Path) -> None:
    same_people(written.parent / "flee", written)


@pytest.mark.parametrize("name", GIVEN)
def test_a_given_case_is_imported_and_plays_person_for_person(corridor_data: Path, tmp_path: Path, name: str) -> None:
    source = corridor_data / "flee-cases" / name
    write_scenario(read_flee_case(source), source, tmp_path / name)
    assert not problems(tmp_path / name)
    same_people(source, tmp_path / name)
    document = yaml.safe_load((tmp_path / name / "scenario.yaml").read_text(encoding="utf-8"))
    span = document["variants"]["end"]["as_of"] - document["start"]
    assert span == timedelta(days=read_flee_case(source).days - 1)
