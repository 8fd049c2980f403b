"""A machine on which nothing but the working directory may be written: no home, no cache, a package nobody may touch."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import corridor

PACKAGE = Path(corridor.__file__).parent


def named() -> set[str]:
    return {str(path) for path in PACKAGE.rglob("*") if "__pycache__" not in path.parts}


@pytest.mark.parametrize(
    "home",
    ["/nonexistent", pytest.param("/dev/null", marks=pytest.mark.slow), pytest.param("", marks=pytest.mark.slow)],
)
def test_commands_need_no_home_and_write_nothing_into_the_package(tmp_path: Path, home: str) -> None:
    before = named()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    clean = {name: value for name, value in os.environ.items() if name not in ("XDG_CACHE_HOME", "NUMBA_CACHE_DIR")}
    where = {"HOME": home, "TMPDIR": str(scratch), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(PACKAGE.parent)}
    for words in (["new", "town"], ["check", "town"], ["plan", "town"]):
        ended = subprocess.run(
            [sys.executable, "-m", "corridor", *words], cwd=tmp_path, env={**clean, **where}, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        assert "Traceback" not in ended.stderr
    assert named() == before
    assert list(scratch.iterdir()) == []
    assert [path.name for path in tmp_path.iterdir()] in (["scratch", "town"], ["town", "scratch"])
