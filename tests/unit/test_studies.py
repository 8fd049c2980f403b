"""A study is the same plain data on screen, page, JSON and CSV, from a shell and from Python, once and again."""

from __future__ import annotations

import json
import re
import shlex
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

import corridor
from corridor.core.errors import InputError
from corridor.report.screen.study import show
from corridor.scenario import write_new
from typed import call

FUTURES = 6
SET = {"links.gate.vehicles_per_hour": 30, "horizon": 40}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("studies")
    write_new(path / "mine")
    return path


@pytest.fixture(autouse=True)
def _inside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


def shell(words: list[str], folder: Path) -> None:
    done = call(*words, cwd=folder)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def base(folder: Path) -> corridor.Study:
    with pytest.MonkeyPatch.context() as here:
        here.chdir(folder)
        return corridor.compare(corridor.load("mine"), futures=FUTURES)


@pytest.fixture(scope="module")
def changed(folder: Path) -> corridor.Study:
    with pytest.MonkeyPatch.context() as here:
        here.chdir(folder)
        return corridor.compare("mine", futures=FUTURES, set=SET, policies=["regime_held", "gate_open"])


def pasted(page: str) -> list[str]:
    found = re.search(r"How to make this page again</h2>\s*<p><code>(.*?)</code>", page, re.DOTALL)
    assert found
    return shlex.split(unescape(found[1]))


