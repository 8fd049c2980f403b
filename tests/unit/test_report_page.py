"""The page: whole, self-contained, readable without sight, neutral, and the same bytes each time."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from markupsafe import Markup
from report_case import berlin, run_of, scenario, small

from corridor.analysis.compare import compare, last
from corridor.analysis.outcomes.relief import relief_gap
from corridor.core.errors import InputError
from corridor.report import write_report
from corridor.report.figures import fans as figures
from corridor.report.sections.answer import GAP, answer

HEADINGS = [
    "The answer", "The policies, outcome by outcome", "Over time", "The map",
    "Where people go", "What full supply would take", "The exodus against what happened: a conditional hindcast",
    "The assumptions and what they stand on", "Disputed numbers", "Who has no voice in the model",
    "What it cannot tell", "How to make this page again", "Annex: the long lists",
]  # fmt: skip


class Page(HTMLParser):
    """Collects what the checks need."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._quiet = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._quiet = tag if tag in ("style", "script") else self._quiet

    def handle_endtag(self, tag: str) -> None:
        self._quiet = "" if tag == self._quiet else self._quiet

    def handle_data(self, data: str) -> None:
        if not self._quiet and data.strip():
            self.words.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def backtest() -> dict[str, object]:
    hours = pd.date_range("2023-09-19 13:00", periods=200, freq="h")
    members = 100_000 / (1 + np.exp(-(np.arange(200) - np.linspace(90, 130, 50)[:, None]) / 12))
    row = {
        "exercise": "blind",
        "n": 20.0,
        "crps": 5_210.0,
        "coverage_80": 0.8,
        "population": "as claimed then",
        "made": "",
    }
    return {
        "curves": [{"name": "blind", "curve": figures.curve_of(hours, members), "cut": None}],
        "observed": pd.DataFrame(
            {
                "time": hours[100:160:10],
                "value": [9e3, 28120, 5e4, 7e4, 84770, 98625],
                "kind": ["reported"] * 5 + ["rounded"],
            }
        ),
        "scores": [
            row | {"forecast": "road model", "kind": "model", "mae": 6_120.0},
            row | {"forecast": "naive spread", "kind": "baseline", "mae": 18_300.0, "coverage_80": float("nan")},
        ],
    }


@pytest.fixture(scope="module")
def run() -> xr.Dataset:
    return run_of(scenario())


@pytest.fixture(scope="module")
def tiny() -> xr.Dataset:
    return run_of(small(), futures=20)


