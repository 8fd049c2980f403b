"""The net under the commands: a disk, a fault of ours, a stream that takes nothing: one sentence and an exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from corridor.cli.net import fault_sentence, kept, os_sentence
from corridor.core.errors import InputError
from corridor.core.files import put_whole, write_whole
from corridor.engine.store.files import place, write


def ended(code: str, cwd: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command of which `code` has changed something first; typer's app is `main.app`."""
    code = f"import sys\nfrom corridor.cli import cases, main\nsys.argv[1:] = {list(words)!r}\n{code}\nmain.main()"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=False, env={**os.environ, **env}
    )


def raising(error: str) -> str:
    return f"def broken(): raise {error}\nmain.app = broken"


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        ("OSError(28, 'No space left on device', '/full/x')", 3, "/full/x: no space left on device; make room"),
        ("PermissionError(13, 'Permission denied', 'runs')", 3, "runs: permission denied; allow it"),
        ("OSError('gone')", 3, "the file system: gone"),
        ("MemoryError()", 1, "not enough memory"),
        ("KeyError('x\\x1b[31m')", 1, "a fault in corridor"),
        ("RecursionError('deep')", 1, "a fault in corridor"),
    ],
)
def test_what_nobody_foresaw_is_one_sentence(tmp_path, error, status, told):
    out = ended(raising(error), tmp_path, "list", XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert out.returncode == status
    assert told in out.stderr
    assert out.stderr.count("\n") == 1
    assert "Traceback" not in out.stderr
    assert "\x1b" not in out.stderr


def test_a_fault_names_the_day_and_the_file_with_its_traceback(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    error = ValueError("too few")
    error.add_note("day 12, rations, futures 128 to 255")
    told = fault_sentence(error)
    assert "ValueError: too few (day 12, rations, futures 128 to 255)" in told
    assert "please report it" in told
    (log,) = (tmp_path / "corridor" / "faults").iterdir()
    assert str(log) in told
    assert "ValueError: too few" in log.read_text(encoding="utf-8")


def test_a_fault_is_told_where_no_log_can_be_written(tmp_path, monkeypatch):
    (tmp_path / "corridor").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert "no folder for a log could be written" in fault_sentence(ValueError("x"))


def test_a_day_that_fails_says_which(monkeypatch):
    from types import SimpleNamespace

    import numpy as np

    from corridor.engine import day

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    rule = SimpleNamespace(process="rations", step=fail)
    monkeypatch.setattr(day, "prepared", lambda *_: ({}, [(rule, {}, {})]))
    monkeypatch.setattr(day, "morning", lambda *_: None)
    schedule = SimpleNamespace(first_day=4, days=3, calendar=None)
    with pytest.raises(ZeroDivisionError) as met:
        day.play(SimpleNamespace(net=None), {}, {}, schedule, 1, np.arange(128, 136, dtype=np.uint32), {})
    assert met.value.__notes__ == ["day 4, rations, futures 128 to 135"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_behind_standard_output(tmp_path):
    with Path("/dev/full").open("w") as full:
        out = subprocess.run(
            [sys.executable, "-m", "corridor", "list"], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True,
            check=False,
        )  # fmt: skip
    assert out.returncode == 3
    assert "no space left on device" in out.stderr
    assert "Traceback" not in out.stderr
    assert "Exception ignored" not in out.stderr


def test_a_working_directory_that_went_away(tmp_path):
    gone = tmp_path / "gone"
    code = f"import os, shutil\nos.chdir({str(gone)!r})\nshutil.rmtree({str(gone)!r})"
    for words in (("check", "mine"), ("new", "mine"), ("runs",)):
        gone.mkdir()
        out = ended(code, tmp_path, *words)
        assert out.returncode in (0, 3), out.stderr
        assert "Traceback" not in out.stderr


@pytest.mark.parametrize("word", ["", "a" * 300, "a/" * 3000, "nul\0", "\udcff", "~", "broken", "loop"])
def test_odd_paths_are_refused(tmp_path, word, monkeypatch):
    from corridor.scenario import load, write_new

    monkeypatch.chdir(tmp_path)
    Path("broken").symlink_to("nowhere")
    Path("loop").symlink_to("loop")
    with pytest.raises(InputError):
        load(word)
    if len(word) >= 300 or word in ("nul\0", "loop"):
        with pytest.raises(InputError):
            write_new(word)
        with pytest.raises(InputError):
            write_whole(Path(word), "x")
    if word in ("", "nul\0"):
        with pytest.raises(InputError):
            place(word)


def test_devices_are_never_replaced_and_links_stay_links(tmp_path):
    before = Path("/dev/null").stat()
    link, table = tmp_path / "nothing.csv", tmp_path / "table.csv"
    link.symlink_to("/dev/null")
    write_whole(link, "x")
    assert link.is_symlink()
    assert Path("/dev/null").stat().st_rdev == before.st_rdev
    table.write_text("before")
    other = tmp_path / "other.csv"
    other.symlink_to(table)
    write_whole(other, "after")
    assert other.is_symlink()
    assert table.read_text() == "after"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["nothing.csv", "other.csv", "table.csv"]


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path):
    target = tmp_path / "table.csv"
    target.write_text("before")

    def fill(part: Path) -> None:
        part.write_text("half")
        raise OSError(28, "No space left on device", str(part))

    with pytest.raises(InputError, match="no space left on device") as met:
        put_whole(target, fill)
    assert kept(met.value)
    assert target.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["table.csv"]


def test_a_full_disk_leaves_no_part_of_a_block(tmp_path, monkeypatch):
    whole = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        whole(path, data[:1])
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match="no space left"):
        write(tmp_path, {"marks/0": b"abc"})
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_the_sentence_of_a_file_system_names_the_place():
    assert os_sentence(OSError(36, "File name too long", b"b\xff")).startswith("b")
