"""calibrated.csv: written by a command, read per variant, never used to calibrate again."""

from __future__ import annotations

import pytest

from corridor.core.errors import InputError
from corridor.scenario import load, problems, write_calibrated, write_new


@pytest.fixture
def folder(tmp_path):
    write_new(tmp_path / "case")
    return tmp_path / "case"


def test_calibrated_stocks_take_the_place_of_the_prior_in_their_variant(folder):
    prior = load(folder)
    path = write_calibrated(
        folder, [(prior.variant, {"stocks.*.flour": (812.3, 700.0, 930.0), "mixes.x.y": (1, 1, 1)})], cite=False
    )
    assert path.read_text().splitlines() == [
        "variant,place,commodity,tonnes,low,high,dist,evidence",
        f"{prior.variant},*,flour,812,700,930,lognormal,",
    ]
    assert problems(folder) == []
    learnt = load(folder)
    flour = {s.commodity: s.tonnes for s in learnt.stocks}["flour"]
    assert (flour.value, flour.low, flour.high, flour.dist) == (812, 700, 930, "lognormal")
    assert load(folder, calibrated=False).stocks == prior.stocks
    assert {s.commodity: s.tonnes for s in learnt.stocks}["groceries"] == {s.commodity: s.tonnes for s in prior.stocks}[
        "groceries"
    ]
    assert learnt.hash != prior.hash


def test_a_calibrated_row_must_fit_the_folder(folder):
    (folder / "calibrated.csv").write_text(
        "variant,place,commodity,tonnes,low,high,dist,evidence\nnobody,*,flour,8,7,9,,\nbase,*,coal,8,7,9,,\n"
    )
    with pytest.raises(InputError) as error:
        load(folder)
    text = "\n".join(p.sentence() for p in error.value.problems)
    assert 'calibrated.csv:2:1: variant: no variant is called "nobody"' in text
    assert "calibrated.csv:3" in text


def test_the_flagship_carries_calibrated_stocks_for_both_variants():
    for variant in ("june", "september"):
        learnt, prior = (load("nagorno-karabakh-2023", variant, calibrated=c) for c in (True, False))
        width = {s.commodity: s.tonnes.high - s.tonnes.low for s in learnt.stocks}
        before = {s.commodity: s.tonnes.high - s.tonnes.low for s in prior.stocks}
        assert width["groceries"] < 0.5 * before["groceries"]
        assert width["medicine"] == before["medicine"]