@pytest.fixture(scope="module")
def text(run: xr.Dataset, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "deep" / "report.html"
    written = write_report(run, compare(run), path, backtest=backtest(), relief=relief_gap(run))
    assert written == path
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_the_page_loads_nothing_and_runs_nothing(text: str, page: Page) -> None:
    assert not page.named("script") and not page.named("link") and not page.named("iframe")
    policy = next(meta["content"] for meta in page.named("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None and policy.startswith("default-src 'none'")
    assert "@import" not in text
    assert not re.search(r"url\((?!#)", text)
    for tag, attrs in page.tags:
        assert not [name for name in attrs if name.startswith("on")]
        for name in ("src", "href", "xlink:href", "data", "srcset"):
            value = attrs.get(name)
            assert value is None or value.startswith("#") or tag == "a", (tag, name, value)


def test_the_page_is_light(text: str) -> None:
    assert len(text.encode()) < 3_000_000


def test_the_sections_come_in_their_order(page: Page) -> None:
    assert [word for word in page.words if word in HEADINGS] == HEADINGS


def test_ids_are_unique_and_all_references_meet_one(text: str, page: Page) -> None:
    counted = Counter(attrs["id"] for _, attrs in page.tags if "id" in attrs)
    assert [key for key, n in counted.items() if n > 1] == []
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(counted)
    assert {str(attrs["xlink:href"])[1:] for attrs in page.named("use") if "xlink:href" in attrs} <= set(counted)


def test_the_page_can_be_read_without_seeing_it(page: Page) -> None:
    ids = {attrs.get("id") for _, attrs in page.tags}
    drawn = page.named("svg")
    assert len(drawn) >= 6
    for svg in drawn:
        assert svg["role"] == "img"
        assert set(str(svg["aria-labelledby"]).split()) <= ids
    assert len(page.named("caption")) == len(page.named("table")) >= 8
    assert all(head.get("scope") in ("col", "row", "rowgroup") for head in page.named("th"))
    assert page.named("html")[0]["lang"] == "en"


def test_words_stay_neutral(page: Page) -> None:
    said = " ".join(page.words)
    for never in ("famine", "ipc classification", "genocide", "ethnic cleansing", "war crime", "terrorist"):
        assert never not in said.lower()
    assert "not a classification" in said
    assert "Boundaries and names shown do not imply endorsement or acceptance" in said
    assert "conditional hindcast" in said


def test_letters_of_all_names_are_drawn_as_outlines(text: str) -> None:
    assert "<text" not in text
    assert "Khankendi/Stepanakert" in text


def test_what_a_person_wrote_is_shown_not_run(tiny: xr.Dataset, tmp_path: Path) -> None:
    case = small().model_copy(update={"title": "<script>alert(1)</script>", "question": '"><img src=x>'})
    nasty = tiny.assign_attrs(scenario=case.model_dump_json())
    found = Page(write_report(nasty, compare(nasty), tmp_path / "r.html").read_text(encoding="utf-8"))
    assert not found.named("script") and not found.named("img")
    assert "<script>alert(1)</script>" in found.words


def test_the_same_run_gives_the_same_bytes(tiny: xr.Dataset, tmp_path: Path) -> None:
    table = compare(tiny)
    once, again = (write_report(tiny, table, tmp_path / name).read_bytes() for name in ("a.html", "b.html"))
    assert once == again


@pytest.mark.parametrize("case", [small(), berlin()], ids=["two places", "berlin"])
def test_other_cases_get_a_whole_page_without_an_exodus(case: object, tmp_path: Path) -> None:
    run = run_of(case, futures=20)  # type: ignore[arg-type]
    found = Page(
        write_report(run, compare(run), tmp_path / "r.html", relief=relief_gap(run)).read_text(encoding="utf-8")
    )
    there = [h for h in HEADINGS if "exodus" not in h]
    assert [word for word in found.words if word in HEADINGS] == there
    assert "Only one condition was played" in " ".join(found.words)


def test_the_answer_has_three_sentences_and_says_what_it_rests_on(run: xr.Dataset) -> None:
    found = answer(run, compare(run), last(run, GAP))
    assert len(found.sentences) == 3
    assert all(sentence.endswith(".") for sentence in found.sentences)
    assert "(80 %:" in found.sentences[0]
    assert found.sentences[2].startswith("If “")
    assert "holds only as far as" in found.sure


def test_a_run_without_its_scenario_is_refused_and_nothing_is_written(tiny: xr.Dataset, tmp_path: Path) -> None:
    table = compare(tiny)
    bare = tiny.drop_attrs()
    with pytest.raises(InputError, match="does not carry its scenario"):
        write_report(bare, table, tmp_path / "r.html")
    assert list(tmp_path.iterdir()) == []


def test_the_sections_on_bodies_and_sides_are_set_in_as_they_are(tiny: xr.Dataset, tmp_path: Path) -> None:
    made = {name: Markup(f'<section id="{name}"><p>{name} & more</p></section>') for name in ("bodies", "sides")}
    text = write_report(tiny, compare(tiny), tmp_path / "r.html", **made).read_text(encoding="utf-8")
    assert text.index(made["bodies"]) < text.index(made["sides"])
    without = write_report(tiny, compare(tiny), tmp_path / "s.html").read_text(encoding="utf-8")
    assert 'id="bodies"' not in without
    assert "If the sides choose." not in without
    first = write_report(tiny, compare(tiny), tmp_path / "t.html", **made, sides_answer="Open & 3.").read_text("utf-8")
    assert first.index("Open &amp; 3.") < first.index('id="policies"')


@pytest.mark.slow
def test_without_curves_the_exodus_is_drawn_from_the_run_itself(run: xr.Dataset, tmp_path: Path) -> None:
    given = {"observed": backtest()["observed"], "scarcity": [{"good": "petrol", "error": 4.25}]}
    text = write_report(run, compare(run), tmp_path / "r.html", backtest=given).read_text(encoding="utf-8")
    assert "People arrived, this run, by the end of each day" in text
    assert "Dates on which a good ran short" in text and "4.25" in text


def test_one_picture_of_every_policy_stands_between_answer_and_table(run: xr.Dataset, text: str) -> None:
    from corridor.report.figures.glance import SHOWN, glance

    table = compare(run)
    assert text.index('id="answer"') < text.index('id="glance-title"') < text.index('id="policies"')
    condition = str(table["condition"].iloc[0])
    figure = glance(table, condition, {})
    assert figure is not None
    last_day = table[(table["condition"] == condition) & (table["day"] == table["day"].max())]
    for axes, outcome in zip(figure.axes, SHOWN, strict=True):
        rows = last_day[last_day["outcome"] == outcome]
        dots = [float(line.get_xdata()[0]) for line in axes.lines if line.get_marker() == "o"]  # type: ignore[index]
        assert dots == [float(value) for value in rows["median"]]
    assert glance(table[~table["outcome"].isin(SHOWN)], condition, {}) is None
