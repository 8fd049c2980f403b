"""The catalogue of stored runs, and the commands on it."""

from __future__ import annotations

import json
import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from corridor.cli.main import main
from corridor.core.errors import InputError
from corridor.engine import play_shard, run
from corridor.engine.catalogue import prune, stored_runs, too_much
from corridor.engine.store.files import remove_store
from corridor.engine.store.lock import locked
from small import small

CASE = small(history=6, horizon=4)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """Five runs: whole, large, unfinished, damaged, of another version; a shard, and two folders that are not ours."""
    runs = tmp_path_factory.mktemp("made") / "runs"
    run(CASE, futures=2, store=runs / "whole")
    run(CASE, futures=260, store=runs / "large")
    run(CASE, futures=260, store=runs / "unfinished")
    (runs / "unfinished/blocks_done/1").unlink()
    run(CASE, futures=2, store=runs / "damaged")
    (runs / "damaged/people/c/0/0/0/0/0").unlink()
    play_shard(CASE, (1, 2), runs / "shard", futures=260)
    (runs / "old/results.zarr").mkdir(parents=True)
    (runs / "old/run.json").write_text(json.dumps({"scenario": "x", "futures": 5, "code": "y"}))
    (runs / "notes").mkdir()
    (runs / "notes/letter.txt").write_text("keep me")
    (runs / "website").mkdir()
    (runs / "website/run.json").write_text('{"start": "node"}')
    return runs


@pytest.fixture
def runs(made, tmp_path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "runs"))


def test_runs_are_listed_with_what_they_are(runs):
    found = {one.path.name: one for one in stored_runs(runs)}
    assert set(found) == {"whole", "large", "unfinished", "damaged", "shard", "old"}
    states = {name: one.state for name, one in found.items()}
    assert states == {
        "whole": "finished", "large": "finished", "unfinished": "unfinished", "damaged": "unreadable",
        "shard": "finished", "old": "unreadable",
    }  # fmt: skip
    large = found["large"]
    assert (large.case, large.variant, large.futures, large.seed, large.blocks, large.wanted) == (
        "small",
        "now",
        260,
        1,
        3,
        3,
    )
    assert large.bytes == sum(p.stat().st_size for p in (runs / "large").rglob("*") if p.is_file())
    assert (found["shard"].shard, found["shard"].wanted) == ("1/2", 2)
    assert "people/c/0/0/0/0/0 is missing" in found["damaged"].problem
    assert "another version" in found["old"].problem
    assert (found["old"].blocks, found["old"].wanted) == (0, 0), "nothing is counted that cannot be read"
    json.dumps([one.as_dict() for one in found.values()])
    with locked(runs / "unfinished"):
        assert {one.state for one in stored_runs(runs) if one.path.name == "unfinished"} == {"running"}
        assert prune(runs, unfinished=True) == []


def test_only_what_is_asked_for_is_removed(runs):
    def left() -> set[str]:
        return {path.name for path in runs.iterdir()}

    everything = left()
    assert prune(runs) == []
    assert prune(runs, older=timedelta(days=1)) == []
    assert [one.path.name for one in prune(runs, larger=1, unfinished=True, dry=True)] == ["unfinished"]
    assert left() == everything
    prune(runs, unfinished=True, unreadable=True)
    assert everything - left() == {"unfinished", "damaged", "old"}
    os.utime(runs / "large/run.json", (0, 0))
    os.utime(runs / "large/blocks_done", (0, 0))
    os.utime(runs / "whole/run.json", (0, 0))
    os.utime(runs / "whole/blocks_done", (0, 0))
    size = sum(p.stat().st_size for p in (runs / "whole").rglob("*") if p.is_file())
    prune(runs, older=timedelta(days=30), larger=size)
    assert left() == {"whole", "shard", "notes", "website"}


def test_what_no_run_wrote_is_never_removed(runs, monkeypatch, capsys):
    (runs / "unfinished/notes").mkdir()
    (runs / "unfinished/notes/letter.part1.txt").write_text("keep me")
    (runs / "damaged/people/own.csv").write_text("keep me too")
    (runs / "old/elsewhere").symlink_to(runs / "large")
    before = {path: path.lstat().st_size for path in runs.rglob("*") if not path.is_dir()}
    monkeypatch.chdir(runs.parent)
    status, out, _ = command(monkeypatch, capsys, "runs", "prune", "--unfinished", "--unreadable")
    assert status == 0
    assert "0 run(s)" in out
    for told in ("unfinished also holds notes/letter.part1.txt", "damaged also holds people/own.csv", "elsewhere"):
        assert told in out
    assert {path: path.lstat().st_size for path in runs.rglob("*") if not path.is_dir()} == before
    # files that come while a run is removed stay
    remove_store(runs / "damaged")
    assert [p.name for p in (runs / "damaged").rglob("*") if p.is_file()] == ["own.csv"]


