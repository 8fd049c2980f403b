"""The section on bodies: what it says, what it never says, and that it needs nothing from outside."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import corridor
from corridor.analysis import bodies as analysis
from corridor.analysis import structures as sweeping
from corridor.analysis.outcomes.thresholds import SENTENCE, thresholds
from corridor.engine import run
from corridor.report import words
from corridor.report.sections import bodies as b
from corridor.results.dataset import ahead
from corridor.results.read import scenario_of
from small import CLOSED, small

FUTURES = 12
CHOICES = {
    "rationing": sweeping.CHOICES["rationing"],
    "adult protection": {k: sweeping.CHOICES["adult protection"][k] for k in ("low", "high")},
}


@pytest.fixture(scope="module")
def case():
    return small(history=40, horizon=60, flour=80.0, outputs=0.1, regime=CLOSED)


@pytest.fixture(scope="module")
def ds(case) -> xr.Dataset:
    return run(case, futures=FUTURES, policies=["closed", "relief"], threads=1).load()


@pytest.fixture(scope="module")
def swept(case) -> pd.DataFrame:
    return sweeping.sweep(
        case, run, corridor.override, futures=6, policies=["closed", "relief"], conditions=["calm"], choices=CHOICES
    )[1]


def parts(ds: xr.Dataset):
    return ds, analysis.daily(ds), analysis.bodies(ds), thresholds(ds)


@pytest.fixture(scope="module")
def section(ds, swept) -> str:
    return str(b.section(*parts(ds), swept))


@pytest.fixture(scope="module")
def plain(ds) -> str:
    return str(b.section(*parts(ds)))


class Reader(HTMLParser):
    """Collects text, ids, links, and whether every element closes in order."""

    EMPTY = ("br", "img", "meta", "use", "path", "link")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids += [found["id"]] if "id" in found else []
        self.targets += [v for k, v in attrs if k in ("src", "href", "xlink:href") and v]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.EMPTY:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag not in self.EMPTY:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.text.append(data)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    assert not reader.open
    return reader


def said(text: str) -> str:
    return re.sub(r"\s+", " ", " ".join(read(text).text))


def test_one_section_with_unique_ids_that_loads_nothing(section):
    reader = read(section)
    assert section.lstrip().startswith("<section")
    assert len(reader.ids) == len(set(reader.ids))
    assert all(target.startswith("#") for target in reader.targets)
    assert "<script" not in section
    assert section.count("<svg") == 4
    assert section.count("<title") == 4, "every figure has words for a screen reader"


def test_the_sentence_stands_and_the_words_of_findings_do_not(section):
    text = said(section)
    assert text.count(SENTENCE) >= 2
    assert SENTENCE == words.NOT_A_CLASSIFICATION
    assert "famine" not in text.lower()
    rest = text.replace(SENTENCE, "").lower()
    assert "classification" not in rest
    assert "phase 5" not in rest


def test_deaths_are_a_range_at_the_end_and_in_no_headline(section):
    heads = re.findall(r"<h[23][^>]*>(.*?)</h[23]>", section)
    assert heads[0] == "Bodies: what is eaten, weight, wasting"
    assert heads[-1] == "Death rates, as a range"
    before = section[: section.index("<h3>Published thresholds")] + "</section>"
    assert "death" not in said(before).split("History alone")[0].lower()
    table = section[section.rindex("<table") :]
    cells = re.findall(r"<td><b>(.*?)</b>", table)
    assert cells
    assert all(" to " in cell or cell == "0" for cell in cells), "ranges, not single numbers"


def test_the_numbers_are_those_of_the_tables(section, ds):
    rows = analysis.bodies(ds)
    row = rows[(rows.policy == "relief") & (rows.condition == "calm") & (rows.outcome == "gam") & (rows.day == 60)]
    assert b.number(row.iloc[0]["median"], "1") in section
    frame = thresholds(ds)
    chosen = (frame.policy == "closed") & (frame.condition == "calm") & (frame.threshold == "gam_15")
    ever = frame[chosen & (frame.when == "any day")].iloc[0]
    assert f"<b>{b.share(ever['p'])}</b>" in section


def test_bands_have_colour_outline_and_numeral(section):
    table = section[section.index("Published thresholds") :]
    chips = re.findall(r'<span class="chip band-(\w+)">(.)</span>', table)
    assert chips == [("4", "4"), ("5", "5"), ("4", "4"), ("5", "5"), ("none", "–"), ("none", "–")]
    assert "border: 1.5px solid" in section
    for band in b.BANDS:
        assert f".band-{band['number']} {{ background: {band['fill']}" in section
        assert contrast(band["fill"], band["ink"]) >= 4.5, band


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        return sum(
            w * (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4)
            for w, c in zip((0.2126, 0.7152, 0.0722), parts, strict=True)
        )

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_both_intervals_are_shown_and_can_be_left_out(section, plain):
    assert "Within a structure and between structures" in section
    assert "4 structures" in section
    assert "Within a structure" not in plain


def test_another_condition_can_be_shown(ds):
    text = said(b.section(*parts(ds), condition="loss"))
    assert "Shown under “Control is lost”. Not shown: “Control is kept”." in text


def named(ds: xr.Dataset, id_: str) -> xr.Dataset:
    return ds.assign_attrs(scenario=scenario_of(ds).model_copy(update={"id": id_}).model_dump_json())


def test_the_flagship_says_what_the_record_holds(ds, plain):
    text = said(b.section(*parts(named(ds, "nagorno-karabakh-2023"))))
    assert "No food-security phase analysis (IPC) of Nagorno-Karabakh was found" in text
    assert text.count("one death ascribed to hunger") == 2, "at the top, and again where deaths are shown"
    assert "disputed by Azerbaijan" in text
    assert "one death ascribed" not in said(plain)


def test_history_past_a_threshold_is_said_before_any_result():
    frame = pd.DataFrame(
        {
            "policy": "history", "place": "*", "when": "any day", "threshold": ["gam_15", "cdr_2"],
            "name": ["wasting", "deaths"], "p": [0.4, 0.01],
        }
    )  # fmt: skip
    text = b.already(frame, recorded=True)
    assert "wasting in 40\N{NO-BREAK SPACE}% of futures" in text
    assert "deaths" not in text
    assert "Nothing of that size was recorded" in text
    assert "recorded" not in b.already(frame, recorded=False)
    assert b.already(frame.assign(p=0.0), recorded=True) == ""


def test_children_beyond_what_the_rule_can_say_are_marked():
    frame = pd.DataFrame({"outcome": ["gam", "sam"], "median": [0.56, 0.1], "high_80": [0.7, 0.2]})
    assert "No survey" in b.beyond_surveys(frame)
    assert b.beyond_surveys(frame.assign(median=[0.49, 0.9], high_80=[0.54, 1.0])) == ""
    assert b.beyond_surveys(frame.assign(median=[0.49, 0.9], high_80=[0.56, 1.0]))


def test_what_people_eat_and_weigh_is_said_in_words(section, ds):
    rows = analysis.bodies(ds)
    own = rows[(rows.policy == "closed") & (rows.condition == "calm") & (rows.day == 30)].set_index("outcome")
    text = said(section)
    for outcome in ("kcal_child", "eaten_adult", "gam_muac", "gam_toddlers"):
        number = b.number(own.loc[outcome, "median"], own.loc[outcome, "unit"])
        assert number.replace("\N{NO-BREAK SPACE}", " ") in text, outcome
    assert "Usual infection is counted in, and the ranges hold what the model is known to miss" in text
    assert "a child below ten eats" in text


def test_names_of_a_scenario_are_escaped(ds):
    told = scenario_of(ds).model_dump_json()
    nasty = ds.assign_attrs(scenario=told.replace("Gate closed", "<b onload=x>Gate"))
    text = str(b.section(*parts(nasty)))
    assert "<b onload" not in text
    assert "&lt;b onload" in text


def test_the_same_run_gives_the_same_bytes(ds, swept, section):
    assert str(b.section(*parts(ds), swept)) == section


def test_a_run_without_history_and_with_one_policy(ds):
    bare = ahead(ds).sel(policy=["closed"])
    text = said(b.section(*parts(bare)))
    assert "History alone" not in text
    assert "history, the same for all" not in text


def test_where_everyone_left_the_cells_are_dashes(ds):
    gone = ds.copy(deep=True)
    for name in ("people", "people_under5"):
        ahead(gone[name])[{"day": slice(5, None)}] = 0.0
    assert "<b>–</b>" in str(b.section(*parts(gone)))


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (-0.157, "1", "−16 %"), (-0.0357, "1", "−3.6 %"), (0.95, "1", "95 %"), (0.0, "1", "0 %"), (-0.0001, "1", "0 %"),
        (0.30, "1", "30 %"), (np.nan, "1", "–"), (12.43, "1/10000/day", "12"), (0.2346, "1/10000/day", "0.23"),
        (0.0049, "1/10000/day", "under 0.01"),
        (1234.0, "persons", "1,200"),
    ],
)  # fmt: skip
def test_numbers_for_readers(value, unit, expected):
    assert b.number(value, unit).replace("\N{NO-BREAK SPACE}", " ") == expected
