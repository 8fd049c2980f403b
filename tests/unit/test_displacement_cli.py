"""`validate-movement` and `import flee` as a newcomer types them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from corridor.analysis.displacement.fit import score_grid
from corridor.analysis.displacement.scores import relative_difference
from corridor.analysis.displacement.validate import GIVEN, LEAK_FREE, validate_displacement
from corridor.exchange.flee.read import read_flee_case
from corridor.exchange.flee.scenario import write_scenario
from corridor.rules.displacement.followers import Followers
from corridor.rules.displacement.simulate import simulate_displacement
from corridor.scenario import problems
from displacement_cases import flee_folder
from typed import call


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("cases")
    flee_folder(root / "both" / "one")
    flee_folder(root / "both" / "two", alpha="2020-01-01,5\n2020-01-05,90\n", beta="2020-01-01,0\n2020-01-05,30\n")
    flee_folder(root / "bad" / "one", routes="War,Twon,100\nTown,Alpha,100\nTown,Beta,10\n")
    flee_folder(root / "bad" / "two", data_layout="total,t.csv\nAlpha,nowhere.csv\n")
    return root


def test_the_table_has_both_knowledges_every_method_and_the_leak(cases: Path) -> None:
    out = call("validate-movement", "both", "-n", "2", "--threads", "1", cwd=cases)
    assert out.returncode == 0, out.stderr
    for text in ("(a) capacities as given", "(b) leak-free", "flee3 as Flee", "followers", "equal shares",
                 "share at day 30", "persistence", "Seconds for one future", "holds the highest later count",
                 "What the other cases chose"):  # fmt: skip
        assert text in out.stdout, text
    assert "fitting followers takes about" in out.stderr


def test_json_has_stable_keys_and_no_nan(cases: Path) -> None:
    words = ("validate-movement", "both/one", "both/two", "--json", "-n", "2", "--no-fit", "--seed", "3")
    out = call(*words, cwd=cases)
    assert out.returncode == 0, out.stderr
    found = json.loads(out.stdout, parse_constant=lambda word: pytest.fail(word))
    assert set(found) == {
        "format", "kind", "futures", "seed", "fitted", "rows", "summaries", "fit_seconds", "seconds", "leak",
    }  # fmt: skip
    assert (found["kind"], found["fitted"], found["futures"], found["seed"]) == ("movement-validation", False, 2, 3)
    scores = {(r["case"], r["knowledge"], r["method"]): r["score"] for r in found["rows"]}
    assert scores["two", LEAK_FREE, "equal shares"] == scores["two", GIVEN, "equal shares"]
    assert scores["one", GIVEN, "followers"] > 0
    assert {r["settings"] for r in found["rows"] if r["method"] == "followers"} == {
        "power 0.8, softening 200 km, company 0.7"
    }


def test_settings_of_flee_are_read_and_what_they_lack_is_said(cases: Path) -> None:
    (cases / "settings.yml").write_text(
        "move_rules:\n  max_moove_speed: 3\n  conflict_movechance: 0.2\n", encoding="utf-8"
    )
    plain = ("validate-movement", "both/one", "--json", "-n", "2")
    one, other = call(*plain, cwd=cases), call(*plain, "--settings", "settings.yml", cwd=cases)
    assert 'max_moove_speed: unknown; ignored; did you mean "max_move_speed"?' in other.stderr
    score = [
        next(r["score"] for r in json.loads(out.stdout)["rows"] if r["method"] == "flee3 as Flee")
        for out in (one, other)
    ]
    assert score[0] != score[1]
    assert "fitting" not in one.stderr  # one case has no others to learn from


def test_bad_folders_are_told_together_and_exit_3(cases: Path) -> None:
    out = call("validate-movement", "bad", cwd=cases)
    assert out.returncode == 3
    assert 'one/input_csv/routes.csv:1:2: name2: no place "Twon"; did you mean "Town"?' in out.stderr
    assert "two/source_data/nowhere.csv: no such file" in out.stderr
    missing = call("validate-movement", "nowhere", "nothing", "--json", cwd=cases)
    assert missing.returncode == 3
    assert [p["file"] for p in json.loads(missing.stdout)["problems"]] == ["nowhere", "nothing"]


def test_import_writes_a_folder_that_checks_and_lists_what_was_wrong(cases: Path, tmp_path: Path) -> None:
    out = call("import", "flee", str(cases / "both" / "one"), "-o", "mine", cwd=tmp_path)
    assert out.returncode == 0, out.stderr
    assert "everybody leaving Town must go to Beta" in " ".join(out.stdout.replace("│", " ").split())
    assert call("check", "mine", cwd=tmp_path).stdout.startswith("mine: no problem found")
    again = call("import", "flee", str(cases / "both" / "one"), "-o", "mine", "--json", cwd=tmp_path)
    assert again.returncode == 3
    assert json.loads(again.stdout)["problems"][0]["message"] == "the folder is not empty"
    forced = call(
        "import", "flee", str(cases / "both" / "one"), "-o", "mine", "--json", "--force", "--no-capacity", cwd=tmp_path
    )
    found = json.loads(forced.stdout)
    assert set(found) == {"case", "folder", "files", "problems"}
    assert "places.csv" in found["files"]
    assert any("forced_redirection" == p["field"] for p in found["problems"])
    assert ",100," not in (tmp_path / "mine" / "places.csv").read_text(encoding="utf-8")


def test_what_nobody_can_put_right_is_refused_and_nothing_written(tmp_path: Path) -> None:
    places = (
        "War,R,Home,0.0,0.0,conflict_zone,0,5000\nTown,R,Home,95.0,0.5,town,,\nAlpha,R,A,0.0,1.0,camp,,9\n"
        "Beta,R,A,0.0,2.0,camp,,\n"
    )
    flee_folder(tmp_path / "odd", locations=places)
    out = call("import", "flee", "odd", "-o", "mine", "--json", cwd=tmp_path)
    assert out.returncode == 3
    assert [(p["field"], p["line"]) for p in json.loads(out.stdout)["problems"]] == [("latitude", 2)]
    assert not (tmp_path / "mine").exists()


def test_import_of_no_case_writes_nothing(tmp_path: Path) -> None:
    out = call("import", "flee", "nowhere", "-o", "mine", cwd=tmp_path)
    assert out.returncode == 3
    assert "name a folder that holds input_csv" in out.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_grid_scores_each_rule_as_if_it_were_played_alone(tmp_path: Path) -> None:
    case = read_flee_case(flee_folder(tmp_path))
    grid = {"distance_power": (0.3, 1.5), "company": (0.25, 1.5), "origin_power": (0.5, 1.0)}
    rules, scores = score_grid([case, case], grid, seed=4, threads=2)
    assert len(rules) == 8
    alone = [
        float(relative_difference(simulate_displacement(case, rule, seed=4).camps(case)[0], case.counted))
        for rule in rules
    ]
    np.testing.assert_array_equal(scores, np.stack([alone, alone], axis=1))


def test_one_case_has_nobody_to_learn_from(tmp_path: Path) -> None:
    case = read_flee_case(flee_folder(tmp_path))
    told: list[str] = []
    table = validate_displacement([case], futures=1, told=told.append)
    assert told == [f"{GIVEN}: {case.name}", f"{LEAK_FREE}: {case.name}"]
    default = Followers()
    assert next(r.settings for r in table.rows if r.settings).startswith(f"power {default.distance_power:g}")
    assert table.fit_seconds == 0.0


def test_a_camp_without_a_series_is_a_place_that_plays_whatever_it_can_hold(tmp_path: Path) -> None:
    case = flee_folder(tmp_path / "case", data_layout="total,total.csv\nBeta,beta.csv\n")
    out = call("import", "flee", str(case), "-o", "out", "--json", cwd=tmp_path)
    assert out.returncode == 0, out.stderr
    rows = (tmp_path / "out" / "places.csv").read_text().splitlines()
    alpha = dict(zip(rows[0].split(","), next(r for r in rows if r.startswith("alpha,")).split(","), strict=True))
    assert (alpha["kind"], alpha["capacity"]) == ("town", "")
    assert problems(tmp_path / "out") == []


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"conflicts": "#Day,War,Town\n0,1,0\n1,40000,0\n"}, '"40000" is no intensity; write 0 to 100'),
        ({"conflicts": "#Day,War,Town\n0,1,0\n1,-1,0\n"}, '"-1" is no intensity'),
    ],
)
def test_an_intensity_that_no_folder_may_hold_is_refused_in_its_own_file(
    tmp_path: Path, files: dict[str, str], told: str
) -> None:
    case = flee_folder(tmp_path / "case", **files)
    out = call("import", "flee", str(case), "-o", "out", cwd=tmp_path)
    assert out.returncode == 3
    assert "conflicts.csv:3:2: War: " + told in out.stderr
    assert not (tmp_path / "out").exists()


def test_a_case_of_one_day_is_written_so_that_it_can_be_checked(tmp_path: Path) -> None:
    case = flee_folder(tmp_path / "case", sim_period="StartDate,2020-01-01\nLength,1\n")
    write_scenario(read_flee_case(case), case, tmp_path / "out")
    assert problems(tmp_path / "out") == []
