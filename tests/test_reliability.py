"""The short form of `tools/reliability.py`: some kills, a full disk, a damage, a pair at once; nothing may be lost."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/reliability.md"


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="commands are forked")
def test_nothing_is_lost_and_nothing_foreign_is_raised() -> None:
    tool = [sys.executable, str(ROOT / "tools/reliability.py"), "--short"]
    ended = subprocess.run(tool, capture_output=True, text=True, check=False, timeout=600)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "0 lost, 0 foreign exceptions" in ended.stdout.splitlines()[-1]
    tried = [int(n) for n in re.findall(r": (\d+) tried", ended.stdout)]
    assert len(tried) >= 9
    assert min(tried) >= 1


def test_the_page_says_its_command_and_no_loss() -> None:
    text = PAGE.read_text("utf-8")
    assert "python tools/reliability.py --kills" in text
    rows = re.findall(r"(?m)^\| (?!what|---)([^|]+)\| ([\d,]+) \| (\d+) \| (\d+) \|", text)
    assert len(rows) >= 10
    assert all(lost == strange == "0" for _, _, lost, strange in rows)
    kills = sum(int(tried.replace(",", "")) for what, tried, _, _ in rows if what.startswith("kills"))
    assert f"killed {kills} commands" in " ".join(text.split())
