"""What `reliability.py` does to the program: commands that are killed, disks that fill, files that are damaged.

Every command is the real command line, run in a process of its own. Python is not started anew for each: one process
loads everything, plays once, and forks, so that a kill costs the time of the work and not that of the imports.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

STRANGE = ("Traceback (most recent call last)", "a fault in corridor")
"""words on a screen that no command may leave there"""
PART = re.compile(r"\.part[0-9]+-[0-9]+$|^\.[0-9]+-[0-9]+\.part$")
"""names of files that are being written"""
LONGEST = 300.0
"""seconds after which a command counts as hanging"""


@dataclass
class Tally:
    """One line of the table: what was tried, how often, and what went wrong."""

    what: str
    tried: int = 0
    lost: int = 0
    strange: int = 0
    notes: list[str] = field(default_factory=list)
    told: str = ""

    def check(self, sound: bool, note: str) -> None:
        """Count a loss where something is not as it was."""
        if not sound:
            self.lost += 1
            self.notes.append(note)

    def heard(self, ended: Ended, *allowed: int) -> None:
        """Count what is no sentence, or an exit status that the README does not know."""
        if ended.strange or ended.status not in allowed:
            self.strange += 1
            self.notes.append(f"{' '.join(ended.words)}: status {ended.status}: {ended.said[-600:]}")


@dataclass(frozen=True)
class Ended:
    """A command that has ended, by itself (status) or killed (-9)."""

    words: tuple[str, ...]
    status: int
    said: str

    @property
    def strange(self) -> bool:
        """Whether it showed what nobody should see."""
        return any(word in self.said for word in STRANGE)


class Yard:
    """A folder with one small case, in which commands are run; `warm` has loaded and compiled all that they need."""

    def __init__(self, top: Path, seed: int, *, short: bool = False) -> None:
        from corridor.scenario import write_new

        self.top, self.chance, self.number, self.short = top, random.Random(seed), 0, short
        # futures of the undisturbed run, in blocks of 128 of which the last is not full, and of a smaller one
        self.futures, self.fewer = (200, 100) if short else (400, 150)
        self.case = top / "town"
        write_new(self.case)
        told = self.case / "scenario.yaml"
        # two weeks after as_of are enough for a kill
        told.write_text(re.sub(r"(?m)^horizon: \d+", "horizon: 14", told.read_text("utf-8")), "utf-8")
        self.play = ("--policy", "regime_held", "--condition", "calm")
        # what nobody disturbed, for comparison, and how long it took
        self.whole, self.few, self.joined = top / "whole", top / "few", top / "joined"
        self.shards = [top / "shard-1", top / "shard-2"]
        self.bytes: dict[str, bytes] = {}
        self.seconds = self.merge_seconds = 0.0

    def place(self, name: str) -> Path:
        """Return a new path."""
        self.number += 1
        return self.top / f"{name}-{self.number}"

    def start(self, *words: str | Path, most_bytes: int | None = None) -> tuple[int, Path, tuple[str, ...]]:
        """Start a command; most_bytes : the largest file that it may write. Return its process and what it says."""
        said, line = self.place("said"), tuple(str(word) for word in words)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        process = os.fork()
        if process == 0:
            status = 70
            try:
                status = _command(line, self.top, said, most_bytes)
            finally:
                os._exit(status)
        return process, said, line

    def wait(self, started: tuple[int, Path, tuple[str, ...]], seconds: float = LONGEST) -> Ended:
        """Wait for a command; kill one that hangs."""
        process, said, line = started
        end = time.monotonic() + seconds
        while True:
            done, status = os.waitpid(process, os.WNOHANG)
            if done:
                break
            if time.monotonic() > end:
                os.kill(process, signal.SIGKILL)
                _, status = os.waitpid(process, 0)
                break
            time.sleep(0.005)
        text = said.read_text("utf-8", "replace") if said.exists() else ""
        said.unlink(missing_ok=True)
        return Ended(line, os.waitstatus_to_exitcode(status), text)

    def run(self, *words: str | Path, most_bytes: int | None = None) -> Ended:
        """Run a command to its end."""
        return self.wait(self.start(*words, most_bytes=most_bytes))

    def killed(self, words: Sequence[str | Path], within: float) -> Ended:
        """Run a command and kill it at a moment drawn from 0 to `within` seconds."""
        moment, started = self.chance.uniform(0.0, within), self.start(*words)
        end = time.monotonic() + moment
        while time.monotonic() < end:
            time.sleep(min(0.002, max(0.0, end - time.monotonic())))
        with contextlib.suppress(ProcessLookupError):
            os.kill(started[0], signal.SIGKILL)
        return self.wait(started)


def _command(words: tuple[str, ...], where: Path, said: Path, most_bytes: int | None) -> int:
    """Become the command line, in a forked process."""
    os.setsid()
    os.chdir(where)
    out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(out, 1)
    os.dup2(out, 2)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
    if most_bytes is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    sys.argv = ["corridor", *words]
    from corridor.cli.main import main

    try:
        main()
    except SystemExit as ended:
        sys.stderr.flush()
        with contextlib.suppress(OSError):
            sys.stdout.flush()
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


def files(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder but what a killed command was writing."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not PART.search(path.name)
    }


def halves(folder: Path) -> list[str]:
    """Return the half written files of a folder, and locks."""
    return [path.name for path in folder.rglob("*") if PART.search(path.name) or path.name == ".lock"]


def finished(store: Path) -> dict[str, int]:
    """Return the marks of finished blocks, with the time at which each was written."""
    return {path.name: path.stat().st_mtime_ns for path in store.glob("blocks_done/[0-9]*") if path.name.isdigit()}


DAMAGE = ("a bit flipped", "cut short", "emptied", "removed", "another file's bytes")


def damage(path: Path, how: str, chance: random.Random, others: Sequence[Path]) -> None:
    """Damage one file."""
    data = bytearray(path.read_bytes())
    match how:
        case "a bit flipped" if data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            path.write_bytes(data)
        case "cut short" if data:
            path.write_bytes(data[: chance.randrange(len(data))])
        case "removed":
            path.unlink()
        case "another file's bytes":
            path.write_bytes(chance.choice(others).read_bytes())
        case _:
            path.write_bytes(b"")


@contextlib.contextmanager
def small_disk(folder: Path, kilobytes: int, names: int) -> Iterator[bool]:
    """Put a disk of so many kB, for so many files, at a folder; False where this system does not let us."""
    folder.mkdir(parents=True, exist_ok=True)
    options = f"size={kilobytes}k,nr_inodes={names}"
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None or _quiet(mount, "-t", "tmpfs", "-o", options, "tmpfs", str(folder)):
        yield False
        return
    try:
        yield True
    finally:
        _quiet("umount", "-l", str(folder))


def make_room(folder: Path) -> None:
    """Let a small disk take more."""
    _quiet("mount", "-o", "remount,size=256m,nr_inodes=100000", str(folder))


def _quiet(*words: str) -> int:
    return subprocess.run(words, capture_output=True, check=False).returncode


def peak(words: Sequence[str], where: Path) -> tuple[int, float, float]:
    """Run a program anew; return status, its largest memory in MB, and its seconds of processor."""
    process = subprocess.Popen(words, cwd=where, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, used.ru_maxrss / 1024, used.ru_utime + used.ru_stime
