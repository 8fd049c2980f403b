"""What one server holds: the desk of the case that is played, the workspace, who plays."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from corridor.analysis.signs.weights import weighted
from corridor.core.errors import InputError, Problem, did_you_mean
from corridor.scenario import bundled, load
from corridor.studies.bundle import open_bundle, write_bundle
from corridor.studies.levers import Levers
from corridor.studies.sent_page import sent_page
from corridor.studies.whatif import QUICK, Desk
from corridor.studies.whatif_levers import describe
from corridor.studies.whatif_map import ground_of
from corridor.studies.whatif_sides import asked_of, chances_view, sides_view
from corridor.studies.whatif_views import evidence_view, policies_view, view_of_past
from corridor.web.player import Player
from corridor.web.tables import read_case
from corridor.web.workspace import Workspace

VIEWS = ("policies", "evidence", "past", "sides")
FORGET = 0.7
"""share of the time of a slow answer that is still expected after a quick one"""
LANGUAGES = ("en", "fr", "ar", "es")


class Room:
    """The state behind the screen; methods that play are called by the player's one thread."""

    def __init__(self, desk: Desk, workspace: Workspace) -> None:
        self.desk, self.workspace, self.player = desk, workspace, Player()
        self._served = "" if desk.case in bundled() else desk.case
        self._served_title = ""
        self._about: dict[str, dict[str, Any]] = {}
        self._bundled: list[dict[str, str]] = []
        self.took = 0.0

    def answer(
        self, levers: Levers, want: Sequence[str], futures: int, stop: Callable[[], bool] | None = None, *,
        mapped: bool = True,
    ) -> tuple[dict[str, Any], list[tuple[str, np.ndarray[Any, Any]]]]:  # fmt: skip
        """Return the answer of the desk to a position; `took` then says how long such answers take of late, seconds."""
        began = time.monotonic()
        try:
            return self.desk.answer(levers, want, futures, stop, mapped=mapped)
        finally:
            if futures == QUICK:
                self.took = max(time.monotonic() - began, FORGET * self.took)

    def map(self, levers: Levers) -> tuple[dict[str, Any], list[tuple[str, np.ndarray[Any, Any]]]]:
        """Return the map of a position that has just been answered without it."""
        return self.desk.map(levers)

    def about(self, variant: str = "") -> dict[str, Any]:
        """Return what the screen shows of a case before a lever is moved; played once, then kept."""
        name = variant or self.desk.variant
        if name not in self._about:
            levers = Levers(variant=variant)
            placed = self.desk.place(levers)
            played = self.desk.play(placed)
            self._about[name] = {
                **describe(placed.scenario, played), "ground": ground_of(placed.scenario), "seed": self.desk.seed,
                "own": self.desk.case if self.desk.case in bundled() else placed.scenario.id,
            }  # fmt: skip
        return self._about[name]

    def cases(self) -> dict[str, Any]:
        """Return bundled cases, those of the workspace, and the folder or workbook that the server was started with."""
        if not self._bundled:
            cases = [(name, load(name, actors=None)) for name in bundled()]
            self._bundled = [{"id": name, "title": one.title, "question": one.question} for name, one in cases]
        if self._served and not self._served_title:
            self._served_title = self.desk.scenario().title if self.desk.case == self._served else self._served
        served = [{"id": self._served, "title": self._served_title, "question": ""}] if self._served else []
        return {"bundled": self._bundled, "own": self.workspace.cases(), "served": served}

    def source(self, name: str) -> str:
        """Return a case that may be copied. InputError: any other path of this machine."""
        self._known(name, [*self.workspace.cases(), *bundled(), *filter(None, [self._served])])
        return name

    @staticmethod
    def _known(name: str, known: list[str]) -> None:
        if name not in known:
            remedy = did_you_mean(name[:80], known)
            raise InputError([Problem("workspace", 0, 0, "case", f'no case is called "{name[:80]}"', remedy)])

    def use(self, case: str, variant: str = "") -> dict[str, Any]:
        """Play another case from now on. InputError: no such case, or something is wrong with it."""
        own = self.workspace.cases()
        self._known(case, [*own, *bundled(), *filter(None, [self._served])])
        where = str(self.workspace.case(case)) if case in own else case
        scenario = load(where, variant or None)
        self.desk = Desk(where, scenario.variant, self.desk.seed, self.desk.threads, workers=self.desk.workers)
        self._about = {}
        return self.about()

    def view(self, view: str, levers: Levers) -> dict[str, Any]:
        """Return one of `VIEWS` of a position."""
        placed = self.desk.place(levers)
        match view:
            case "policies":
                return policies_view(placed, self.desk.side_by_side(levers))
            case "evidence":
                return evidence_view(placed, self.desk.play(placed))
            case "past":
                return view_of_past(placed, self.desk.play(placed, chosen=False), weighted(self.desk.play(placed)))
            case "sides":
                return sides_view(placed.scenario)
        raise InputError([Problem("view", 0, 0, "", f'no view is called "{view}"', did_you_mean(view, VIEWS))])

    def chances(self, levers: Levers) -> dict[str, Any]:
        """Return what the sides would choose at a position: the chance of each outcome under each policy."""
        return chances_view(self.desk.place(levers), seed=self.desk.seed)

    def ask(self, question: str, levers: Levers, asked: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a question of `corridor ask` at a position."""
        return asked_of(self.desk.place(levers), question, {**asked, "seed": self.desk.seed})

    def bundle(self, levers: Levers) -> bytes:
        """Return a bundle of a position."""
        return write_bundle(self.desk, levers)

    def open_bundle(self, name: str, data: bytes) -> dict[str, Any]:
        """Make a case of the workspace out of a bundle; return it with the levers that it was sent with."""
        found = open_bundle(data, self.workspace.case(name))
        return {**read_case(self.workspace, name), "levers": found["levers"].model_dump(mode="json")}

    def page(self, levers: Levers, language: str) -> str:
        """Return the page that moves without a server; settings and acts of the position hold on all of it."""
        known = language if language in LANGUAGES else "en"
        return sent_page(self.desk, levers, language=known)
