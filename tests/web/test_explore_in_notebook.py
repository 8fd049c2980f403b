"""A study in a notebook as a page that moves."""

from __future__ import annotations

from pathlib import Path

import pytest

import corridor
from corridor.core.errors import InputError
from corridor.studies.widget import Explore
from corridor.studies.widget import explore as explore_of


def test_a_study_is_explored_with_what_was_changed(
    valley: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corridor.studies.widget.find_spec", lambda name: None)
    study = corridor.compare(
        str(valley), futures=8, set={"stocks.*.flour": 350}, store=tmp_path / "store", policies=["regime_held"]
    )
    shown = study.explore(futures=8)
    assert isinstance(shown, Explore)
    html = shown._repr_html_()
    assert html.startswith('<iframe sandbox="allow-scripts allow-downloads"')
    assert "allow-same-origin" not in html
    assert "stocks.*.flour = 350" in shown.page
    by_hand = study.model_copy(update={"folder": ""})
    with pytest.raises(InputError, match="cannot be read again"):
        explore_of(by_hand, 8, "en", None)
