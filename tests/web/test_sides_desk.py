"""The sides at the screen: every wish is a lever that is told, what they choose is what `corridor ask` says."""

from __future__ import annotations

from pathlib import Path

import pytest
from served import Served

from corridor.core.errors import InputError
from corridor.scenario import Scenario, load
from corridor.studies.levers import Levers, place
from corridor.studies.whatif_sides import DRAWS, chances_view, sides_view
from corridor.studies.wishes import OUT, wished

CASES = ("berlin-1948", "nagorno-karabakh-2023")


@pytest.fixture(scope="module", params=CASES)
def scenario(request: pytest.FixtureRequest) -> Scenario:
    return load(request.param)


def test_every_wish_that_is_shown_can_be_moved_and_left_out(scenario: Scenario) -> None:
    view = sides_view(scenario)
    wishes = [one for side in view["actors"] for one in (*side["wants"], *side["stakes"]) if one["id"]]
    assert len(wishes) > 5
    assert view["outcomes"]
    for value in ("1", OUT):
        moved = {one["path"]: value for one in wishes[:60]}
        _, told = wished(scenario, moved)
        assert len(told) == len(moved)
        for path, sentence in zip(moved, told, strict=True):
            assert sentence.startswith(f"{path} = {'left out' if value == OUT else '1'} (")


def test_a_moved_wish_is_a_chip_and_leaves_the_futures_as_they_are(scenario: Scenario) -> None:
    view = sides_view(scenario)
    path = next(one["path"] for side in view["actors"] for one in side["wants"] if one["id"])
    as_it_is, moved = (place(Levers(wishes=wishes), lambda _: scenario) for wishes in ({}, {path: "2"}))
    assert as_it_is.changed == ()
    assert [one.split(" = ")[0] for one in moved.changed] == [path]
    assert moved.scenario.hash == as_it_is.scenario.hash
    assert moved.policy == as_it_is.policy


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("actors.NOBODY.A1.place", "1"), ("actors.AZE.A999.place", "1"), ("actors.AZE.A1.place", "soon"),
        ("actors.AZE.A1.place", "0"), ("actors.AZE.AK1.worth", "1e9"), ("stocks.*.flour", "1"), ("", OUT),
        ("actors.AZE", OUT), ("actors.AZE.A1.place", "nan"),
    ],
)  # fmt: skip
def test_a_wish_that_cannot_be_is_told_in_words(path: str, value: str) -> None:
    with pytest.raises(InputError) as caught:
        wished(load("nagorno-karabakh-2023"), {path: value})
    assert all(one.file == "levers" and one.message for one in caught.value.problems)


def test_a_case_without_sides_says_so(server: Served) -> None:
    view = server.json("POST", "/api/view/sides", {})
    assert view["actors"] == view["outcomes"] == []
    for path in ("chances", "ask/flip"):
        status, data = server.ask("POST", f"/api/sides/{path}", {})
        assert status == 422
        assert b"no model of the sides" in data
    status, data = server.ask("POST", "/api/play", {"wishes": {"actors.AZE.A1.place": "1"}})
    assert status == 422
    assert b"no model of the sides" in data


def test_the_served_folder_can_be_played_again_and_no_other_path_can(server: Served, valley: Path) -> None:
    (served,) = server.json("GET", "/api/cases")["served"]
    assert served["id"] == str(valley)
    assert server.json("POST", "/api/use", {"case": served["id"]})["case"] == "valley"
    assert server.json("POST", "/api/cases/new", {"name": "a-copy", "source": served["id"]})["problems"] == []
    for path in (str(valley.parent), "/etc", f"{valley}/../valley", "../valley"):
        assert server.ask("POST", "/api/use", {"case": path})[0] == 422
        assert server.ask("POST", "/api/cases/new", {"name": "another", "source": path})[0] == 422


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["nagorno-karabakh-2023"], indirect=True)
def test_chances_are_those_of_ask_and_a_wish_moves_them(scenario: Scenario) -> None:
    from corridor.studies import ask

    plain = chances_view(place(Levers(), lambda _: scenario))
    table = ask(scenario, "conditions", outcome="offensive", draws=DRAWS, seed=1).table("conditions")
    here = {row["title"]: round(100 * row["chance"], 1) for row in plain["rows"] if row["outcome"] == "offensive"}
    assert here == {row["policy"]: row["chance"] for row in table.rows}
    moved = chances_view(place(Levers(wishes={"actors.AZE.A3.place": "1"}), lambda _: scenario))
    for row in moved["rows"]:
        before = next(
            r["chance"] for r in plain["rows"] if (r["policy"], r["outcome"]) == (row["policy"], row["outcome"])
        )
        assert row["before"] == before
        assert row["difference"] == pytest.approx(row["chance"] - before)
        # whoever minds an attack past peacekeepers most attacks less
        assert row["outcome"] != "offensive" or row["difference"] < 0
