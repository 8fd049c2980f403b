"""The page that is sent: what is set on all of it keeps its name, nothing else of the levers goes along."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from corridor.scenario import write_new
from corridor.studies.levers import Act, Levers
from corridor.studies.sent_page import MOST_BYTES, grid, sent_page
from corridor.studies.whatif import Desk
from corridor.studies.whatif_map import _middle


def test_a_policy_is_begun_later_only_where_days_are_left_for_it(tmp_path: Path) -> None:
    """Sixty days: what begins on day 7 may wait two weeks or six; what begins on day 42 may wait neither."""
    folder = tmp_path / "late"
    write_new(folder)
    file = folder / "policies.yaml"
    late = "pipelines.aid.tonnes_per_day, value: 30 t/day, from: +42"
    text = file.read_text(encoding="utf-8").replace("pipelines.aid.tonnes_per_day, value: 30 t/day, from: +7", late)
    file.write_text(text.replace("pipelines.airdrop, from: +7", "pipelines.airdrop, from: +42"), encoding="utf-8")
    desk = Desk(str(folder))
    found = {(at["policy"], at["later"]) for at, _ in grid(desk, Levers())}
    assert {later for policy, later in found if policy == "more_aid"} == {0}
    assert {later for policy, later in found if policy == "gate_open"} == {0, 14, 42}
    for _, levers in grid(desk, Levers()):
        desk.place(levers)


def test_what_is_set_on_all_of_a_page_keeps_its_name(valley: Path) -> None:
    gate = Act(do="force", target="links.gate.regime", value="open")
    page = sent_page(Desk(str(valley)), Levers(set={"stocks.*.flour": "350"}, acts=(gate,)), futures=8)
    found = re.search(r'<script type="application/json" id="sent">(.*?)</script>', page, re.S)
    assert found
    content = json.loads(found[1])
    about = content["about"]
    assert [(one["path"], one["given"]) for one in about["levers"]] == [("stocks.*.flour", 350.0)]
    assert [one["id"] for one in about["links"]] == ["gate"]
    assert about["pipelines"] == []
    assert set(about["said"]) == {"en", "fr", "es", "ar"}
    assert all(
        any(text.startswith("stocks.*.flour = 350") for text in cell["head"]["changed"])
        for cell in content["cells"]
        if cell["at"]["relief"] == 1
    )
    for line in ("hold_out", "flips", "sure"):
        assert all(len(set(cell["head"][line].values())) == 4 for cell in content["cells"]), (
            "a switch of language says all"
        )
    titles = {one["id"]: one["title"] for one in about["policies"]}
    for cell in content["cells"]:
        assert cell["head"]["hold_out"]["en"].startswith(f"Under “{titles[cell['at']['policy']]}"), (
            "its policy is named"
        )
    assert len(page.encode()) < MOST_BYTES
    assert not re.search(r"(src|href)=|@import", re.sub(r"(?s)<script.*?</script>", "", page))
    assert "default-src &#x27;none&#x27;" in page


@pytest.mark.parametrize("weights", [None, np.array([0.5, 0.25, 0.25])])
def test_a_map_on_which_no_future_differs_is_drawn(weights: np.ndarray | None) -> None:
    same = np.broadcast_to(np.arange(8.0).reshape(4, 2), (3, 4, 2))
    assert np.array_equal(_middle(same, weights), same[0])
