"""One small case, served once for all tests of a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from served import Served, served


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole-screen", action="store_true", help="also the long drives of the browser")


@pytest.fixture(scope="session")
def valley(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small case that `corridor new` writes."""
    from corridor.scenario import write_new

    folder = tmp_path_factory.mktemp("case") / "valley"
    write_new(folder)
    return folder


@pytest.fixture(scope="module")
def server(valley: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    pytest.importorskip("fastapi")
    with served(str(valley), tmp_path_factory.mktemp("desk") / "workspace") as one:
        yield one
