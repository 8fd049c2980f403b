"""Commands as a newcomer types them: exit statuses, JSON with stable keys, nothing written on bad input."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from typed import call

SMALL = ["--futures", "8", "--seed", "3"]


@pytest.fixture(scope="module")
def case(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    made = call("new", "mine", cwd=folder)
    assert made.returncode == 0, made.stderr
    return folder


def test_help_is_quick_and_loads_no_numerics(tmp_path):
    code = "import sys, corridor.cli.main as c; import typer; print([m for m in ('numba', 'xarray', 'numpy', 'pydantic', 'rich.table') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert out.stdout.strip() == "[]"
    assert "compare" in call("--help", cwd=tmp_path).stdout


def test_importing_prints_and_writes_nothing(tmp_path):
    out = subprocess.run(
        [sys.executable, "-c", "import corridor"], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert (out.stdout, out.stderr, list(tmp_path.iterdir())) == ("", "", [])


def test_check_new_case_and_json(case):
    out = call("check", "mine", "--json", cwd=case)
    assert out.returncode == 0
    found = json.loads(out.stdout)
    # a gate is closed: what people find is asked, and who is exposed to disease
    assert [question.split(":")[0] for question in found.pop("questions")] == ["places.csv", "scenario.yaml"]
    assert found == {"case": "mine", "problems": [], "remarks": [], "advice": [], "notes": []}


def test_a_new_case_takes_its_title(tmp_path):
    for name in ("mill", "mill.xlsx"):
        assert call("new", name, "--title", "Mill town: winter", cwd=tmp_path).returncode == 0
        told = call("check", name, "--json", cwd=tmp_path)
        assert told.returncode == 0
    settings = (tmp_path / "mill" / "scenario.yaml").read_text(encoding="utf-8")
    assert 'title: "Mill town: winter"' in settings


def test_check_shows_every_problem_and_exits_3(case, tmp_path):
    text = (case / "mine" / "links.csv").read_text()
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in (case / "mine").iterdir():
        if file.is_file():
            (broken / file.name).write_text(file.read_text())
    first, second, *rest = text.splitlines()
    cells = second.split(",")
    cells[first.split(",").index("km")] = "-4"
    (broken / "links.csv").write_text("\n".join([first, ",".join(cells), *rest]) + "\n")
    for command in (("check",), ("run", "--futures", "2"), ("compare", "--futures", "2"), ("audit",), ("plan",)):
        out = call(command[0], str(broken), *command[1:], cwd=tmp_path)
        assert out.returncode == 3, command
        assert "links.csv:2:" in out.stderr
        assert "Traceback" not in out.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["broken"]


def test_run_stores_and_the_same_command_reopens(case):
    first = call("run", "mine", *SMALL, "--json", cwd=case)
    assert first.returncode == 0, first.stderr
    facts = json.loads(first.stdout)
    store = case / facts["store"]
    assert store.is_dir()
    stamp = {p: p.stat().st_mtime_ns for p in store.rglob("*") if p.is_file()}
    again = call("run", "mine", *SMALL, "--json", cwd=case)
    assert json.loads(again.stdout) == facts
    assert {p: p.stat().st_mtime_ns for p in store.rglob("*") if p.is_file()} == stamp


def test_compare_table_csv_and_json(case):
    out = call("compare", "mine", *SMALL, "--csv", "out/table.csv", cwd=case)
    assert out.returncode == 0, out.stderr
    assert "person-days of food missing" in out.stdout
    header = (case / "out" / "table.csv").read_text().splitlines()[0].split(",")
    assert header[:6] == ["policy", "condition", "date", "day", "outcome", "name"]
    data = json.loads(call("compare", "mine", *SMALL, "--json", cwd=case).stdout)
    assert data["kind"] == "comparison"
    rows = data["tables"][0]["rows"]
    assert {row["outcome"] for row in rows} >= {"intake", "below_requirement", "departures"}
    assert {row["unit"] for row in rows if row["outcome"] == "intake"} == {"kcal/person/day"}


def test_set_changes_results_and_bad_settings_are_refused(case):
    base = json.loads(call("compare", "mine", *SMALL, "--json", cwd=case).stdout)
    more = json.loads(call("compare", "mine", *SMALL, "--json", "--set", "rations.extra_unstated=0.5", cwd=case).stdout)

    def eaten(data):
        return [r["median"] for r in data["tables"][0]["rows"] if r["outcome"] == "intake"]

    assert all(b >= a for a, b in zip(eaten(base), eaten(more), strict=True))
    assert eaten(base) != eaten(more)
    out = call("compare", "mine", *SMALL, "--set", "links.nowhere.km=3", "--set", "intake.unrecordet=1", cwd=case)
    assert out.returncode == 3
    assert out.stderr.count("--set") >= 2
    assert "did you mean" in out.stderr


def test_unknown_names_are_refused(case):
    for words in (["compare", "mnie"], ["run", "mine", "--policy", "nope"], ["run", "mine", "--futures", "0"]):
        out = call(*words, cwd=case)
        assert out.returncode == 3, words
        assert "Traceback" not in out.stderr


def test_audit_plan_schema_speak_json(case):
    rows = json.loads(call("audit", "mine", "--json", cwd=case).stdout)["rows"]
    assert {row["finding"] for row in rows} >= {"assumed"}
    order = json.loads(call("plan", "mine", "--json", cwd=case).stdout)["order"]
    assert [row["process"] for row in order][:4] == ["history or choice", "bodies", "exits", "access"]
    assert all(p["source"] for row in order for p in row["parameters"])
    assert json.loads(call("schema", cwd=case).stdout)
    for words in (["audit", "mine"], ["plan", "mine"], ["plan"]):
        assert call(*words, cwd=case).returncode == 0


def test_report_is_one_file(case):
    out = call("compare", "mine", *SMALL, "--report", "out/report.html", cwd=case)
    assert out.returncode == 0, out.stderr
    html = (case / "out" / "report.html").read_text()
    assert "<script" not in html
    assert 'src="http' not in html
    assert "not a classification" in html.lower() or "boundaries" in html.lower()


def test_usage_errors_are_bad_input(case):
    for words in (["compare"], ["compare", "mine", "--nope"], ["nothing"], ["run", "mine", "--futures", "x"]):
        out = call(*words, cwd=case)
        assert out.returncode == 3, words
        assert "Usage" in out.stderr


def test_usage_errors_are_json_where_that_is_asked(case):
    problems = json.loads(call("check", "mine", "--json", "--nope", cwd=case).stdout)["problems"]
    assert [(one["file"], one["message"]) for one in problems] == [("command line", "No such option: --nope")]


@pytest.mark.parametrize(("option", "said"), [("--report=x.docx", "as HTML"), ("--csv=x.xlsx", "as CSV")])
def test_forms_that_are_not_written_are_refused_before_anything_is_played(case, tmp_path, option, said):
    out = call("compare", str(case / "mine"), option, cwd=tmp_path)
    assert out.returncode == 3
    assert said in out.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_store_in_place_of_a_case_is_told_for_what_it_is(case):
    store = json.loads(call("run", "mine", *SMALL, "--json", cwd=case).stdout)["store"]
    for command in ("compare", "check", "run", "backtest"):
        out = call(command, store, cwd=case)
        assert out.returncode == 3, command
        assert "is the store of a run, not a case" in out.stderr


def test_a_backtest_without_counts_says_so(case):
    out = call("backtest", "mine", cwd=case)
    assert out.returncode == 3
    assert "nothing that happened" in out.stderr


def test_list_names_the_bundled_cases_and_their_variants(case):
    cases = json.loads(call("list", "--json", cwd=case).stdout)["cases"]
    named = {one["case"]: [variant["id"] for variant in one["variants"]] for one in cases}
    assert named == {
        "berlin-1948": ["replay"], "leningrad-1941": ["september"], "nagorno-karabakh-2023": ["june", "july", "september"],
        "sarajevo-1992": ["july", "october", "recalled"],
    }  # fmt: skip
    assert "known on 2023-09-18" in call("list", cwd=case).stdout


def test_asking_for_help_or_completion_writes_nothing(tmp_path):
    for words in (["--help"], ["--version"], ["--show-completion"]):
        call(*words, cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_changed_run_says_so_on_screen_and_in_its_store(case):
    from corridor.engine import open_run
    from corridor.results import read

    out = call("run", "mine", *SMALL, "--set", "links.gate.kmh=20", "--json", cwd=case)
    facts = json.loads(out.stdout)
    (line,) = facts["changed"]
    assert line.startswith("links.gate.kmh = 20 (was ")
    assert read.changed(open_run(case / facts["store"])) == (line, "mine")
    shown = call("compare", "mine", *SMALL, "--set", "links.gate.kmh=20", "--policy", "more_aid", cwd=case).stdout
    assert "changed: links.gate.kmh = 20 (was" in shown
    assert "changed: only policies: more_aid (of 3)" in shown
    assert "changed:" not in call("compare", "mine", *SMALL, cwd=case).stdout


def test_ctrl_c_is_answered_within_a_second_and_says_where_work_lies(case):
    words = [sys.executable, "-m", "corridor", "compare", "mine", "--futures", "5000", "--seed", "7"]
    with subprocess.Popen(words, cwd=case, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as playing:
        assert playing.stderr is not None
        assert "futures" in playing.stderr.readline()
        playing.send_signal(signal.SIGINT)
        asked = time.monotonic()
        _, said = playing.communicate(timeout=30)
        waited = time.monotonic() - asked
    assert playing.returncode == 130
    assert "stopped; what is finished lies in runs" in said
    assert waited < 5  # a second on a machine of one's own
