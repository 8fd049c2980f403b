"""Predictions are frozen before what happened is read; nothing else is then scored, and no change goes unseen."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from corridor.core.errors import InputError
from corridor.report.screen import backtest as screen_backtest
from corridor.report.screen.console import Screen
from corridor.scenario import load
from corridor.scenario.write.new import write_new
from corridor.studies import freeze, strict_backtest
from corridor.studies.freeze import FILE, RUN


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a folder without counts and the predictions frozen of it."""
    where = tmp_path_factory.mktemp("frozen")
    write_new(folder := where / "c")
    said = freeze(folder, where / "p", futures=8)
    assert said["observed_then"] == [] and said["futures"] == 8
    return folder, where / "p"


def test_what_happened_is_scored_on_the_frozen_run_alone(case: tuple[Path, Path], tmp_path: Path) -> None:
    folder, frozen = case
    day, home = load(folder).as_of.replace(month=3, day=1), load(folder).homes[0].id
    (folder / "observed").mkdir(exist_ok=True)
    (folder / "observed" / "people.csv").write_text(f"date,place,persons\n{day},{home},39000\n", encoding="utf-8")
    study = strict_backtest(folder, frozen)
    assert study.answer[0].startswith("1 exercise scored on 1 points")
    assert "observed/ was empty then. Nothing else is scored." in study.answer[1]
    assert study.futures == 8 and study.table("people").rows[0]["forecast"] == "the run"


def test_a_changed_file_or_run_or_case_is_refused(case: tuple[Path, Path], tmp_path: Path) -> None:
    folder, frozen = case
    (folder / "observed").mkdir(exist_ok=True)
    (folder / "observed" / "people.csv").write_text("date,place,persons\n", encoding="utf-8")

    def refused(**changed: object) -> str:
        with pytest.raises(InputError) as error:
            strict_backtest(folder, frozen, **changed)  # type: ignore[arg-type]
        return str(error.value)

    assert "the case was changed after it was frozen" in refused(set={"horizon": 20})
    words = frozen / FILE
    before = words.read_text(encoding="utf-8")
    said = json.loads(before)
    words.write_text(json.dumps({**said, "frozen": "2001-01-01T00:00:00+00:00"}), encoding="utf-8")
    assert "was changed after it was frozen" in refused()
    words.write_text(before, encoding="utf-8")
    extra = frozen / RUN / "more"
    extra.write_bytes(b"x")
    assert "the run beside it was changed" in refused()
    extra.unlink()
    with pytest.raises(InputError, match="never written over"):
        freeze(folder, frozen)
    with pytest.raises(InputError, match="holds no frozen predictions"):
        strict_backtest(folder, tmp_path)


def test_every_table_of_a_backtest_fits_a_hundred_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(screen_backtest, "screen", lambda: Screen(file=out, width=100))
    base = {"kind": "model", "made": "", "n": 20.0, "mae": 26931.2, "bias": -22510.0, "crps": 16689.4, "crps_fair": 1.0,
            "coverage_50": 0.4, "coverage_80": 0.85, "coverage_95": 1.0, "pit_mean": 0.5}  # fmt: skip
    rows = [
        base | {"exercise": "blind", "forecast": "road model", "population": "as claimed then"},
        base | {"exercise": "blind", "forecast": "naive spread, uniform over 3-14 days", "kind": "baseline",
                "population": "as claimed then"},
    ]  # fmt: skip
    scarce = {"date": "2023-09-05", "commodity": "flour", "level": 4.0, "days": 82.0, "forecast": "stock over use",
              "kind": "baseline", "median": 70.0, "low_90": 12.0, "high_90": 92.0, "mae": 12.0, "crps": 12.0,
              "coverage_80": None}  # fmt: skip
    line = {"exercise": "blind, as claimed then", "forecast": "road model", "unit": "persons", "points": 20,
            "error": 26931.2, "crps": 16689.4, "inside_80": 0.85, "naive": "naive window, from day 3 to day 14",
            "naive_error": 16709.0, "naive_crps": 14630.0, "better": False}  # fmt: skip
    outcome = {"called": "conditional hindcast", "units": {"exodus": "persons", "scarcity": "day"}, "meanings": {},
               "summary": [line], "exodus": rows, "scarcity": [scarce]}  # fmt: skip
    screen_backtest.scored(["One sentence."], outcome)
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= 100
    text = " ".join(" ".join(lines).split())
    assert text.index("One sentence.") < text.index("best naive forecast") < text.index("blind, people as claimed")
    assert "16,690" in text and "naive: spread, uniform over 3-14 days" in text and "70 (12–92)" in text
