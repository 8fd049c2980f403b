"""The page of defaults says what is declared, and every default is on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridor.rules import PARAMETERS
from corridor.scenario.groups import groups

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "unsaid.md"
pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="docs/ is not shipped with the package")


def test_the_page_is_what_the_command_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import unsaid

    assert PAGE.read_text(encoding="utf-8") == unsaid.page(), "python tools/unsaid.py --write"


def test_every_default_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in PARAMETERS if f"`{name}`" not in text] == []
    assert [group for group in groups() if f"`{group}`" not in text] == []


def test_what_nobody_counts_is_drawn_wherever_the_case_does_not_say_it() -> None:
    """A missing porosity is read neither as a sealed ring nor as an open market."""
    unstated, short = PARAMETERS["rations.extra_unstated"], PARAMETERS["rations.extra_when_short_unstated"]
    least = unstated.low + short.low * (1.0 - unstated.low)
    most = unstated.high + short.high * (1.0 - unstated.high)
    assert least < 0.10 and most > 0.5, "share of need found where nothing counted comes in"
