"""The exodus of anybody: clock, cuts, population and road come from the case, or what is missing is said at its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest

from corridor.analysis.backtest import exodus as b
from corridor.analysis.backtest.all import backtest, meanings, pictures
from corridor.analysis.backtest.setup import AS_GIVEN, Setup, exodus_problems, read_exodus, release_day
from corridor.analysis.scores.baselines import Triangular
from corridor.core.errors import InputError
from corridor.scenario import load, problems, write_new

HEAD = "time,cumulative_arrivals,time_uncertainty_hours,kind\n"
COUNTS = (
    ("2024-03-05T12:00Z", 400), ("2024-03-06T12:00Z", 6000), ("2024-03-07T12:00Z", 19000), ("2024-03-08T12:00Z", 36000),
    ("2024-03-09T12:00Z", 48000), ("2024-03-11T12:00Z", 58000),
)  # fmt: skip
ROWS = "".join(f"{time},{persons},2,reported\n" for time, persons in COUNTS)


def write(folder: Path, exodus: str = HEAD + ROWS, population: str = "") -> Path:
    write_new(folder)
    (folder / "observed").mkdir()
    (folder / "observed" / "exodus.csv").write_text(exodus, encoding="utf-8")
    if population:
        (folder / "observed" / "population.csv").write_text(population, encoding="utf-8")
    return folder


def read(folder: Path) -> Setup:
    return read_exodus(folder, load(folder, calibrated=False))[0]


def refusal(folder: Path) -> list[str]:
    found = [problem.sentence() for problem in [*problems(folder), *exodus_problems(folder)]]
    with pytest.raises(InputError):
        read(folder)
    return found


def test_a_case_without_a_word_takes_its_release_day_and_its_population(tmp_path: Path) -> None:
    found = read(write(tmp_path / "c"))
    assert found.clock.isoformat() == "2024-02-29T00:00:00+00:00"  # two weeks after as_of, as the last condition says
    assert found.counts.hours[0] == (5 * 24 + 12)
    assert found.counts.arrived.tolist() == [persons for _, persons in COUNTS]
    homes = [home.population for home in load(tmp_path / "c").homes]
    assert found.populations == {
        AS_GIVEN: Triangular(
            sum(h.low or 0 for h in homes), sum(h.value for h in homes), sum(h.high or 0 for h in homes)
        )
    }
    # a quarter and half of 58,000 had come
    assert [cut.isoformat() for cut in found.cuts] == ["2024-03-07T12:00:00+00:00", "2024-03-08T12:00:00+00:00"]
    assert found.ride == pytest.approx(65 / 68.3)
    assert problems(tmp_path / "c") == []
    assert exodus_problems(tmp_path / "c") == []


def test_the_tables_say_clock_cuts_last_and_who_was_there(tmp_path: Path) -> None:
    rows = "2024-03-04T18:00+04:00,,,clock\n2024-03-07T12:00:00Z,,,cut\n2024-03-09T12:00,,,last\n2024-03-08T00:00,30000,,rounded\n"
    people = "name,persons,low,high\nthen,65000,58000,68000\nlater,61000,60000,62000\n"
    found = read(write(tmp_path / "c", HEAD + rows + ROWS, people))
    assert found.clock.isoformat() == "2024-03-04T18:00:00+04:00"
    assert found.counts.hours.tolist() == [22, 46, 70, 94, 118]
    assert [found.hours(cut) for cut in found.cuts] == [70]
    assert found.populations == {"then": Triangular(58000, 65000, 68000), "later": Triangular(60000, 61000, 62000)}
    assert str(found.local(np.array([1.0]))[0]) == "2024-03-04T19:00:00"


@pytest.mark.parametrize(
    ("exodus", "said"),
    [
        (HEAD + ROWS.replace("400", "4OO"), 'observed/exodus.csv:2:19: cumulative_arrivals: "4OO"'),
        (HEAD + ROWS.replace("6000", "6,000"), "observed/exodus.csv:3: has 5 cells"),
        (HEAD + ROWS.replace("6000", "-6"), "observed/exodus.csv:3:19: cumulative_arrivals: -6 is not between"),
        (HEAD + ROWS.replace("6000", ""), "observed/exodus.csv:3:19: cumulative_arrivals: a reported count is empty"),
        (HEAD + ROWS.replace("6000", "60"), "observed/exodus.csv:3:1: time: 60 persons so far, and 400 before"),
        (HEAD + ROWS.replace("2024-03-06", "2024-02-30"), 'observed/exodus.csv:3:1: time: "2024-02-30T12:00Z" is not a time'),
        (HEAD + ROWS.replace("2024-03-06", "2024-03-05"), "observed/exodus.csv:3:1: time: a second reported count"),
        (HEAD + ROWS.replace("2024-03-05", "2024-02-05"), "observed/exodus.csv:2:1: time: 2024-02-05T12:00:00+00:00 is before"),
        (HEAD + ROWS.replace("2024-03-11", "2025-03-11"), "observed/exodus.csv:7:1: time: 2025-03-11T12:00:00+00:00 is more than 120"),
        (HEAD + "2024-03-05T13:00Z,,,cut\n" + ROWS, "observed/exodus.csv:2:1: time: 1 of 6 reported counts"),
        (HEAD + "2024-03-04,,,clock\n" + ROWS, 'observed/exodus.csv:2:1: time: "2024-03-04" is not a time'),
        (HEAD + 2 * "2024-03-04T00:00Z,,,clock\n" + ROWS, "observed/exodus.csv:3:1: time: a second row of kind clock"),
        (HEAD + ROWS[: ROWS.index("2024-03-07")], "2 reported counts; a curve needs 3"),
        (HEAD.replace("time,", "when,") + ROWS, "observed/exodus.csv:1: time: this column is missing"),
    ],
)  # fmt: skip
def test_what_cannot_be_scored_is_said_at_its_place(tmp_path: Path, exodus: str, said: str) -> None:
    found = refusal(write(tmp_path / "c", exodus))
    assert any(said in sentence for sentence in found), found
    load(tmp_path / "c")  # what happened is no part of the scenario


def test_a_population_out_of_order_and_one_that_nobody_gives(tmp_path: Path) -> None:
    found = refusal(write(tmp_path / "c", population="name,persons,low,high\nthen,65000,68000,58000\n"))
    assert any("observed/population.csv:2:6: persons: is not between low and high" in one for one in found), found


def test_without_a_release_the_clock_is_asked_for(tmp_path: Path) -> None:
    folder = write(tmp_path / "c")
    path = folder / "policies.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("  - id: loss_of_control")], encoding="utf-8")
    assert release_day(load(folder)) is None
    assert any("nothing says from when on people could leave" in one for one in refusal(folder))


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="ensembles take minutes without compilation")
def test_an_invented_exodus_is_scored_beside_its_baselines(tmp_path: Path) -> None:
    setup = read(write(tmp_path / "c"))
    scenario: Any = load(tmp_path / "c", calibrated=False)

    def run(*_: Any, **options: Any) -> Any:
        raise AssertionError(options)

    later = scenario.model_copy(update={"conditions": scenario.conditions[:1]})  # nobody is released: no whole model
    rows = backtest(later, {}, run, exodus=setup, members=300)["exodus"]
    found = {(row["exercise"], row["kind"]) for row in rows}
    for exercise in ("blind", "nowcast 1", "nowcast 2"):
        assert {(exercise, "model"), (exercise, "baseline")} <= found
    assert {row["population"] for row in rows} == {AS_GIVEN, "fitted"}
    (fit,) = [row for row in rows if row["exercise"] == "fitted"]
    assert fit["mae"] < 1500
    assert meanings({"exodus": rows})["nowcast 1"].startswith("the same priors and the counts up to 7 March 12:00")
    drawn = pictures(setup, members=50)
    assert [one["cut"] is None for one in drawn] == [True, False]
    assert drawn[0]["members"].shape == (50, len(drawn[0]["times"]))
    assert str(drawn[0]["times"][0]) == "2024-02-29T00:00:00"


def test_the_fit_looks_around_the_counts(tmp_path: Path) -> None:
    counts = read(write(tmp_path / "c")).counts
    leavers, delay, *_, flow = b.fit_bounds(counts)
    assert leavers == (58_000, 60_000)
    assert delay == (counts.hours[0] - 48, counts.hours[0] + 24)
    assert flow[0] < 17_000 / 24 / b.OCCUPANCY < flow[1]
    assert b.played(counts) == b.HOURS
