"""A machine on which nothing but the working directory may be written: no home, no cache, a package nobody may touch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

import corridor
from corridor.core import files
from typed import status_of

PACKAGE = Path(corridor.__file__).parent


def named() -> set[str]:
    return {str(path) for path in PACKAGE.rglob("*") if "__pycache__" not in path.parts}


@pytest.mark.parametrize(
    "home",
    ["/nonexistent", pytest.param("/dev/null", marks=pytest.mark.slow), pytest.param("", marks=pytest.mark.slow)],
)
def test_commands_need_no_home_and_write_nothing_into_the_package(tmp_path: Path, home: str) -> None:
    before = named()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    clean = {name: value for name, value in os.environ.items() if name not in ("XDG_CACHE_HOME", "NUMBA_CACHE_DIR")}
    where = {"HOME": home, "TMPDIR": str(scratch), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(PACKAGE.parent)}
    for words in (["new", "town"], ["check", "town"], ["plan", "town"]):
        ended = subprocess.run(
            [sys.executable, "-m", "corridor", *words], cwd=tmp_path, env={**clean, **where}, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        assert "Traceback" not in ended.stderr
    assert named() == before
    assert list(scratch.iterdir()) == []
    assert [path.name for path in tmp_path.iterdir()] in (["scratch", "town"], ["town", "scratch"])


def _here_and_scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Work in one empty folder, with another for what is temporary."""
    here, scratch = tmp_path / "here", tmp_path / "scratch"
    here.mkdir()
    scratch.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    return here, scratch


def test_where_nothing_may_be_written_the_answer_comes_and_nothing_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    here, scratch = _here_and_scratch(tmp_path, monkeypatch)
    assert status_of("new", "town") == 0
    listed = sorted(path.name for path in here.iterdir())
    capfd.readouterr()
    asked = ("compare", "town", "-n", "4", "--policy", "regime_held", "--threads", "1", "--json")
    assert status_of(*asked, "--store", str(tmp_path / "kept/run")) == 0
    free = capfd.readouterr().out
    # as root nothing is refused: the one place that asks the system is told no
    monkeypatch.setattr(files.os, "access", lambda place, mode: not Path(place).resolve().is_relative_to(here))
    assert status_of(*asked) == 0
    told = capfd.readouterr()
    assert told.err.count("this folder cannot be written") == 1
    assert "name one with --store" in told.err
    assert _tables(told.out) == _tables(free)
    assert sorted(path.name for path in here.iterdir()) == listed
    (left,) = scratch.glob("corridor-runs-*")
    assert list((left / "studies").iterdir())
    old, other = scratch / "corridor-runs-999999999-a", scratch / f"corridor-runs-{os.getpid()}-b"
    for one in (old, other):
        one.mkdir()
        os.utime(one, (time.time() - 90_000,) * 2)
    assert files.drop_passing()
    assert not left.exists()
    files.passing_folder()
    assert other.exists()
    assert not old.exists()
    assert files.drop_passing()
    assert not files.drop_passing()


def test_a_finished_run_is_read_where_nothing_may_be_written_and_a_longer_one_is_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    here, scratch = _here_and_scratch(tmp_path, monkeypatch)
    asked = ("compare", "town", "--policy", "regime_held", "--threads", "1", "--json", "-n")
    assert status_of("new", "town") == 0
    capfd.readouterr()
    assert status_of(*asked, "4") == 0
    free = capfd.readouterr().out
    here_before = _stamps(here)
    access = os.access
    monkeypatch.setattr(files.os, "access", lambda place, mode: access(place, mode) and here not in _above(place))

    # the answer itself was kept: nothing is worked out, nothing is said
    assert status_of(*asked, "4") == 0
    told = capfd.readouterr()
    assert told.out == free
    assert told.err == ""
    assert list(scratch.iterdir()) == []

    # the run alone: it is read where it lies, whether it is named or not, and what is worked out goes elsewhere
    (kept,) = (here / "runs/studies").glob("*compare*")
    kept.unlink()
    del here_before[str(kept)]
    store = json.loads(free)["store"]
    for words in ((), ("--store", store)):
        assert status_of(*asked, "4", *words) == 0
        assert json.loads(capfd.readouterr().out)["store"] == store
    (left,) = scratch.iterdir()
    assert [path.name for path in left.iterdir()] == ["studies"]

    # more futures than lie there cannot be added to them
    assert status_of(*asked, "8") == 0
    longer = json.loads(capfd.readouterr().out)["store"]
    assert Path(longer) == left / Path(store).name
    assert _stamps(here) == here_before
    assert files.drop_passing()


def _stamps(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def _above(place: str | Path) -> set[Path]:
    """Return a path and every folder that it lies in."""
    whole = Path(place).resolve()
    return {whole, *whole.parents}


def _tables(told: str) -> object:
    return json.loads(told)["tables"]
