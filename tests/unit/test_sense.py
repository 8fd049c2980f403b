"""Sense checks: each kind of slip gives its remark, a sound folder gives none. One text file a case in tests/messages/sense."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.core.earth import great_circle_km
from corridor.scenario.load import _examine, bundled, problems, remarks
from corridor.scenario.sense import CHECKS
from corridor.scenario.sense.graph import groups, useless
from corridor.scenario.write.new import write_new
from corridor.tables.link_kind import KINDS, LINK_KINDS
from typed import call

MESSAGES = Path(__file__).parent.parent / "messages" / "sense"
Change = Callable[[Path], None]


def swap(file: str, old: str, new: str) -> Change:
    def apply(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return apply


def both(*changes: Change) -> Change:
    def apply(folder: Path) -> None:
        for change in changes:
            change(folder)

    return apply


def needed(rows: str) -> Change:
    def apply(folder: Path) -> None:
        (folder / "commodities.csv").write_text(f"id,name,kind,kcal_per_kg,need,source\n{rows}\n", encoding="utf-8")

    return apply


def kinds(folder: Path) -> None:
    """Give links.csv a column `kind` behind its ends, empty in every row."""
    path = folder / "links.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    head = head.replace("from,to,", "from,to,kind,")
    path.write_text("\n".join([head, *(re.sub(r"^((?:[^,]*,){3})", r"\1,", row) for row in rows)]) + "\n")


LINK = "mountain_road,valleytown,hilltown,30,150,100,200,180,120,240,35,25,45,0.03,open,eastern side,a_roads\n"
AT = "hilltown,Hilltown"
ISLAND = (
    "pass,Pass,,46.1,10.05,waypoint,,,,,\nfork,Fork,,46.12,10.2,waypoint,,,,,\nford,Ford,,46.1,10.2,waypoint,,,,,\n"
)


def link(id_: str, one: str, other: str, km: float) -> str:
    return f"{id_},{one},{other},{km},,,,,,,40,30,50,,open,,a_roads\n"


def claim(row: str) -> Change:
    """Add a claim, of which `row` gives the first nine cells."""

    def apply(folder: Path) -> None:
        path = folder / "evidence.csv"
        path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + f"\n{row},A page,,,\n", encoding="utf-8")

    return apply


def seen(row: str) -> Change:
    def apply(folder: Path) -> None:
        head = "date,known,kind,place,commodity,value,low,high,days,n,evidence"
        (folder / "signs.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")

    return apply


def written(name: str, text: str) -> Change:
    def apply(folder: Path) -> None:
        (folder / name).write_text(text, encoding="utf-8")

    return apply


SIDES = """meta: {id: toy, title: Who holds the gate, as_of: 2024-02-01, decision_clock: {unit: week, horizon: 8}}
actors: {NOR: {name: the north}, SOU: {name: the south}}
options: {open: {owner: NOR, text: the gate is open}, press: {owner: SOU, text: pressure}}
status_quo: {open: 0, press: 0}
preferences:
  NOR: [{id: N1, wants: "!press"}, {id: N2, wants: "!open"}]
  SOU: [{id: S1, wants: open}]
