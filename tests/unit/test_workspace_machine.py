"""The workspace of the screen under any order of writing, killing and asking, from two servers at once."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from unittest import mock

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from corridor.core.errors import InputError
from corridor.core.files import STALE
from corridor.scenario import problems
from corridor.web.tables import Sheet, new_case, read_case, write_sheet
from corridor.web.workspace import MOST_LETTERS, Workspace

TABS = st.sampled_from(["a", "b", "c"])
CASES = st.sampled_from(["town", "valley"])
BAD = st.sampled_from(["..", "a/b", "", ".hidden", "x" * 200, "a\0b", "../town", "C:\\x"])
SIDE = st.sampled_from([0, 1])


class WorkspaceMachine(RuleBasedStateMachine):
    """What was kept is found again, whole; what was cut off is the old or the new, never between."""

    def __init__(self) -> None:
        super().__init__()
        self.top = Path(tempfile.mkdtemp(prefix="corridor-desk-"))
        self.desks = [Workspace(self.top / "desk"), Workspace(self.top / "desk")]
        self.tabs: dict[str, dict[str, int]] = {}
        self.tonnes: dict[str, str] = {}
        self.last = ""
        self.moment = 1_000_000_000

    def teardown(self) -> None:
        shutil.rmtree(self.top)

    def _written(self, tab: str) -> None:
        """Give each writing a second of its own, as they have where a person writes."""
        self.moment += 1
        os.utime(self.top / "desk/tabs" / f"{tab}.json", (self.moment, self.moment))
        self.last = tab

    @rule(side=SIDE, tab=TABS, number=st.integers(0, 999))
    def kept(self, side: int, tab: str, number: int) -> None:
        self.desks[side].keep_tab(tab, {"number": number})
        self.tabs[tab] = {"number": number}
        self._written(tab)

    @rule(side=SIDE, tab=TABS, before=st.booleans())
    def cut_off(self, side: int, tab: str, before: bool) -> None:
        replace = Path.replace

        def dies(path: Path, target: Path) -> Path:
            if not before:
                replace(path, target)
            raise KeyboardInterrupt

        with mock.patch.object(Path, "replace", dies), suppress(KeyboardInterrupt):
            self.desks[side].keep_tab(tab, {"number": -1})
        if not before:
            self.tabs[tab] = {"number": -1}
            self._written(tab)

    @rule(side=SIDE, tab=TABS)
    def too_much(self, side: int, tab: str) -> None:
        try:
            self.desks[side].keep_tab(tab, {"text": "x" * MOST_LETTERS})
        except InputError:
            return
        raise AssertionError

    @rule(side=SIDE, name=CASES, source=st.sampled_from(["", "town", "nobody"]))
    def made(self, side: int, name: str, source: str) -> None:
        known = source in ("", *self.tonnes)
        try:
            new_case(self.desks[side], name, source)
        except InputError:
            assert name in self.tonnes or not known
            return
        assert name not in self.tonnes
        assert known
        self.tonnes[name] = self.tonnes.get(source, "700")

    @rule(name=CASES, after=st.integers(0, 12))
    def making_cut_off(self, name: str, after: int) -> None:
        """A server that is killed while it writes a case leaves no half case."""
        if name in self.tonnes:
            return
        write, done = Path.write_text, []

        def dies(path: Path, *args: object, **more: object) -> int:
            done.append(path)
            if len(done) > after:
                raise KeyboardInterrupt
            return write(path, *args, **more)  # type: ignore[arg-type]

        with mock.patch.object(Path, "write_text", dies), suppress(KeyboardInterrupt):
            new_case(self.desks[0], name, "")
            self.tonnes[name] = "700"

    @precondition(lambda self: self.tonnes)
    @rule(side=SIDE, tonnes=st.sampled_from(["1", "250", "nonsense", "-5", "1e999"]))
    def edited(self, side: int, tonnes: str) -> None:
        name = sorted(self.tonnes)[0]
        rows = (("place", "commodity", "tonnes", "evidence"), ("*", "flour", tonnes, "a_stocks"))
        told = write_sheet(self.desks[side], name, "stocks.csv", Sheet(rows=rows))
        assert bool(told["problems"]) == (tonnes not in ("1", "250"))
        self.tonnes[name] = tonnes

    @rule(side=SIDE, name=BAD)
    def led_out(self, side: int, name: str) -> None:
        desk = self.desks[side]
        for ask in (desk.case, desk.tab, lambda n: desk.keep_tab(n, {}), lambda n: new_case(desk, n, "")):
            try:
                ask(name)
            except InputError:
                continue
            raise AssertionError(name)

    @rule()
    def left_behind(self) -> None:
        """A killed process left a half file; a minute later the next writing takes it away."""
        folder = self.top / "desk/tabs"
        folder.mkdir(parents=True, exist_ok=True)
        half = folder / ".999999999-1.part"
        half.write_text("{")
        os.utime(half, (time.time() - STALE - 5, time.time() - STALE - 5))
        self.desks[0].keep_tab("a", {"number": 0})
        self.tabs["a"] = {"number": 0}
        self._written("a")
        assert not half.exists()

    @invariant()
    def nothing_lost(self) -> None:
        for desk in self.desks:
            for tab, content in self.tabs.items():
                assert desk.tab(tab) == content
            assert desk.tab("new") == (self.tabs[self.last] if self.last else None)
            assert desk.cases() == sorted(self.tonnes)
        for name, tonnes in self.tonnes.items():
            told = read_case(self.desks[0], name)
            rows = next(file["rows"] for file in told["files"] if file["file"] == "stocks.csv")
            assert tonnes in rows[1]
            if tonnes in ("700", "1", "250"):
                assert problems(self.top / "desk/cases" / name) == []
        assert [path.name for path in self.top.iterdir()] in ([], ["desk"])


TestWorkspace = WorkspaceMachine.TestCase
TestWorkspace.settings = settings(max_examples=max(3, settings().max_examples // 5), stateful_step_count=15)
