"""No answer is written over what a case is read from; a closed pipe or a missing library costs no file."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import corridor
from corridor.core.errors import InputError
from corridor.scenario import write_new
from corridor.scenario.spare import spare
from typed import call

FUTURES = 2


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spare")
    write_new(folder / "mine")
    shell("convert", "mine", "mine.xlsx", folder=folder)
    return folder


def shell(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return call(*words, cwd=folder)


@pytest.mark.parametrize(
    "name", ["stocks.csv", "scenario.yaml", "policies.yaml", "../mine.xlsx", "observed/exodus.csv"]
)
def test_what_a_case_reads_is_not_written_over(place: Path, name: str) -> None:
    path = place / "mine" / name
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text("date,persons\n", encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(InputError, match="not written over"):
        spare(path)
    assert path.read_bytes() == before


DEEP = "one/two/three.html"


@pytest.mark.parametrize(
    ("words", "path"),
    [
        (("compare", "--report"), DEEP),
        (("compare", "--report"), "/nope/x.html"),
        (("compare", "--csv"), "one/two/three.csv"),
        (("compare", "--brief"), DEEP),
        (("compare", "--annex"), DEEP),
        (("run", "--xlsx"), "one/two/three.xlsx"),
        (("page",), DEEP),
    ],
)
def test_where_nothing_can_be_written_is_told_before_anything_is_played(
    place: Path, words: tuple[str, ...], path: str, tmp_path: Path
) -> None:
    command, *option = words
    found = shell(command, str(place / "mine"), *option, path, "--futures", str(FUTURES), folder=tmp_path)
    assert found.returncode == 3, found.stderr
    assert "there is no folder" in found.stderr
    assert "futures:" not in found.stderr
    assert found.stderr.endswith("1 problem; nothing was written\n"), "nothing was played"
    assert list(tmp_path.iterdir()) == []
    assert not Path("/nope").exists()


def test_a_folder_that_is_made_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    spare(tmp_path / "made" / "x.csv")
    assert f"the folder {tmp_path / 'made'} is made for it" in caplog.text
    assert not (tmp_path / "made").exists(), "it is made with the file"
    caplog.clear()
    spare(tmp_path / "x.csv")
    assert caplog.text == ""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="an administrator may write everywhere")
def test_a_folder_in_which_nothing_may_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(InputError, match="permission denied"):
            spare(tmp_path / "x.csv")
    finally:
        tmp_path.chmod(0o700)


def test_other_files_are_written_over(place: Path) -> None:
    shutil.rmtree(place / "mine" / "observed", ignore_errors=True)
    (place / "stocks.csv").write_text("no case lies here\n", encoding="utf-8")
    (place / "mine" / "answer.csv").write_text("an answer of yesterday\n", encoding="utf-8")
    for path in (place / "stocks.csv", place / "mine" / "answer.csv", place / "nothing.csv"):
        spare(path)
    (place / "mine" / "answer.csv").unlink()


@pytest.mark.parametrize(
    "words",
    [("compare", "mine", "--csv", "mine/stocks.csv"), ("compare", "mine.xlsx", "--xlsx", "mine.xlsx"),
     ("export", "runs/any", "-o", "mine/links.csv")],
)  # fmt: skip
def test_commands_refuse_before_anything_is_played(place: Path, words: tuple[str, ...]) -> None:
    done = shell(*words, folder=place)
    assert done.returncode == 3
    assert "not written over" in done.stderr
    assert not (place / "runs").exists()


def test_a_closed_pipe_costs_no_file(place: Path) -> None:
    words = f"compare mine -n {FUTURES} --policy gate_open --condition calm --csv t.csv --xlsx r.xlsx"
    line = f"{sys.executable} -m corridor {words} | head -2"
    done = subprocess.run(["bash", "-c", line], cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert (place / "r.xlsx").is_file()
    assert (place / "t.csv").is_file()


def test_few_futures_are_said_to_be_few(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    study = corridor.compare("mine", futures=FUTURES)
    assert study.warnings[0].startswith(f"Only {FUTURES} futures were played")
    assert "No policy can be told" in " ".join(study.answer)


@pytest.mark.parametrize("given", ["ten", 64.5, None])
def test_what_is_no_number_is_bad_input(place: Path, given: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    with pytest.raises(InputError, match="no whole number"):
        corridor.run(corridor.load("mine"), futures=given)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="neither a path"):
        corridor.load(123)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="path=value"):
        corridor.override(corridor.load("mine"), [1])  # type: ignore[list-item]


def test_a_copy_of_a_broken_case_is_refused_like_any_other_use(place: Path) -> None:
    shutil.copytree(place / "mine", place / "broken")
    (place / "broken" / "stocks.csv").write_text("policy,condition\na,b\n", encoding="utf-8")
    done = shell("scrub", "broken", "-o", "copy", folder=place)
    assert done.returncode == 3
    assert "stocks.csv" in done.stderr
    assert "a fault in corridor" not in done.stderr
    assert not (place / "copy").exists()


def test_a_day_that_is_none_is_told_by_the_name_it_was_given_under(place: Path) -> None:
    done = shell("compare", "mine", "--as-of", "yesterday", folder=place)
    assert done.returncode == 3
    assert '--as-of: "yesterday" is not a date' in done.stderr


@pytest.mark.parametrize("after", [0.05, 0.15, 0.4])
def test_ctrl_c_at_the_very_beginning_ends_without_a_traceback(place: Path, after: float) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "corridor", "list"]
    with subprocess.Popen(command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:  # the first file of ours is read: Python itself has begun
            if "corridor.cli.start" in line:
                break
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert "Traceback" not in said
    assert process.returncode in (0, 130, -signal.SIGINT)  # the last: after Python had ended
