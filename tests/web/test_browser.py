"""The screen in a browser: what a person meets. The short drive is part of the gate, the whole one of `make test-app`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from served import Served

from corridor.studies.sent_page import MOST_BYTES, sent_page
from corridor.studies.whatif import Desk

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FRONT = Path(__file__).parents[2] / "src" / "corridor" / "web" / "front"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no Chromium at {CHROMIUM}")


@pytest.fixture(scope="module")
def page(valley: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    if not request.config.getoption("--whole-screen", default=False):
        pytest.skip("the page that is sent is opened by make test-app")
    path = tmp_path_factory.mktemp("sent") / "page.html"
    path.write_text(sent_page(Desk(str(valley), threads=2), futures=16), encoding="utf-8")
    return path


def dom(address: str, tmp_path: Path) -> str:
    """Return the page as it stands once it has settled."""
    profile = [
        f"--user-data-dir={tmp_path / 'profile'}",
        "--timeout=25000",
        "--virtual-time-budget=20000",
        "--dump-dom",
    ]
    done = subprocess.run([CHROMIUM, *FLAGS, *profile, address], capture_output=True, text=True, timeout=120)
    return done.stdout


def test_a_sent_page_shows_its_answer_from_a_file(page: Path, tmp_path: Path) -> None:
    assert page.stat().st_size < MOST_BYTES
    text = page.read_text(encoding="utf-8")
    assert "default-src 'none'" in text.replace("&#x27;", "'")
    shown = dom(f"file://{page}", tmp_path)
    assert "What would flip this:" in shown
    assert "<canvas" in shown
    assert "Regime held" in shown


def driven(*words: str) -> dict[str, object]:
    if shutil.which("node") is None or not (FRONT / "node_modules" / "playwright-core").is_dir():
        pytest.skip("no Node, or the packages of the screen are not installed (make app)")
    done = subprocess.run(
        ["node", str(FRONT / "drive" / "whole.mjs"), *words], capture_output=True, text=True, timeout=1500
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_screen_in_short(server: Served) -> None:
    found = driven(server.address, "", "short")
    assert found["wrong"] == []


def test_the_whole_screen(server: Served, page: Path) -> None:
    found = driven(server.address, str(page))
    assert found["wrong"] == []