def test_a_removal_that_was_cut_off_can_be_done_again(runs, monkeypatch):
    whole, gone = Path.unlink, []

    def dies(path: Path, missing_ok: bool = False) -> None:
        if len(gone) == 40:
            raise KeyboardInterrupt
        gone.append(path)
        whole(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", dies)
    with pytest.raises(KeyboardInterrupt):
        remove_store(runs / "large")
    monkeypatch.undo()
    assert {one.path.name: one.state for one in stored_runs(runs)}["large"] != "finished"
    assert "large" in [one.path.name for one in prune(runs, unfinished=True, unreadable=True)]
    assert not (runs / "large").exists()


def test_a_folder_that_is_none_of_ours_is_refused_and_left_as_it_is(tmp_path):
    for name, text in (("run.json", '{"start": "node"}'), ("run.json", "[]"), ("thesis.part1.pdf", "x"), (".env", "k")):
        (tmp_path / "other").mkdir(exist_ok=True)
        (tmp_path / "other" / name).write_text(text)
        if name == ".env":  # beside it nothing is in the way
            (tmp_path / "other/thesis.part1.pdf").unlink()
            run(CASE, futures=2, store=tmp_path / "other")
            assert (tmp_path / "other/.env").read_text() == "k"
            continue
        with pytest.raises(InputError) as told:
            run(CASE, futures=2, store=tmp_path / "other")
        assert "choose another path" in str(told.value) or "is damaged" in str(told.value)
        assert (tmp_path / "other" / name).read_text() == text
        assert [p.name for p in (tmp_path / "other").iterdir()] == [name]
        if name == "run.json":
            (tmp_path / "other" / name).unlink()


def test_much_room_is_said(runs, tmp_path):
    assert too_much(tmp_path / "none") == ""
    assert too_much(runs) == ""
    assert too_much(runs, most=1000).startswith("6 stored runs take 0.0 GB in")


def command(monkeypatch, capsys, *words: str) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.argv", ["corridor", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    out = capsys.readouterr()
    return int(ended.value.code or 0), out.out, out.err


def test_the_commands(runs, monkeypatch, capsys):
    monkeypatch.chdir(runs.parent)
    status, out, _ = command(monkeypatch, capsys, "runs")
    assert status == 0
    assert "runs/large" in out
    assert "unfinished, 2 of 3 blocks" in out
    assert "6 run(s)" in out
    status, out, _ = command(monkeypatch, capsys, "runs", "--json")
    assert {one["state"] for one in json.loads(out)["runs"]} == {"finished", "unfinished", "unreadable"}
    assert command(monkeypatch, capsys, "runs", "verify", "runs/whole")[0] == 0
    status, _, err = command(monkeypatch, capsys, "runs", "verify", "runs/damaged")
    assert (status, "people" in err) == (3, True)
    for wrong in (("prune",), ("prune", "--older", "soon"), ("prune", "--larger", "7")):
        assert command(monkeypatch, capsys, "runs", *wrong)[0] == 3
    status, out, _ = command(monkeypatch, capsys, "runs", "prune", "--unreadable", "--larger", "1kB", "--older", "0h")
    assert status == 0
    assert "removed runs/damaged" in out
    assert (runs / "notes/letter.txt").exists() and not (runs / "damaged").exists()


def test_shards_and_growth_from_the_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert command(monkeypatch, capsys, "new", "c")[0] == 0
    assert command(monkeypatch, capsys, "run", "c", "-n", "70", "--store", "whole")[0] == 0
    for i in (1, 2):
        assert command(monkeypatch, capsys, "run", "c", "-n", "70", "--store", f"s{i}", "--shard", f"{i}/2")[0] == 0
    assert command(monkeypatch, capsys, "run", "c", "-n", "70", "--shard", "half")[0] == 3
    assert command(monkeypatch, capsys, "merge", "s1", "s2", "-o", "joined")[0] == 0
    for path in (p for p in Path("whole").rglob("*") if p.is_file()):
        assert path.read_bytes() == (Path("joined") / path.relative_to("whole")).read_bytes()
    assert command(monkeypatch, capsys, "run", "c", "-n", "100", "--store", "joined")[0] == 0
    status, out, _ = command(monkeypatch, capsys, "compare", "c", "-n", "70", "--store", "joined", "--json")
    assert status == 0
    assert json.loads(out)
