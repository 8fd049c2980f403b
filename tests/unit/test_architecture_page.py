"""The page that a new maintainer reads first names only what is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = ("docs/ARCHITECTURE.md", "SECURITY.md")


def test_every_path_that_the_pages_name_exists():
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        named = re.findall(r"`((?:src|tests|docs|tools)/[\w./-]+)`", text)
        assert len(named) >= 6
        assert [path for path in named if not (ROOT / path).exists()] == []
        linked = [link for link in re.findall(r"\]\(([\w./-]+)\)", text) if "://" not in link]
        assert [link for link in linked if not ((ROOT / page).parent / link).exists()] == []


def test_every_layer_has_a_word():
    text = (ROOT / "docs/ARCHITECTURE.md").read_text(encoding="utf-8")
    layers = [path.name for path in (ROOT / "src/corridor").iterdir() if (path / "__init__.py").is_file()]
    unsaid = [name for name in layers if f"src/corridor/{name}/" not in text and name != "exchange"]
    assert unsaid == []


def test_the_page_is_two_pages():
    assert len((ROOT / "docs/ARCHITECTURE.md").read_text(encoding="utf-8").split()) < 1200
