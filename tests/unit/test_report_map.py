"""The map: outlines, regimes on the day, labels that do not lie on each other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_case import berlin, run_of, scenario, small

from corridor.report import plot
from corridor.report.map import labels, outlines
from corridor.report.map.places import map_parts, regime_words, regimes
from corridor.scenario import load
from corridor.scenario.model import Event, Scenario


def _within(box: labels.Box, width: float, height: float) -> bool:
    return min(box[:2]) >= 0 and box[2] <= width and box[3] <= height


@pytest.mark.parametrize(
    "case",
    [scenario(), small(), berlin(), load("nagorno-karabakh-2023"), load("nagorno-karabakh-2023", "june"),
     load("berlin-1948")],
    ids=["invented", "small", "invented-berlin", "flagship-september", "flagship-june", "berlin"],
)  # fmt: skip
def test_no_label_lies_on_another_and_none_leaves_the_map(case: Scenario) -> None:
    figure, placed = map_parts(case)
    assert len(placed) >= len(case.homes)
    assert labels.collisions(placed) == 0
    width, height = figure.get_size_inches() * figure.dpi
    assert all(_within(p.box, width, height) for p in placed)


def test_the_map_carries_its_disclaimer_scale_and_north() -> None:
    figure = plot.map(run_of(scenario(), futures=2))
    texts = [text.get_text() for text in figure.texts] + [text.get_text() for text in figure.axes[0].texts]
    assert any("Boundaries and names shown do not imply endorsement or acceptance." in text for text in texts)
    assert any("Natural Earth" in text for text in texts)
    assert "N" in texts
    assert "50 km" in texts
    assert "Khankendi/Stepanakert" in texts


def test_a_way_that_is_no_road_says_by_what_it_goes() -> None:
    case = scenario()
    kinds = {"air": "air", "goris_vayk": "rail"}
    links = tuple(link.model_copy(update={"kind": kinds.get(link.id, "road")}) for link in case.links)
    figure, placed = map_parts(case.model_copy(update={"links": links}))
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert {"by air: closed", "by rail: open", "open"} <= set(texts)
    assert labels.collisions(placed) == 0


def test_the_scale_bar_is_as_long_as_it_says() -> None:
    figure, _ = map_parts(scenario())
    axes = figure.axes[0]
    bar = next(line for line in axes.lines if line.get_transform() is axes.transAxes)
    said = next(text.get_text() for text in axes.texts if text.get_text().endswith(" km"))
    share = bar.get_xdata()[1] - bar.get_xdata()[0]
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    km = share * (east - west) * 111.2 * np.cos(np.radians((south + north) / 2))
    assert km == pytest.approx(float(said.removesuffix(" km")), rel=1e-6)


def test_a_regime_on_the_map_is_that_of_the_last_event_before_as_of() -> None:
    case = scenario()
    rows = [("2023-04-23", 4), ("2023-06-15", 0), ("2023-10-01", 31)]
    events = tuple(
        Event(date=date.fromisoformat(day), known=case.start, kind="regime", target="hub_asgaran", value=v)
        for day, v in rows
    )
    assert regimes(case)["hub_asgaran"] == 31
    assert regimes(case.model_copy(update={"events": events}))["hub_asgaran"] == 0


@pytest.mark.parametrize(
    ("regime", "said"),
    [(31, "open"), (0, "closed"), (6, "relief and medical only"), (13, "trade, medical and people out only")],
)
def test_a_regime_is_said_in_words(regime: int, said: str) -> None:
    assert regime_words(regime) == said


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(100, 900), st.floats(100, 700)), min_size=1, max_size=12))
def test_labels_find_room_on_an_empty_map(points: list[tuple[float, float]]) -> None:
    placed = labels.place([[p] for p in points], [(70.0, 12.0)] * len(points), (0.0, 0.0, 1000.0, 800.0))
    assert labels.collisions(placed) == 0
    assert all(_within(p.box, 1000, 800) for p in placed)


def test_overlap_of_two_boxes_is_their_shared_area() -> None:
    assert labels.overlap((0, 0, 4, 2), (3, 1, 6, 5)) == 1.0
    assert labels.overlap((0, 0, 1, 1), (2, 2, 3, 3)) == 0.0


@pytest.mark.parametrize(
    ("window", "scale"),
    [((45.9, 39.1, 47.5, 40.6), "10m"), ((18.2, 43.7, 18.6, 43.95), "10m"), ((-20.0, -40.0, 60.0, 40.0), "50m")],
)
def test_a_small_window_is_drawn_from_the_finer_outlines(window: outlines.Window, scale: str) -> None:
    assert outlines.choose(window) == scale
    countries, _, source = outlines.outlines(window)
    assert countries and "public domain" in source and scale.removesuffix("m") in source


def test_outlines_know_what_a_map_of_the_region_must_show() -> None:
    countries, borders, _ = outlines.outlines((45.9, 39.1, 47.5, 40.6))
    assert {"Armenia", "Azerbaijan"} <= {name for name, _ in countries} and borders


def test_a_strip_of_a_few_kilometres_is_drawn_at_its_own_size() -> None:
    # 41 km long, 6 to 12 km wide
    countries, _, _ = outlines.outlines((34.1, 31.1, 34.7, 31.7))
    (rings,) = [rings for name, rings in countries if name == "Palestinian territories"]
    strip = max(rings, key=len)
    assert len(strip) > 8 and 0.25 < float(np.ptp(strip[:, 0])) < 0.4 and 0.3 < float(np.ptp(strip[:, 1])) < 0.45


def test_outlines_are_cut_a_little_outside_the_window() -> None:
    window = (29.0, 59.5, 32.0, 60.5)
    countries, _, _ = outlines.outlines(window)
    every = np.vstack([ring for _, rings in countries for ring in rings])
    assert every[:, 0].min() == pytest.approx(29.0 - 0.24) and every[:, 0].max() == pytest.approx(32.0 + 0.24)


def test_outline_files_stay_small_and_name_their_source() -> None:
    folder = Path(outlines.__file__).parents[2] / "data" / "natural_earth"
    assert sum(path.stat().st_size for path in folder.glob("*.json.gz")) < 1_250_000
    assert "public domain" in (folder / "LICENSE.md").read_text()


def test_rings_are_clipped_and_arcs_decoded_by_hand() -> None:
    square = np.array([(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)])
    clipped = outlines.clip_ring(square, (1.0, 1.0, 9.0, 3.0))
    assert clipped.min(axis=0).tolist() == [1.0, 1.0] and clipped.max(axis=0).tolist() == [4.0, 3.0]
    assert len(outlines.clip_ring(square, (5.0, 5.0, 6.0, 6.0))) == 0
    # two unit steps east from (10, 20) with scale 0.5: 10, 10.5, 11
    topology = {"transform": {"scale": [0.5, 1.0], "translate": [10.0, 20.0]}, "arcs": [[[0, 0], [1, 0], [1, 0]]]}
    (arc,) = outlines.decode_arcs(topology)
    assert arc.tolist() == [[10.0, 20.0], [10.5, 20.0], [11.0, 20.0]]
    assert outlines.join((~0,), (arc,)).tolist() == arc[::-1].tolist()
