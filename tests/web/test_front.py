"""The built page: of this source, small, and complete."""

from __future__ import annotations

import gzip
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from front import FRONT, KEPT, STATIC, digest  # noqa: E402 (a tool, no package)

MOST = 500_000
"""bytes of script, gzipped"""


def test_the_built_page_is_of_this_source() -> None:
    assert KEPT.read_text(encoding="utf-8").strip() == digest(), "run `make app`"


def test_the_script_is_small() -> None:
    script = (STATIC / "assets" / "corridor.js").read_bytes()
    assert len(gzip.compress(script)) < MOST
    assert len(list(STATIC.rglob("*"))) <= 6


def test_the_lock_file_names_no_place_to_load_from() -> None:
    lock = json.loads((FRONT / "package-lock.json").read_text(encoding="utf-8"))
    assert not [name for name, one in lock["packages"].items() if "resolved" in one]
    direct = json.loads((FRONT / "package.json").read_text(encoding="utf-8"))
    assert len(direct["dependencies"]) + len(direct["devDependencies"]) < 13


def test_every_language_speaks_of_the_same_things() -> None:
    words = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (FRONT / "src" / "words").glob("*")}
    assert set(words) == {"en", "fr", "ar", "es"}
    for name, table in words.items():
        assert set(table) - {"_"} == set(words["en"]), name
        assert name == "en" or table["_"], "a machine's translation says that it is one"
    assert words["en"]["effective"] == "weighted: they tell as much as {n} unweighted ones"
    used = set()
    for path in (FRONT / "src").rglob("*.svelte"):
        used |= set(re.findall(r'\bt\("(\w+)"', path.read_text(encoding="utf-8")))
    assert used <= set(words["en"])
