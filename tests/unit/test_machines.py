"""Stores, the catalogue of runs and the workspace under any order of calls, kills and damage: a model beside each.

Hypothesis draws the order. The gate plays a few short ones; `HYPOTHESIS_PROFILE=long` plays many, in `make validate`.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from unittest import mock

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from corridor.core.errors import InputError
from corridor.engine import evaluate, open_run, play_shard, run
from corridor.engine.catalogue import kept_for, prune, stored_runs
from corridor.engine.merge import merge
from corridor.engine.store import verify
from corridor.engine.store.lock import locked
from corridor.engine.task import play_files
from small import small

HOW = st.sampled_from(["flip", "cut", "empty", "lose"])
FUTURES = st.sampled_from([3, 128, 130, 257])
SEEDS = (3, 4)


def case():
    return small(history=2, horizon=2)


@cache
def made() -> Path:
    """A folder for runs that nobody disturbed; it goes when Python ends."""
    made.folder = tempfile.TemporaryDirectory(prefix="corridor-machines-")  # type: ignore[attr-defined]
    return Path(made.folder.name)  # type: ignore[attr-defined]


@cache
def reference(futures: int, seed: int, shard: tuple[int, int] | None = None) -> Path:
    """A run that nobody disturbed."""
    at = made() / f"{futures}-{seed}-{shard and shard[0]}"
    if shard:
        play_shard(case(), shard, at, futures=futures, seed=seed, threads=1)
    else:
        run(case(), futures=futures, seed=seed, store=at, threads=1)
    return at


@cache
def content(at: Path) -> dict[str, bytes]:
    return files(at)


def files(at: Path) -> dict[str, bytes]:
    return {p.relative_to(at).as_posix(): p.read_bytes() for p in sorted(at.rglob("*")) if p.is_file()}


def spoil(path: Path, how: str, where: int) -> None:
    data = bytearray(path.read_bytes())
    match how:
        case "lose":
            path.unlink()
        case "flip" if data:
            data[where % len(data)] ^= 8
            path.write_bytes(data)
        case "cut":
            path.write_bytes(data[: where % (len(data) + 1)])
        case _:
            path.write_bytes(b"")


class StoreMachine(RuleBasedStateMachine):
    """One store: whatever was done to it, the same command ends in the bytes of an undisturbed run."""

    def __init__(self) -> None:
        super().__init__()
        self.top = Path(tempfile.mkdtemp(prefix="corridor-store-"))
        self.at = self.top / "store"
        self.futures = self.seed = 0
        self.whole = False

    def teardown(self) -> None:
        shutil.rmtree(self.top)

    @rule(futures=FUTURES, seed=st.sampled_from(SEEDS), block=st.integers(0, 2))
    def killed(self, futures: int, seed: int, block: int) -> None:
        def dies(task, number, rooms):
            if number >= block:
                raise KeyboardInterrupt
            return play_files(task, number, rooms)

        with mock.patch.object(evaluate, "play_files", dies), suppress(KeyboardInterrupt, InputError):
            run(case(), futures=futures, seed=seed, store=self.at, threads=1, verify=True)
        if self.seed in (0, seed) and futures >= self.futures:
            self.futures, self.seed, self.whole = futures, seed, False

    @rule(futures=FUTURES, seed=st.sampled_from(SEEDS))
    def played(self, futures: int, seed: int) -> None:
        if self.seed not in (0, seed):
            before = files(self.at)
            try:
                run(case(), futures=futures, seed=seed, store=self.at, threads=1, verify=True)
            except InputError:
                assert files(self.at) == before
                return
            # what told that this was another run had been damaged beyond telling, or lost
            self.futures = 0
        self.seed, self.futures, self.whole = seed, max(self.futures, futures), False
        results = run(case(), futures=futures, seed=seed, store=self.at, threads=1, verify=True)
        assert results.sizes["future"] == futures
        held = int(open_run(self.at).sizes["future"])
        assert held >= futures
        self.futures, self.whole = held, True
        assert files(self.at) == content(reference(held, seed))

    @precondition(lambda self: self.at.is_dir() and any(self.at.rglob("*")))
    @rule(how=HOW, which=st.integers(0, 10**6), where=st.integers(0, 10**6))
    def damaged(self, how: str, which: int, where: int) -> None:
        names = sorted(p for p in self.at.rglob("*") if p.is_file())
        if not names:
            return
        path = names[which % len(names)]
        before = path.read_bytes()
        spoil(path, how, where)
        same = path.exists() and path.read_bytes() == before
        if self.whole and not same:
            # named, or no longer taken for a run
            with suppress(InputError):
                assert verify(self.at)
        self.whole = self.whole and same
        # what is restored stays restorable: one damage at a time to what tells whose store it is
        if not same and path.name in ("run.json", "frame"):
            path.write_bytes(before)
            self.whole = False

    @rule()
    def left_half_written(self) -> None:
        if (self.at / "run.json").exists():
            (self.at / "zarr.json.part99999-7").write_text("half")

    @invariant()
    def never_wrong(self) -> None:
        """A reader gets the numbers of the undisturbed run, or is told; never others."""
        if not self.at.is_dir():
            return
        try:
            people = open_run(self.at)["people"].load()
        except InputError:
            assert not self.whole
            return
        with open_run(reference(people.sizes["future"], self.seed)) as sound:
            np.testing.assert_array_equal(people.values, sound["people"].values)


class CatalogueMachine(RuleBasedStateMachine):
    """A folder of runs: what is listed is what is there; nothing but a run that was asked for is removed."""

    def __init__(self) -> None:
        super().__init__()
        self.top = Path(tempfile.mkdtemp(prefix="corridor-runs-"))
        self.states: dict[str, str] = {}
        self.foreign: dict[Path, str] = {}
        self.locks: dict[str, object] = {}

    def teardown(self) -> None:
        for lock in self.locks.values():
            lock.__exit__(None, None, None)  # type: ignore[attr-defined]
        shutil.rmtree(self.top)

    @initialize()
    def begin(self) -> None:
        (self.top / "letter.txt").write_text("0")
        self.foreign[self.top / "letter.txt"] = "0"

    @rule(number=st.integers(0, 3), kind=st.sampled_from(["finished", "unfinished", "unreadable", "merged"]))
    def stored(self, number: int, kind: str) -> None:
        name = f"run{number}"
        if name in self.states:
            return
        at = self.top / name
        if kind == "merged":
            merge([reference(257, 3, (1, 2)), reference(257, 3, (2, 2))], at)
            assert files(at) == content(reference(257, 3))
        else:
            shutil.copytree(reference(130, 3), at)
        if kind == "unfinished":
            (at / "blocks_done/1").unlink()
        if kind == "unreadable":
            (at / "people/c/0/0/1/0/0").unlink()
        self.states[name] = "finished" if kind == "merged" else kind

    @precondition(lambda self: self.states)
    @rule(which=st.integers(0, 9), name=st.sampled_from(["note.txt", "people/own.csv", "people/c/0/0/0/0/x", ".part"]))
    def written_beside(self, which: int, name: str) -> None:
        at = self.top / sorted(self.states)[which % len(self.states)]
        if at.is_dir():
            path = at / name
            path.write_text(name)
            self.foreign[path] = name

    @precondition(lambda self: self.states)
    @rule(which=st.integers(0, 9))
    def begun(self, which: int) -> None:
        name = sorted(self.states)[which % len(self.states)]
        if name in self.locks:
            self.locks.pop(name).__exit__(None, None, None)  # type: ignore[attr-defined]
        else:
            self.locks[name] = locked(self.top / name)
            self.locks[name].__enter__()  # type: ignore[attr-defined]

    @rule(unfinished=st.booleans(), unreadable=st.booleans(), old=st.booleans(), dry=st.booleans())
    def pruned(self, unfinished: bool, unreadable: bool, old: bool, dry: bool) -> None:
        asked = {w for w, yes in (("unfinished", unfinished), ("unreadable", unreadable)) if yes}
        older = timedelta(days=1) if old else None
        busy = {*self.locks, *(path.name for path, _ in kept_for(self.top))}
        wanted = {n for n, s in self.states.items() if n not in busy and asked and s in asked and not old}
        gone = prune(self.top, older=older, unfinished=unfinished, unreadable=unreadable, dry=dry)
        assert {one.path.name for one in gone} == wanted
        for name in wanted if not dry else ():
            assert not (self.top / name).exists()
            del self.states[name]

    @invariant()
    def as_listed(self) -> None:
        found = {one.path.name: one.state for one in stored_runs(self.top)}
        assert found == {n: "running" if n in self.locks else s for n, s in self.states.items()}
        for path, text in self.foreign.items():
            assert path.read_text() == text


_few = settings(max_examples=max(3, settings().max_examples // 8), stateful_step_count=10)
TestStore = StoreMachine.TestCase
TestStore.settings = _few
TestCatalogue = CatalogueMachine.TestCase
TestCatalogue.settings = _few