"""
CASES: dict[str, Change] = {
    # amounts
    "total_and_sum": swap(
        "scenario.yaml", "no_voice:", "population: {value: 12000, evidence: a_people}\nno_voice:"
    ),
    "more_people_than_ever": swap("places.csv", "40000,36000,42000", "1900000000,,"),
    "policy_twice_on_a_day": swap(
        "policies.yaml", "value: open, from: +1}",
        "value: open, from: +1, until: +20}\n      - {do: force, target: links.gate.regime, value: closed, from: +15}",
    ),
    "policy_of_kilograms": swap("policies.yaml", "value: 30 t/day", "value: 30000 t/day"),
    "food_that_nobody_needs": both(
        needed("flour,Flour,food,3500,0.4,assumed\nhorse,Horse meat,food,1300,0,assumed"),
        swap("stocks.csv", "*,medicine", "*,horse,700,400,1000,a_stocks\n*,medicine"),
    ),
    "nobody_lives_there": swap("places.csv", "40000,36000,42000", "0,,"),
    "ages_past_the_whole": swap(
        "scenario.yaml", "parameters:\n", "parameters:\n  bodies.share_60: {value: 0.6, low: 0.6, high: 0.6, evidence: a_people}\n"
    ),
    "old_people_of_a_young_country": swap(
        "scenario.yaml", "parameters:\n", "parameters:\n  bodies.share_60: {value: 0.45, low: 0.45, high: 0.45, evidence: a_people}\n"
    ),
    "stock_of_years": swap("stocks.csv", "700,400,1000", "700000,400000,1000000"),
    "stock_of_hours": swap("stocks.csv", "*,flour,700,400,1000", "hilltown,flour,0.7,0.4,1"),
    "need_of_a_household": needed("flour,,,,40,assumed"),
    "need_above_the_requirement": needed("flour,,,,1.4,assumed"),
    "basket_too_small": needed("flour,,,,0.05,assumed\ngroceries,,,,0.05,assumed"),
    "pipeline_of_kilograms": swap("pipelines.csv", "market,80,70,90", "market,80000,70000,90000"),
    "pipeline_of_one_good": swap(
        "pipelines.csv", "aid,", "flour_aid,plainport,hilltown,flour,0.001,,,,,humanitarian,a_deliveries\naid,"
    ),
    "two_baskets": swap("stocks.csv", "*,flour,700", "*,food,500,400,700,a_stocks\n*,flour,700"),
    # claims and signs
    "far_from_what_it_cites": both(claim("count,2024-01-01,2024-01-01,people in Valleytown,4000,,,person,a registry"),
                                   swap("places.csv", "40000,36000,42000,a_people", "40000,36000,42000,a_people count")),
    "people_of_later": both(claim("count,2024-06,2024-02-01,people in Valleytown,40000,,,person,a registry"),
                            swap("places.csv", "40000,36000,42000,a_people", "40000,36000,42000,a_people count")),
    "stock_of_later": both(claim("tally,2024-05-01,2024-02-01,flour in stores,700,,,t,a miller"),
                           swap("stocks.csv", "*,flour,700,400,1000,a_stocks", "*,flour,700,400,1000,tally")),
    "sign_of_no_good": seen("2024-02-10,2024-02-11,empty,*,coal,3,,,3,,a_shops"),
    "sign_before_the_start": seen("2023-11-10,2024-02-11,empty,*,petrol,3,,,3,,a_shops"),
    "sign_of_other_people": seen("2024-02-10,2024-02-11,people,*,,5000,4000,6000,,,a_shops"),
    "sign_of_nobody": seen("2024-02-10,2024-02-11,people,*,,0,0,10,,,a_shops"),
    # events
    "event_of_a_day_to_come": swap("events.csv", "2024-02-01,2024-02-01,note,gate,both sides meet without result",
                                   "2024-02-20,2024-02-01,regime,gate,open"),
    "event_of_a_later_variant": both(
        swap("scenario.yaml", "default_variant", "  later: {as_of: 2024-03-05}\ndefault_variant"),
        swap("events.csv", "2024-02-01,2024-02-01,note,gate,both sides meet without result,a_closure,",
             "2024-02-20,2024-02-20,regime,gate,open,a_closure,\n2024-02-25,,regime,gate,medical,,"),
    ),
    # sides
    "sides_that_do_nothing": written("actors.yaml", SIDES),
    # links
    "track_of_a_highway": both(kinds, swap("links.csv", "hilltown,,30,150,100,200", "hilltown,track,30,3000,2000,4000")),
    "slow_road_of_a_highway": swap("links.csv", "150,100,200,180,120,240,35,25,45", "3000,2000,4000,180,120,240,15,10,20"),
    "lorry_of_fifty_tonnes": swap("links.csv", "35,300,200,400,240,150,330", "35,3000,2000,4000,2,1,3"),
    "aircraft_on_a_road": swap("links.csv", "180,120,240,35,25,45", "180,120,240,350,250,450"),
    "walkers_on_a_road": swap("links.csv", "180,120,240,35,25,45", "180,120,240,5,4,6"),
    "shorter_than_the_crow_flies": swap("links.csv", "gate,plainport,valleytown,35", "gate,plainport,valleytown,21.5"),
    "metres_for_kilometres": swap("links.csv", "hilltown,30,150", "hilltown,3000,150"),
    "swapped_coordinates": swap("places.csv", "46.00,10.00,home", "10.00,46.00,home"),
    "far_away": swap("places.csv", "46.00,10.00,home", "46.00,-100.00,home"),
    "people_by_air": both(kinds, swap("links.csv", "hilltown,,30,150,100,200,180,120,240,35,25,45",
                                      "hilltown,air,30,150,100,200,180,120,240,350,250,450")),
    # ways
    "no_exit": swap("places.csv", "outside,release", "outside,"),
    "key_of_older_folders": swap("scenario.yaml", "horizon: 60", "exit_route: south_road\nhorizon: 60"),
    "cut_off_at_the_start": swap("links.csv", "0.03,open", "0.03,medical"),
    "no_pipeline_to_a_home": both(
        swap("pipelines.csv", "commerce,plainport,*", "commerce,plainport,valleytown"),
        swap("pipelines.csv", "aid,plainport,*", "aid,plainport,valleytown"),
        swap("pipelines.csv", "airdrop,plainport,*", "airdrop,plainport,valleytown"),
    ),
    "dead_end": both(swap("places.csv", AT, ISLAND.splitlines()[0] + "\n" + AT),
                     swap("links.csv", LINK, LINK + link("lane", "valleytown", "pass", 14))),
    "loop_that_leads_nowhere": both(
        swap("places.csv", AT, ISLAND + AT),
        swap("links.csv", LINK, LINK + link("lane", "valleytown", "pass", 14) + link("one", "pass", "fork", 13)
             + link("two", "fork", "ford", 5) + link("three", "ford", "pass", 13)),
    ),
    "never_open": swap("links.csv", LINK, LINK + link("old_road", "plainport", "hilltown", 70).replace("open", "closed")),
    "no_way_for_the_class": both(
        swap("links.csv", "0,open", "0,humanitarian+medical"),
        swap("policies.yaml", "value: open, from: +1", "value: humanitarian, from: +1"),
    ),
    # policies
    "people_shut_in": swap("policies.yaml", "regime, value: open", "regime, value: humanitarian+medical"),
    "people_shut_in_later": both(
        swap("events.csv", "humanitarian+medical+people_out+people_in", "humanitarian+medical"),
        swap("policies.yaml", "regime, value: open", "regime, value: commercial+humanitarian"),
    ),
    "policy_of_later_facts": both(
        swap("scenario.yaml", "default_variant", "  later: {as_of: 2024-03-05}\ndefault_variant"),
        swap("policies.yaml", "title: Gate open", "title: Gate open\n    known: 2024-03-01"),
    ),
    "nothing_in_a_mix": swap(
        "scenario.yaml",
        "    flour: {value: 0.66, low: 0.60, high: 0.72, evidence: a_loads}\n"
        "    groceries: {value: 0.26, low: 0.20, high: 0.32, evidence: a_loads}\n"
        "    medicine: {value: 0.01, low: 0.005, high: 0.02, evidence: a_loads}\n",
        "    flour: {value: 0, evidence: a_loads}\n",
    ),
    "people_of_the_only_home": both(
        swap("places.csv", "10.10,home,,25000,22000,26000,a_people", "10.10,waypoint,,,,,"),
        swap("policies.yaml", "regime, value: open, from: +1", "regime, value: open, from: +1}\n"
             "      - {do: force, target: places.valleytown.population, value: 30000, from: +5"),
    ),
    "no_summary": swap("policies.yaml", "    summary: the gate is open to all traffic\n", ""),
    "two_links": swap("links.csv", LINK, LINK + link("forest_road", "hilltown", "valleytown", 41)),
    "three_links": swap(
        "links.csv", LINK,
        LINK + link("forest_road", "hilltown", "valleytown", 41) + link("track", "valleytown", "hilltown", 42),
    ),
}  # fmt: skip


def told(name: str, tmp_path: Path) -> str:
    folder = tmp_path / "case"
    write_new(folder)
    CASES[name](folder)
    assert problems(folder) == []
    return "".join(f"{remark.sentence()}\n" for remark in remarks(folder))


@pytest.mark.parametrize("name", CASES)
def test_a_slip_gives_its_remark(name: str, tmp_path: Path) -> None:
    text = told(name, tmp_path)
    assert text == (MESSAGES / f"{name}.txt").read_text(encoding="utf-8")
    assert all("; " in line for line in text.splitlines()), "each has a remedy"


def test_every_message_belongs_to_a_case_and_every_check_has_one(tmp_path: Path) -> None:
    assert {path.stem for path in MESSAGES.glob("*.txt")} == set(CASES)
    fired = set()
    for name in CASES:
        folder = tmp_path / name
        write_new(folder)
        CASES[name](folder)
        draft = _examine(folder)[0]
        fired |= {check.__name__ for check in CHECKS if list(check(draft))}
    assert fired == {check.__name__ for check in CHECKS}


def test_a_sound_folder_has_none(tmp_path: Path) -> None:
    write_new(tmp_path / "case")
    assert remarks(tmp_path / "case") == []


MEANT = (
    "right where there are two ways",
    "give an earlier known",
    "open a link to it, unless it was besieged from the first day",
)
"""beginnings of remedies that a bundled case may leave: ice and water, a siege that begins with the case"""


@pytest.mark.parametrize("name", bundled())
def test_bundled_cases_have_none_that_is_not_meant(name: str) -> None:
    assert [r.sentence() for r in remarks(name) if not r.problem.remedy.startswith(MEANT)] == []


@pytest.mark.parametrize(
    "change",
    [
        swap("scenario.yaml", "no_voice:", "population: {value: 70000, evidence: a_people}\nno_voice:"),  # 65,000: near
        both(swap("scenario.yaml", "no_voice:", "population: {value: 12000, evidence: a_people}\nno_voice:"),
             swap("places.csv", "40000,36000,42000", "61,58,64"),
             swap("places.csv", "25000,22000,26000", "39,36,42")),  # shares of a total
        both(kinds, swap("links.csv", "hilltown,,30,150,100,200,180,120,240,35,25,45",
                         "hilltown,air,30,150,100,200,,,,270,250,300"),
             swap("links.csv", ",0.03,open,", ",0.03,commercial+humanitarian+medical,")),  # an aircraft where aircraft fly
        swap("links.csv", "0,open", "0,medical"),  # shut at the start, and a policy opens it
        both(claim("count,2024-01-01,2024-01-01,people in all,120000,,,person,a registry"),
             swap("places.csv", "40000,36000,42000,a_people", "90000,80000,99000,a_people count"),
             swap("places.csv", "25000,22000,26000,a_people", "30000,27000,33000,a_people count")),  # one total of two
        swap("policies.yaml", "regime, value: open", "regime, value: humanitarian+medical+people_out"),
        swap("policies.yaml", "regime, value: open", "regime, value: closed"),  # closed to all in so many words
    ],
)  # fmt: skip
def test_what_is_meant_is_not_told(change: Change, tmp_path: Path) -> None:
    write_new(tmp_path / "case")
    change(tmp_path / "case")
    assert [r.sentence() for r in remarks(tmp_path / "case") if "live" not in r.problem.message] == []


def test_a_folder_with_problems_has_no_remarks_and_no_crash(tmp_path: Path) -> None:
    write_new(tmp_path / "case")
    swap("stocks.csv", "700,400,1000", "700000,400000")(tmp_path / "case")
    assert problems(tmp_path / "case")
    assert remarks(tmp_path / "case") == []
    assert remarks(tmp_path / "nothing") == []


def test_check_prints_them_and_refuses_them_only_where_asked(tmp_path: Path) -> None:
    write_new(tmp_path / "case")
    CASES["stock_of_years"](tmp_path / "case")

    plain = call("check", "case", cwd=tmp_path)
    assert plain.returncode == 0
    assert plain.stdout.startswith("case: no problem found, 1 warning(s), 0 note(s)\n")
    assert plain.stderr == (MESSAGES / "stock_of_years.txt").read_text(encoding="utf-8")
    strict = call("check", "case", "--strict", "--json", cwd=tmp_path)
    assert strict.returncode == 3
    assert [(r["level"], r["file"], r["line"]) for r in json.loads(strict.stdout)["remarks"]] == [
        ("warning", "stocks.csv", 2)
    ]


def test_kinds_of_link_are_ordered_numbers_with_a_source() -> None:
    assert set(KINDS) == set(LINK_KINDS)
    for kind in KINDS.values():
        for bound in (kind.tonnes, kind.kmh, kind.heaviest):
            assert 0 <= bound.least < bound.most
            assert bound.source.startswith(("assumed: ", "["))
        assert kind.payload.high <= kind.heaviest.most
        assert kind.payload.source


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180))
def test_great_circles_are_a_distance(lat1: float, lon1: float, lat2: float, lon2: float) -> None:
    there = great_circle_km(lat1, lon1, lat2, lon2)
    assert 0 <= there <= 20_016
    assert there == pytest.approx(great_circle_km(lat2, lon2, lat1, lon1), abs=1e-6)


def test_known_distances() -> None:
    """A quarter of the earth's circle from pole to equator, a degree along the equator, half of it at 60 degrees."""
    degree = 6371.0 * math.pi / 180
    assert great_circle_km(90, 12, 0, 57) == pytest.approx(90 * degree)
    assert great_circle_km(0, 179.5, 0, -179.5) == pytest.approx(degree)
    assert great_circle_km(60, 10, 60, 10.01) == pytest.approx(0.005 * degree, rel=1e-6)