@pytest.mark.slow
@pytest.mark.parametrize("which", ["base", "changed"])
def test_the_command_on_a_page_makes_this_page(
    which: str, folder: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    study: corridor.Study = request.getfixturevalue(which)
    page = study.report(tmp_path / "python.html").read_text(encoding="utf-8")
    words = pasted(page)
    assert words[:2] == ["corridor", "compare"]
    (folder / "report.html").unlink(missing_ok=True)
    shell(words[1:], folder)
    assert (folder / "report.html").read_text(encoding="utf-8") == page


@pytest.mark.parametrize("structures", [0, pytest.param(2, marks=pytest.mark.slow)])
def test_the_command_and_python_give_the_same_page_with_the_same_sections(
    structures: int, base: corridor.Study, folder: Path, tmp_path: Path
) -> None:
    more = ["--structures", str(structures)] if structures else []
    shell(["compare", "mine", "--futures", str(FUTURES), *more, "--report", "shell.html"], folder)
    sections = {"backtest": 300, **({"structures": structures} if structures else {})}
    page = base.report(tmp_path / "p.html", sections=sections)
    assert page.read_bytes() == (folder / "shell.html").read_bytes()
    assert all(word in page.read_text(encoding="utf-8") for word in more)


@pytest.mark.slow
def test_a_kept_page_is_the_page_that_is_drawn(base: corridor.Study, tmp_path: Path) -> None:
    from corridor.studies.page import _html
    from corridor.studies.sections import with_sections

    kept = base.report(tmp_path / "a.html").read_text(encoding="utf-8")
    assert _html(with_sections(base, None, threads=1, told=None)) == kept


def test_the_second_study_plays_nothing(base: corridor.Study) -> None:
    told: list[object] = []
    again = corridor.compare("mine", futures=FUTURES, told=lambda *stage: told.append(stage))
    assert told == []
    assert again == base


@pytest.mark.slow
def test_a_number_that_changes_is_another_study_and_says_so_everywhere(
    base: corridor.Study, changed: corridor.Study, tmp_path: Path
) -> None:
    assert changed.store != base.store
    assert base.changes == ()
    assert changed.changes == (
        "links.gate.vehicles_per_hour = 30 (was 150..240..330)",
        "horizon = 40 (was 60)",
        "only policies: regime_held, gate_open (of 3)",
    )
    data = json.loads(changed.to_json())
    assert [change["path"] for change in data["changed"]] == list(SET)
    csv = pd.read_csv(tmp_path / "t.csv") if changed.to_csv(tmp_path / "t.csv") else None
    assert csv is not None
    assert set(csv["changed"]) == {"; ".join(changed.changes)}
    assert set(csv["folder"]) == {"mine"}
    page = changed.report(tmp_path / "c.html").read_text(encoding="utf-8")
    assert "Not the folder&#39;s own case." in page or "Not the folder's own case." in page
    assert "vehicles_per_hour = 30 (was 150..240..330)" in page
    assert "Not the folder" not in base.report(tmp_path / "b.html").read_text(encoding="utf-8")


def test_a_study_is_plain_data_that_meets_its_schema(base: corridor.Study) -> None:
    text = base.to_json()
    data = json.loads(text, parse_constant=lambda word: pytest.fail(word))
    assert corridor.Study.from_json(text) == base
    schema = corridor.schema()
    assert set(data) == set(schema["properties"])
    assert set(schema["required"]) <= set(data)
    assert len(base.answer) == 3
    frame = base.to_frame()
    assert list(frame.columns) == [column.id for column in base.tables[0].columns]
    assert frame["median"].dtype == float
    (one,) = {len(series.days) for series in base.series}
    assert one == base.horizon
    quantiles = base.series[0].quantiles
    assert all(low is None or low <= high for low, high in zip(quantiles["low_80"], quantiles["high_80"], strict=True))  # type: ignore[operator]


def test_the_study_holds_the_numbers_of_its_run(base: corridor.Study) -> None:
    from corridor.analysis.compare import compare

    pd.testing.assert_frame_equal(base.to_frame(), compare(base.results), check_exact=True)


def test_a_store_that_grew_is_read_as_the_study_was(base: corridor.Study) -> None:
    more = corridor.compare("mine", futures=FUTURES + 2)
    assert more.store == base.store
    assert base.model_copy().results.sizes["future"] == FUTURES
    assert more.results.sizes["future"] == FUTURES + 2


def test_a_notebook_shows_answer_table_and_figures_without_a_script(base: corridor.Study) -> None:
    shown = base._repr_html_()
    assert "<svg" in shown and "<table>" in shown and "<script" not in shown
    nasty = base.model_copy(update={"title": "<script>alert(1)</script>", "series": ()})
    assert "<script" not in nasty._repr_html_()


def test_what_is_wrong_is_told_before_anything_is_played(folder: Path) -> None:
    before = set((folder / "runs").iterdir()) if (folder / "runs").exists() else set()
    for asked, said in (
        ({"set": {"links.gat.kmh": 3}}, 'did you mean "gate"'),
        ({"reference": "regime_hold"}, 'did you mean "regime_held"'),
        ({"policies": ["regime_hold"]}, 'did you mean "regime_held"'),
        ({"actors": True}, "no model of the sides"),
        ({"as_of": "2024-03-01"}, "not between"),
    ):
        with pytest.raises(InputError, match=said):
            corridor.compare("mine", futures=2, **asked)  # type: ignore[arg-type]
    with pytest.raises(InputError, match='did you mean "structures"'):
        corridor.compare("mine", futures=FUTURES, sections={"structure": 3})
    assert set((folder / "runs").iterdir()) - before <= {folder / "runs" / "studies"}


def test_a_policy_added_in_python_is_played_and_named_and_no_command_is_claimed(tmp_path: Path) -> None:
    case = corridor.add_policy(
        corridor.load("mine"),
        {"id": "wider", "title": "Wider gate", "actions": [
            {"do": "force", "target": "links.gate.vehicles_per_hour", "value": 480, "from": "+1"}]},
    )  # fmt: skip
    study = corridor.compare(case, futures=2, policies=["regime_held", "wider"])
    assert "policy wider added" in study.changes
    assert study.command == ""
    assert "Wider gate" in {one.title for one in study.policies}
    assert "No single command makes this page" in study.report(tmp_path / "r.html").read_text(encoding="utf-8")


def test_a_scenario_changed_by_hand_does_not_pass_for_the_folders_own() -> None:
    case = corridor.load("mine").model_copy(update={"horizon": 20})
    study = corridor.compare(case, futures=2)
    assert study.changes == ("the scenario was changed by hand, in Python",)
    assert study.command == ""


def test_diff_of_runs_and_folders(base: corridor.Study, changed: corridor.Study, folder: Path) -> None:
    found = corridor.diff(base.store, changed.store)
    inputs = found.to_frame("inputs").set_index("path")
    assert dict(inputs.loc["links.gate.vehicles_per_hour"]) == {"a": "150..240..330", "b": "30"}
    assert set(inputs.index) == set(SET)
    assert not found.table("facts").rows
    answers = found.to_frame("answers")
    assert set(answers["policy"]) <= {"regime_held", "gate_open", "more_aid"}
    assert not corridor.diff(base, base).table("answers").rows
    other = folder / "other"
    write_new(other)
    facts = pd.read_csv(other / "evidence.csv", dtype=str, keep_default_na=False)
    facts.loc[0, "note"] = "another note"
    facts.to_csv(other / "evidence.csv", index=False)
    (row,) = corridor.diff("mine", "other").table("facts").rows
    assert row["evidence"] == f"{facts.loc[0, 'id']}.note"
    assert row["b"] == "another note"


def test_a_difference_is_told_by_names_and_fits_a_hundred_columns(
    base: corridor.Study, changed: corridor.Study, capsys: pytest.CaptureFixture[str]
) -> None:
    found = corridor.diff(base.store, changed.store)
    called, titles = (found.detail[name] for name in ("called", "titles"))
    assert isinstance(called, dict)
    assert isinstance(titles, dict)
    show(found)
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 100
    said = " ".join(re.sub("[│┃]", " ", out).split())
    assert "vehicles it lets through" in called["links.gate.vehicles_per_hour"]
    assert "links.gate.vehicles_per_hour" in said
    assert "gate_open" not in said
    assert titles["gate_open"].split()[0] in said
    last = max(int(str(row["day"])) for row in found.table("answers").rows)
    assert f"day {last}" in said
    assert "more (those of the last day stand here): --json" in said


def test_the_package_shows_its_api_and_a_case_fits_a_screen() -> None:
    assert {"load", "compare", "backtest", "calibrate", "sides", "diff", "override", "add_policy"} <= set(dir(corridor))
    for name in dir(corridor):
        assert getattr(corridor, name) is not None
    lines = repr(corridor.load("nagorno-karabakh-2023")).splitlines()
    assert len(lines) < 15
    assert all(len(line) <= 130 for line in lines)
    assert "known up to 2023-09-18" in lines[1]


def test_figures_name_what_they_do_not_know(base: corridor.Study) -> None:
    with pytest.raises(InputError, match='did you mean "intake"'):
        corridor.plot.fan(base.results, "intak")
    with pytest.raises(InputError, match='did you mean "calm"'):
        corridor.plot.cover(base.results, "clam")


def test_parts_of_a_page_are_worked_out_in_processes_of_their_own(
    base: corridor.Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    from corridor.studies import apart
    from corridor.studies.sections import missing, with_sections

    wanted, told = {"structures": 1}, []
    monkeypatch.setattr(apart, "WORTH", 1)
    monkeypatch.setattr(apart.os, "cpu_count", lambda: 2)
    with monkeypatch.context() as here:
        here.setattr(apart.sys, "executable", "false")  # a process that dies at once: the part is left to do
        with apart.started(base, wanted, None, None) as apart_:
            assert apart_
    assert missing(base, wanted) == wanted
    with apart.started(base, wanted, None, lambda *line: told.append(line)) as apart_:
        assert apart_
    assert missing(base, wanted) == {}
    assert {stage for stage, _, _ in told} >= {"structural choices, 1 of 12", "structural choices, 12 of 12"}
    again = with_sections(base, wanted, threads=None, told=pytest.fail)  # nothing is played any more
    assert again.sections["structures"]["futures"] == 1
