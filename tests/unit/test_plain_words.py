"""What a first reader reads: how long people hold out, days that can be read out, what a policy does, units one can picture."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corridor.analysis.outcomes.first_days import summarise
from corridor.report import words
from corridor.report.sections import does, hold_out, how_long, labels, tables
from corridor.report.sections.answer import _on_the_way
from corridor.report.sections.inputs import DEFAULT, Number
from corridor.scenario import load, write_new
from corridor.scenario.numbers import numbers
from corridor.scenario.questions import questions
from corridor.scenario.ways_out import shut_in
from corridor.words.speak import said

AS_OF, END = date(2024, 1, 1), date(2024, 4, 1)
HELD = {"held": "Roads as they are", "open": "Gate open"}


def row(event: str, policy: str, days: np.ndarray) -> dict[str, object]:
    """Return a row as `first_days` has it; days after as_of, infinity for never."""
    told = summarise(days, np.full(days.size, 1.0 / days.size))
    dates = {
        name: "" if told[f"day_{name}"] is None else str(AS_OF + timedelta(days=told[f"day_{name}"]))
        for name in ("low_80", "median", "high_80")
    }
    return {"policy": policy, "condition": "calm", "place": "*", "event": event, **told, **dates}


def spread(already: int = 0, days: tuple[int, int] = (10, 40), never: int = 0, n: int = 400) -> np.ndarray:
    """Return 400 first days: so many already, so many never, the rest evenly between two days."""
    return np.concatenate([np.zeros(already), np.linspace(*days, n - already - never).round(), np.full(never, np.inf)])


def line(*rows: dict[str, object]) -> str:
    return hold_out.line(pd.DataFrame(rows), "calm", ("held", "open"), HELD, (AS_OF, END))


def test_the_line_says_when_food_runs_out_and_when_people_eat_too_little() -> None:
    food, half = spread(), spread(never=360)
    same = [row("out.*", p, food) for p in HELD] + [row("intake_1500", p, half) for p in HELD]
    assert line(*same) == (
        "Under “Roads as they are”, food in store runs out on 26 January 2024 (80 %: 14 January 2024 to "
        "7 February 2024). Mean intake falls below 1,500 kcal by 1 April 2024 in 10 % of futures. Shares of futures: ± 2 %."
    )


def test_a_day_that_the_best_policy_does_not_move_is_not_told_as_its_own() -> None:
    """As where it comes before the policy begins: what differs is in how many futures it comes at all."""
    often, seldom = spread(already=150, days=(10, 12), never=90), spread(already=150, days=(10, 12), never=160)
    rows = [row("intake_1500", "held", often), row("intake_1500", "open", seldom)]
    assert line(*rows).split(". ")[1] == (
        "Under “Gate open”, mean intake falls below 1,500 kcal as early, but by 1 April 2024 in 60 % of futures "
        "instead of 78 %"
    )
    later = [row("intake_1500", "held", often), row("intake_1500", "open", spread(days=(30, 40), never=160))]
    assert "as early" not in line(*later)


def test_a_place_in_which_food_runs_out_well_before_the_rest_is_named() -> None:
    """A village of a few hundred does not show in the sum of all."""
    whole, early, close = spread(days=(40, 60)), spread(days=(10, 20)), spread(days=(35, 55))
    rows = [row("out.*", p, whole) for p in HELD]
    village = row("out.*", "held", early) | {"place": "village"}
    town = row("out.*", "held", whole) | {"place": "town"}
    assert line(*rows, village, town).endswith("Food runs out first in village, on 16 January 2024.")
    assert "first in" not in line(*rows, village | {"policy": "open"}, town)
    assert "first in" not in line(*rows, row("out.*", "held", close) | {"place": "village"}, town)
    assert "first in" not in line(*rows, village)  # the one home, and all homes
    never = [row("out.*", p, spread(never=300)) for p in HELD]
    gone = row("out.*", "held", np.zeros(400)) | {"place": "village"}
    assert line(*never, gone, town).endswith("Food has run out in village.")


def test_no_sentence_on_how_long_is_longer_than_25_words_and_each_is_translated() -> None:
    """A title is one word, and so is a share; whichever way the days lie."""
    ways = [spread(), spread(days=(5, 90)), spread(days=(5, 90), never=60), spread(never=60), spread(already=60, never=60), spread(already=60), spread(never=196),
            spread(already=300), spread(already=300, never=60), spread(already=60, never=300), spread(never=316)]  # fmt: skip
    lines = [line(*(row(event, p, one) for event in hold_out.ASKED for p in HELD)) for one in ways]
    lines += [
        line(*(row(e, p, one) for e in hold_out.ASKED for p, one in zip(HELD, (ways[0], other), strict=True)))
        for other in ways[1:]
    ]
    lines += [line(*(row("intake_1500", p, one) for p in HELD)) for one in ways]
    assert any("±" in one for one in lines)
    assert any("or later" in one for one in lines)
    assert any("food in store has run out" in one for one in lines)
    assert any("Mean intake has fallen" in one for one in lines)
    for one in lines:
        for sentence in re.split(r"(?<=[.]) (?=[A-Z])", one):
            told = re.sub(r"“[^”]*”", "title", sentence).replace(" %", "%").split()
            assert len(told) <= 25, sentence
        for language in ("fr", "es", "ar"):
            assert not re.search(r"\b(under|in|by|on|already|mean|food|or)\b", said(one, language), re.I), said(
                one, language
            )


def test_the_best_policy_is_told_only_where_it_differs_beyond_its_error() -> None:
    rows = [row("intake_1500", p, spread(never=360)) for p in HELD] + [row("out.*", "held", spread())]
    within = line(*rows, row("out.*", "open", spread(days=(11, 41))))
    beyond = line(*rows, row("out.*", "open", spread(days=(40, 70))))
    assert "Gate open" not in within
    told = "Under “Gate open”, food in store runs out on 25 February 2024 (80 %: 13 February 2024 to 8 March 2024)."
    assert beyond.endswith(f"{told} Shares of futures: ± 2 %."), "and only in what differs"
    shares = line(*rows[:2], row("out.*", "held", spread(never=300)), row("out.*", "open", spread(never=370)))
    assert "Under “Gate open”, food in store runs out by 1 April 2024 in 8 % of futures" in shares


def test_both_shares_of_the_best_policy_are_one_sentence() -> None:
    """Neither has a middle day to come: what counts is in how many futures it is so by the end."""
    rows = [
        row("out.*", "held", spread(already=212, never=40)),
        row("intake_1500", "held", spread(already=76, never=40)),
    ]
    rows += [
        row("out.*", "open", spread(already=212, never=184)),
        row("intake_1500", "open", spread(already=76, never=316)),
    ]
    assert line(*rows).endswith(
        "Under “Gate open”, by 1 April 2024 food has run out in 54 % of futures (53 % already), intake is that low in 21 %. "
        "Shares of futures: ± 2 %."
    )


def test_a_day_is_said_with_one_share() -> None:
    """In a tenth of the futures it comes by the last day, and in a fifth on that day: one figure, the greater."""
    late = np.concatenate([np.full(80, (END - AS_OF).days), np.full(320, np.inf)]).astype(float)
    assert hold_out.when(row("out.*", "held", late), (AS_OF, END)) == "by 1 April 2024 in 20 % of futures"


@pytest.mark.parametrize(
    ("days", "when", "cell"),
    [
        (spread(already=400), "by 1 January 2024 in all futures", ("already", "")),
        (spread(never=400), "in no future by 1 April 2024", ("not by the end", "")),
        (spread(already=300), "by 1 January 2024 in 75 % of futures, by 29 January 2024 in 90 %",
         ("already", "in 75 %; by 29 Jan 2024 in 90 %")),
        (spread(already=300, never=100), "by 1 January 2024 in 75 % of futures", ("already", "in 75 %; not by the end in 25 %")),
        (spread(already=300, never=60),
         "by 1 January 2024 in 75 % of futures, by 1 April 2024 in 85 %",
         ("already", "in 75 %; not by the end in 15 %")),
        (spread(already=60, never=60),
         "on 26 January 2024 (15 % already, 85 % by 1 April 2024)",
         ("26 Jan 2024", "already in 15 %; not by the end in 15 %")),
        (spread(never=316), "by 25 January 2024 in 10 % of futures, by 1 April 2024 in 21 %",
         ("not by the end", "in 79 %; by 25 Jan 2024 in 10 %")),
    ],
)  # fmt: skip
def test_no_interval_reaches_from_already_to_later(days: np.ndarray, when: str, cell: tuple[str, str]) -> None:
    found = row("out.*", "held", days)
    assert hold_out.when(found, (AS_OF, END)) == when
    middle, around = how_long.cell(found)
    assert (middle.split(" ±")[0], around) == cell
    for language in ("fr", "es", "ar"):
        for text in (when, middle, around):
            assert not text or said(text, language) != text, (language, text)


def test_an_error_of_no_day_is_not_shown() -> None:
    found = row("out.*", "held", spread())
    assert how_long.cell(found | {"error": 0.49})[0] == "26 Jan 2024"
    assert how_long.cell(found | {"error": 0.5})[0] == "26 Jan 2024 ± 1 day"


def test_a_way_out_that_a_policy_makes_longer_is_not_called_alike() -> None:
    def way(outcome: str, policy: str, mean: float, diff: float, error: float) -> dict[str, object]:
        return {"policy": policy, "condition": "falls", "outcome": outcome, "day": 90, "median": mean, "mean": mean,
                "defined": 1.0, "diff_mean": diff, "diff_error": error, "reference": "held", "unit": "day"}  # fmt: skip

    rows = [
        way("nine_tenths_out", "held", 20.0, np.nan, np.nan),
        way("longest_queue", "held", 10_000.0, np.nan, np.nan),
    ]
    longer = way("nine_tenths_out", "open", 24.0, 4.0, 0.5)
    queue = way("longest_queue", "open", 27_600.0, 17_600.0, 900.0)
    said_of = [
        _on_the_way(pd.DataFrame([*rows, *more]), "falls", HELD)
        for more in (
            [longer],
            [queue],
            [way("nine_tenths_out", "open", 16.0, -4.0, 0.5), queue],
            [longer | {"diff_error": 2.0}],
        )
    ]
    assert said_of == [
        "; “Gate open” takes on average 4.0 ± 0.5 days longer",
        "; “Gate open” has on average 17,600 ± 900 more people queueing",
        "; “Gate open” has on average 17,600 ± 900 more people queueing", "",
    ]  # fmt: skip


def test_ends_of_a_range_keep_their_million() -> None:
    assert words.span(1e6, 2.36e6, "person-days") == "1 million to 2.36 million"
    assert words.span(1.0, 2.36e6, "person-days") == "1 to 2.36 million"
    assert words.percent(0.005) == "under 1 %"


@pytest.mark.parametrize(
    ("drawn", "unit", "value", "range_", "said_unit"),
    [
        ((4.93e-5, 2e-5, 9e-5), "t/person/day", "49.3", "20 to 90", "g a person a day"),
        ((4.93e-4, 2e-4, 9e-4), "t/person/day", "0.493", "0.2 to 0.9", "kg a person a day"),
        ((0.01, 8.52e-5, 0.0372), "1", "0.01", "0.0000852 to 0.0372", ""),
        ((1.4e-6, 1e-6, 2e-6), "1", "1.4", "1 to 2", "in a million"),
        ((120.0, 80.0, 150.0), "t/day", "120", "80 to 150", "tonnes a day"),
        ((220.0, 1e-18, 300.0), "vehicle/hour", "220", "0 to 300", "vehicles an hour"),
    ],
)
def test_small_numbers_have_units_that_one_can_picture(
    drawn: tuple[float, float, float], unit: str, value: str, range_: str, said_unit: str
) -> None:
    shown = tables.number_row(Number("x", "x", unit, drawn, DEFAULT, "", ""), {})
    assert (shown["value"], shown["range"], shown["unit"]) == (value, range_, said_unit)


def test_a_policy_without_a_summary_is_told_by_its_actions(tmp_path: Path) -> None:
    write_new(tmp_path / "case")
    case = load(tmp_path / "case")
    bare = {one.id: one.model_copy(update={"summary": ""}) for one in (*case.policies, *case.conditions)}
    assert does.summary(bare["regime_held"], case) == does.NOTHING
    assert does.summary(bare["more_aid"], case) == (
        "Aid (relief from Plainport): 30 tonnes a day from 22 February 2024 (day 7) on; "
        "airdrop (relief from Plainport) begins from 22 February 2024 (day 7) on, 5 tonnes a day."
    )
    assert does.summary(bare["gate_open"], case) == (
        "Plainport – Riverford/Valleytown (gate) is open to all from 16 February 2024 (day 1) on."
    )
    assert does.summary(bare["loss_of_control"], case) == "Every home changes hands from 29 February 2024 (day 14) on."
    assert does.summary(case.policies[1], case) == "Aid is tripled and goods are dropped from the air."


def test_a_policy_that_shuts_people_in_is_told_on_the_page(tmp_path: Path) -> None:
    folder = write_new(tmp_path / "case") and tmp_path / "case"
    policies = folder / "policies.yaml"
    text = policies.read_text(encoding="utf-8")
    policies.write_text(text.replace("value: open", "value: humanitarian+medical"), encoding="utf-8")
    (said_once,) = shut_in(load(folder))
    assert said_once.startswith("“Gate open” also shuts gate (humanitarian+medical) to people who want to leave")
    assert "+people_out" in said_once
    policies.write_text(text.replace("value: open", "value: humanitarian+people_out"), encoding="utf-8")
    assert shut_in(load(folder)) == []


@pytest.mark.parametrize("rows", ["", "*,petrol,5,,,a_stocks\n"])
def test_a_case_without_any_food_is_asked_about(rows: str, tmp_path: Path) -> None:
    write_new(tmp_path / "case")
    assert not any(one.startswith("stocks.csv") for one in questions(load(tmp_path / "case")))
    (tmp_path / "case" / "stocks.csv").write_text(f"place,commodity,tonnes,low,high,evidence\n{rows}", encoding="utf-8")
    assert any(one.startswith("stocks.csv") for one in questions(load(tmp_path / "case")))


def test_who_writes_that_stores_are_empty_is_not_asked(tmp_path: Path) -> None:
    write_new(tmp_path / "case")
    (tmp_path / "case" / "stocks.csv").write_text(
        "place,commodity,tonnes,evidence\n*,flour,0,a_stocks\n", encoding="utf-8"
    )
    assert not any(one.startswith("stocks.csv") for one in questions(load(tmp_path / "case")))


@pytest.mark.parametrize(
    ("says", "plain"),
    [
        ("load of a lorry, where lorries were counted and not tonnes", "load of a lorry"),
        ("share of the planning horizon: rations are cut", "share of the planning horizon"),
        ("share of the aid counted at the gate that never reaches people (sold on, left), where no ration says it",
         "share of the aid counted at the gate that never reaches people"),
        ("Other food (rice; oil) made locally, share of normal use", "Other food made locally, share of normal use"),
    ],
)  # fmt: skip
def test_what_moves_the_answer_is_said_without_asides(says: str, plain: str) -> None:
    assert labels.plain(says) == plain


@pytest.mark.parametrize("case", ["nagorno-karabakh-2023", "sarajevo-1992", "leningrad-1941"])
def test_no_number_is_called_by_an_id_nor_two_alike(case: str) -> None:
    scenario = load(case)
    called = {one.path: labels.said_of(one, scenario) for one in numbers(scenario)}
    ids = {row.id for row in (*scenario.links, *scenario.pipelines, *scenario.buses) if "_" in row.id}
    for says in called.values():
        assert "_" not in says
        said_plainly = re.sub("‘.*?’", "", says)  # the title of a policy may have the words of an id
        assert not [id_ for id_ in ids if id_.replace("_", " ") in said_plainly], says
    assert len(set(called.values())) == len(called)


def test_a_delivery_is_called_by_what_comes_from_where_and_when() -> None:
    scenario = load("nagorno-karabakh-2023")
    called = {one.path: labels.said_of(one, scenario) for one in numbers(scenario)}
    assert called["pipelines.relief_after_checkpoint.tonnes_per_day"] == (
        "deliveries of relief goods, Goris – all places, 23 April 2023 to 14 June 2023"
    )
    assert called["pipelines.air_humanitarian.tonnes_per_day"] == "deliveries of relief goods, Yerevan – all places"


@pytest.mark.parametrize(("error", "told"), [(0.4, "on 26 January 2024 ("), (6.6, "± 7 days ("), (None, "or later (")])
def test_a_middle_day_that_few_futures_tell_carries_its_error(error: float | None, told: str) -> None:
    assert told in line(*({**row("out.*", policy, spread()), "error": error} for policy in HELD))


@pytest.mark.parametrize(
    ("effects", "shown", "told"),
    [
        ((0.6, -0.5, 0.3, 0.1), 2, "4 numbers were tried; no other moves it more than chance would."),
        ((0.39, -0.3, 0.2, 0.1, 0.1), 0, "5 numbers were tried; none moves it more than chance would."),
        ((0.9, 0.8, 0.7, 0.6), 3, "4 numbers were tried; 4 move it more than chance would, of which 3 are shown."),
        ((), 0, ""),
    ],
)
def test_a_number_below_what_chance_gives_is_not_listed_among_those_that_move_the_answer(
    effects: tuple[float, ...], shown: int, told: str
) -> None:
    numbers = [Number(f"x{n}", f"x{n}", "1", (0.5, 0.0, 1.0), DEFAULT, "", "") for n in range(len(effects))]
    moves = {number.path: effect for number, effect in zip(numbers, effects, strict=True)}
    found = tables.assumptions(numbers, moves, 0.4, most=3)
    assert [row["path"] for row in found["top"]] == [number.path for number in numbers[:shown]]
    assert found["tried"] == told
    assert not told or all(said(told, language) != told for language in ("fr", "es", "ar"))