def test_groups_are_what_links_join() -> None:
    found = groups([("a", "b"), ("c", "b"), ("a", "b"), ("d", "e")])
    assert found == {place: set("abc" if place in "abc" else "de") for place in "abcde"}


NODES = "abcdef"


def on_a_path(ends: dict[str, tuple[str, str]], matter: set[str]) -> set[str]:
    """Walk every path without repeated places from every place that matters; keep links of those that end at one."""
    used: set[str] = set()

    def walk(here: str, seen: tuple[str, ...], along: tuple[str, ...]) -> None:
        if along and here in matter:
            used.update(along)
        for name, (one, other) in ends.items():
            if here in (one, other):
                there = other if here == one else one
                if there not in seen:
                    walk(there, (*seen, there), (*along, name))

    for start in matter:
        walk(start, (start,), ())
    return used


@given(
    st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)).filter(lambda p: p[0] != p[1]), max_size=8),
    st.sets(st.sampled_from(NODES), max_size=4),
)
def test_useless_links_are_those_on_no_path(pairs: list[tuple[str, str]], matter: set[str]) -> None:
    ends = {str(i): pair for i, pair in enumerate(pairs)}
    assert useless(ends, matter) == ends.keys() - on_a_path(ends, matter)


def test_a_hundred_thousand_links_side_by_side_or_in_a_row_are_looked_at_once() -> None:
    # once a link, not once a pair of links: that would be hours
    many = 50_000
    ends = {f"beside{i}": ("a", "b") for i in range(many)} | {f"row{i}": (f"p{i}", f"p{i + 1}") for i in range(many)}
    assert useless(ends, {"a", "b", "p0", "p40000"}) == {f"row{i}" for i in range(40_000, many)}
    assert {len(group) for group in groups(ends.values()).values()} == {2, many + 1}


def test_the_page_shows_the_table_of_kinds() -> None:
    page = (MESSAGES.parents[2] / "docs" / "sense-checks.md").read_text(encoding="utf-8")
    for name, kind in KINDS.items():
        load = f"{kind.payload.default:,g} ({kind.payload.low:,g}–{kind.payload.high:,g}) | {kind.heaviest.most:,g}"
        day, speed = (f"{b.least:,g}–{b.most:,g}" for b in (kind.tonnes, kind.kmh))
        assert f"| `{name}` | {kind.vehicle} | {load} | {day} | {speed} |" in page
